/* Headings of CSV files: telling the delimiter, and matching names with the columns of a kind. */
#include "premises_int.h"

#include "base/ascii.h"
#include "domain/eui64.h"
#include "domain/terms.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADING_LINES 20 /* in which the heading is looked for */

/* Where a heading was found, and what it has. */
struct heading_place {
    char delimiter;
    size_t at, consumed; /* from where on it was looked for, and the bytes up to the line behind it */
    uint64_t titles;     /* lines before it */
    uint64_t row_line;   /* of one of them that looks like a row; 0: none */
    int position[KIND_COLUMNS_MAX];
    bool known[SPLIT_FIELDS_MAX];
    unsigned types;  /* of Devices that have an identifier of their own in it */
    int twice;       /* a column that it has twice; -1: none */
    const char *why; /* it cannot be split */
};

static const char delimiters[] = {',', ';', '\t', '|'}; /* of equals the first is taken */

static size_t skip_mark_and_blanks(const struct head *head, size_t at)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;

    if (at == 0 && head->bytes.len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    while (at < head->bytes.len && (p[at] == ' ' || p[at] == '\r' || p[at] == '\n'))
        at++;
    return at;
}

/* The line, or the lines where a quoted heading holds a line end. */
static size_t heading_length(const unsigned char *p, size_t len, bool whole)
{
    size_t end = 0, quotes = 0;

    do {
        const size_t line = bytes_line(p + end, len - end, whole);
        if (line == 0)
            return 0;
        quotes += bytes_count(p + end, line, '"');
        end += line;
    } while (quotes % 2 != 0);
    return end;
}

static char tell_delimiter(struct text line)
{
    size_t found[ARRAY_LEN(delimiters)] = {0};
    size_t best = 0;
    bool quoted = false;

    for (size_t i = 0; i < line.len; i++) {
        quoted ^= line.ptr[i] == '"';
        for (size_t d = 0; d < ARRAY_LEN(delimiters); d++)
            found[d] += !quoted && line.ptr[i] == delimiters[d];
    }
    for (size_t d = 1; d < ARRAY_LEN(delimiters); d++)
        if (found[d] > found[best])
            best = d;
    return delimiters[best];
}

/* Excel's own first line: sep=; */
static bool is_sep(struct text line, char *delimiter)
{
    if (line.len != 5 || !text_equal_nocase((struct text){line.ptr, 4}, TEXT_LITERAL("sep=")))
        return false;
    *delimiter = line.ptr[4];
    return memchr(delimiters, line.ptr[4], sizeof(delimiters)) != NULL;
}

/* What keeps text of which every second byte is 0 from being read; NULL for other text. */
static const char *utf16_fault(const struct head *head)
{
    const char *const p = head->bytes.ptr;
    bool even = head->bytes.len >= 16, odd = even;

    for (size_t i = 0; i < 16 && (even || odd); i += 2) {
        even = even && p[i] == '\0' && p[i + 1] != '\0';
        odd = odd && p[i] != '\0' && p[i + 1] == '\0';
    }
    return odd    ? "it is UTF-16 without a byte order mark; give its encoding, as in --encoding=UTF-16LE"
           : even ? "it is UTF-16 without a byte order mark; give its encoding, as in --encoding=UTF-16BE"
                  : NULL;
}

bool heading_split(struct splitter *s, const struct head *head, size_t from, char *delimiter, size_t *consumed,
                   const char **why)
{
    const unsigned char *p = (const unsigned char *)head->bytes.ptr;
    size_t at = skip_mark_and_blanks(head, from);
    size_t len = heading_length(p + at, head->bytes.len - at, head->whole);
    char sep = '\0';

    if (is_sep(bytes_without_end(p + at, len), &sep)) {
        at = skip_mark_and_blanks(head, at + len);
        len = heading_length(p + at, head->bytes.len - at, head->whole);
    }
    const struct text line = bytes_without_end(p + at, len);
    if (len == 0) {
        *why = !head->whole           ? "its heading does not end in its first 64 KiB"
               : at < head->bytes.len ? "in its heading a quote is opened and never closed"
                                      : "it has no heading";
        return false;
    }
    *consumed = at + len;
    *why = utf16_fault(head);
    if (*why != NULL)
        return false;
    if (memchr(line.ptr, '\0', line.len) != NULL || !text_is_utf8(line)) {
        *why = "it does not begin with a line of UTF-8 text; where it is in another encoding, give it, as in "
               "--encoding=windows-1252";
        return false;
    }
    *delimiter = sep != '\0' ? sep : tell_delimiter(line);
    return splitter_quoted(s, *delimiter, line, why);
}

