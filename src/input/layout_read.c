/* Reads files in a layout: cuts them where no record needs one before it, and makes rows of records, their parents and
 * the header. */
#include "layout_int.h"

#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MAX (16U << 20) /* bytes of a parent and its children */

/* A type of records that the layout does not have. */
#define OTHERS_MAX     8
#define OTHER_TEXT_MAX 15
struct other_type {
    char text[OTHER_TEXT_MAX + 1]; /* "": those beyond OTHERS_MAX */
    uint64_t count;
};

/* What the reading thread saw so far. */
struct layout_seen {
    struct other_type others[OTHERS_MAX + 1];
    uint64_t lines, between, records; /* from the header to before the trailer; of them records that become rows */
    bool trailer;
    uint64_t counted; /* by the trailer */
    char wrong[160];  /* what is wrong with the trailer; "": nothing */
};

struct layout_state {
    const struct layout *layout;
    struct intake_file *file;
    struct heading heading; /* each column where the fields of a row have it */
    struct buf header;      /* a copy of that record */
    struct layout_seen seen;
    struct splitter split; /* of the reading thread */
};

static bool is_record(const struct layout *l, struct text type)
{
    for (size_t i = 0; i < l->record_count; i++)
        if (text_equal(type, text_of(l->records[i])))
            return true;
    return false;
}

static bool is_type(const char *wanted, struct text type)
{
    return wanted != NULL && text_equal(type, text_of(wanted));
}

static size_t column_index(const struct heading *h, const char *name)
{
    size_t c = 0;

    while (c < h->column_count && !text_same_word(text_of(h->columns[c].name), text_of(name)))
        c++;
    return c; /* flat_check found it */
}

static void make_heading(struct heading *h, const struct layout *l, const struct table_kind *kind)
{
    h->columns = kind->columns;
    h->column_count = kind->column_count;
    h->field_count = kind->column_count;
    for (size_t c = 0; c < kind->column_count; c++) {
        h->name[c] = text_of(kind->columns[c].name);
        h->position[c] = (uint16_t)kind->column_count;
        if (kind->columns[c].required && !kind->columns[c].may_be_blank)
            h->required[h->required_count++] = (uint16_t)c;
    }
    for (size_t i = 0; i < l->field_count; i++) {
        const size_t c = column_index(h, l->fields[i].column);
        h->position[c] = (uint16_t)c;
    }
    heading_note_nullable(h);
}

/* Puts the values that a record holds for its type into the fields of a row. */
static bool fill(const struct layout *l, const struct heading *h, struct splitter *s, struct text record,
                 struct text *fields, const char **why)
{
    const struct text type = flat_type(l, record);

    if (!flat_split(l, s, record, why))
        return false;
    for (size_t i = 0; i < l->field_count; i++)
        if (is_type(l->fields[i].type, type))
            fields[column_index(h, l->fields[i].column)] = flat_value(l, s, record, l->fields[i].place);
    return true;
}

static void note_layout(const struct layout *l, struct buf *out)
{
    buf_printf(out, "layout=%s %d %u-%u %d\n", l->name, l->separator, l->type.from, l->type.to, (int)l->dates);
    for (size_t i = 0; i < l->field_count; i++)
        buf_printf(out, "%s.%s=%u-%u\n", l->fields[i].type, l->fields[i].column, l->fields[i].place.from,
                   l->fields[i].place.to);
}

static int open_layout(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                       struct err *why)
{
    const struct layout *const l = job->layout;
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    struct layout_state *const state = calloc(1, sizeof(*state));
    size_t from;

    if (state == NULL)
        return err_nomem(why);
    job->state = state;
    state->layout = l;
    state->file = file;
    make_heading(&state->heading, l, job->ops->table);
    const bool found = layout_start(l, head, &from, &file->titles);
    if (l->header != NULL && !found)
        return err_set(why, ERR_DATA,
                       "'%s' does not begin as [layout %s] has it: its first record is not of the type '%s'", job->name,
                       l->name, l->header);
    if (l->header == NULL) {
        file->titles = 0;
        from = head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    }
    const size_t first = bytes_line(p + from, head->bytes.len - from, head->whole);
    if (l->header != NULL)
        buf_add_text(&state->header, bytes_without_end(p + from, first));
    *consumed = l->header != NULL ? from + first : from;
    state->seen.lines = l->header != NULL;
    note_layout(l, &job->settings);
    if (state->header.failed || heading_take_form(&state->heading, job) < 0 ||
        asprintf(&file->dialect, "records of [layout %s]", l->name) < 0)
        return err_nomem(why);
    file->extracted_at = job->extracted_at;
    return 0;
}

static void close_layout(struct job *job)
{
    struct layout_state *const state = job->state;

    if (state == NULL)
        return;
    heading_release(&state->heading);
    splitter_release(&state->split);
    buf_release(&state->header);
    free(state);
    job->state = NULL;
}

/* ---- The reading thread ---- */

