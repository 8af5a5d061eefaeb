/* Pseudonyms in the rows of a query, in a page and in an event. */
#include "pack/pseudonym.h"

#include <stdlib.h>
#include <string.h>

enum pseudonym_text pseudonym_text_of(const char *column)
{
    static const struct {
        const char *column;
        enum pseudonym_text kind;
    } kinds[] = {
        {"file", TEXT_OF_FILE_NAME}, {"reason", TEXT_OF_FAULT}, {"example", TEXT_OF_FAULT}, {"bytes", TEXT_AS_READ}};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(column, kinds[i].column) == 0)
            return kinds[i].kind;
    return TEXT_OF_RECORDS;
}

/* ---- Rows ---- */

struct hidden_rows {
    struct cursor base;
    const struct pseudonyms *pseudonyms;
    struct cursor *rows;
    int columns;
    struct buf texts[]; /* of the present row, one for each column */
};

static int column_count(const struct cursor *c)
{
    return ((const struct hidden_rows *)c)->columns;
}

static const char *column_name(const struct cursor *c, int column)
{
    return cursor_column_name(((const struct hidden_rows *)c)->rows, column);
}

static int next(struct cursor *c, struct err *err)
{
    struct hidden_rows *const h = (struct hidden_rows *)c;

    for (int i = 0; i < h->columns; i++) {
        if (h->texts[i].failed)
            return err_nomem(err);
        buf_clear(&h->texts[i]);
    }
    return cursor_next(h->rows, err);
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cursor_cell_type(((struct hidden_rows *)c)->rows, column);
}

static struct text text(struct cursor *c, int column)
{
    struct hidden_rows *const h = (struct hidden_rows *)c;
    struct buf *const out = &h->texts[column];

    if (cursor_cell_type(h->rows, column) != CELL_TEXT)
        return cursor_text(h->rows, column);
    buf_clear(out);
    pseudonym_add(h->pseudonyms, cursor_text(h->rows, column), pseudonym_text_of(cursor_column_name(h->rows, column)),
                  out);
    return buf_text(out);
}

static int64_t integer(struct cursor *c, int column)
{
    return cursor_integer(((struct hidden_rows *)c)->rows, column);
}

static double real(struct cursor *c, int column)
{
    return cursor_real(((struct hidden_rows *)c)->rows, column);
}

static void interrupt(struct cursor *c)
{
    cursor_interrupt(((struct hidden_rows *)c)->rows);
}

static void destroy(struct cursor *c)
{
    struct hidden_rows *const h = (struct hidden_rows *)c;

    for (int i = 0; i < h->columns; i++)
        buf_release(&h->texts[i]);
    cursor_destroy(h->rows);
    free(h);
}

static const struct cursor_ops ops = {
    .column_count = column_count,
    .column_name = column_name,
    .next = next,
    .cell_type = cell_type,
    .text = text,
    .integer = integer,
    .real = real,
    .interrupt = interrupt,
    .destroy = destroy,
};

struct cursor *pseudonym_cursor(const struct pseudonyms *p, struct cursor *rows)
{
    const int columns = cursor_column_count(rows);
    struct hidden_rows *const h = calloc(1, sizeof(*h) + (size_t)columns * sizeof(h->texts[0]));

    if (h == NULL)
        return NULL;
    h->base.ops = &ops;
    h->pseudonyms = p;
    h->rows = rows;
    h->columns = columns;
    return &h->base;
}

/* ---- Pages and events ---- */

void pseudonym_add_html(const struct pseudonyms *p, struct text page, struct buf *out)
{
    static const char begin[] = "<style>", end[] = "</style>";
    const char *const style = page.len > 0 ? memmem(page.ptr, page.len, begin, sizeof(begin) - 1) : NULL;
    const char *const body =
        style != NULL ? memmem(style, page.len - (size_t)(style - page.ptr), end, sizeof(end) - 1) : NULL;

    if (body == NULL) {
        pseudonym_add(p, page, TEXT_OF_RECORDS, out);
        return;
    }
    pseudonym_add(p, (struct text){page.ptr, (size_t)(style - page.ptr)}, TEXT_OF_RECORDS, out);
    buf_add(out, style, (size_t)(body - style));
    pseudonym_add(p, (struct text){body, page.len - (size_t)(body - page.ptr)}, TEXT_OF_RECORDS, out);
}

/* What stands in quotes, from behind the first to the second; returns where that is. An escape stands for itself: its
 * letter is none of what follows. */
static size_t add_string(const struct pseudonyms *p, struct text json, size_t at, struct buf *out)
{
    while (at < json.len && json.ptr[at] != '"') {
        size_t end = at;

        while (end < json.len && json.ptr[end] != '"' && json.ptr[end] != '\\')
            end++;
        pseudonym_add(p, (struct text){json.ptr + at, end - at}, TEXT_OF_RECORDS, out);
        at = end;
        if (at < json.len && json.ptr[at] == '\\') {
            end = at + (at + 1 < json.len && json.ptr[at + 1] == 'u' ? 6 : 2);
            end = end < json.len ? end : json.len;
            buf_add(out, json.ptr + at, end - at);
            at = end;
        }
    }
    return at;
}

void pseudonym_add_json(const struct pseudonyms *p, struct text json, struct buf *out)
{
    for (size_t i = 0; i < json.len;) {
        const bool opens = json.ptr[i] == '"';

        buf_add_byte(out, (unsigned char)json.ptr[i++]);
        if (!opens)
            continue;
        i = add_string(p, json, i, out);
        if (i < json.len)
            buf_add_byte(out, (unsigned char)json.ptr[i++]);
    }
}