/* What the industry calls the columns otherwise; those of a column stand together. */
static const struct {
    const char *kind, *column, *heading;
} shipped[] = {
#define HEADING(kind, column, heading) {kind, column, heading},
#include "headings.def"
#undef HEADING
};

/* How well a name of the heading fits the column: one that the configuration maps outweighs the column's own name, and
 * that outweighs what the industry calls it. */
enum fit { FIT_NONE, FIT_SHIPPED, FIT_NAME, FIT_MAPPED };

/* The lines of that list for each column of each kind: small files are as many as their headings are quick to match. */
static struct shipped_lines {
    size_t first, end;
    uint32_t initials; /* bit 1 << initial_of */
} lines_of[READER_COUNT][KIND_COLUMNS_MAX];

/* Of a word as text_same_word sees it, in 5 bits: rules nearly all out. */
static unsigned initial_of(struct text name)
{
    size_t blanks = 0; /* and bytes of no-break ones */

    while (blanks < name.len && !ascii_is_alnum(name.ptr[blanks]))
        blanks++;
    return blanks < name.len ? (unsigned char)ascii_lower(name.ptr[blanks]) & 31U : 0;
}

static void find_lines(void)
{
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct reader_ops *const ops = readers_find(shipped[i].kind);
        size_t c = 0;

        while (strcmp(ops->table->columns[c].name, shipped[i].column) != 0)
            c++;
        struct shipped_lines *const lines = &lines_of[ops->kind - reader_kinds][c];
        if (lines->end == 0)
            lines->first = i;
        lines->end = i + 1;
        lines->initials |= UINT32_C(1) << initial_of(text_of(shipped[i].heading));
    }
}

/* What a name of a heading is held against. */
struct sought {
    const struct column *column;
    const struct form *profile, *kind_form;
    struct shipped_lines lines;
    uint32_t initials; /* of the names that would fit, but for mapped ones: bit 1 << initial_of */
};

static struct sought seek(const struct reader_ops *ops, const struct job *job, size_t column)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_lines);
    const struct column *const c = &ops->table->columns[column];
    const struct shipped_lines lines = lines_of[ops->kind - reader_kinds][column];
    return (struct sought){
        .column = c,
        .profile = job->profile,
        .kind_form = forms_of_kind(job->options->forms, ops->kind->name),
        .lines = lines,
        .initials = lines.initials | UINT32_C(1) << initial_of(text_of(c->name)),
    };
}

static bool is_shipped(const struct sought *s, struct text name)
{
    for (size_t i = s->lines.first; i < s->lines.end; i++)
        if (text_same_word(name, text_of(shipped[i].heading)))
            return true;
    return false;
}

/* Whether the form maps the name to the column. */
static bool is_mapped(const struct form *form, const struct column *c, struct text name)
{
    for (size_t i = 0; form != NULL && i < form->columns.count; i++)
        if (text_same_word(text_of(form->columns.ptr[i].name), text_of(c->name)) &&
            text_same_word(name, text_of(form->columns.ptr[i].value)))
            return true;
    return false;
}

static enum fit fit_of(const struct sought *s, struct text name)
{
    if (is_mapped(s->profile, s->column, name) || is_mapped(s->kind_form, s->column, name))
        return FIT_MAPPED;
    if ((s->initials >> initial_of(name) & 1) == 0)
        return FIT_NONE;
    if (text_same_word(name, text_of(s->column->name)))
        return FIT_NAME;
    return is_shipped(s, name) ? FIT_SHIPPED : FIT_NONE;
}

