/* The views that are computed: SQLite virtual tables over the judged set. No row is ever copied into a table. */
#ifndef PCREPORT_JUDGING_VIEWS_INT_H
#define PCREPORT_JUDGING_VIEWS_INT_H

#include "judged_int.h"
#include "judging/query.h"
#include "rules/wording.h"

#include <sqlite3.h>

/* Makes the views of a source that has `now` known to a connection. Everything is borrowed by the connection. */
int views_register(sqlite3 *db, const struct query_source *source);
int view_devices_register(sqlite3 *db, const char *name, const struct judged *judged);
/* Only for a source that has an earlier state, or begins from nothing. */
int view_changes_register(sqlite3 *db, const struct query_source *source);
int view_counts_register(sqlite3 *db, const struct judged *judged);
int view_suspicions_register(sqlite3 *db, const struct judged *judged);
int view_obligations_register(sqlite3 *db, const struct judged *judged);
int view_incidents_register(sqlite3 *db, const struct judged *judged);
int view_related_register(sqlite3 *db, const struct judged *judged);
int view_firmware_register(sqlite3 *db, const struct judged *judged);

/* ---- view_scan.c: what the views have in common ---- */

struct view_table {
    sqlite3_vtab base;
    sqlite3 *db;
    const struct judged *judged;
};

int view_connect(sqlite3 *db, const struct judged *judged, const char *declaration, sqlite3_vtab **out);
/* For a view with a struct of its own, of that size, which begins with a view_table: the rest of it is zeros. */
int view_connect_own(sqlite3 *db, const struct judged *judged, const char *declaration, size_t size,
                     sqlite3_vtab **out);
int view_disconnect(sqlite3_vtab *table);
/* Hands trouble to SQLite: its message to the table, its kind as the result code. */
int view_fail(sqlite3_vtab *table, const struct err *err);

/* What a scan can be narrowed by: equality on these. */
enum view_key { BY_DEVICE, BY_VERDICT, BY_LEGACY_VERDICT, BY_CLASSIFICATION, BY_TYPE, BY_REGION, VIEW_KEYS };

/* xBestIndex for a view whose rows come in the order of the Devices. columns[k] is the column of key k, -1: it has
 * none. `then` is a column in whose order the rows of one Device come, -1: one row a Device, any further order is met.
 */
int view_best_index(sqlite3_index_info *info, const int columns[VIEW_KEYS], int then);
/* Whether rows in that order need not be sorted. */
bool view_comes_in_order(const sqlite3_index_info *info, int device_column, int then);

struct view_scan {
    struct judged_cursor cursor;
    unsigned keys;              /* bit 1 << enum view_key: must be equal */
    unsigned values[VIEW_KEYS]; /* from BY_VERDICT on */
    uint64_t device;
    bool at_end;
    struct judged_head head; /* of the present record */
    bool is_read;            /* `row` is the present record */
    struct judged_row row;
};

/* What the cursors of views that scan begin with, and what of SQLite's interface is the same for all of them. */
struct view_cursor {
    sqlite3_vtab_cursor base;
    struct view_scan scan;
    sqlite3_int64 rowid; /* of views that nothing narrows, where each scan gives all rows in the same order */
};
int view_open(sqlite3_vtab_cursor **out, size_t size);
int view_close(sqlite3_vtab_cursor *cursor);
int view_eof(sqlite3_vtab_cursor *cursor);
int view_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out);

/* Begins at what xFilter got. */
int view_scan_begin(struct view_scan *s, const struct judged *judged, int keys, sqlite3_value **argv, struct err *err);
int view_scan_next(struct view_scan *s, struct err *err);
void view_scan_release(struct view_scan *s);
/* The present record, unpacked when first asked for. NULL on failure. */
const struct judged_row *view_scan_row(struct view_scan *s, struct err *err);

/* ---- view_cells.c: cells; what is not given is NULL ---- */

void cell_word(sqlite3_context *cell, const char *word); /* static */
void cell_text(sqlite3_context *cell, struct text t);    /* copied */
void cell_yes_no(sqlite3_context *cell, bool yes);
void cell_instant(sqlite3_context *cell, instant at);
void cell_eui64(sqlite3_context *cell, uint64_t id);
void cell_mpxn(sqlite3_context *cell, mpxn_code mpxn);
void cell_party(sqlite3_context *cell, const struct directory *d, struct party p);
void cell_parties(sqlite3_context *cell, const struct directory *d, const struct party *parties, size_t count);
void cell_reasons(sqlite3_context *cell, reason_set reasons);
void cell_action(sqlite3_context *cell, const struct directory *d, const struct action *a);
void cell_next_action(sqlite3_context *cell, const struct directory *d, const struct judgement *j);
/* The columns of the obligations that are neither MET nor NOT_APPLICABLE, joined by ';'. */
void cell_unmet(sqlite3_context *cell, const struct judgement *j);

#endif
