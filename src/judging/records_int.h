/* The views over the evidence itself, `requests`, `evidence` and `certificates`: they unpack one Device at a time. They
 * need no judged set, only what to judge by: as-of, the codes and the organisations. */
#ifndef PCREPORT_JUDGING_RECORDS_INT_H
#define PCREPORT_JUDGING_RECORDS_INT_H

#include "views_int.h"

#include "domain/evidence.h"

struct record_cursor;

struct record_view {
    struct view view;
    size_t item_size;
    /* Fills the items of the Device in c->records, by record_items. -1 with *err. */
    int (*load)(struct record_cursor *c, struct err *err);
};
extern const struct record_view view_requests, view_evidence, view_certificates;

struct record_cursor {
    struct view_cursor view;
    sqlite3_stmt *all, *one; /* every Device, or one */
    sqlite3_stmt *at;        /* the one of the two that stands on the present Device; NULL: it was loaded before */
    sqlite3_stmt *file;
    uint32_t file_number; /* whose name `file` stands on; 0: none */
    struct buf packed;    /* what `records` borrows from, so that the Device that was asked for last is at hand */
    struct device_records records;
    bool is_loaded;
    bool in_inventory; /* an inventory extract names the Device by as-of */
    struct request_summary *requests;
    size_t request_count, request_cap;
    void *items;
    size_t item_count, item_cap, item; /* `item` is the present row */
};

/* Memory for at least `count` items; NULL on failure. Sets item_count to 0. */
void *record_items(struct record_cursor *c, size_t count, struct err *err);
/* Fills c->requests by R7 and R2 as at as-of. */
int record_requests(struct record_cursor *c, struct err *err);

/* Columns of all of them: the first, and the last ones, where `source` is the present row's. A row's key must not
 * depend on the scan, so its position within the Device is part of it. */
#define RECORD_DEVICE(C) C(device_id, TEXT, "The Device.", cell_eui64(cell, c->records.device))
#define RECORD_IN_INVENTORY(C)                                                                                         \
    C(in_inventory, TEXT, "Whether an inventory extract by as-of names the Device.", cell_yes_no(cell, c->in_inventory))
#define RECORD_SOURCE(C)                                                                                               \
    C(file, TEXT, "The file in which it was read.", cell_file(c, cell, source.file))                                   \
    C(line, INTEGER, "And the line.", cell_number(cell, (int64_t)source.line))
#define RECORD_POSITION(C)                                                                                             \
    C(position, INTEGER HIDDEN, "The number of the row within its Device, from 0.", cell_number(cell, (int64_t)c->item))

void cell_file(struct record_cursor *c, sqlite3_context *cell, uint32_t file);

/* What struct view asks for. */
int record_open(struct view_cursor *base, struct err *err);
int record_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err);
int record_next(struct view_cursor *base, struct err *err);
void record_rest(struct view_cursor *base);
void record_release(struct view_cursor *base);

#define RECORD_VIEW(view_name, view_sentence, view_cell)                                                               \
    {                                                                                                                  \
        .about = {view_name, view_sentence, columns, ARRAY_LEN(columns)}, .key = "device_id, position",                \
        .plan = {.cost = 1e9,                                                                                          \
                 .rows = 1e7,                                                                                          \
                 .keys = {COLUMN_device_id, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN},                    \
                 .device = COLUMN_device_id,                                                                           \
                 .then = COLUMN_position},                                                                             \
        .cursor_size = sizeof(struct record_cursor), .open = record_open, .begin = record_begin, .next = record_next,  \
        .cell = view_cell, .rest = record_rest, .release = record_release,                                             \
    }

#endif
