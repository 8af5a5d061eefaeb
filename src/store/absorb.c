/* One intake, one transaction: merges the sorted entries into the store and accounts for every row of every file. */
#include "absorb_int.h"

#include <stdlib.h>

/* ---- The account of each file: whose entries count, and that every row is accounted for ---- */

static int account_create(struct account *a, struct intake_files *files, struct err *err)
{
    uint32_t last = 0;

    *a = (struct account){.files = files, .first = UINT32_MAX};
    for (size_t i = 0; i < files->count; i++) {
        uint32_t number = files->ptr[i].number;

        a->first = number < a->first ? number : a->first;
        last = number > last ? number : last;
    }
    if (files->count == 0)
        return 0;
    a->span = (size_t)last - a->first + 1;
    a->by_number = calloc(a->span, sizeof(struct intake_file *));
    if (a->by_number == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < files->count; i++) {
        struct intake_file *file = &files->ptr[i];

        file->stored = file->merged = 0;
        if (file->fate == FILE_READ)
            a->by_number[file->number - a->first] = file;
    }
    return 0;
}

static void account_release(struct account *a)
{
    free(a->by_number);
}

struct intake_file *account_file(const struct account *a, uint32_t number)
{
    if (number < a->first || number - a->first >= a->span)
        return NULL;
    return a->by_number[number - a->first];
}

int counter_create(struct counter *c, const struct account *account, struct err *err)
{
    c->account = account;
    c->counts = calloc(account->span > 0 ? account->span : 1, sizeof(*c->counts));
    return c->counts == NULL ? err_nomem(err) : 0;
}

void counter_release(struct counter *c)
{
    free(c->counts);
}

void counter_count(void *counter, uint32_t file, bool stored)
{
    const struct counter *c = counter;

    if (account_file(c->account, file) == NULL)
        return;
    if (stored)
        c->counts[file - c->account->first].stored++;
    else
        c->counts[file - c->account->first].merged++;
}

/* Adds the counts to the files. */
static void account_settle(const struct account *a, const struct counter *c)
{
    for (size_t i = 0; i < a->span; i++)
        if (a->by_number[i] != NULL) {
            a->by_number[i]->stored += c->counts[i].stored;
            a->by_number[i]->merged += c->counts[i].merged;
        }
}

/* Holds every file that was read to its balance (rows = stored + merged + rejected + passed over). */
static int account_balance(const struct account *a, struct err *err)
{
    for (size_t i = 0; i < a->files->count; i++) {
        const struct intake_file *f = &a->files->ptr[i];

        if (f->fate != FILE_READ || f->rows == f->stored + f->merged + f->rejected + f->passed_over)
            continue;
        return err_set(err, ERR_BUG,
                       "the rows of \"%s\" do not add up: %llu read, %llu stored, %llu merged, %llu rejected, %llu "
                       "passed over; nothing was stored, please report this",
                       f->name, (unsigned long long)f->rows, (unsigned long long)f->stored,
                       (unsigned long long)f->merged, (unsigned long long)f->rejected,
                       (unsigned long long)f->passed_over);
    }
    return 0;
}

/* ---- The intake ---- */

static int look_up(struct store *st, struct intake_file *f, struct err *err)
{
    if (f->fate == FILE_READ && store_knows_file(st, f))
        f->fate = FILE_KNOWN;
    return store_answered(st, err);
}

/* How many files there are whose content is not stored yet. */
static int count_new(struct store *st, struct intake_files *files, size_t *count, struct err *err)
{
    *count = 0;
    for (size_t i = 0; i < files->count; i++) {
        if (look_up(st, &files->ptr[i], err) < 0)
            return -1;
        *count += files->ptr[i].fate == FILE_READ;
    }
    return 0;
}

