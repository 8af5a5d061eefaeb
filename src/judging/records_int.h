/* The views over the evidence itself, `requests`, `evidence` and `certificates`: virtual tables that unpack one Device
 * at a time. They need no judged set, only what to judge by: as-of, the codes and the organisations. */
#ifndef PCREPORT_JUDGING_RECORDS_INT_H
#define PCREPORT_JUDGING_RECORDS_INT_H

#include "views_int.h"

struct record_cursor;

/* Ends each declaration. SQLite tells rows of one scan from those of another by their keys, where it looks several
 * times for an OR or an outer join: so a row needs a key that does not depend on the scan. */
#define RECORD_KEY ", position INTEGER HIDDEN, PRIMARY KEY(device_id, position)) WITHOUT ROWID"

/* What makes one such view: its columns, the first of which is device_id, and its rows for one Device. */
struct record_view {
    const char *name;
    const char *declaration;
    int position; /* the column that RECORD_KEY adds */
    size_t item_size;
    /* Fills the items of the Device in cursor->records, by record_items. -1 with *err. */
    int (*load)(struct record_cursor *c, struct err *err);
    void (*cell)(struct record_cursor *c, sqlite3_context *cell, int column);
};
extern const struct record_view view_requests, view_evidence, view_certificates;

struct record_cursor {
    sqlite3_vtab_cursor base;
    const struct record_view *view;
    const struct judge_context *ctx;
    sqlite3_stmt *all, *one; /* every Device, or one */
    sqlite3_stmt *at;        /* the one of the two that stands on the present Device */
    sqlite3_stmt *file;
    uint32_t file_number; /* whose name `file` stands on; 0: none */
    struct device_records records;
    bool in_inventory; /* an inventory extract names the Device by as-of */
    struct request_view *requests;
    size_t request_count, request_cap;
    void *items;
    size_t item_count, item_cap, item; /* `item` is the present row */
    bool at_end;
};

/* Memory for at least `count` items; NULL on failure. Sets item_count to 0. */
void *record_items(struct record_cursor *c, size_t count, struct err *err);
/* Fills c->requests by R7 and R2 as at as-of. */
int record_requests(struct record_cursor *c, struct err *err);

/* Cells that several of them have. */
void record_cell_party(struct record_cursor *c, sqlite3_context *cell, uint64_t entity);
void record_cell_srv(sqlite3_context *cell, srv_code srv);
void record_cell_request_id(sqlite3_context *cell, const struct request_id *id);
void record_cell_key_id(sqlite3_context *cell, uint64_t key_id);
void record_cell_file(struct record_cursor *c, sqlite3_context *cell, uint32_t file);

/* Makes the views known to a connection, which borrows the context. */
int records_register(sqlite3 *db, const struct judge_context *ctx);

#endif