int heading_column(const struct reader_ops *ops, const struct job *job, struct text name)
{
    enum fit best = FIT_NONE;
    int found = -1;

    for (size_t c = 0; c < ops->table->column_count; c++) {
        const struct sought sought = seek(ops, job, c);
        const enum fit fit = fit_of(&sought, name);
        if (fit > best) {
            best = fit;
            found = (int)c;
        }
    }
    return found;
}

/* The field that fits the column best, or -1. *twice: another fits as well. */
static int find_column(const struct reader_ops *ops, const struct job *job, const struct splitter *s, size_t column,
                       bool *twice)
{
    const struct sought sought = seek(ops, job, column);
    enum fit best = FIT_NONE;
    int found = -1;

    for (size_t f = 0; f < s->count; f++) {
        const enum fit fit = s->fields[f].len > 0 ? fit_of(&sought, s->fields[f]) : FIT_NONE;
        if (fit == FIT_NONE || fit < best)
            continue;
        *twice = fit == best;
        best = fit;
        found = (int)f;
    }
    return found;
}

/* Finds the columns of a kind in a heading that was split: position[] of each, or -1. Returns the column that the
 * heading has twice, or -1. `known`, when not NULL, tells of each field whether it is a column. */
static int match_columns(const struct reader_ops *ops, const struct job *job, const struct splitter *s,
                         int position[KIND_COLUMNS_MAX], bool *known)
{
    int twice = -1;

    for (size_t c = 0; c < ops->table->column_count; c++) {
        bool again = false;
        position[c] = find_column(ops, job, s, c, &again);
        if (position[c] >= 0 && known != NULL)
            known[position[c]] = true;
        if (again)
            twice = (int)c;
    }
    return twice;
}

/* Adds "'name'" to a list; only as much as fits. */
static void list_name(char *list, size_t size, struct text name)
{
    const size_t len = strlen(list);

    if (len + name.len + 8 < size)
        snprintf(list + len, size - len, "%s'%.*s'", len > 0 ? ", " : "", (int)name.len, name.ptr);
    else if (len + 4 < size && (len < 3 || strcmp(list + len - 3, "...") != 0))
        snprintf(list + len, size - len, "...");
}

static int list_missing(const struct reader_ops *ops, const int position[KIND_COLUMNS_MAX], char *list, size_t size)
{
    int missing = 0;

    list[0] = '\0';
    for (size_t c = 0; c < ops->table->column_count; c++)
        if (ops->table->columns[c].required && position[c] < 0) {
            list_name(list, size, text_of(ops->table->columns[c].name));
            missing++;
        }
    return missing;
}

static size_t filled_fields(const struct splitter *s)
{
    size_t filled = 0;

    for (size_t f = 0; f < s->count; f++)
        filled += s->fields[f].len > 0;
    return filled;
}

static bool is_identifier(struct text t)
{
    const char *why;
    mpxn_code mpxn;
    uint64_t id;

    return eui64_parse(t, &id) || (t.len != 8 && mpxn_parse(t, &mpxn, &why) == 0); /* 8 digits may be a date */
}

/* Whether a line is a row of a heading that has so many names: it begins with an identifier, or fills as many fields,
 * with a digit in one of them, which prose with commas has not. */
static bool looks_like_row(const struct splitter *s, struct text line, size_t names)
{
    const size_t filled = filled_fields(s);
    bool digit = false;

    for (size_t i = 0; i < line.len; i++)
        digit = digit || ascii_is_digit(line.ptr[i]);
    return filled > 1 && ((filled >= names && digit) || is_identifier(s->fields[0]));
}

/* Counts the lines before the heading, and looks for a row among them, which would be lost as a title. */
static void look_before(const struct head *head, struct heading_place *place, size_t names)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    struct splitter s = {0};
    const char *why;
    char sep;
    size_t len;

    for (size_t at = skip_mark_and_blanks(head, 0); at < place->at; at = skip_mark_and_blanks(head, at + len)) {
        len = heading_length(p + at, head->bytes.len - at, head->whole);
        const struct text line = bytes_without_end(p + at, len);
        if (len == 0)
            break;
        if (is_sep(line, &sep) || line.ptr[0] == '#' || line.ptr[0] == '+') /* a rule is drawn with these */
            continue;
        place->titles++;
        if (place->row_line == 0 && splitter_quoted(&s, place->delimiter, line, &why) &&
            looks_like_row(&s, line, names))
            place->row_line = bytes_scan(p, at).lines + 1;
    }
    splitter_release(&s);
}

