/* Reads report files: a strict heading comment, then one SQL query. */
#include "output/report.h"

#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 100

/* Where in the file we are, for messages. */
struct parser {
    struct report *report;
    const char *file;
    struct text left; /* what is not read yet */
    unsigned long line;
    unsigned long split_line, sort_line;
    size_t important; /* columns named as that so far */
    struct text sort; /* borrowed from the source */
    struct err *err;
};

static int wrong(const struct parser *p, unsigned long line, const char *what, struct text subject, const char *mend)
{
    if (p->err != NULL && p->err->code == ERR_NONE)
        p->err->line = line;
    return err_set(p->err, ERR_CONFIG, "%s: line %lu: %s '%.*s'; %s", p->file, line, what,
                   (int)(subject.len < 80 ? subject.len : 80), subject.ptr == NULL ? "" : subject.ptr, mend);
}

static char *copy(struct text t)
{
    return t.len == 0 ? calloc(1, 1) : strndup(t.ptr, t.len);
}

/* The next line without its end; *with_end is what to step over. */
static struct text peek_line(const struct parser *p, size_t *with_end)
{
    const char *end = memchr(p->left.ptr, '\n', p->left.len);
    struct text line = p->left;

    if (end != NULL)
        line.len = (size_t)(end - line.ptr);
    *with_end = line.len + (end != NULL);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static struct text next_word(struct text *t)
{
    struct text word = text_trim(*t);
    size_t len = 0;

    while (len < word.len && word.ptr[len] != ' ' && word.ptr[len] != '\t')
        len++;
    *t = text_trim((struct text){word.ptr + len, word.len - len});
    word.len = len;
    return word;
}

static bool is_lower_word(struct text t, char joiner)
{
    if (t.len == 0 || t.ptr[0] < 'a' || t.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joiner))
            return false;
    }
    return true;
}

static struct report_column *find_column(const struct report *r, struct text name)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (text_equal(text_of(r->columns[i].name), name))
            return &r->columns[i];
    return NULL;
}

static const char *const type_words[COLUMN_ANY] = {"text", "instant", "date", "integer", "real", "percent"};
static const char *const chart_words[CHART_KINDS] = {"columns", "bars", "lines"};

const char *column_type_word(enum column_type type)
{
    return type < COLUMN_ANY ? type_words[type] : "";
}

const char *chart_kind_word(enum chart_kind kind)
{
    return chart_words[kind];
}

static bool parse_type(struct text word, enum column_type *out)
{
    for (unsigned i = 0; i < COLUMN_ANY; i++)
        if (text_equal(word, text_of(type_words[i]))) {
            *out = (enum column_type)i;
            return true;
        }
    return false;
}

static bool parse_width(struct text word, unsigned *out)
{
    unsigned n = 0;

    if (word.len == 0 || word.len > 3)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return false;
        n = n * 10 + (unsigned)(word.ptr[i] - '0');
    }
    *out = n;
    return n >= 1 && n <= REPORT_WIDTH_MAX;
}

/* column: NAME TYPE WIDTH TITLE */
static int key_column(struct parser *p, struct text value)
{
    struct report *r = p->report;
    struct text rest = value;
    const struct text name = next_word(&rest), type = next_word(&rest), width = next_word(&rest);
    struct report_column col = {0}, *grown;

    if (!is_lower_word(name, '_'))
        return wrong(p, p->line, "bad column name", name, "write it in a-z, 0-9 and '_', as the query names it");
    if (find_column(r, name) != NULL)
        return wrong(p, p->line, "two columns named", name, "give each a name of its own");
    if (!parse_type(type, &col.type))
        return wrong(p, p->line, "bad column type", type, "write text, instant, date, integer, real or percent");
    if (!parse_width(width, &col.width))
        return wrong(p, p->line, "bad column width", width, "write a number from 1 to 255");
    if (rest.len == 0)
        return wrong(p, p->line, "no title for column", name, "write: column: NAME TYPE WIDTH TITLE");
    grown = realloc(r->columns, (r->column_count + 1) * sizeof(*grown));
    if (grown == NULL)
        return err_nomem(p->err);
    r->columns = grown;
    col.name = copy(name);
    col.title = copy(rest);
    r->columns[r->column_count++] = col;
    return col.name == NULL || col.title == NULL ? err_nomem(p->err) : 0;
}

