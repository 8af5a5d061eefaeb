/* Opening and closing the store, and what the readers of files and of its accounts ask it. */
#include "store_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Long enough to sit out the commit of a large ingest. */
#define BUSY_TIMEOUT_MS 60000

static int tune(struct store *st, struct err *err)
{
    sqlite3_busy_timeout(st->db, BUSY_TIMEOUT_MS);
    sqlite3_db_config(st->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(st->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* cache_size in KiB. A store only grows, and is rewritten from end to end by nothing: no auto_vacuum. */
    if (sql_exec(st, "PRAGMA cache_size=-65536; PRAGMA synchronous=EXTRA", err) < 0)
        return -1;
    if (st->mode == STORE_READ)
        return sql_exec(st, "PRAGMA query_only=1", err);
    return sql_exec(st, "PRAGMA journal_mode=DELETE", err);
}

/* Its header says so. Such a database cannot be read here; a store never is one. */
static bool is_in_wal_mode(sqlite3 *db)
{
    enum { HEADER_BYTES = 100, READ_VERSION = 19 };
    unsigned char header[HEADER_BYTES];
    sqlite3_file *file = NULL;

    return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file != NULL &&
           file->pMethods != NULL && file->pMethods->xRead(file, header, sizeof(header), 0) == SQLITE_OK &&
           header[READ_VERSION] == 2;
}

static int tune_or_tell(struct store *st, struct err *err)
{
    struct err why = {0};

    if (tune(st, &why) == 0)
        return 0;
    return why.code == ERR_IO && is_in_wal_mode(st->db) ? schema_foreign(st, err) : err_copy(err, &why);
}

static int open_database(struct store *st, struct err *err)
{
    /* A reader too may have to undo what a killed writer left half done, so it does not open read-only. One thread at a
     * time uses the connection; the store sees to that. */
    if (pages_open(st->full, &st->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX) != SQLITE_OK) {
        if (st->db == NULL)
            return err_nomem(err);
        return sql_fail(st, "open", err);
    }
    sqlite3_extended_result_codes(st->db, 1);
    if (tune_or_tell(st, err) < 0 || schema_check(st, err) < 0)
        return -1;
    return st->mode == STORE_WRITE ? schema_create(st, err) : 0;
}

static int find_file(const struct store *st, struct err *err)
{
    struct stat there;

    /* Not opened to find out: closing a descriptor would drop SQLite's locks of another handle on this file. */
    if (stat(st->path, &there) < 0 && errno == ENOENT)
        return err_set(err, ERR_NO_INPUT,
                       "there is no store \"%s\"; make one with 'pcreport ingest', or name another with --db",
                       st->path);
    if (access(st->path, R_OK) < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot open the store \"%s\"", st->path);
    return S_ISREG(there.st_mode) ? 0 : not_a_file(st, ERR_DATA, err);
}

static int find_paths(struct store *st, struct err *err)
{
    char *slash;

    st->full = realpath(st->path, NULL);
    if (st->full == NULL)
        return err_errno(err, ERR_IO, "cannot find the store \"%s\"", st->path);
    st->dir = strdup(st->full);
    if (st->dir == NULL)
        return err_nomem(err);
    slash = strrchr(st->dir, '/');
    slash[slash == st->dir ? 1 : 0] = '\0';
    return 0;
}

int store_open(struct store **out, const char *path, enum store_mode mode, struct err *err)
{
    struct store *st = calloc(1, sizeof(*st));

    *out = NULL;
    if (st == NULL)
        return err_nomem(err);
    st->lock_fd = -1;
    st->mode = mode;
    pthread_mutex_init(&st->asking, NULL);
    st->path = strdup(path);
    if (st->path == NULL) {
        err_nomem(err);
        goto failed;
    }
    if ((mode == STORE_WRITE ? lock_take(st, err) : find_file(st, err)) < 0)
        goto failed;
    if (find_paths(st, err) < 0 || open_database(st, err) < 0)
        goto failed;
    if (sql_prepare(st, &st->by_digest,
                    "SELECT name, kind, extracted_at, read_with FROM file WHERE sha256=? ORDER BY number", err) < 0 ||
        sql_prepare(st, &st->by_size, "SELECT 1 FROM file WHERE bytes=?", err) < 0)
        goto failed;
    *out = st;
    return 0;
failed:
    store_close(st);
    return -1;
}

int store_is_empty(struct store *st, bool *out, struct err *err)
{
    int64_t used = 0;

    if (sql_number(st, "SELECT 1 FROM file UNION ALL SELECT 1 FROM run", 0, &used, err) < 0)
        return -1;
    *out = used == 0;
    return 0;
}

/* A store that this handle made and put nothing into is no store: it goes. But not where it cannot be asked: then its
 * journal may have to be played back, which would spoil the next store of this name. Nor what lies in its place by now.
 */
static bool is_left_empty(struct store *st)
{
    bool empty;

    if (!st->created || !lock_holds(st))
        return false;
    if (st->db == NULL)
        return true;
    return store_is_empty(st, &empty, NULL) == 0 && empty;
}

void store_close(struct store *st)
{
    if (st == NULL)
        return;
    bool goes = is_left_empty(st);
    sqlite3_finalize(st->by_digest);
    sqlite3_finalize(st->by_size);
    sqlite3_close(st->db);
    if (goes)
        unlink(st->path);
    if (st->lock_fd >= 0)
        close(st->lock_fd);
    pthread_mutex_destroy(&st->asking);
    buf_release(&st->name);
    free(st->dir);
    free(st->full);
    free(st->path);
    free(st);
}

const char *store_path(const struct store *st)
{
    return st->full;
}

/* Whether the statement, its parameter bound, gives a row. */
static bool is_known(struct store *st, sqlite3_stmt *stmt)
{
    const int got = sql_step(st, stmt, &st->asked_in_vain);

    sqlite3_reset(stmt);
    return got == 1;
}

bool store_knows_content(struct store *st, const unsigned char sha256[DIGEST_SIZE])
{
    bool known;

    pthread_mutex_lock(&st->asking);
    sqlite3_bind_blob(st->by_digest, 1, sha256, DIGEST_SIZE, SQLITE_STATIC);
    known = is_known(st, st->by_digest);
    pthread_mutex_unlock(&st->asking);
    return known;
}

/* In what the file differs from the one in the row. */
static unsigned differs_from(sqlite3_stmt *row, const struct intake_file *file)
{
    const struct text with = sql_text(row, 3);

    return (text_equal(sql_text(row, 1), text_of(file->kind)) ? 0U : FILE_OTHER_KIND) |
           (sql_instant(row, 2) == file->extracted_at ? 0U : FILE_OTHER_EXTRACT) |
           (with.len == DIGEST_SIZE && memcmp(with.ptr, file->read_with, DIGEST_SIZE) == 0 ? 0U : FILE_OTHER_READING);
}

bool store_knows_file(struct store *st, struct intake_file *file)
{
    bool known = false;

    pthread_mutex_lock(&st->asking);
    sqlite3_bind_blob(st->by_digest, 1, file->sha256, DIGEST_SIZE, SQLITE_STATIC);
    while (!known && sql_step(st, st->by_digest, &st->asked_in_vain) == 1) {
        const unsigned differs = differs_from(st->by_digest, file);

        if (!intake_file_note_same(file, sql_text(st->by_digest, 0), differs))
            err_nomem(&st->asked_in_vain);
        known = differs == 0;
    }
    sqlite3_reset(st->by_digest);
    pthread_mutex_unlock(&st->asking);
    return known;
}

bool store_knows_size(struct store *st, uint64_t bytes)
{
    bool known;

    pthread_mutex_lock(&st->asking);
    sqlite3_bind_int64(st->by_size, 1, (int64_t)bytes);
    known = is_known(st, st->by_size);
    pthread_mutex_unlock(&st->asking);
    return known;
}

int store_answered(const struct store *st, struct err *err)
{
    return st->asked_in_vain.code != ERR_NONE ? err_copy(err, &st->asked_in_vain) : 0;
}

int store_next_file(struct store *st, uint32_t *out, struct err *err)
{
    int64_t last;

    if (sql_number(st, "SELECT max(number) FROM file", 0, &last, err) < 0)
        return -1;
    *out = (uint32_t)last + 1;
    return 0;
}

const char *store_file_name(struct store *st, uint32_t number)
{
    sqlite3_stmt *stmt = NULL;

    if (number != 0 && number == st->named)
        return buf_cstr(&st->name);
    buf_clear(&st->name);
    st->named = 0;
    if (sql_prepare(st, &stmt, "SELECT name FROM file WHERE number=?", &st->asked_in_vain) == 0) {
        sqlite3_bind_int64(stmt, 1, number);
        if (sql_step(st, stmt, &st->asked_in_vain) == 1) {
            buf_add_text(&st->name, sql_text(stmt, 0));
            st->named = st->name.failed ? 0 : number;
        }
    }
    sqlite3_finalize(stmt);
    return buf_cstr(&st->name);
}

/* ---- What it holds, quickly: from accounts and tallies, without reading a Device ---- */

static int read_number(struct store *st, const char *sql, uint64_t *out, struct err *err)
{
    int64_t number;

    if (sql_number(st, sql, 0, &number, err) < 0)
        return -1;
    *out = (uint64_t)number;
    return 0;
}

static int read_counts(struct store *st, struct store_status *out, struct err *err)
{
    const struct {
        const char *sql;
        uint64_t *to;
    } counts[] = {
        {"SELECT count(*) FROM file", &out->files},
        {"SELECT count(*) FROM reject", &out->rejects},
        {"SELECT coalesce(sum(rows), 0) FROM file", &out->rows},
        {"SELECT count FROM tally WHERE name='devices'", &out->devices},
        {"SELECT count FROM tally WHERE name='inventory_devices'", &out->inventory_devices},
        {"SELECT count FROM tally WHERE name='requests'", &out->requests},
        {"SELECT count FROM tally WHERE name='snapshots'", &out->snapshots},
        {"SELECT count FROM tally WHERE name='checks'", &out->checks},
        {"SELECT count(*) FROM registration", &out->registrations},
        {"SELECT count(*) FROM organisation", &out->organisations},
        {"SELECT count(*) FROM incident WHERE resolved_at IS NULL", &out->incidents_open},
        {"SELECT count(*) FROM incident", &out->incidents},
        {"SELECT count(*) FROM run", &out->runs},
        {"SELECT page_count*page_size FROM pragma_page_count, pragma_page_size", &out->bytes},
    };

    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        if (read_number(st, counts[i].sql, counts[i].to, err) < 0)
            return -1;
    return 0;
}

int store_status_read(struct store *st, struct store_status *out, struct err *err)
{
    int64_t version;

    *out = (struct store_status){0};
    if (read_counts(st, out, err) < 0 || sql_number(st, "PRAGMA user_version", 0, &version, err) < 0 ||
        sql_number(st, "SELECT max(as_of) FROM run", INSTANT_NONE, &out->last_run, err) < 0 ||
        sql_number(st, "SELECT min(first_instant) FROM file", INSTANT_NONE, &out->first_instant, err) < 0 ||
        sql_number(st, "SELECT max(last_instant) FROM file", INSTANT_NONE, &out->last_instant, err) < 0)
        return -1;
    out->schema_version = (int)version;
    return 0;
}

int store_newest(struct store *st, const char *kind, instant as_of, instant *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got =
        sql_prepare(st, &stmt, "SELECT max(min(last_instant, ?2)) FROM file WHERE kind=?1 AND first_instant<=?2", err);

    *out = INSTANT_NONE;
    if (got == 0) {
        sql_bind_text(stmt, 1, text_of(kind));
        sqlite3_bind_int64(stmt, 2, as_of);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        *out = sql_instant(stmt, 0);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : 0;
}
