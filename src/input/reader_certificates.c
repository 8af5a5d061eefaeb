/* certificates: snapshots of what Devices hold, as JSON objects. */
#include "footer_int.h"
#include "readers_int.h"
#include "snapshot_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- Finding the records ---- */

#define TRAILING_SHOWN 64 /* bytes of what stands behind the array */
#define DEPTH_MAX      64 /* of brackets in one object; the reader of records allows less */
#define FIRST_NAME_MAX 64

struct json_cutter {
    const struct text *names; /* with which an object of this kind may begin */
    size_t name_count;
    bool array;
    bool loose; /* objects one behind the other, which do not end where lines do */
    bool ended; /* the array was closed */
    bool lost;  /* dropping bytes until an object begins */
    bool told;  /* that the array is cut short was told */
    struct line_cutter lines;
    size_t first_name_len;           /* 0: not known */
    char first_name[FIRST_NAME_MAX]; /* the first name in the first whole object, with its quotes */
};

static const char over_long[] = "the record is longer than 1 MiB";
static const char broken[] = "is no whole JSON object: a quote or a bracket is missing";
static const char cut_short[] = "the array is not closed: the file may be cut short";
static const char behind_end[] = "stands behind the end of the array";
static const char no_object[] = "is no JSON object";

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum scan_result { SCAN_WHOLE, SCAN_MORE, SCAN_BROKEN };

/* Skips a string whose opening quote is at *at. A line end within tells that its closing quote is missing. */
static enum scan_result scan_string(const unsigned char *p, size_t len, size_t *at)
{
    for (size_t i = *at + 1; i < len; i++) {
        i += json_plain((const char *)p + i, len - i);
        if (i == len)
            break;
        if (p[i] == '"') {
            *at = i + 1;
            return SCAN_WHOLE;
        }
        if (p[i] == '\\')
            i++;
        else if (p[i] < 0x20)
            return SCAN_BROKEN;
    }
    return SCAN_MORE;
}

/* What may stand outside strings: brackets, separators, and the letters of numbers, true, false and null. */
static const bool structure[256] = {
    [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true, ['{'] = true, ['}'] = true, ['['] = true,
    [']'] = true, [':'] = true,  [','] = true,  ['+'] = true,  ['-'] = true, ['.'] = true, ['0'] = true,
    ['1'] = true, ['2'] = true,  ['3'] = true,  ['4'] = true,  ['5'] = true, ['6'] = true, ['7'] = true,
    ['8'] = true, ['9'] = true,  ['e'] = true,  ['E'] = true,  ['t'] = true, ['r'] = true, ['u'] = true,
    ['f'] = true, ['a'] = true,  ['l'] = true,  ['s'] = true,  ['n'] = true,
};

/* Finds the end of the object that begins at p. */
static enum scan_result scan_object(const unsigned char *p, size_t len, size_t *end)
{
    char closing[DEPTH_MAX];
    size_t depth = 0, i = 0;

    while (i < len) {
        const unsigned char c = p[i];
        if (c == '"') {
            const enum scan_result r = scan_string(p, len, &i);
            if (r != SCAN_WHOLE)
                return r;
            continue;
        }
        i++;
        if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX)
                return SCAN_BROKEN;
            closing[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (c != closing[--depth])
                return SCAN_BROKEN;
            if (depth == 0) {
                *end = i;
                return SCAN_WHOLE;
            }
        } else if (!structure[c]) {
            return SCAN_BROKEN;
        }
    }
    return SCAN_MORE;
}

/* From an object that is whole: the first name of a broken one may be where it is broken. */
static void learn_first_name(struct json_cutter *c, const unsigned char *p, size_t len)
{
    size_t from = 1, to;

    while (from < len && is_space(p[from]))
        from++;
    to = from;
    if (c->first_name_len == 0 && from < len && p[from] == '"' && scan_string(p, len, &to) == SCAN_WHOLE &&
        to - from <= FIRST_NAME_MAX) {
        memcpy(c->first_name, p + from, to - from);
        c->first_name_len = to - from;
    }
}