/* The next of "a, b,c", which is then after it. */
static struct text next_name(struct text *list)
{
    const char *const comma = memchr(list->ptr, ',', list->len);
    const struct text name = {list->ptr, comma == NULL ? list->len : (size_t)(comma - list->ptr)};

    list->ptr += name.len + (comma != NULL);
    list->len -= name.len + (comma != NULL);
    return text_trim(name);
}

/* "a,b,c" into the numbers of those columns. */
static int chart_values(const struct parser *p, struct text list, struct report_chart *chart)
{
    while (list.len > 0) {
        const struct text name = next_name(&list);
        const struct report_column *const column = find_column(p->report, name);

        if (column == NULL || column->type == COLUMN_TEXT)
            return wrong(p, p->line, "cannot draw", name, "name columns of numbers, given above, joined by commas");
        if (chart->value_count == CHART_VALUES_MAX)
            return wrong(p, p->line, "too many values in a chart at", name, "six are the most");
        chart->values[chart->value_count++] = (size_t)(column - p->report->columns);
    }
    return 0;
}

/* chart: KIND LABEL VALUE[,VALUE...] TITLE */
static int key_chart(struct parser *p, struct text value)
{
    struct report *r = p->report;
    struct text rest = value;
    const struct text kind = next_word(&rest), label = next_word(&rest), values = next_word(&rest);
    const struct report_column *const column = find_column(r, label);
    struct report_chart chart = {.kind = CHART_KINDS}, *grown;

    for (unsigned i = 0; i < CHART_KINDS; i++)
        if (text_equal(kind, text_of(chart_words[i])))
            chart.kind = (enum chart_kind)i;
    if (chart.kind == CHART_KINDS)
        return wrong(p, p->line, "bad kind of chart", kind, "write columns, bars or lines");
    if (column == NULL)
        return wrong(p, p->line, "cannot label a chart by", label, "name a column given above");
    if (chart_values(p, values, &chart) < 0)
        return -1;
    if (rest.len == 0)
        return wrong(p, p->line, "no title for the chart of", values,
                     "write: chart: KIND LABEL VALUE[,VALUE...] TITLE");
    grown = realloc(r->charts, (r->chart_count + 1) * sizeof(*grown));
    if (grown == NULL)
        return err_nomem(p->err);
    r->charts = grown;
    chart.label = (size_t)(column - r->columns);
    chart.title = copy(rest);
    r->charts[r->chart_count++] = chart;
    return chart.title == NULL ? err_nomem(p->err) : 0;
}

/* total: NAME[,NAME...] */
static int key_total(struct parser *p, struct text value)
{
    while (value.len > 0) {
        const struct text name = next_name(&value);
        struct report_column *const c = find_column(p->report, name);

        if (c == NULL || (c->type != COLUMN_INTEGER && c->type != COLUMN_REAL && c->type != COLUMN_PERCENT))
            return wrong(p, p->line, "cannot sum", name, "name columns of numbers, given above, joined by commas");
        c->total = true;
    }
    return 0;
}

/* important: NAME[,NAME...] */
static int key_important(struct parser *p, struct text value)
{
    while (value.len > 0) {
        const struct text name = next_name(&value);
        struct report_column *const c = find_column(p->report, name);

        if (c == NULL || c->importance > 0)
            return wrong(p, p->line, c == NULL ? "no column given above is" : "named before as important:", name,
                         "name each column once, the most important first, joined by commas");
        c->importance = ++p->important;
    }
    return 0;
}

static int set_once(struct parser *p, char **field, struct text value, const char *key)
{
    if (*field != NULL)
        return wrong(p, p->line, "a second", text_of(key), "keep one of the two lines");
    *field = copy(value);
    return *field == NULL ? err_nomem(p->err) : 0;
}

