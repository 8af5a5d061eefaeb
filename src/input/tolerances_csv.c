/* Tolerances: configuration that is kept as a table, since a board hands it over as one. */
#include "input/tolerances_csv.h"

#include "base/array.h"
#include "domain/terms.h"

#include "split_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEASURE, SCOPE, WARN, BREACH, SOURCE, COLUMNS };
static const char *const columns[COLUMNS] = {"measure", "scope", "warn", "breach", "source"};

#define FIELDS_MAX  32
#define VALUE_SHOWN 84 /* bytes */

struct csv {
    const char *name;
    struct tolerances *out;
    struct err *err;
    unsigned long line; /* of the row that ends here */
    struct buf row;     /* the fields of the row, one behind the other */
    size_t ends[FIELDS_MAX];
    size_t fields;
    int places[COLUMNS]; /* of the columns in a row; -1: the heading does not have it */
    bool heading_seen, failed;
};

static void fault(struct csv *c, const char *column, const char *what, struct text value)
{
    char shown[VALUE_SHOWN];

    if (c->failed)
        return;
    c->failed = true;
    (void)text_show(value, shown, sizeof(shown));
    err_set(c->err, ERR_CONFIG, "%s:%lu: %s: '%s' %s", c->name, c->line, column, shown, what);
}

static void take_field(void *field, size_t len, void *ctx)
{
    struct csv *const c = ctx;

    buf_add(&c->row, field, len);
    if (c->fields < FIELDS_MAX)
        c->ends[c->fields++] = c->row.len;
}

static struct text field_at(const struct csv *c, size_t place)
{
    const size_t from = place > 0 ? c->ends[place - 1] : 0;

    return text_trim((struct text){(const char *)c->row.ptr + from, c->ends[place] - from});
}

static struct text field(const struct csv *c, int column)
{
    const int place = c->places[column];

    return place < 0 || (size_t)place >= c->fields ? (struct text){NULL, 0} : field_at(c, (size_t)place);
}

static void take_heading(struct csv *c)
{
    for (int i = 0; i < COLUMNS; i++)
        c->places[i] = -1;
    for (size_t k = 0; k < c->fields; k++) {
        const struct text name = field_at(c, k);
        int which = -1;

        for (int i = 0; i < COLUMNS; i++)
            if (text_same_word(name, text_of(columns[i])))
                which = i;
        if (which < 0)
            fault(c, "heading", "is no column; wanted are measure, scope, warn, breach and source", name);
        else
            c->places[which] = (int)k;
    }
    for (int i = 0; i < COLUMNS; i++)
        if (c->places[i] < 0 && i != WARN && i != SOURCE)
            fault(c, "heading", "is missing", text_of(columns[i]));
    c->heading_seen = true;
}

#define DIGITS_MAX 15 /* of whole numbers that a double holds exactly */

/* Digits, and perhaps a point among them, divided by 10 to the `shift`: the double nearest to what is written. */
static bool read_decimal(struct text t, unsigned shift, double *out)
{
    bool point = false;
    unsigned digits = 0;
    double value = 0, unit = 1;

    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (t.ptr[i] < '0' || t.ptr[i] > '9' || ++digits > DIGITS_MAX)
            return false;
        value = value * 10 + (t.ptr[i] - '0');
        shift += point;
    }
    while (shift-- > 0)
        unit *= 10;
    *out = value / unit;
    return digits > 0 && t.ptr[t.len - 1] != '.';
}

/* "1.5%", or a fraction from 0 to 1, of a rate; a whole number of a count. */
static bool read_level(struct csv *c, int column, bool is_rate, double *out)
{
    const struct text t = field(c, column);
    const bool percent = is_rate && t.len > 0 && t.ptr[t.len - 1] == '%';
    const bool is_whole = t.len == 0 || memchr(t.ptr, '.', t.len) == NULL;

    if (read_decimal((struct text){t.ptr, t.len - percent}, percent ? 2 : 0, out) && (is_rate ? *out <= 1 : is_whole))
        return true;
    fault(c, columns[column],
          is_rate ? "is no rate; wanted is a percentage, such as 1.5%, or a fraction from 0 to 1"
                  : "is no whole number",
          t);
    return false;
}

