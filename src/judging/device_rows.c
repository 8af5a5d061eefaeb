/* Rows of a plain query on `devices` or `obligations`, made without SQLite: of half a minute's report on every Device,
 * a third went into handing cells over one by one. Whether they are the same is held by tests/cli/devices_as_judged.sh.
 */
#include "device_rows_int.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* ---- Which queries are plain ---- */

static void skip_blanks(const char **at)
{
    while (**at == ' ' || **at == '\n' || **at == '\t' || **at == '\r')
        ++*at;
}

static struct text next_token(const char **at)
{
    struct text t;

    skip_blanks(at);
    t = (struct text){*at, 0};
    while (ascii_is_alnum(**at) || **at == '_')
        ++*at;
    if (*at == t.ptr && **at != '\0')
        ++*at;
    t.len = (size_t)(*at - t.ptr);
    return t;
}

static bool next_is(const char **at, const char *word)
{
    return text_equal_nocase(next_token(at), text_of(word));
}

/* To the letter, as what is compared with has to be. */
static bool next_is_exactly(const char **at, const char *word)
{
    skip_blanks(at);
    if (strncmp(*at, word, strlen(word)) != 0)
        return false;
    *at += strlen(word);
    return true;
}

static bool goes_on(const char *at, const char *const *words)
{
    for (; *words != NULL; words++)
        if (!next_is(&at, *words))
            return false;
    return true;
}

/* Behind FROM. */
static bool is_of_devices(const char *at)
{
    return goes_on(at, (const char *const[]){"devices", "ORDER", "BY", "device_id", "", NULL});
}

static bool is_of_obligations(const char *at)
{
    return next_is(&at, "obligations") && next_is(&at, "WHERE") && next_is(&at, "state") &&
           next_is_exactly(&at, "<>") && next_is_exactly(&at, "'NOT_APPLICABLE'") &&
           goes_on(at, (const char *const[]){"ORDER", "BY", "device_id", ",", "position", "", NULL});
}

/* The columns between SELECT and FROM; NULL: they are not all of that kind. */
static const char *columns_of(const char *at, int (*find)(struct text), struct device_columns *out)
{
    struct text token;

    out->count = 0;
    if (!next_is(&at, "SELECT"))
        return NULL;
    do {
        const int column = find(next_token(&at));

        if (column < 0 || out->count == DEVICE_COLUMNS_MAX)
            return NULL;
        out->columns[out->count++] = (unsigned char)column;
        token = next_token(&at);
    } while (text_equal(token, TEXT_LITERAL(",")));
    return text_equal_nocase(token, TEXT_LITERAL("FROM")) ? at : NULL;
}

bool device_columns_of(const char *sql, struct device_columns *out)
{
    const char *from = columns_of(sql, device_column_find, out);

    out->of_obligations = false;
    if (from != NULL && is_of_devices(from))
        return true;
    from = columns_of(sql, obligation_column_find, out);
    out->of_obligations = true;
    return from != NULL && is_of_obligations(from);
}

static const struct view_column *column_at(const struct device_columns *c, size_t place)
{
    return c->of_obligations ? obligation_column_at(c->columns[place]) : device_column_at(c->columns[place]);
}

const char *device_column_name(const struct device_columns *columns, size_t place)
{
    return column_at(columns, place)->name;
}

/* ---- A row ---- */

static int row_column_count(const struct cursor *c)
{
    return (int)((const struct device_row *)c)->columns.count;
}

static const char *row_column_name(const struct cursor *c, int column)
{
    return device_column_name(&((const struct device_row *)c)->columns, (size_t)column);
}

static void add_cell(struct device_row *r, enum obligation obligation, int column)
{
    if (r->columns.of_obligations)
        obligation_cell_text(r->judgement, obligation, r->ctx, column, &r->texts);
    else
        device_cell_text(r->judgement, r->ctx, column, &r->texts);
}

/* The obligation of the next row; OBLIGATIONS: there is none. */
static int obligation_from(const struct device_row *r, int o)
{
    if (!r->columns.of_obligations)
        return o == 0 ? 0 : OBLIGATIONS;
    while (o < OBLIGATIONS && r->judgement->obligations[o].state == STATE_NOT_APPLICABLE)
        o++;
    return o;
}

