/* The views that are computed: one frame of SQLite virtual tables, and for each view one list of its columns and a way
 * from row to row. No row is ever copied into a table. */
#ifndef PCREPORT_JUDGING_VIEWS_INT_H
#define PCREPORT_JUDGING_VIEWS_INT_H

#include "judged_set_int.h"
#include "judging/query.h"
#include "rules/wording.h"

#include <sqlite3.h>

/* ---- Columns ----
 * A view lists its columns once, in a macro COLUMNS(C) of rows C(name, TYPE, sentence, how the cell is made): the last
 * is C code that fills `cell`, or leaves it NULL. What follows makes of the list what the view needs. */
#define VIEW_ENUM(name, type, sentence, ...)   COLUMN_##name,
#define VIEW_COLUMN(name, type, sentence, ...) {#name, #type, sentence},
#define VIEW_CASE(name, type, sentence, ...)                                                                           \
    case COLUMN_##name:                                                                                                \
        __VA_ARGS__;                                                                                                   \
        break;

/* ---- view_frame.c: what all views have in common ---- */

/* What a view can be narrowed by: equality on these. */
enum view_key { BY_DEVICE, BY_VERDICT, BY_LEGACY_VERDICT, BY_CLASSIFICATION, BY_TYPE, BY_REGION, VIEW_KEYS };

/* How SQLite is to plan with a view. Columns are numbers; NO_COLUMN: none. */
#define NO_COLUMN (-1)
#define NO_ORDER  (-2)
struct view_plan {
    double cost, rows;   /* of all of it */
    int keys[VIEW_KEYS]; /* the column of each key */
    int device;          /* the rows come in the order of this column, */
    int then; /* and those of one Device in the order of this; NO_COLUMN: there is one row a Device; NO_ORDER: in none
               */
};
#define VIEW_NO_KEYS                                                                                                   \
    {                                                                                                                  \
        NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN                                               \
    }

struct view_cursor;

struct view {
    struct view_about about;
    const char *key; /* SQLite tells rows of one scan from those of another by it, where it looks several times for an
                        OR or an outer join; NULL: each scan gives all rows in the same order, and their number does */
    struct view_plan plan;
    size_t cursor_size; /* of a struct that begins with a view_cursor */
    /* Each returns 1 with a row, 0 at the end, -1 with *err. `keys` has bit k where argv holds a value for key k. */
    int (*begin)(struct view_cursor *c, unsigned keys, sqlite3_value **argv, struct err *err);
    int (*next)(struct view_cursor *c, struct err *err);
    int (*cell)(struct view_cursor *c, sqlite3_context *cell, int column, struct err *err); /* 0 or -1 */
    /* What is NULL need not be done. */
    int (*open)(struct view_cursor *c, struct err *err); /* 0 or -1 */
    void (*rest)(struct view_cursor *c); /* no longer read, but kept to be begun again: gives up locks */
    void (*release)(struct view_cursor *c);
};

/* What a view shows rows of. */
struct view_source {
    const struct view *view;
    const struct query_source *query;
    const struct judged *judged; /* NULL: it is about records alone */
    const struct judge_context *ctx;
};

/* What the cursors of views begin with; made of zeros. */
struct view_cursor {
    sqlite3_vtab_cursor base;
    const struct view_source *source;
    sqlite3 *db;
    bool at_end;
    sqlite3_int64 rowid;
};

/* The code for a failure that a call of SQLite told. */
int view_sql_fail(sqlite3 *db, struct err *err);
/* False when the value cannot be equal to any Device: it is no text, or not as identifiers are written out. */
bool view_device_value(sqlite3_value *value, uint64_t *out);

/* Makes the views of a source known to a connection: those of records where there is a context, the others where there
 * is `now`. Everything is borrowed by the connection. Returns a code of SQLite. */
int views_register(sqlite3 *db, const struct query_source *source);

extern const struct view view_devices, view_devices_before, view_device_counts, view_party_counts, view_suspicions,
    view_obligations, view_incidents, view_reported, view_coverage, view_operator_exceptions, view_join_exceptions,
    view_firmware_rejections, view_changes, view_tolerances, view_csps;

/* ---- view_tolerance_states.c: a view that is made of others, where there is `now` ---- */

extern const struct view_about view_tolerance_states_about;
extern const char view_tolerance_states_sql[]; /* what makes it */

