/* JSON Lines: one object a row, every column in it, null where the cell is empty. */
#include "writers_int.h"

#include "base/json_out.h"

#include <stdlib.h>

struct writer {
    const struct report *report; /* borrowed */
    struct outfile *file;        /* borrowed */
    struct buf row;
    struct buf *keys; /* of each column: what stands before its value */
};

/* A number in a text column is an identifier that happens to look like one: it stays text. */
static void add_cell(struct buf *b, struct cursor *c, int column, bool as_text)
{
    enum cell_type type = cursor_cell_type(c, column);

    if (as_text && type != CELL_EMPTY)
        type = CELL_TEXT;
    switch (type) {
    case CELL_TEXT:
        json_text(&(struct json_out){.buf = b}, cursor_text(c, column));
        break;
    case CELL_INTEGER:
        number_add_integer(b, cursor_integer(c, column));
        break;
    case CELL_REAL:
        if (!number_add_real(b, cursor_real(c, column)))
            buf_add_str(b, "null");
        break;
    case CELL_EMPTY:
        buf_add_str(b, "null");
        break;
    }
}

static int write_row(struct writer *w, struct cursor *row, struct err *err)
{
    buf_clear(&w->row);
    for (size_t i = 0; i < w->report->column_count; i++) {
        const struct report_column *col = &w->report->columns[i];

        buf_add_text(&w->row, buf_text(&w->keys[i]));
        add_cell(&w->row, row, (int)i, col->type == COLUMN_TEXT);
    }
    buf_add_str(&w->row, "}\n");
    if (w->row.failed)
        return err_nomem(err);
    return outfile_write(w->file, w->row.ptr, w->row.len, err);
}

static int close_writer(struct writer *w, struct err *err)
{
    (void)err; /* each row was handed on when it ended */
    for (size_t i = 0; w->keys != NULL && i < w->report->column_count; i++)
        buf_release(&w->keys[i]);
    free(w->keys);
    buf_release(&w->row);
    free(w);
    return 0;
}

static bool make_keys(struct writer *w)
{
    bool failed = false;

    w->keys = calloc(w->report->column_count + 1, sizeof(*w->keys));
    for (size_t i = 0; w->keys != NULL && i < w->report->column_count; i++) {
        struct buf *const key = &w->keys[i];

        buf_add_byte(key, i == 0 ? '{' : ',');
        json_text(&(struct json_out){.buf = key}, text_of(w->report->columns[i].name));
        buf_add_byte(key, ':');
        failed = failed || key->failed;
    }
    return w->keys != NULL && !failed;
}

static int open_writer(struct writer **out, const struct report *report, const struct report_about *about,
                       struct outfile *file, struct err *err)
{
    struct writer *const w = calloc(1, sizeof(*w));

    (void)about;
    *out = NULL;
    if (w == NULL)
        return err_nomem(err);
    w->report = report;
    w->file = file;
    if (!make_keys(w)) {
        (void)close_writer(w, err);
        return err_nomem(err);
    }
    *out = w;
    return 0;
}

const struct writer_ops writer_json = {
    .name = "json",
    .extension = ".json",
    .summary = "JSON Lines: one object a row, null for an empty cell",
    .slow = true,
    .open = open_writer,
    .row = write_row,
    .close = close_writer,
};