/* Whether a record may begin with this name: as the first whole one did, or with a name of the kind. */
static bool is_first_name(const struct json_cutter *c, const unsigned char *p, size_t len)
{
    if (c->first_name_len > 0 && len >= c->first_name_len && memcmp(p, c->first_name, c->first_name_len) == 0)
        return true;
    for (size_t i = 0; i < c->name_count; i++) {
        const struct text name = c->names[i];
        if (len >= name.len + 2 && p[0] == '"' && memcmp(p + 1, name.ptr, name.len) == 0 && p[name.len + 1] == '"')
            return true;
    }
    return false;
}

/* Where, from `at` on, an object begins that may be a record; len when nowhere. */
static size_t find_start(const struct json_cutter *c, const unsigned char *p, size_t len, size_t at)
{
    while (at < len) {
        const unsigned char *brace = memchr(p + at, '{', len - at);
        if (brace == NULL)
            break;
        at = (size_t)(brace - p);
        size_t name = at + 1;
        while (name < len && is_space(p[name]))
            name++;
        if (is_first_name(c, p + name, len - name))
            return at;
        at++;
    }
    return len;
}

struct cutting {
    struct json_cutter *c;
    struct block *b;
    size_t at;
    bool at_end;
    bool no_memory;
};

static void add_span(struct cutting *k, size_t len, const char *fault)
{
    k->no_memory |= !block_add_span(k->b, k->at, len, fault);
    k->at += len;
}

/* Gives up what begins at k->at; `fault` is for a rest in which nothing else begins. False when more bytes may show
 * where the next object begins. */
static bool give_up(struct cutting *k, const char *fault)
{
    const struct block *b = k->b;
    const size_t left = b->len - k->at;
    const size_t next = find_start(k->c, b->ptr, b->len, k->at + 1);

    if (next < b->len) {
        add_span(k, next - k->at, broken);
        return true;
    }
    if (!k->at_end && left <= RECORD_MAX)
        return false;
    k->c->lost = !k->at_end;
    k->c->told |= k->at_end;
    add_span(k, left, k->at_end ? fault : over_long);
    return true;
}

/* Drops bytes up to the next start; keeps as many as a start may need. */
static bool drop(struct cutting *k)
{
    const struct block *b = k->b;
    const size_t next = find_start(k->c, b->ptr, b->len, k->at);
    const size_t keep = 4096; /* a brace, blanks and the name */

    if (next < b->len) {
        k->at = next;
        k->c->lost = k->c->ended = false;
        return true;
    }
    if (k->at_end)
        k->at = b->len;
    else if (b->len - k->at > keep)
        k->at = b->len - keep;
    k->c->told |= k->at_end; /* how the array ended is not known */
    return false;
}

/* Something that is no object, up to the next comma or bracket. */
static bool take_other(struct cutting *k)
{
    const unsigned char *p = k->b->ptr;
    size_t end = k->at;

    while (end < k->b->len && p[end] != ',' && p[end] != ']' && p[end] != '{')
        end++;
    if (end == k->at) /* a stray bracket */
        end++;
    if (end == k->b->len && !k->at_end && end - k->at <= RECORD_MAX)
        return false;
    add_span(k, end - k->at, no_object);
    return true;
}

static bool take_object(struct cutting *k)
{
    const unsigned char *p = k->b->ptr + k->at;
    const size_t left = k->b->len - k->at;
    size_t end = 0;

    switch (scan_object(p, left, &end)) {
    case SCAN_WHOLE:
        learn_first_name(k->c, p, end);
        add_span(k, end, end > RECORD_MAX ? over_long : NULL);
        return true;
    case SCAN_MORE:
        if (k->at_end)
            return give_up(k, k->c->array ? cut_short : broken);
        return left > RECORD_MAX && give_up(k, broken);
    default:
        return give_up(k, broken);
    }
}

