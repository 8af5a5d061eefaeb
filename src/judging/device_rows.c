/* Rows of a plain query on `devices`, made without SQLite: of half a minute's report on every Device, a third went into
 * handing cells over one by one. Whether they are the same is held by tests/judging/test_device_rows.c. */
#include "device_rows_int.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* ---- Which queries are plain ---- */

static struct text next_token(const char **at)
{
    struct text t;

    while (**at == ' ' || **at == '\n' || **at == '\t' || **at == '\r')
        ++*at;
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

bool device_columns_of(const char *sql, struct device_columns *out)
{
    const char *at = sql;
    struct text token;

    out->count = 0;
    if (!next_is(&at, "SELECT"))
        return false;
    do {
        const int column = device_column_find(next_token(&at));

        if (column < 0 || out->count == DEVICE_COLUMNS_MAX)
            return false;
        out->columns[out->count++] = (unsigned char)column;
        token = next_token(&at);
    } while (text_equal(token, TEXT_LITERAL(",")));
    return text_equal_nocase(token, TEXT_LITERAL("FROM")) && next_is(&at, "devices") && next_is(&at, "ORDER") &&
           next_is(&at, "BY") && next_is(&at, "device_id") && next_token(&at).len == 0;
}

/* ---- A row ---- */

static int row_column_count(const struct cursor *c)
{
    return (int)((const struct device_row *)c)->columns.count;
}

static const char *row_column_name(const struct cursor *c, int column)
{
    return device_column_name(((const struct device_row *)c)->columns.columns[column]);
}

static int row_next(struct cursor *c, struct err *err)
{
    (void)c;
    (void)err;
    return 0; /* one is set at a time */
}

static struct text row_text(struct cursor *c, int column)
{
    const struct device_row *const r = (const struct device_row *)c;
    const size_t begin = column > 0 ? r->ends[column - 1] : 0;

    return (struct text){(const char *)r->texts.ptr + begin, r->ends[column] - begin};
}

static enum cell_type row_cell_type(struct cursor *c, int column)
{
    return row_text(c, column).len > 0 ? CELL_TEXT : CELL_EMPTY;
}

static int64_t row_integer(struct cursor *c, int column)
{
    (void)c;
    (void)column;
    return 0; /* no column of the view is a number */
}

static double row_real(struct cursor *c, int column)
{
    (void)c;
    (void)column;
    return 0;
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
        .destroy = row_destroy,
    };

    *r = (struct device_row){.base = {&ops}, .columns = *columns};
}

void device_row_release(struct device_row *r)
{
    buf_release(&r->texts);
}

int device_row_set(struct device_row *r, const struct judgement *j, const struct judge_context *ctx, struct err *err)
{
    buf_clear(&r->texts);
    for (size_t i = 0; i < r->columns.count; i++) {
        device_cell_text(j, ctx, r->columns.columns[i], &r->texts);
        r->ends[i] = r->texts.len;
    }
    return r->texts.failed ? err_nomem(err) : 0;
}

/* ---- Those of a judged set ---- */

struct device_cursor {
    struct device_row row;
    struct cursor_ops ops; /* those of a row, but for the ways to the next one and the end */
    struct judged_cursor at;
    const struct judge_context *ctx;
};

static int cursor_of_devices_next(struct cursor *cursor, struct err *err)
{
    struct device_cursor *const c = (struct device_cursor *)cursor;
    struct judged_head head;
    struct judged_row row;
    const int got = judged_next(&c->at, &head, err);

    if (got <= 0)
        return got;
    if (judged_row_read(&c->at, &row, err) < 0 || device_row_set(&c->row, &row.judgement, c->ctx, err) < 0)
        return -1;
    return 1;
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