/* Whether a line is a heading of the kind, be it whole or not: half of its names at least are columns. */
static bool is_heading(const struct splitter *s, const bool *known)
{
    size_t columns = 0;

    for (size_t f = 0; f < s->count; f++)
        columns += known[f];
    return columns > 1 && 2 * columns >= filled_fields(s);
}

/* Looks for the heading: the first line, or where `titles` may stand before it, the first of some lines that has every
 * required column. False: there is none, and the first line was taken, or one that is a heading and lacks some, if it
 * can be split at all (s->count). */
static bool find_heading(const struct reader_ops *ops, const struct job *job, const struct head *head, bool titles,
                         struct splitter *s, struct heading_place *out)
{
    char missing[8];
    size_t at = 0;

    out->twice = -1;
    for (unsigned n = 0; n < (titles ? HEADING_LINES : 1U); n++, at = out->consumed) {
        out->at = at;
        out->consumed = 0;
        memset(out->known, 0, sizeof(out->known));
        const bool split = heading_split(s, head, at, &out->delimiter, &out->consumed, &out->why);
        if (split)
            out->twice = match_columns(ops, job, s, out->position, out->known);
        out->types = split ? premises_types(ops, job, s) : 0;
        if (split &&
            (out->types >= PREMISES_TYPES || list_missing(ops, out->position, missing, sizeof(missing)) == 0)) {
            look_before(head, out, filled_fields(s));
            return true;
        }
        if (split && is_heading(s, out->known)) /* what follows are its rows */
            return false;
        if (s->no_memory || out->consumed == 0)
            break;
    }
    if (at > 0) { /* as it was at the first line */
        s->count = 0;
        memset(out->known, 0, sizeof(out->known));
        if (heading_split(s, head, 0, &out->delimiter, &out->consumed, &out->why))
            out->twice = match_columns(ops, job, s, out->position, out->known);
    }
    return false;
}

void table_bid(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    struct heading_place place = {0};
    struct splitter s = {0};

    *out = (struct bid){0};
    if (find_heading(ops, job, head, head->titles, &s, &place))
        out->score += BID_SURE;
    if (s.count > 0) {
        (void)list_missing(ops, place.position, out->lacks, sizeof(out->lacks));
        for (size_t c = 0; c < ops->table->column_count; c++)
            out->score += place.position[c] >= 0 ? (ops->table->columns[c].required ? 10 : 1) : 0;
    }
    out->no_memory = s.no_memory;
    splitter_release(&s);
}

static int refuse_missing(const struct reader_ops *ops, const struct job *job, const struct splitter *s,
                          const int position[KIND_COLUMNS_MAX], struct err *why)
{
    char missing[160], found[160] = "";
    const int n = list_missing(ops, position, missing, sizeof(missing));
    const char *first = missing + 1;

    if (n == 0)
        return 0;
    for (size_t f = 0; f < s->count; f++)
        list_name(found, sizeof(found), s->fields[f]);
    return err_set(why, ERR_DATA,
                   "'%s' lacks the column%s %s of %s; its headings are %s; map one in the configuration: "
                   "[columns.%s] %.*s = HEADING",
                   job->name, n > 1 ? "s" : "", missing, ops->kind->name, found, ops->kind->name,
                   (int)strcspn(first, "'"), first);
}

