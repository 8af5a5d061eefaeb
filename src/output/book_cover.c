/* The sheet that says what was asked: a title, a paragraph, and labels with values. */
#include "book_int.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_WIDTH 30 /* characters */
#define VALUE_WIDTH 104

struct cover_line {
    char *label, *value;
    char *sheet; /* that the value leads to; NULL: it leads nowhere */
};

struct cover {
    lxw_worksheet *sheet;
    char *title, *paragraph;
    struct cover_line *lines;
    size_t count;
};

void cover_destroy(struct cover *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++) {
        free(c->lines[i].label);
        free(c->lines[i].value);
        free(c->lines[i].sheet);
    }
    free(c->lines);
    free(c->title);
    free(c->paragraph);
    free(c);
}

int book_cover(struct book *b, const char *title, const char *paragraph, struct err *err)
{
    struct cover *const c = b->cover = calloc(1, sizeof(*b->cover));

    if (c == NULL)
        return err_nomem(err);
    c->title = strdup(title);
    c->paragraph = strdup(paragraph);
    if (c->title == NULL || c->paragraph == NULL)
        return err_nomem(err);
    if (!b->cover_last)
        c->sheet = book_add_sheet(b, BOOK_COVER_NAME, err);
    return b->cover_last || c->sheet != NULL ? 0 : -1;
}

int book_cover_line(struct book *b, const char *label, struct text value, struct err *err)
{
    struct cover *const c = b->cover;
    struct cover_line *const grown = reallocarray(c->lines, c->count + 1, sizeof(*grown));

    if (grown == NULL)
        return err_nomem(err);
    c->lines = grown;
    grown[c->count] = (struct cover_line){.label = strdup(label),
                                          .value = value.len == 0 ? strdup("") : strndup(value.ptr, value.len)};
    c->count++;
    return grown[c->count - 1].label == NULL || grown[c->count - 1].value == NULL ? err_nomem(err) : 0;
}

int book_cover_link(struct book *b, const char *label, struct text value, const char *sheet, struct err *err)
{
    if (book_cover_line(b, label, value, err) < 0)
        return -1;
    b->cover->lines[b->cover->count - 1].sheet = strdup(sheet);
    return b->cover->lines[b->cover->count - 1].sheet == NULL ? err_nomem(err) : 0;
}

int book_cover_glossary(struct book *b, struct err *err)
{
    for (size_t i = 0; i < b->glossary_count; i++)
        if (b->glossary_seen[i] && book_cover_line(b, b->glossary[i].code, text_of(b->glossary[i].plain), err) < 0)
            return -1;
    return 0;
}

static int write_line(struct book *b, const struct cover_line *line, lxw_row_t row, struct err *err)
{
    const struct text value = text_of(line->value);

    worksheet_set_row(b->cover->sheet, row, BOOK_LINE_HEIGHT * book_lines(value, VALUE_WIDTH), NULL);
    if (book_put_text(b, b->cover->sheet, row, 0, text_of(line->label), STYLE_LABEL, err) < 0)
        return -1;
    if (line->sheet != NULL)
        links_add(b, b->cover->sheet, row, 1, line->sheet);
    return book_put_text(b, b->cover->sheet, row, 1, value, line->sheet != NULL ? STYLE_LINK : STYLE_VALUE, err);
}

int cover_write(struct book *b, struct err *err)
{
    struct cover *const c = b->cover;

    if (c == NULL)
        return 0;
    if (c->sheet == NULL && (c->sheet = book_add_sheet(b, BOOK_COVER_NAME, err)) == NULL)
        return -1;
    worksheet_set_column(c->sheet, 0, 0, LABEL_WIDTH, NULL);
    worksheet_set_column(c->sheet, 1, 1, VALUE_WIDTH, NULL);
    worksheet_gridlines(c->sheet, LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_row(c->sheet, 0, 2 * BOOK_LINE_HEIGHT, NULL);
    worksheet_set_row(c->sheet, 2, BOOK_LINE_HEIGHT * 1.2 * book_lines(text_of(c->paragraph), VALUE_WIDTH - 10), NULL);
    if (book_put_text(b, c->sheet, 0, 0, text_of(c->title), STYLE_TITLE, err) < 0 ||
        book_put_text(b, c->sheet, 2, 1, text_of(c->paragraph), STYLE_PARAGRAPH, err) < 0)
        return -1;
    for (size_t i = 0; i < c->count; i++)
        if (write_line(b, &c->lines[i], (lxw_row_t)(4 + i), err) < 0)
            return -1;
    return book_print(b, c->sheet, c->title, NULL, 1, err);
}
