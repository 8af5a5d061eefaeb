/* The view `suspicions`: where to look for what is wrong with the data, so that nobody has to read all of it. */
#include "views_int.h"

#include "rules/suspicion.h"

#include <string.h>

#define COLUMNS(C)                                                                                                     \
    C(device_id, TEXT, "The Device, which the inventory need not name.", cell_eui64(cell, c->present.device))          \
    C(suspicion, TEXT, "What is doubtful about its data.",                                                             \
      cell_word(cell, suspicion_word((enum suspicion)__builtin_ctzll(c->present.suspicions))))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct suspicions_cursor {
    struct view_cursor view;
    size_t at;              /* of the next Device */
    struct suspect present; /* what is left of the present one; the lowest bit is the present row */
};

static int load(struct suspicions_cursor *c)
{
    const struct buf *const all = &c->view.source->judged->suspects;

    if (c->at * sizeof(c->present) >= all->len)
        return 0;
    memcpy(&c->present, all->ptr + c->at++ * sizeof(c->present), sizeof(c->present));
    return 1;
}

static int suspicions_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    (void)keys;
    (void)argv;
    (void)err;
    ((struct suspicions_cursor *)base)->at = 0;
    return load((struct suspicions_cursor *)base);
}

static int suspicions_next(struct view_cursor *base, struct err *err)
{
    struct suspicions_cursor *const c = (struct suspicions_cursor *)base;

    (void)err;
    c->present.suspicions &= c->present.suspicions - 1;
    return c->present.suspicions != 0 ? 1 : load(c);
}

static int suspicions_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct suspicions_cursor *const c = (struct suspicions_cursor *)base;

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct view view_suspicions = {
    .about = {"suspicions", "One row for each Device and doubt about its data.", columns, ARRAY_LEN(columns)},
    .plan = {.cost = 0, .rows = 1e3, .keys = VIEW_NO_KEYS, .device = COLUMN_device_id, .then = NO_ORDER},
    .cursor_size = sizeof(struct suspicions_cursor),
    .begin = suspicions_begin,
    .next = suspicions_next,
    .cell = suspicions_cell,
};