/* What a night writes beside its reports: run.json, and the folder of what is for each party. */
static bool is_of_the_night(struct text name)
{
    return text_equal(name, TEXT_LITERAL("run")) || text_equal(name, TEXT_LITERAL("parties"));
}

static int key_name(struct parser *p, struct text value)
{
    if (!is_lower_word(value, '-'))
        return wrong(p, p->line, "bad report name", value, "write it in a-z, 0-9 and '-', a letter first");
    if (value.len > NAME_BYTES_MAX) /* its file could not be made */
        return wrong(p, p->line, "too long a report name", value, "100 characters are the most");
    if (is_of_the_night(value))
        return wrong(p, p->line, "bad report name", value, "something else in the folder of a night is called so");
    return set_once(p, &p->report->name, value, "name");
}

static int key_title(struct parser *p, struct text value)
{
    return set_once(p, &p->report->title, value, "title");
}

static int key_audience(struct parser *p, struct text value)
{
    return set_once(p, &p->report->audience, value, "audience");
}

static int key_description(struct parser *p, struct text value)
{
    char **field = &p->report->description;
    const size_t len = *field == NULL ? 0 : strlen(*field) + 1;
    char *grown = realloc(*field, len + value.len + 1);

    if (grown == NULL)
        return err_nomem(p->err);
    *field = grown;
    if (len > 0)
        grown[len - 1] = ' ';
    memcpy(grown + len, value.ptr, value.len);
    grown[len + value.len] = '\0';
    return 0;
}

static int key_split(struct parser *p, struct text value)
{
    p->split_line = p->line;
    return set_once(p, &p->report->split, value, "split");
}

static int key_sort(struct parser *p, struct text value)
{
    if (p->sort_line > 0)
        return wrong(p, p->line, "a second", text_of("sort"), "keep one of the two lines");
    p->sort_line = p->line;
    p->sort = value;
    return 0;
}

/* One line of the heading, after its "--". */
static int heading_line(struct parser *p, struct text line)
{
    static const struct {
        const char *key;
        int (*set)(struct parser *p, struct text value);
    } keys[] = {
        {"name", key_name},         {"title", key_title},
        {"audience", key_audience}, {"description", key_description},
        {"split", key_split},       {"sort", key_sort},
        {"column", key_column},     {"chart", key_chart},
        {"total", key_total},       {"important", key_important},
    };
    const struct text whole = text_trim(line);
    const char *colon = whole.len == 0 ? NULL : memchr(whole.ptr, ':', whole.len);

    if (whole.len == 0) /* a bare "--", for looks */
        return 0;
    if (colon == NULL)
        return wrong(p, p->line, "no key in heading line", whole, "write: -- key: value");

    const struct text key = text_trim((struct text){whole.ptr, (size_t)(colon - whole.ptr)});
    const struct text value = text_trim((struct text){colon + 1, whole.len - (size_t)(colon + 1 - whole.ptr)});

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (text_equal(key, text_of(keys[i].key)))
            return value.len > 0 ? keys[i].set(p, value)
                                 : wrong(p, p->line, "no value for", key, "write it after the colon, or drop the line");
    return wrong(p, p->line, "unknown key", key,
                 "known are name, title, audience, description, split, sort, column, important, chart, total");
}

/* It ends at the first line that is no comment, a blank one too. */
static int parse_heading(struct parser *p)
{
    while (p->left.len > 0) {
        size_t step;
        const struct text line = peek_line(p, &step);
        const bool comment = line.len >= 2 && memcmp(line.ptr, "--", 2) == 0;

        if (!comment)
            return 0;
        p->line++;
        p->left.ptr += step;
        p->left.len -= step;
        if (heading_line(p, (struct text){line.ptr + 2, line.len - 2}) < 0)
            return -1;
    }
    return 0;
}

