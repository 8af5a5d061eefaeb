/* duis: documents of the DCC User Interface Specification, as Users keep what they sent and got. */
#include "duis_cut_int.h"
#include "duis_record_int.h"
#include "readers_int.h"

#include <stdlib.h>
#include <string.h>

static bool holds(struct text bytes, const char *part)
{
    return memmem(bytes.ptr, bytes.len, part, strlen(part)) != NULL;
}

static void bid_duis(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    static const char *const signs[] = {"ServiceUserGateway", "schemaVersion", "RequestID", "ResponseID", "DccAdapter"};

    (void)ops;
    (void)job;
    *out = (struct bid){0};
    if (!duis_begins(head->bytes))
        return;
    out->score = 1;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (holds(head->bytes, signs[i]))
            out->score = BID_SURE;
    if (out->score < BID_SURE)
        strcpy(out->lacks, "a root Request or Response of DUIS");
}

static int open_duis(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                     struct err *why)
{
    if (!duis_begins(head->bytes))
        return err_set(why, ERR_DATA, "'%s' does not begin with an XML document", job->name);
    job->state = calloc(1, sizeof(struct duis_cutter));
    file->dialect = strdup("DUIS XML");
    *consumed = 0;
    return job->state == NULL || file->dialect == NULL ? err_nomem(why) : 0;
}

static ptrdiff_t cut_duis(struct job *job, struct block *b, bool at_end)
{
    return duis_cut(job->state, b, at_end);
}

static int take_span(const struct duis_take *span, const char *broken, struct err *err)
{
    struct worker *const w = span->worker;
    struct duis_document d;
    struct err why = {0};
    struct duis_take with_document = *span;
    const struct duis_take *const t = &with_document;

    with_document.document = &d;
    if (broken != NULL) {
        (void)fault_set(&w->fault, (struct text){0}, "%s", broken);
        return duis_reject(t, err);
    }
    if (duis_read(w->duis, t->bytes, &d, &why) == 0)
        return duis_take_document(t, err);
    if (err_is_ours(&why))
        return err_copy(err, &why);
    (void)fault_set(&w->fault, (struct text){0}, "%s", why.msg);
    return duis_reject(t, err);
}

static int parse_duis(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct duis_take t = {.job = job, .worker = w, .at = {b->line, b->offset}};
    size_t counted = 0;

    if (w->duis == NULL && duis_parser_create(&w->duis, err) < 0)
        return -1;
    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];

        t.at.line += bytes_scan(b->ptr + counted, s->at - counted).lines;
        t.at.offset = b->offset + s->at;
        counted = s->at;
        t.bytes = (struct text){(const char *)b->ptr + s->at, s->len};
        if (take_span(&t, s->fault, err) < 0)
            return -1;
    }
    return w->parts.no_memory ? err_nomem(err) : 0;
}

static void close_duis(struct job *job)
{
    free(job->state);
    job->state = NULL;
}

const struct reader_ops reader_duis = {.kind = &reader_kinds[READER_duis],
                                       .bid = bid_duis,
                                       .open = open_duis,
                                       .cut = cut_duis,
                                       .parse = parse_duis,
                                       .close = close_duis};