static void take_names(struct heading *out, const struct reader_ops *ops, const struct splitter *s,
                       const int position[KIND_COLUMNS_MAX])
{
    size_t bytes = 0;

    for (size_t c = 0; c < ops->table->column_count; c++) /* one field may be two columns */
        bytes += position[c] >= 0 ? s->fields[position[c]].len : 0;
    (void)buf_reserve(&out->names, bytes + 1); /* so that the names stay where they are */
    for (size_t c = 0; c < ops->table->column_count; c++) {
        out->name[c] = text_of(ops->table->columns[c].name);
        out->position[c] = (uint16_t)(position[c] >= 0 ? (size_t)position[c] : s->count);
        if (ops->table->columns[c].required && !ops->table->columns[c].may_be_blank)
            out->required[out->required_count++] = (uint16_t)c;
        if (position[c] < 0 || out->names.failed)
            continue;
        const struct text name = s->fields[position[c]];
        out->name[c] = (struct text){(const char *)out->names.ptr + out->names.len, name.len};
        buf_add_text(&out->names, name);
    }
}

void heading_note_ignored(struct buf *ignored, struct text name)
{
    if (ignored->len > 0)
        buf_add_str(ignored, ", ");
    secret_remove(name, ignored);
}

static void list_ignored(const struct splitter *s, const bool *known, struct buf *ignored)
{
    for (size_t f = 0; f < s->count; f++)
        if (!known[f] && s->fields[f].len > 0)
            heading_note_ignored(ignored, s->fields[f]);
}

void heading_note_nullable(struct heading *h)
{
    h->nullable_count = 0;
    for (int any_text = 1; any_text >= 0; any_text--) {
        for (size_t c = 0; c < h->column_count; c++)
            if (!h->columns[c].free_text && h->columns[c].any_text == (any_text != 0) &&
                h->position[c] < h->field_count)
                h->nullable[h->nullable_count++] = h->position[c];
        if (any_text != 0)
            h->any_text_count = h->nullable_count;
    }
}

static void take_heading(struct heading *out, const struct reader_ops *ops, const struct splitter *s,
                         const struct heading_place *place)
{
    out->delimiter = place->delimiter;
    out->field_count = s->count;
    out->columns = ops->table->columns;
    out->column_count = ops->table->column_count;
    take_names(out, ops, s, place->position);
    heading_note_nullable(out);
}

bool heading_is_of_premises(const struct reader_ops *ops, const struct job *job, const struct head *head)
{
    struct heading_place place = {0};
    struct splitter s = {0};
    const bool found = find_heading(ops, job, head, true, &s, &place) && place.types >= PREMISES_TYPES;

    splitter_release(&s);
    return found;
}

int heading_read(struct heading *out, struct job *job, const struct head *head, size_t *consumed, struct buf *ignored,
                 struct err *why)
{
    const struct reader_ops *const ops = job->ops;
    struct heading_place place = {0};
    struct splitter s = {0};
    int rc = -1;

    *out = (struct heading){0};
    if (!find_heading(ops, job, head, true, &s, &place) && s.count == 0) {
        if (s.no_memory)
            err_nomem(why);
        err_set(why, ERR_DATA, "the heading of '%s' cannot be read: %s", job->name,
                place.why != NULL ? place.why : "it is blank");
        goto done;
    }
    *consumed = place.consumed;
    if (place.row_line > 0) {
        err_set(why, ERR_DATA,
                "'%s', line %" PRIu64 ": a row stands here, before the heading of %s, and would be lost; put the "
                "heading first",
                job->name, place.row_line, ops->kind->name);
        goto done;
    }
    out->titles = place.titles;
    if (place.types >= PREMISES_TYPES) {
        out->delimiter = place.delimiter;
        rc = premises_read(out, job, &s, ignored) < 0 || ignored->failed ? err_nomem(why) : 0;
        goto done;
    }
    if (place.twice >= 0) {
        err_set(why, ERR_DATA, "'%s' has more than one heading for the column '%s' of %s; remove or rename all but one",
                job->name, ops->table->columns[place.twice].name, ops->kind->name);
        goto done;
    }
    if (refuse_missing(ops, job, &s, place.position, why) < 0)
        goto done;
    take_heading(out, ops, &s, &place);
    list_ignored(&s, place.known, ignored);
    rc = out->names.failed || ignored->failed ? err_nomem(why) : 0;
done:
    splitter_release(&s);
    return rc;
}