/* sort: NAME [desc], NAME ... */
static int check_sort(const struct parser *p)
{
    struct text left = p->sort;

    while (left.len > 0) {
        const char *comma = memchr(left.ptr, ',', left.len);
        const size_t len = comma == NULL ? left.len : (size_t)(comma - left.ptr);
        struct text rest = {left.ptr, len};
        const struct text name = next_word(&rest);

        if (find_column(p->report, name) == NULL)
            return wrong(p, p->sort_line, "cannot sort by", name, "name columns of the report, separated by commas");
        if (rest.len > 0 && !text_equal(rest, text_of("desc")))
            return wrong(p, p->sort_line, "unknown word in sort", rest, "write: sort: NAME, or NAME desc");
        if (comma != NULL && len + 1 == left.len)
            return wrong(p, p->sort_line, "nothing after the comma of", p->sort, "name a column, or drop the comma");
        left.ptr += len + (comma != NULL);
        left.len -= len + (comma != NULL);
    }
    return 0;
}

/* The query as it stands, without a semicolon at its end, ordered by the sort columns. */
static int take_query(struct parser *p)
{
    struct text sql = p->left;
    struct buf b = {0};

    while (sql.len > 0 && strchr(" \t\r\n;", sql.ptr[sql.len - 1]) != NULL)
        sql.len--;
    while (sql.len > 0 && strchr(" \t\r\n", sql.ptr[0]) != NULL) {
        sql.ptr++;
        sql.len--;
    }
    if (sql.len == 0)
        return wrong(p, p->line, "no query in report", text_of(p->report->name), "write the SELECT below the heading");
    buf_add_text(&b, sql);
    if (p->sort.len > 0) {
        buf_add_str(&b, "\nORDER BY "); /* on a line of its own: the query may end with a comment */
        buf_add_text(&b, p->sort);
    }
    if (!b.failed)
        p->report->sql = copy(buf_text(&b));
    buf_release(&b);
    return p->report->sql == NULL ? err_nomem(p->err) : 0;
}

/* What only the whole heading can tell. */
static int check_whole(struct parser *p)
{
    struct report *r = p->report;

    if (r->name == NULL)
        return wrong(p, 1, "missing key", text_of("name"), "begin the file with: -- name: REPORT");
    if (r->column_count == 0)
        return wrong(p, p->line, "no columns in report", text_of(r->name), "add: -- column: NAME TYPE WIDTH TITLE");
    if (r->split != NULL && find_column(r, text_of(r->split)) == NULL)
        return wrong(p, p->split_line, "cannot split by", text_of(r->split), "name a column of the report");
    if (check_sort(p) < 0)
        return -1;
    if ((r->title == NULL && (r->title = copy(text_of(r->name))) == NULL) ||
        (r->audience == NULL && (r->audience = copy((struct text){0})) == NULL) ||
        (r->description == NULL && (r->description = copy((struct text){0})) == NULL))
        return err_nomem(p->err);
    return take_query(p);
}

int report_parse(struct report *out, const char *file, struct text source, struct err *err)
{
    struct parser p = {.report = out, .file = file, .left = source, .err = err};

    *out = (struct report){0};
    if (source.len >= 3 && memcmp(source.ptr, "\xEF\xBB\xBF", 3) == 0) {
        p.left.ptr += 3;
        p.left.len -= 3;
    }
    if (!text_is_utf8(source) || (source.len > 0 && memchr(source.ptr, '\0', source.len) != NULL))
        err_set(err, ERR_CONFIG, "%s: not a text file in UTF-8; save it as one", file);
    else if (parse_heading(&p) == 0 && check_whole(&p) == 0)
        return 0;
    report_release(out);
    return -1;
}

void report_release(struct report *r)
{
    for (size_t i = 0; i < r->column_count; i++) {
        free(r->columns[i].name);
        free(r->columns[i].title);
    }
    for (size_t i = 0; i < r->chart_count; i++)
        free(r->charts[i].title);
    free(r->charts);
    free(r->columns);
    free(r->name);
    free(r->title);
    free(r->audience);
    free(r->description);
    free(r->split);
    free(r->sql);
    *r = (struct report){0};
}