/* Another array behind the end of the array, or something else: told by its first bytes. If another object begins in
 * it, the bracket that ended the array was a stray one. */
static bool take_trailing(struct cutting *k)
{
    const size_t left = k->b->len - k->at;

    if (k->b->ptr[k->at] == '[') { /* of files that were put together */
        k->c->ended = false;
        k->at++;
        return true;
    }
    if (k->b->ptr[k->at] == '{') {
        k->c->ended = k->c->array = false;
        k->c->loose = true;
        return true;
    }
    const size_t len = bytes_line(k->b->ptr + k->at, left, k->at_end);
    const struct text line = bytes_without_end(k->b->ptr + k->at, len);
    if ((left < TRAILING_SHOWN && !k->at_end) || (len == 0 && left <= RECORD_MAX))
        return false;
    if (footer_is(text_trim(line))) {
        add_span(k, line.len, NULL);
        return true;
    }
    k->no_memory |= !block_add_span(k->b, k->at, left < TRAILING_SHOWN ? left : TRAILING_SHOWN, behind_end);
    k->c->lost = true;
    return true;
}

/* One step; false when no more can be done with this block. */
static bool step(struct cutting *k)
{
    struct json_cutter *const c = k->c;
    const struct block *b = k->b;

    if (c->lost)
        return drop(k);
    while (k->at < b->len) {
        const size_t mark = bytes_mark(b->ptr + k->at, b->len - k->at);
        if (mark == 0 && !is_space(b->ptr[k->at]) && (c->ended || b->ptr[k->at] != ','))
            break;
        k->at += mark > 0 ? mark : 1;
    }
    if (k->at == b->len)
        return false;
    if (c->ended)
        return take_trailing(k);
    if (b->ptr[k->at] == ']' && !c->loose) {
        c->ended = true;
        k->at++;
        return true;
    }
    return b->ptr[k->at] == '{' ? take_object(k) : take_other(k);
}

/* The result is that of reader_ops.cut. Every record is a span of the block, but for the lines of NDJSON: those are
 * what lies from b->from on. Where an object of an array is broken, or the array ends too early, reading goes on at the
 * next object that begins with one of the names, or as the first whole object did. */
static ptrdiff_t cut_certificates(struct job *job, struct block *b, bool at_end)
{
    struct json_cutter *const c = job->state;
    const struct json_cutter before = *c;
    struct cutting k = {.c = c, .b = b, .at_end = at_end};

    if (!c->array && !c->loose)
        return lines_cut(&c->lines, b, at_end);
    b->span_count = 0; /* of an earlier try with fewer bytes */
    while (step(&k) && !k.no_memory)
        continue;
    if (at_end && c->array && !c->ended && !c->told) {
        c->told = true;
        k.no_memory |= !block_add_span(b, b->len, 0, cut_short);
    }
    b->from = b->len;
    if (k.at == 0 && !at_end)
        *c = before; /* it is tried again with more bytes, as if this had not been */
    return k.no_memory ? -1 : (ptrdiff_t)k.at;
}

/* ---- Kind and heading ---- */

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

static void bid_certificates(const struct reader_ops *ops, const struct job *job, const struct head *head,
                             struct bid *out)
{
    const unsigned char *const from = skip_to_value(head);
    const size_t left = head->bytes.len - (size_t)(from - (const unsigned char *)head->bytes.ptr);

    (void)ops;
    (void)job;
    *out = (struct bid){0};
    if (left == 0 || (*from != '{' && *from != '['))
        return;
    const bool device = holds(head, "\"device_id\""), taken = holds(head, "\"taken_at\"");
    out->score = 1 + device + taken;
    if ((device && taken) || (*from == '[' && head->whole && !holds(head, "{")))
        out->score += BID_SURE;
    else
        strcpy(out->lacks, !device && !taken ? "'device_id', 'taken_at'" : device ? "'taken_at'" : "'device_id'");
}

