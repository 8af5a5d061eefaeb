/* Thin helpers around SQLite: every result is looked at, and told in terms of the store. */
#include "store_int.h"

#include <malloc.h>

bool sql_is_damage(int code)
{
    return code == SQLITE_IOERR_DATA || (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

static enum err_code whose_fault(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return ERR_IO;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    default:
        return ERR_BUG;
    }
}

static const char *remedy(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "; another program is using it: try again when it has ended";
    case SQLITE_FULL:
        return "; make room on the disk and run again: the store is as it was";
    case SQLITE_READONLY:
        return "; look at the permissions of the file and its folder";
    default:
        return "";
    }
}

static int fail_damaged(const struct store *st, int code, struct err *err)
{
    const char *const mend = "'pcreport verify' tells more; go back to a copy, or ingest the files into a new store";

    if (code == SQLITE_IOERR_DATA)
        return err_set(err, ERR_DATA, "the store \"%s\" is damaged: page %u is not what was written; %s", st->path,
                       pages_damaged(st->db), mend);
    if ((code & 0xff) == SQLITE_NOTADB)
        return err_set(err, ERR_DATA, "\"%s\" is no store, or one that is damaged: %s; name another with --db",
                       st->path, sqlite3_errmsg(st->db));
    return err_set(err, ERR_DATA, "the store \"%s\" is damaged: %s; %s", st->path, sqlite3_errmsg(st->db), mend);
}

static int fail_moved(const struct store *st, struct err *err)
{
    return err_set(
        err, ERR_IO,
        "the store \"%s\" was replaced or removed while it was written to: what was stored is gone with it; run "
        "again",
        st->path);
}

int sql_fail(const struct store *st, const char *doing, struct err *err)
{
    int code = sqlite3_extended_errcode(st->db);

    if (sql_is_damage(code))
        return fail_damaged(st, code, err);
    if (code == SQLITE_READONLY_DBMOVED)
        return fail_moved(st, err);
    return err_set(err, whose_fault(code), "cannot %s the store \"%s\": %s%s", doing, st->path, sqlite3_errmsg(st->db),
                   remedy(code));
}

int sql_exec(struct store *st, const char *sql, struct err *err)
{
    return sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_fail(st, "use", err);
}

int sql_prepare(struct store *st, sqlite3_stmt **out, const char *sql, struct err *err)
{
    if (sqlite3_prepare_v3(st->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK)
        return 0;
    if (sqlite3_errcode(st->db) == SQLITE_ERROR) /* the statements are ours: it is the tables that are not */
        return err_set(err, ERR_DATA, "the store \"%s\" is damaged: %s; go back to a copy of it", st->path,
                       sqlite3_errmsg(st->db));
    return sql_fail(st, "read", err);
}

int sql_step(struct store *st, sqlite3_stmt *stmt, struct err *err)
{
    int rc = sqlite3_step(stmt);

    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    return sql_fail(st, "read", err);
}

int sql_run(struct store *st, sqlite3_stmt *stmt, struct err *err)
{
    int rc = sqlite3_step(stmt);

    if (rc != SQLITE_DONE)
        sql_fail(st, "write", err);
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE ? 0 : -1;
}

int sql_number(struct store *st, const char *sql, int64_t otherwise, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got;

    if (sql_prepare(st, &stmt, sql, err) < 0)
        return -1;
    got = sql_step(st, stmt, err);
    if (got >= 0)
        *out = got == 1 && sqlite3_column_type(stmt, 0) != SQLITE_NULL ? sqlite3_column_int64(stmt, 0) : otherwise;
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}

int sql_commit(struct store *st, struct err *err)
{
    if (buf_ever_failed())
        return err_nomem(err); /* it may lack something */
    if (sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return sql_fail(st, "write", err);
    return st->mode == STORE_WRITE && !lock_holds(st) ? fail_moved(st, err) : 0;
}

void sql_rollback(struct store *st)
{
    /* SQLite may have rolled back by itself, as it does when the disk is full. */
    if (!sqlite3_get_autocommit(st->db))
        sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
}

void sql_bind_id(sqlite3_stmt *stmt, int at, uint64_t id)
{
    if (id == 0)
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_int64(stmt, at, key_of(id));
}

void sql_bind_instant(sqlite3_stmt *stmt, int at, instant value)
{
    if (value == INSTANT_NONE)
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_int64(stmt, at, value);
}

/* A NULL pointer would bind NULL in place of what is empty. */
void sql_bind_text(sqlite3_stmt *stmt, int at, struct text value)
{
    sqlite3_bind_text64(stmt, at, value.len > 0 ? value.ptr : "", value.len, SQLITE_STATIC, SQLITE_UTF8);
}

void sql_bind_blob(sqlite3_stmt *stmt, int at, struct text value)
{
    sqlite3_bind_blob64(stmt, at, value.len > 0 ? value.ptr : "", value.len, SQLITE_STATIC);
}

uint64_t sql_id(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? 0 : id_of(sqlite3_column_int64(stmt, column));
}

instant sql_instant(sqlite3_stmt *stmt, int column)
{
    const int64_t at = sqlite3_column_int64(stmt, column);

    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return INSTANT_NONE;
    return at < INSTANT_FIRST ? INSTANT_FIRST : at > INSTANT_LAST ? INSTANT_LAST : at;
}

/* A number as a text takes memory, and what is without it looks like NULL. */
static struct text value_of(sqlite3_stmt *stmt, int column, const void *ptr)
{
    struct buf lost = {0};

    if (ptr == NULL && sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
        buf_fail(&lost);
    return (struct text){ptr, (size_t)sqlite3_column_bytes(stmt, column)};
}

struct text sql_text(sqlite3_stmt *stmt, int column)
{
    return value_of(stmt, column, sqlite3_column_text(stmt, column));
}

void sql_give_back(struct store *st)
{
    sqlite3_db_release_memory(st->db);
    malloc_trim(0);
}

struct text sql_blob(sqlite3_stmt *stmt, int column)
{
    return value_of(stmt, column, sqlite3_column_blob(stmt, column));
}
