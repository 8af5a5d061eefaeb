/* certificates: snapshots of what Devices hold, as JSON objects. */
#include "json_cut_int.h"
#include "readers_int.h"
#include "snapshot_int.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char *skip_to_value(const struct head *head)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr, *const end = p + head->bytes.len;

    if (head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        p += 3;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
        p++;
    return p;
}

static bool holds(const struct head *head, const char *name)
{
    return memmem(head->bytes.ptr, head->bytes.len, name, strlen(name)) != NULL;
}

static void bid_certificates(const struct reader_ops *ops, const struct load_options *options, const struct head *head,
                             struct bid *out)
{
    const unsigned char *const from = skip_to_value(head);
    const size_t left = head->bytes.len - (size_t)(from - (const unsigned char *)head->bytes.ptr);
    const bool device = holds(head, "\"device_id\""), taken = holds(head, "\"taken_at\"");

    (void)ops;
    (void)options;
    *out = (struct bid){0};
    if (left == 0 || (*from != '{' && *from != '['))
        return;
    out->score = 1 + device + taken;
    if ((device && taken) || (*from == '[' && head->whole && !holds(head, "{")))
        out->score += BID_SURE;
    else
        strcpy(out->lacks, !device && !taken ? "'device_id', 'taken_at'" : device ? "'taken_at'" : "'device_id'");
}

static int open_certificates(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                             struct err *why)
{
    const unsigned char *from = skip_to_value(head);
    const unsigned char *const start = (const unsigned char *)head->bytes.ptr;
    struct json_cutter *c;

    if (from == start + head->bytes.len || (*from != '{' && *from != '['))
        return err_set(why, ERR_DATA, "'%s' does not begin with a JSON object or an array of objects", job->name);
    c = calloc(1, sizeof(*c));
    if (c == NULL)
        return err_nomem(why);
    job->state = c;
    c->names = snapshot_names;
    c->name_count = SNAPSHOT_NAMES;
    c->array = *from == '[';
    from += c->array;
    *consumed = (size_t)(from - start);
    file->dialect = strdup(c->array ? "JSON array" : "NDJSON");
    return file->dialect == NULL ? err_nomem(why) : 0;
}

static ptrdiff_t cut_certificates(struct job *job, struct block *b, bool at_end)
{
    return json_cut(job->state, b, at_end);
}

static int take_record(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err)
{
    struct snapshot snap;

    if (!snapshot_read(&w->tape, &w->parts, record, &snap, &w->fault))
        return worker_reject(job, w, at, record, err);
    snap.source = (struct source){job->number, at.line};
    buf_clear(&w->packed);
    evidence_pack_snapshot(&w->packed, &snap);
    return worker_keep(w, &(struct parcel){INTAKE_DEVICE, snap.device, snap.taken_at}, err);
}

static int take_spans(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct place at = {b->line, b->offset};
    size_t counted = 0;

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *s = &b->spans[i];
        const struct text record = {(const char *)b->ptr + s->at, s->len};
        int rc;

        at.line += bytes_scan(b->ptr + counted, s->at - counted).lines;
        at.offset = b->offset + s->at;
        counted = s->at;
        if (s->fault == NULL) {
            rc = take_record(job, w, at, record, err);
        } else {
            (void)fault_set(&w->fault, (struct text){0}, "%s", s->fault);
            rc = worker_reject(job, w, at, record, err);
        }
        if (rc < 0)
            return -1;
    }
    return 0;
}

static bool is_blank(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] != ' ' && t.ptr[i] != '\t')
            return false;
    return true;
}

static int take_lines(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    uint64_t line = b->line + bytes_scan(b->ptr, b->from).lines;

    for (size_t pos = b->from; pos < b->len; line++) {
        const size_t len = bytes_line(b->ptr + pos, b->len - pos, true);
        const struct text record = bytes_without_end(b->ptr + pos, len);
        const struct place at = {line, b->offset + pos};

        pos += len;
        if (record.len > RECORD_MAX) {
            (void)fault_set(&w->fault, (struct text){0}, "the record is longer than 1 MiB");
            if (worker_reject(job, w, at, record, err) < 0)
                return -1;
        } else if (!is_blank(record) && take_record(job, w, at, record, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int parse_certificates(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    if (take_spans(job, w, b, err) < 0 || take_lines(job, w, b, err) < 0)
        return -1;
    return w->tape.no_memory || w->parts.no_memory ? err_nomem(err) : 0;
}

static void close_certificates(struct job *job)
{
    free(job->state);
    job->state = NULL;
}

const struct reader_ops reader_certificates = {.kind = &reader_kinds[READER_certificates],
                                               .bid = bid_certificates,
                                               .open = open_certificates,
                                               .cut = cut_certificates,
                                               .parse = parse_certificates,
                                               .close = close_certificates};