static bool read_measure(struct csv *c, enum tolerance_measure *out)
{
    const struct text t = field(c, MEASURE);
    char wanted[160] = "is no measure; there are ";

    for (unsigned i = 0; i < TOLERANCE_MEASURES; i++) {
        const char *const word = tolerance_measure_word((enum tolerance_measure)i);

        *out = (enum tolerance_measure)i;
        if (text_same_word(t, text_of(word)))
            return true;
        strncat(wanted, i > 0 ? ", " : "", sizeof(wanted) - strlen(wanted) - 1);
        strncat(wanted, word, sizeof(wanted) - strlen(wanted) - 1);
    }
    fault(c, columns[MEASURE], wanted, t);
    return false;
}

/* Kept as an offset for now: the texts may move while they grow. */
static struct text keep(struct csv *c, struct text t)
{
    const struct text kept = {(const char *)(uintptr_t)c->out->texts.len, t.len};

    buf_add_text(&c->out->texts, t);
    return kept;
}

/* Whatever is none of the words is a party: which there are is not known yet. */
static struct text find_scope(struct text t, enum tolerance_scope *is)
{
    unsigned value;

    *is = SCOPE_ALL;
    if (text_same_word(t, text_of(tolerance_scope_word(SCOPE_ALL))))
        return text_of(tolerance_scope_word(SCOPE_ALL));
    *is = SCOPE_TYPE;
    if (term_parse(&vocab_device_type, t, &value) && value != DEVICE_TYPE_NONE)
        return text_of(term_word(&vocab_device_type, value));
    *is = SCOPE_REGION;
    if (term_parse(&vocab_csp_region, t, &value) && value != CSP_NONE)
        return text_of(term_word(&vocab_csp_region, value));
    if (text_same_word(t, text_of(SCOPE_NOT_KNOWN)))
        return text_of(SCOPE_NOT_KNOWN);
    *is = SCOPE_PARTY;
    return t;
}

/* Incidents are of hubs, and nobody's in particular. */
static bool has_figures(enum tolerance_measure measure, enum tolerance_scope is, struct text scope)
{
    return measure != MEASURE_OPEN_INCIDENTS || is == SCOPE_ALL || is == SCOPE_REGION ||
           (is == SCOPE_TYPE && text_equal(scope, text_of(term_word(&vocab_device_type, DEVICE_CHF))));
}

static void check_scope(struct csv *c, const struct tolerance *t, struct text written)
{
    if (t->scope.len == 0)
        fault(c, columns[SCOPE], "is empty; wanted is a Device type, a CSP region, a party or all", written);
    else if (!has_figures(t->measure, t->scope_is, t->scope))
        fault(c, columns[SCOPE], "has no open_incidents of its own; they are of all, CHF or a CSP region", written);
    for (size_t i = 0; i < c->out->count; i++) {
        const struct tolerance *const other = &c->out->ptr[i];
        const struct text scope = {(const char *)c->out->texts.ptr + (uintptr_t)other->scope.ptr, other->scope.len};
        char what[80];

        if (other->measure != t->measure || other->scope_is != t->scope_is || !text_same_word(scope, t->scope))
            continue;
        snprintf(what, sizeof(what), "has a level of %s in line %lu already", tolerance_measure_word(t->measure),
                 other->line);
        fault(c, columns[SCOPE], what, written);
    }
}