static int put_file(struct store *st, sqlite3_stmt *stmt, const struct intake_file *f, struct err *err)
{
    sqlite3_bind_int64(stmt, 1, f->number);
    sql_bind_text(stmt, 2, text_of(f->name));
    sql_bind_text(stmt, 3, text_of(f->kind));
    sqlite3_bind_blob(stmt, 4, f->sha256, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, (int64_t)f->bytes);
    sqlite3_bind_int64(stmt, 6, (int64_t)f->rows);
    sqlite3_bind_int64(stmt, 7, (int64_t)f->rejected);
    sql_bind_instant(stmt, 8, f->first);
    sql_bind_instant(stmt, 9, f->last);
    sql_bind_instant(stmt, 10, f->extracted_at);
    sqlite3_bind_blob(stmt, 11, f->read_with, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 12, (int64_t)f->passed_over);
    sqlite3_bind_int64(stmt, 13, (int64_t)f->titles);
    return sql_run(st, stmt, err);
}

/* The files come first, so that a content that stands twice in the intake is found; their counts follow at the end. */
static int put_files(struct store *st, struct intake_files *files, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(st, &stmt,
                         "INSERT INTO file(number, name, kind, sha256, bytes, rows, stored, merged, rejected, "
                         "first_instant, last_instant, extracted_at, read_with, passed_over, titles) "
                         "VALUES(?,?,?,?,?,?,0,0,?,?,?,?,?,?,?)",
                         err);

    for (size_t i = 0; rc == 0 && i < files->count; i++) {
        struct intake_file *f = &files->ptr[i];

        rc = look_up(st, f, err);
        if (rc == 0 && f->fate == FILE_READ)
            rc = put_file(st, stmt, f, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

static int put_findings(struct store *st, const struct intake_files *files, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc =
        sql_prepare(st, &stmt, "INSERT INTO finding(file, what, found, line, example, mend) VALUES(?,?,?,?,?,?)", err);

    for (size_t i = 0; rc == 0 && i < files->count; i++)
        for (unsigned n = 0; rc == 0 && n < FILE_FINDINGS; n++) {
            const struct found *const found = &files->ptr[i].found[n];

            if (files->ptr[i].fate != FILE_READ || found->count == 0)
                continue;
            sqlite3_bind_int64(stmt, 1, files->ptr[i].number);
            sql_bind_text(stmt, 2, text_of(file_finding_what(n)));
            sqlite3_bind_int64(stmt, 3, (int64_t)found->count);
            sqlite3_bind_int64(stmt, 4, (int64_t)found->line);
            sql_bind_text(stmt, 5, text_of(found->example));
            sql_bind_text(stmt, 6, text_of(file_finding_mend(n)));
            rc = sql_run(st, stmt, err);
        }
    sqlite3_finalize(stmt);
    return rc;
}

static int put_counts(struct store *st, const struct intake_files *files, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(st, &stmt, "UPDATE file SET stored=?2, merged=?3 WHERE number=?1", err);

    for (size_t i = 0; rc == 0 && i < files->count; i++) {
        const struct intake_file *f = &files->ptr[i];

        if (f->fate != FILE_READ)
            continue;
        sqlite3_bind_int64(stmt, 1, f->number);
        sqlite3_bind_int64(stmt, 2, (int64_t)f->stored);
        sqlite3_bind_int64(stmt, 3, (int64_t)f->merged);
        rc = sql_run(st, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

static int put_group(struct put *p, const struct batch *b, size_t first, size_t count, struct err *err)
{
    const struct batch_item *items = &b->items[first];

    switch (items->class) {
    case INTAKE_ORGANISATION:
        return put_organisations(p, items, count, b->bytes.ptr, err);
    case INTAKE_REGISTRATION:
        return put_registrations(p, items, count, b->bytes.ptr, err);
    case INTAKE_WAIVER:
    case INTAKE_TICKET:
        return put_listed(p, items, count, b->bytes.ptr, err);
    case INTAKE_DEVICE:
        return put_device(p, items, b->bytes.ptr, err);
    case INTAKE_ASKED:
        return put_asked(p, items, count, b->bytes.ptr, err);
    case INTAKE_ANSWER:
        return put_answers(p, items, count, b->bytes.ptr, err);
    case INTAKE_REJECT:
        return put_rejects(p, items, count, b->bytes.ptr, err);
    }
    return err_set(err, ERR_BUG, "an entry of the intake is of no known class; please report this");
}

static int put_batch(struct put *p, const struct batch *b, struct err *err)
{
    size_t first = 0;

    while (first < b->count) {
        size_t next = first + 1;

        while (next < b->count && b->items[next].class == b->items[first].class &&
               b->items[next].key == b->items[first].key)
            next++;
        if (put_group(p, b, first, next - first, err) < 0)
            return -1;
        first = next;
    }
    return 0;
}

struct tell {
    store_progress progress;
    void *ctx;
    uint64_t done, total;
};

static int put_all(struct put *p, struct sorter *const *sorters, size_t count, struct tell *tell, struct err *err)
{
    const struct batch *batch;
    struct feed *feed = NULL;
    int got = feed_start(&feed, sorters, count, p->counter.account, p->merged_before ? p->merging : NULL, err);

    if (got < 0)
        goto done;
    while ((got = feed_next(feed, &batch, err)) == 1) {
        if ((got = put_batch(p, batch, err)) < 0)
            break;
        tell->done += batch->bytes.len;
        if (tell->progress != NULL)
            tell->progress(tell->ctx, "storing", tell->done < tell->total ? tell->done : tell->total, tell->total);
    }
done:
    feed_end(feed);
    if (got == 0 && put_answered(p, err) == 0 && put_hubs(p, err) == 0 &&
        registrants_write(&p->registrants, p->store, err) == 0 && put_shared(p, err) == 0 && put_traffic(p, err) == 0 &&
        put_tally(p, err) == 0)
        return 0;
    return -1;
}

static int absorb(struct store *st, struct sorter *const *sorters, size_t count, struct intake_files *files,
                  struct tell *tell, struct err *err)
{
    struct account account = {0};
    struct merging merging = {0};
    struct notes notes = {0};
    struct put put = {0};
    int rc = -1;

    if (put_files(st, files, err) < 0 || account_create(&account, files, err) < 0 ||
        merging_create(&merging, &account, err) < 0 || notes_create(&notes, st, err) < 0 ||
        put_create(&put, st, &account, &merging, &notes, err) < 0)
        goto done;
    if (put_all(&put, sorters, count, tell, err) < 0)
        goto done;
    account_settle(&account, &put.counter);
    account_settle(&account, &merging.counter);
    if (account_balance(&account, err) == 0)
        rc = put_counts(st, files, err) < 0 || put_findings(st, files, err) < 0 ? -1 : 0;
    if (rc == 0)
        rc = sums_end(&put.sums, st, err);
done:
    put_release(&put);
    notes_release(&notes);
    merging_release(&merging);
    account_release(&account);
    return rc;
}

int store_absorb(struct store *st, struct sorter *const *sorters, size_t sorter_count, struct intake_files *files,
                 store_progress progress, void *ctx, struct err *err)
{
    struct tell tell = {.progress = progress, .ctx = ctx};
    size_t fresh;

    for (size_t i = 0; i < sorter_count; i++)
        tell.total += sorter_size(sorters[i]);
    if (sql_exec(st, "BEGIN", err) < 0) /* to be locked once, not for each file */
        return -1;
    const int counted = count_new(st, files, &fresh, err);
    sql_rollback(st);
    if (counted < 0)
        return -1;
    if (fresh == 0)
        return 0;
    if (sql_exec(st, "BEGIN IMMEDIATE", err) < 0)
        return -1;
    if (absorb(st, sorters, sorter_count, files, &tell, err) == 0) {
        if (sql_commit(st, err) == 0)
            return 0;
    }
    sql_rollback(st);
    return -1;
}
