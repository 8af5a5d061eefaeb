/* The tables of the store as SQL, for the layer that asks it: thin helpers around SQLite, of which every result is
 * looked at and told in terms of the store. One thread at a time uses a store. */
#ifndef PCREPORT_STORE_SQL_H
#define PCREPORT_STORE_SQL_H

#include "store/store.h"

#include <sqlite3.h>

/* The absolute path of the file, for a connection of one's own; borrowed from the store. */
const char *store_path(const struct store *st);

/* As sqlite3_open_v2, with the sum of each page looked at when it is read (SQLITE_IOERR_DATA) and made when it is
 * written.
 */
int pages_open(const char *path, sqlite3 **out, int flags);
/* The number of the page that was found damaged last; 0: none. */
uint32_t pages_damaged(sqlite3 *db);

/* Whether a code of SQLite says that the file is not what was written, rather than that it could not be read. */
bool sql_is_damage(int code);
/* Tells in *err what SQLite says about the last call on the store, and whose fault it is. `doing` is a verb. */
int sql_fail(const struct store *st, const char *doing, struct err *err);

int sql_exec(struct store *st, const char *sql, struct err *err);
int sql_prepare(struct store *st, sqlite3_stmt **out, const char *sql, struct err *err);
/* 1 with a row, 0 when done, -1 on failure. */
int sql_step(struct store *st, sqlite3_stmt *stmt, struct err *err);
/* Runs a statement without rows and makes it ready to be bound anew. */
int sql_run(struct store *st, sqlite3_stmt *stmt, struct err *err);
/* The first column of the first row as a number; `otherwise` when there is no row or it is NULL. */
int sql_number(struct store *st, const char *sql, int64_t otherwise, int64_t *out, struct err *err);
/* ERR_IO also where another file lies in the place of the store by now. */
int sql_commit(struct store *st, struct err *err);
/* Ends a transaction that failed, or one that only read; what SQLite says about it does not matter any more. */
void sql_rollback(struct store *st);

/* Identifiers are stored as signed numbers that sort as the identifiers do: with the sign bit flipped. */
static inline int64_t key_of(uint64_t id)
{
    uint64_t flipped = id ^ (UINT64_C(1) << 63);
    return flipped <= INT64_MAX ? (int64_t)flipped : -(int64_t)(UINT64_MAX - flipped) - 1;
}

static inline uint64_t id_of(int64_t key)
{
    return (uint64_t)key ^ (UINT64_C(1) << 63);
}

/* 0 and INSTANT_NONE are stored as NULL. */
void sql_bind_id(sqlite3_stmt *stmt, int at, uint64_t id);
void sql_bind_instant(sqlite3_stmt *stmt, int at, instant value);
/* Borrowed until the statement is run. */
void sql_bind_text(sqlite3_stmt *stmt, int at, struct text value);
void sql_bind_blob(sqlite3_stmt *stmt, int at, struct text value);
uint64_t sql_id(sqlite3_stmt *stmt, int column);
/* One that pcreport never wrote is taken for the first or the last that there is, so that nothing overflows. */
instant sql_instant(sqlite3_stmt *stmt, int column);
/* Borrowed until the next step. */
struct text sql_text(sqlite3_stmt *stmt, int column);
struct text sql_blob(sqlite3_stmt *stmt, int column);

/* Gives back the memory that reading a row of many bytes took, which neither SQLite (pages) nor malloc would do soon. A
 * statement holds the row itself until it is reset or finalized. */
#define SQL_MANY_BYTES (1 << 20)
void sql_give_back(struct store *st);

/* ---- Reference data between its rows and its structs ---- */

#define REGISTRATION_COLUMNS                                                                                           \
    "mpxn, effective_from, number, effective_to, supplier, network_operator, conflict, file, line, extracts, "         \
    "first_extract, last_extract"
#define ORGANISATION_COLUMNS                                                                                           \
    "entity, key_id, number, party, role, in_smki_repository, conflict, file, line, extracts, first_extract, "         \
    "last_extract"
void registration_read(sqlite3_stmt *stmt, struct registration_row *out);
/* The same without where it was read and what came of it there: all that decides who is registered. */
#define REGISTRATION_SAYS "mpxn, effective_from, number, effective_to, supplier, network_operator, extracts"
void registration_says(sqlite3_stmt *stmt, struct registration_row *out);
void organisation_read(sqlite3_stmt *stmt, struct organisation_row *out); /* the party is borrowed from the row */
/* The parameters are the columns above; the last two are made of the set of extracts. */
void registration_bind(sqlite3_stmt *stmt, const struct registration_row *row);
void organisation_bind(sqlite3_stmt *stmt, const struct organisation_row *row);

/* ---- Sums over packed Devices ---- */

/* So that a damaged byte is found before it is reported as evidence. */
uint32_t checksum_of(struct text bytes);
/* Sets ERR_DATA: the packed Device does not carry the sum it was stored with. */
int checksum_fail(const struct store *st, uint64_t device, struct err *err);

#endif