/* Whether the first object goes on in the next line: it does not end in its own, and no other begins there. */
static bool goes_over_lines(const unsigned char *p, size_t len)
{
    size_t line = bytes_line(p, len, true), end;

    if (scan_object(p, line, &end) != SCAN_MORE)
        return false;
    while (line < len && is_space(p[line]))
        line++;
    return line < len && p[line] != '{';
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
    c->loose = !c->array && goes_over_lines(from, head->bytes.len - *consumed);
    file->dialect = strdup(c->array ? "JSON array" : c->loose ? "JSON objects" : "NDJSON");
    return file->dialect == NULL ? err_nomem(why) : 0;
}

/* Reads an object and keeps it: 1; 0 with w->fault where it is a bad one; -1 when nothing can go on. */
static int keep_record(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err)
{
    const struct instant_form times = {ZONE_UTC, DATE_START, job->clock, job->month_first}; /* R1: reading time */
    struct snapshot snap;

    if (!snapshot_read(&w->tape, &w->parts, record, &times, job->name, &snap, &w->fault))
        return 0;
    snap.source = (struct source){job->number, at.line};
    buf_clear(&w->packed);
    evidence_pack_snapshot(&w->packed, &snap);
    return worker_keep(w, &(struct parcel){INTAKE_DEVICE, snap.device, snap.taken_at}, err) < 0 ? -1 : 1;
}

static int take_record(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err)
{
    if (footer_is(text_trim(record)))
        return worker_pass_over(w), 0;
    const int kept = keep_record(job, w, at, record, err);

    return kept == 0 ? worker_reject(job, w, at, record, err) : kept < 0 ? -1 : 0;
}

static bool is_blank(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] != ' ' && t.ptr[i] != '\t')
            return false;
    return true;
}

/* An object at the start of a line that is glued to another; 0: it is not. */
static size_t glued_object(struct text line)
{
    size_t end = 0;

    return memmem(line.ptr, line.len, "}{", 2) != NULL &&
                   scan_object((const unsigned char *)line.ptr, line.len, &end) == SCAN_WHOLE && end < line.len &&
                   line.ptr[end] == '{'
               ? end
               : 0;
}

/* The objects of a line: several where files without a line end at their end were put together. */
static int take_line(const struct job *job, struct worker *w, struct place at, struct text line, struct err *err)
{
    const int kept = keep_record(job, w, at, line, err);
    size_t end;

    if (kept != 0)
        return kept < 0 ? -1 : 0;
    while ((end = glued_object(line)) > 0) {
        if (take_record(job, w, at, (struct text){line.ptr, end}, err) < 0)
            return -1;
        line = (struct text){line.ptr + end, line.len - end};
        at.offset += end;
    }
    return take_record(job, w, at, line, err);
}

static int take_lines(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    uint64_t line = b->line + bytes_scan(b->ptr, b->from).lines;

    for (size_t pos = b->from; pos < b->len; line++) {
        const size_t len = bytes_line(b->ptr + pos, b->len - pos, true);
        const size_t mark = bytes_mark(b->ptr + pos, len);
        const struct text record = bytes_without_end(b->ptr + pos + mark, len - mark);
        const struct place at = {line, b->offset + pos + mark};

        pos += len;
        if (record.len > RECORD_MAX) {
            (void)fault_set(&w->fault, (struct text){0}, "the record is longer than 1 MiB");
            if (worker_reject(job, w, at, record, err) < 0)
                return -1;
        } else if (record.len > 0 && (record.ptr[0] == '#' || footer_is(text_trim(record)))) {
            worker_pass_over(w);
        } else if (!is_blank(record) && take_line(job, w, at, record, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int parse_certificates(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    if (worker_take_spans(job, w, b, take_record, err) < 0 || take_lines(job, w, b, err) < 0)
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
