/* The memory of a nightly run's inbox. */
#include "store/inbox.h"

#include "base/array.h"
#include "store/sums.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS "path, fate, bytes, inode, changed_ns, read_with, why, since"

static const char *const words[INBOX_FATES] = {
    [INBOX_STORED] = "stored", [INBOX_REFUSED] = "refused", [INBOX_LEFT] = "left"};

/* False: no memory. */
static bool read_row(sqlite3_stmt *stmt, struct inbox_file *out)
{
    const struct text path = sql_text(stmt, 0), fate = sql_text(stmt, 1), read_with = sql_blob(stmt, 5);
    const struct text why = sql_text(stmt, 6);

    *out = (struct inbox_file){.path = strndup(path.len > 0 ? path.ptr : "", path.len),
                               .bytes = (uint64_t)sqlite3_column_int64(stmt, 2),
                               .inode = (uint64_t)sqlite3_column_int64(stmt, 3),
                               .changed_ns = sqlite3_column_int64(stmt, 4),
                               .since = sql_instant(stmt, 7)};
    for (unsigned i = 0; i < INBOX_FATES; i++)
        if (text_equal(fate, text_of(words[i])))
            out->fate = (enum inbox_fate)i;
    if (read_with.len == DIGEST_SIZE)
        memcpy(out->read_with, read_with.ptr, DIGEST_SIZE);
    if (sqlite3_column_type(stmt, 6) != SQLITE_NULL)
        out->why = strndup(why.len > 0 ? why.ptr : "", why.len);
    return out->path != NULL && (out->why != NULL || sqlite3_column_type(stmt, 6) == SQLITE_NULL);
}

int store_inbox_read(struct store *st, struct inbox_files *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT " COLUMNS " FROM inbox_file ORDER BY path", err);

    *out = (struct inbox_files){0};
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        got = 0;
        if (!array_reserve(&out->ptr, &out->cap, out->count + 1, sizeof(*out->ptr)) ||
            !read_row(stmt, &out->ptr[out->count++]))
            got = err_nomem(err);
    }
    sqlite3_finalize(stmt);
    if (got < 0)
        inbox_files_release(out);
    return got;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_file(const struct inbox_file *a, const struct inbox_file *b)
{
    return strcmp(a->path, b->path) == 0 && a->fate == b->fate && a->bytes == b->bytes && a->inode == b->inode &&
           a->changed_ns == b->changed_ns && memcmp(a->read_with, b->read_with, DIGEST_SIZE) == 0 &&
           same_text(a->why, b->why) && a->since == b->since;
}

static bool same(const struct inbox_files *a, const struct inbox_files *b)
{
    bool all = a->count == b->count;

    for (size_t i = 0; all && i < a->count; i++)
        all = same_file(&a->ptr[i], &b->ptr[i]);
    return all;
}

static int put(struct store *st, sqlite3_stmt *stmt, const struct inbox_file *f, struct err *err)
{
    sql_bind_text(stmt, 1, text_of(f->path));
    sql_bind_text(stmt, 2, text_of(words[f->fate]));
    sqlite3_bind_int64(stmt, 3, (int64_t)f->bytes);
    sqlite3_bind_int64(stmt, 4, (int64_t)f->inode);
    sqlite3_bind_int64(stmt, 5, f->changed_ns);
    sql_bind_blob(stmt, 6, (struct text){(const char *)f->read_with, DIGEST_SIZE});
    if (f->why != NULL)
        sql_bind_text(stmt, 7, text_of(f->why));
    else
        sqlite3_bind_null(stmt, 7);
    sql_bind_instant(stmt, 8, f->since);
    return sql_run(st, stmt, err);
}

static int put_all(struct store *st, const struct inbox_files *files, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct sums sums;
    int rc = sums_begin(&sums, st, err);

    if (rc == 0)
        rc = sql_exec(st, "DELETE FROM inbox_file", err);
    if (rc == 0)
        rc = sql_prepare(st, &stmt, "INSERT INTO inbox_file(" COLUMNS ") VALUES(?,?,?,?,?,?,?,?)", err);
    for (size_t i = 0; rc == 0 && i < files->count; i++)
        rc = put(st, stmt, &files->ptr[i], err);
    sqlite3_finalize(stmt);
    return rc < 0 ? -1 : sums_end(&sums, st, err);
}

int store_inbox_keep(struct store *st, const struct inbox_files *files, struct err *err)
{
    struct inbox_files before;
    bool known;
    int rc = store_inbox_read(st, &before, err);

    if (rc < 0)
        return -1;
    known = same(&before, files);
    inbox_files_release(&before);
    if (known)
        return 0;
    if (sql_exec(st, "BEGIN IMMEDIATE", err) < 0)
        return -1;
    rc = put_all(st, files, err);
    if (rc == 0)
        rc = sql_commit(st, err);
    sql_rollback(st);
    return rc;
}

void inbox_files_release(struct inbox_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->ptr[i].path);
        free(f->ptr[i].why);
    }
    free(f->ptr);
    *f = (struct inbox_files){0};
}