static void take_tolerance(struct csv *c)
{
    struct tolerance t = {.warn = -1, .line = c->line};
    bool is_rate;

    if (!read_measure(c, &t.measure))
        return;
    is_rate = tolerance_measure_is_rate(t.measure);
    if (!read_level(c, BREACH, is_rate, &t.breach))
        return;
    if (field(c, WARN).len > 0 && !read_level(c, WARN, is_rate, &t.warn))
        return;
    if (t.warn > t.breach)
        fault(c, columns[WARN], "is beyond breach", field(c, WARN));
    t.scope = find_scope(field(c, SCOPE), &t.scope_is);
    check_scope(c, &t, field(c, SCOPE));
    t.scope = keep(c, t.scope);
    t.source = keep(c, field(c, SOURCE));
    if (!array_reserve(&c->out->ptr, &c->out->cap, c->out->count + 1, sizeof(t)))
        c->out->texts.failed = true;
    else
        c->out->ptr[c->out->count++] = t;
}

static void take_row(int end, void *ctx)
{
    struct csv *const c = ctx;
    bool blank = true;

    (void)end;
    if (c->row.failed) { /* its fields are not those of the line */
        c->failed = true;
        err_nomem(c->err);
    }
    for (size_t i = 0; !c->failed && i < c->fields; i++)
        blank = blank && field_at(c, i).len == 0;
    if (!blank && !c->failed && !c->heading_seen)
        take_heading(c);
    else if (!blank && !c->failed)
        take_tolerance(c);
    buf_clear(&c->row);
    c->fields = 0;
}

static void cannot_parse(struct csv *c, struct csv_parser *parser, const char *what, struct text value)
{
    if (csv_error(parser) == CSV_ENOMEM)
        err_nomem(c->err);
    fault(c, "quotes", what, value);
}

/* Line by line, so that what is wrong can be told with its line. */
static bool parse(struct csv *c, struct csv_parser *parser, struct text csv)
{
    while (csv.len > 0 && !c->failed) {
        const char *const end = memchr(csv.ptr, '\n', csv.len);
        const size_t len = end != NULL ? (size_t)(end - csv.ptr) + 1 : csv.len;

        const struct text line = bytes_without_end((const unsigned char *)csv.ptr, len);

        c->line++;
        if (!text_is_utf8(line))
            fault(c, "text", "is no valid UTF-8; save the file as UTF-8", line);
        else if (csv_parse(parser, csv.ptr, len, take_field, take_row, c) != len)
            cannot_parse(c, parser, "is not written as CSV", line);
        csv = (struct text){csv.ptr + len, csv.len - len};
    }
    if (!c->failed && csv_fini(parser, take_field, take_row, c) != 0)
        cannot_parse(c, parser, "is opened and never closed", TEXT_LITERAL("\""));
    return !c->failed;
}

int tolerances_read(struct text csv, const char *name, struct tolerances *out, struct err *err)
{
    struct csv c = {.name = name, .out = out, .err = err};
    struct csv_parser parser;
    bool ok;

    *out = (struct tolerances){0};
    if (csv.len >= 3 && memcmp(csv.ptr, "\xEF\xBB\xBF", 3) == 0)
        csv = (struct text){csv.ptr + 3, csv.len - 3};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return err_nomem(err);
    ok = parse(&c, &parser, csv);
    if (ok && !c.heading_seen)
        err_set(err, ERR_CONFIG,
                "%s: the file is empty; wanted is a first line measure,scope,warn,breach,source and a line for each "
                "level",
                name);
    c.failed = c.failed || !c.heading_seen;
    csv_free(&parser);
    buf_release(&c.row);
    for (size_t i = 0; i < out->count; i++) {
        out->ptr[i].scope.ptr = (const char *)out->texts.ptr + (uintptr_t)out->ptr[i].scope.ptr;
        out->ptr[i].source.ptr = (const char *)out->texts.ptr + (uintptr_t)out->ptr[i].source.ptr;
    }
    if (!c.failed && !out->texts.failed)
        return 0;
    if (!c.failed)
        err_nomem(err);
    tolerances_release(out);
    return -1;
}

void tolerances_release(struct tolerances *t)
{
    free(t->ptr);
    buf_release(&t->texts);
    *t = (struct tolerances){0};
}