static void take_trailer(const struct layout *l, struct splitter *s, struct layout_seen *seen, struct text record)
{
    const char *why = "";
    uint64_t n = 0;

    seen->trailer = true;
    if (l->count.from == 0)
        return;
    const bool split = flat_split(l, s, record, &why);
    const struct text count = split ? flat_value(l, s, record, l->count) : (struct text){0};
    for (size_t i = 0; i < count.len && n < UINT64_MAX / 100; i++)
        n = count.ptr[i] >= '0' && count.ptr[i] <= '9' ? n * 10 + (uint64_t)(count.ptr[i] - '0') : UINT64_MAX / 10;
    if (count.len == 0 || n >= UINT64_MAX / 100)
        snprintf(seen->wrong, sizeof(seen->wrong), "its trailer tells no count where [layout %s] has it", l->name);
    seen->counted = n;
}

/* A blank line, or the mark that ended files once (Ctrl-Z). */
static bool is_nothing(struct text record)
{
    const struct text t = text_trim(record);

    return t.len == 0 || (t.len == 1 && t.ptr[0] == '\x1A');
}

static void note_other(struct layout_seen *seen, struct text type)
{
    char shown[OTHER_TEXT_MAX + 1];
    size_t i = 0;

    text_show(type, shown, sizeof(shown));
    while (i < OTHERS_MAX && seen->others[i].count > 0 && strcmp(seen->others[i].text, shown) != 0)
        i++;
    if (i < OTHERS_MAX)
        memcpy(seen->others[i].text, shown, sizeof(shown));
    seen->others[i].count++;
}

static void take_line(struct layout_state *st, struct layout_seen *seen, struct text record)
{
    const struct layout *const l = st->layout;
    const struct text type = flat_type(l, record);

    if (is_nothing(record))
        return;
    if (seen->trailer && seen->wrong[0] == '\0')
        snprintf(seen->wrong, sizeof(seen->wrong),
                 "records stand behind its trailer '%s': several files in one? Take "
                 "them apart",
                 l->trailer);
    if (l->header != NULL && is_type(l->header, type) && seen->wrong[0] == '\0')
        snprintf(seen->wrong, sizeof(seen->wrong), "it has a second header '%s': several files in one? Take them apart",
                 l->header);
    seen->lines++;
    if (is_type(l->trailer, type)) {
        take_trailer(l, &st->split, seen, record);
        return;
    }
    seen->between++;
    seen->records += is_record(l, type);
    if (!is_record(l, type) && !is_type(l->parent, type))
        note_other(seen, type);
}

/* Where a child may need the parent before it, a block ends before a parent. */
static bool may_end_before(const struct layout *l, struct text record)
{
    return l->parent == NULL || is_type(l->parent, flat_type(l, record));
}

static ptrdiff_t cut_layout(struct job *job, struct block *b, bool at_end)
{
    struct layout_state *const state = job->state;
    struct layout_seen seen = state->seen, kept = seen;
    size_t end = 0, kept_end = 0;

    while (end < b->len) {
        const size_t len = bytes_line(b->ptr + end, b->len - end, at_end);
        const struct text record = bytes_without_end(b->ptr + end, len);
        if (len == 0)
            break;
        if (end > 0 && may_end_before(state->layout, record)) {
            kept = seen;
            kept_end = end;
        }
        take_line(state, &seen, record);
        end += len;
    }
    if (state->split.no_memory)
        return -1;
    if (at_end || state->layout->parent == NULL || (kept_end == 0 && end > GROUP_MAX)) {
        kept = seen;
        kept_end = end;
    }
    if (kept_end == 0 && !at_end && b->len > GROUP_MAX) /* one line: it becomes a reject */
        kept_end = b->len;
    state->seen = kept;
    return (ptrdiff_t)kept_end;
}

/* ---- Workers ---- */

struct layout_work {
    const struct job *job;
    const struct layout_state *state;
    struct worker *worker;
    struct text fields[KIND_COLUMNS_MAX + 1]; /* of the header and the present parent */
    struct buf kept;                          /* what they point into */
    bool parent;
};

/* Keeps the values beyond the next split. */
static bool keep_fields(struct layout_work *k, struct text record, bool *bad, const char **why)
{
    struct text fresh[KIND_COLUMNS_MAX + 1] = {0};

    *bad = !fill(k->state->layout, &k->state->heading, &k->worker->split, record, fresh, why);
    for (size_t c = 0; !*bad && c < k->state->heading.column_count; c++) {
        char *const copy = fresh[c].len > 0 ? malloc(fresh[c].len) : NULL;
        if (fresh[c].len == 0)
            continue;
        if (copy == NULL)
            return false;
        memcpy(copy, fresh[c].ptr, fresh[c].len);
        buf_add(&k->kept, &copy, sizeof(copy));
        k->fields[c] = (struct text){copy, fresh[c].len};
    }
    return !k->kept.failed;
}