static int row_next(struct cursor *c, struct err *err)
{
    struct device_row *const r = (struct device_row *)c;

    if (r->obligation == OBLIGATIONS)
        return 0;
    buf_clear(&r->texts);
    for (size_t i = 0; i < r->columns.count; i++) {
        add_cell(r, (enum obligation)r->obligation, r->columns.columns[i]);
        r->ends[i] = r->texts.len;
    }
    r->obligation = obligation_from(r, r->obligation + 1);
    return r->texts.failed ? err_nomem(err) : 1;
}

static struct text row_text(struct cursor *c, int column)
{
    const struct device_row *const r = (const struct device_row *)c;
    const size_t begin = column > 0 ? r->ends[column - 1] : 0;

    return buf_part(&r->texts, begin, r->ends[column] - begin);
}

static struct cursor_texts row_texts(struct cursor *c)
{
    const struct device_row *const r = (const struct device_row *)c;

    return (struct cursor_texts){buf_text(&r->texts), r->ends};
}

static enum cell_type row_cell_type(struct cursor *c, int column)
{
    if (row_text(c, column).len == 0)
        return CELL_EMPTY;
    return ((const struct device_row *)c)->is_number[column] ? CELL_INTEGER : CELL_TEXT;
}

static int64_t row_integer(struct cursor *c, int column)
{
    const struct text digits = row_text(c, column);
    int64_t n = 0;

    for (size_t i = 0; i < digits.len; i++)
        n = 10 * n + (digits.ptr[i] - '0');
    return n;
}

static double row_real(struct cursor *c, int column)
{
    return (double)row_integer(c, column);
}

static void row_destroy(struct cursor *c)
{
    device_row_release((struct device_row *)c);
}

void device_row_init(struct device_row *r, const struct device_columns *columns)
{
    static const struct cursor_ops ops = {
        .column_count = row_column_count,
        .column_name = row_column_name,
        .next = row_next,
        .cell_type = row_cell_type,
        .text = row_text,
        .integer = row_integer,
        .real = row_real,
        .texts = row_texts,
        .destroy = row_destroy,
    };

    *r = (struct device_row){.base = {&ops}, .columns = *columns, .obligation = OBLIGATIONS};
    for (size_t i = 0; i < columns->count; i++)
        r->is_number[i] = strncmp(column_at(columns, i)->type, "INTEGER", strlen("INTEGER")) == 0;
}

void device_row_release(struct device_row *r)
{
    buf_release(&r->texts);
}

void device_row_set(struct device_row *r, const struct judgement *j, const struct judge_context *ctx)
{
    r->judgement = j;
    r->ctx = ctx;
    r->obligation = obligation_from(r, 0);
}

/* ---- Those of a judged set ---- */

struct device_cursor {
    struct device_row row;
    struct cursor_ops ops; /* those of a row, but for the ways to the next one and the end */
    struct judged_cursor at;
    struct judged_row judged; /* the present Device */
    const struct judge_context *ctx;
};

static int cursor_of_devices_next(struct cursor *cursor, struct err *err)
{
    struct device_cursor *const c = (struct device_cursor *)cursor;
    struct judged_head head;
    int got;

    while ((got = row_next(cursor, err)) == 0) {
        got = judged_next(&c->at, &head, err);
        if (got <= 0)
            return got;
        if (judged_row_read(&c->at, &c->judged, err) < 0)
            return -1;
        device_row_set(&c->row, &c->judged.judgement, c->ctx);
    }
    return got;
}

static void cursor_of_devices_destroy(struct cursor *cursor)
{
    struct device_cursor *const c = (struct device_cursor *)cursor;

    judged_cursor_release(&c->at);
    device_row_release(&c->row);
    free(c);
}

struct cursor *device_rows_of(const struct judged *judged, const struct device_columns *columns)
{
    struct device_cursor *const c = calloc(1, sizeof(*c));

    if (c == NULL)
        return NULL;
    device_row_init(&c->row, columns);
    c->ops = *c->row.base.ops;
    c->ops.next = cursor_of_devices_next;
    c->ops.destroy = cursor_of_devices_destroy;
    c->row.base.ops = &c->ops;
    c->ctx = judged->ctx;
    judged_rewind(&c->at, judged);
    return &c->row.base;
}