/* ---- view_stored.c: the views that the store makes ---- */

/* From 0; NULL behind the last. */
const struct view_about *stored_view_about(size_t index);

/* Makes them known to a connection as views of its own. What they read, they read inside views whose names begin with
 * the word that is left in `inside`: another for each connection, so that a query cannot pass itself off as one of
 * them. Not `all`: only the one that is not as the store has it, since
 * the others are there already. Returns a code of SQLite. */
#define VIEW_INSIDE_SIZE 20
int stored_views_register(sqlite3 *db, bool all, char inside[VIEW_INSIDE_SIZE]);

/* ---- view_scan.c: through the judged set, in the order of the Devices ---- */

struct view_scan {
    struct judged_cursor cursor;
    unsigned keys;              /* bit 1 << enum view_key: must be equal */
    unsigned values[VIEW_KEYS]; /* from BY_VERDICT on */
    uint64_t device;
    struct judged_head head; /* of the present record */
    bool is_read;            /* `row` is the present record */
    struct judged_row row;
};

/* What the cursors of views that scan begin with. */
struct scan_cursor {
    struct view_cursor view;
    struct view_scan scan;
};

/* As those of struct view. */
int view_scan_begin(struct view_scan *s, const struct judged *judged, unsigned keys, sqlite3_value **argv,
                    struct err *err);
int view_scan_next(struct view_scan *s, struct err *err);
/* Goes to one Device behind the present one: 1 where it is there, 0 not, -1 on failure. */
int view_scan_to(struct view_scan *s, uint64_t device, struct err *err);
void view_scan_release(struct view_scan *s);
/* The present record, unpacked when first asked for. NULL on failure. */
const struct judged_row *view_scan_row(struct view_scan *s, struct err *err);

/* These for a view whose rows are those of a scan. */
int scan_cursor_begin(struct view_cursor *c, unsigned keys, sqlite3_value **argv, struct err *err);
int scan_cursor_next(struct view_cursor *c, struct err *err);
void scan_cursor_release(struct view_cursor *c);

/* ---- view_cells.c: cells; what is not given is NULL ---- */

void cell_word(sqlite3_context *cell, const char *word); /* static */
void cell_text(sqlite3_context *cell, struct text t);    /* copied */
void cell_number(sqlite3_context *cell, int64_t n);
void cell_yes_no(sqlite3_context *cell, bool yes);
void cell_instant(sqlite3_context *cell, instant at);
void cell_eui64(sqlite3_context *cell, uint64_t id);
void cell_mpxn(sqlite3_context *cell, mpxn_code mpxn);
void cell_srv(sqlite3_context *cell, srv_code srv);
void cell_key_id(sqlite3_context *cell, uint64_t key_id);
void cell_request_id(sqlite3_context *cell, const struct request_id *id);
void cell_party(sqlite3_context *cell, const struct directory *d, struct party p);
void cell_party_of(sqlite3_context *cell, const struct directory *d, uint64_t entity);
void cell_parties(sqlite3_context *cell, const struct directory *d, const struct party *parties, size_t count);
void cell_reasons(sqlite3_context *cell, reason_set reasons);
void cell_action(sqlite3_context *cell, const struct directory *d, const struct action *a);
void cell_next_action(sqlite3_context *cell, const struct directory *d, const struct judgement *j);
/* The columns of the obligations that are neither MET nor NOT_APPLICABLE, joined by ';'. */
void cell_unmet(sqlite3_context *cell, const struct judgement *j);
void cell_obligations(sqlite3_context *cell, unsigned which); /* the columns of these: bit 1 << enum obligation */

/* The texts of those that are lists. They return the length, and end with no NUL. */
#define PARTIES_TEXT_SIZE (OBLIGATIONS * (NAME_MAX_BYTES + 1))
#define UNMET_TEXT_SIZE   (OBLIGATIONS * 40)
size_t parties_format(const struct directory *d, const struct party *parties, size_t count,
                      char out[PARTIES_TEXT_SIZE]);
size_t obligations_format(unsigned which, char out[UNMET_TEXT_SIZE]);
bool has_next_action(const struct judgement *j);

/* Functions of one argument that queries may call; the code of SQLite. */
int query_functions_add(sqlite3 *db);

#endif