static int take_row(struct layout_work *k, struct place at, struct text record, struct err *err)
{
    const struct layout *const l = k->state->layout;
    struct text fields[KIND_COLUMNS_MAX + 1];
    const char *why = "";

    memcpy(fields, k->fields, sizeof(fields));
    if (l->parent != NULL && !k->parent) {
        (void)fault_set(&k->worker->fault, (struct text){0}, "has no record '%s' before it, whose values it needs",
                        l->parent);
        return worker_reject(k->job, k->worker, at, record, err);
    }
    if (!text_is_utf8(record) || !fill(l, &k->state->heading, &k->worker->split, record, fields, &why)) {
        (void)fault_set(&k->worker->fault, (struct text){0}, "%s", *why != '\0' ? why : "is no valid UTF-8");
        return worker_reject(k->job, k->worker, at, record, err);
    }
    return table_take_fields(k->job, &k->state->heading, k->worker, fields, at, record, err);
}

static void forget(struct layout_work *k)
{
    for (size_t at = 0; at < k->kept.len; at += sizeof(char *)) {
        char *copy;
        memcpy(&copy, k->kept.ptr + at, sizeof(copy));
        free(copy);
    }
    buf_clear(&k->kept);
    memset(k->fields, 0, sizeof(k->fields));
    k->parent = false;
}

static int take_parent(struct layout_work *k, struct place at, struct text record, struct err *err)
{
    const struct text header = buf_text(&k->state->header);
    const char *why = "";
    bool bad = false;

    forget(k);
    if ((header.len > 0 && !keep_fields(k, header, &bad, &why)) ||
        (record.len > 0 && !keep_fields(k, record, &bad, &why)))
        return err_nomem(err);
    k->parent = record.len > 0 && !bad;
    if (!bad || record.len == 0)
        return 0;
    (void)fault_set(&k->worker->fault, (struct text){0}, "%s", why);
    return worker_reject(k->job, k->worker, at, record, err);
}

static int take_any(struct layout_work *k, struct place at, struct text record, struct err *err)
{
    const struct layout *const l = k->state->layout;
    const struct text type = flat_type(l, record);

    if (record.len > RECORD_MAX) {
        (void)fault_set(&k->worker->fault, (struct text){0}, "the record is longer than 1 MiB");
        return worker_reject(k->job, k->worker, at, record, err);
    }
    if (is_type(l->parent, type))
        return take_parent(k, at, record, err);
    if (is_record(l, type))
        return take_row(k, at, record, err);
    if (!is_nothing(record) && !is_type(l->trailer, type))
        worker_pass_over(k->worker);
    return 0;
}

static int parse_layout(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct layout_work k = {.job = job, .state = job->state, .worker = w};
    struct place at = {b->line, b->offset};
    int rc = take_parent(&k, at, (struct text){0}, err);

    for (size_t pos = 0; rc == 0 && pos < b->len;) {
        const size_t len = bytes_line(b->ptr + pos, b->len - pos, true);
        at.offset = b->offset + pos;
        rc = take_any(&k, at, bytes_without_end(b->ptr + pos, len), err);
        at.line++;
        pos += len;
    }
    forget(&k);
    buf_release(&k.kept);
    return rc == 0 && w->split.no_memory ? err_nomem(err) : rc;
}

/* The types that were passed over are named once, as unknown columns are. */
static int tell_others(const struct layout_state *state, struct err *why)
{
    struct buf list = {0};

    for (size_t i = 0; i <= OTHERS_MAX; i++) {
        const struct other_type *const o = &state->seen.others[i];
        if (o->count > 0)
            buf_printf(&list, "%s%s (%llu)", list.len > 0 ? ", " : "records of the types ",
                       o->text[0] != '\0' ? o->text
                       : i < OTHERS_MAX   ? "\"\""
                                          : "others",
                       (unsigned long long)o->count);
    }
    if (list.len > 0)
        state->file->ignored_columns = strdup(buf_cstr(&list));
    const bool failed = list.failed || (list.len > 0 && state->file->ignored_columns == NULL);
    buf_release(&list);
    return failed ? err_nomem(why) : 0;
}

static int finish_layout(const struct job *job, struct err *why)
{
    const struct layout_state *const state = job->state;
    const struct layout *const l = state->layout;
    const struct layout_seen *const seen = &state->seen;
    const uint64_t found = l->counts == COUNTS_ALL       ? seen->lines
                           : l->counts == COUNTS_RECORDS ? seen->records
                                                         : seen->between;

    if (l->trailer != NULL && !seen->trailer)
        return err_set(why, ERR_DATA, "'%s' has no trailer '%s': it may be cut short; get a whole copy of it",
                       job->name, l->trailer);
    if (seen->wrong[0] != '\0')
        return err_set(why, ERR_DATA, "'%s': %s", job->name, seen->wrong);
    if (l->count.from > 0 && found != seen->counted)
        return err_set(why, ERR_DATA, "'%s' has %llu records, and its trailer counts %llu: get a whole copy of it",
                       job->name, (unsigned long long)found, (unsigned long long)seen->counted);
    return tell_others(state, why);
}

void flat_reader(const struct layout *l, struct reader_ops *out)
{
    *out = *readers_find(l->kind);
    out->open = open_layout;
    out->cut = cut_layout;
    out->parse = parse_layout;
    out->finish = finish_layout;
    out->doubt = NULL;
    out->close = close_layout;
}