int heading_again(struct heading *out, struct job *job, struct text line)
{
    const struct head head = {.bytes = line, .whole = true};
    struct heading_place place = {0};
    struct splitter s = {0};
    struct buf ignored = {0};
    int found = 0;

    *out = (struct heading){0};
    (void)find_heading(job->ops, job, &head, false, &s, &place);
    if (place.types >= PREMISES_TYPES) {
        out->delimiter = place.delimiter;
        found = premises_read(out, job, &s, &ignored) < 0 ? -1 : 1;
        buf_release(&ignored); /* what the first heading had is told */
    } else if (is_heading(&s, place.known) || place.types > 0) {
        take_heading(out, job->ops, &s, &place);
        (void)list_missing(job->ops, place.position, out->lacks, sizeof(out->lacks));
        found = heading_take_form(out, job) < 0 || out->names.failed ? -1 : 1;
    }
    if (s.no_memory)
        found = -1;
    splitter_release(&s);
    return found;
}

void heading_release(struct heading *h)
{
    for (size_t i = 0; i < h->part_count; i++)
        heading_release(&h->parts[i]);
    free(h->parts);
    buf_release(&h->names);
    free(h->words);
}

/* ---- What a form says of the columns of a file: its words, and the headings it maps ---- */

/* The column of the file that is named, or column_count. */
static size_t column_named(const struct heading *h, struct text name)
{
    for (size_t c = 0; c < h->column_count; c++)
        if (h->position[c] < h->field_count && text_same_word(name, text_of(h->columns[c].name)))
            return c;
    return h->column_count;
}

static void note_mapped(const struct heading *h, const struct form *form, struct buf *settings)
{
    for (size_t i = 0; form != NULL && i < form->columns.count; i++) {
        const struct form_pair *const pair = &form->columns.ptr[i];
        const size_t c = column_named(h, text_of(pair->name));

        if (c < h->column_count && text_same_word(text_of(pair->value), h->name[c]))
            buf_printf(settings, "%s=%.*s\n", h->columns[c].name, (int)h->name[c].len, h->name[c].ptr);
    }
}

/* "device_type.IHDorCAD" = "CAD" */
static void take_words(struct heading *h, const struct form *form, struct buf *settings)
{
    for (size_t i = 0; form != NULL && i < form->words.count; i++) {
        const struct form_pair *const pair = &form->words.ptr[i];
        const char *const dot = strchr(pair->name, '.');
        const size_t c = dot != NULL ? column_named(h, (struct text){pair->name, (size_t)(dot - pair->name)}) : 0;

        if (dot == NULL || c >= h->column_count)
            continue;
        h->words[h->word_count++] = (struct heading_word){(unsigned)c, text_of(dot + 1), text_of(pair->value)};
        buf_printf(settings, "word %s=%s\n", pair->name, pair->value);
    }
}

int heading_take_form(struct heading *h, struct job *job)
{
    const struct form *const forms[] = {job->profile, job->kind_form};
    size_t words = 0;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        words += forms[i] != NULL ? forms[i]->words.count : 0;
    if (words > 0 && (h->words = calloc(words, sizeof(*h->words))) == NULL)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        note_mapped(h, forms[i], &job->settings);
        take_words(h, forms[i], &job->settings);
    }
    return 0;
}

/* "1970*" stands for all that begins so. */
static bool is_seen(struct text field, struct text seen)
{
    const size_t begins = seen.len > 1 && seen.ptr[seen.len - 1] == '*' ? seen.len - 1 : 0;

    return begins == 0 ? text_same_word(field, seen)
                       : field.len >= begins &&
                             text_same_word((struct text){field.ptr, begins}, (struct text){seen.ptr, begins});
}

void heading_change_words(const struct heading *h, struct text *fields)
{
    uint64_t changed = 0; /* columns: what one word means is not looked up again */

    _Static_assert(KIND_COLUMNS_MAX <= 64, "a bit for each column");
    for (size_t i = 0; i < h->word_count; i++) {
        const struct heading_word *const w = &h->words[i];
        struct text *const field = &fields[h->position[w->column]];

        if ((changed >> w->column & 1) == 0 && field->len > 0 && is_seen(*field, w->seen)) {
            *field = w->meant;
            changed |= UINT64_C(1) << w->column;
        }
    }
}
