/* Whether the store is whole: its schema (which opening it looked at), its pages, every packed Device, every source,
 * every account. */
#include "absorb_int.h"

#include "domain/eui64.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct verify {
    struct store *store;
    void (*finding)(void *ctx, const char *what);
    void *ctx;
    int findings;
    int64_t tally[TALLIES];
    struct traffic traffic;
    struct buf files; /* one byte for each number of a file: 1 when there is one */
};

static void find(struct verify *v, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void find(struct verify *v, const char *fmt, ...)
{
    char what[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    v->findings++;
    if (v->finding != NULL)
        v->finding(v->ctx, what);
}

static void find_page(void *verify, uint32_t page)
{
    find(verify, "the file is damaged: page %u is not what was written", page);
}

/* SQLite's own look at them is for what is written wrongly; it would trip over what was changed since. */
static int verify_pages(struct verify *v, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got;

    if (pages_check(v->store->db, find_page, v) != SQLITE_OK)
        return sql_fail(v->store, "read", err);
    if (v->findings > 0)
        return 0;
    got = sql_prepare(v->store, &stmt, "PRAGMA integrity_check(100)", err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        const char *what = (const char *)sqlite3_column_text(stmt, 0);

        got = 0;
        if (what != NULL && strcmp(what, "ok") != 0)
            find(v, "the file is damaged: %s", what);
    }
    sqlite3_finalize(stmt);
    return got;
}

static bool is_file(const struct verify *v, uint64_t number)
{
    return number < v->files.len && v->files.ptr[number] == 1;
}

static int verify_files(struct verify *v, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(v->store, &stmt,
                          "SELECT number, name, rows, stored + merged + passed_over, rejected, length(sha256),"
                          " (SELECT count(*) FROM reject WHERE reject.file = file.number) FROM file ORDER BY number",
                          err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        uint64_t number = (uint64_t)sqlite3_column_int64(stmt, 0);
        const char *name = (const char *)sqlite3_column_text(stmt, 1);

        got = 0;
        if (number > UINT32_MAX)
            find(v, "file number %llu is out of range", (unsigned long long)number);
        else
            while (v->files.len <= number && !v->files.failed)
                buf_add_byte(&v->files, v->files.len == number);
        if (sqlite3_column_int64(stmt, 2) != sqlite3_column_int64(stmt, 3) + sqlite3_column_int64(stmt, 4))
            find(v, "the rows of file \"%s\" are not stored + merged + rejected + passed over", name);
        if (sqlite3_column_int64(stmt, 6) != sqlite3_column_int64(stmt, 4))
            find(v, "file \"%s\" has %lld rejects, and its account says %lld", name,
                 (long long)sqlite3_column_int64(stmt, 6), (long long)sqlite3_column_int64(stmt, 4));
        if (sqlite3_column_int64(stmt, 5) != DIGEST_SIZE)
            find(v, "the digest of file \"%s\" is malformed", name);
        if (v->files.failed)
            got = err_nomem(err);
    }
    sqlite3_finalize(stmt);
    return got;
}

/* Why a packed Device is not as it should be; NULL when it is, or err tells of no memory. */
static const char *fault_of(struct verify *v, struct device_records *records, uint64_t device, struct text packed,
                            struct err *err)
{
    struct packed_reader u = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len, false};
    struct packed_record record;
    struct text before = {NULL, 0};
    struct err why = {0};
    bool inventory;

    while (evidence_next(&u, &record)) {
        if (before.ptr != NULL && text_compare(before, record.canon) >= 0)
            return "its records are out of order";
        if (!is_file(v, record.source.file))
            return "a record names a file that is not there";
        before = record.canon;
    }
    if (u.failed || packed.len == 0)
        return "its evidence cannot be read";
    if (evidence_unpack(records, device, packed, &why) == 0 &&
        traffic_add(&v->traffic, device, v->tally, packed, 1, &inventory, &why) == 0)
        return NULL;
    if (why.code != ERR_NOMEM)
        return "its evidence cannot be read";
    err_copy(err, &why);
    return NULL;
}

static int verify_devices(struct verify *v, struct err *err)
{
    struct device_records records = {0};
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(v->store, &stmt, "SELECT id, checksum, packed FROM device ORDER BY id", err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        uint64_t device = id_of(sqlite3_column_int64(stmt, 0));
        struct text packed = sql_blob(stmt, 2);
        const char *fault = "its evidence is not what was stored";
        char id[EUI64_TEXT_SIZE];

        got = 0;
        if (checksum_of(packed) == (uint32_t)sqlite3_column_int64(stmt, 1))
            fault = fault_of(v, &records, device, packed, err);
        eui64_format(device, id);
        if (fault != NULL)
            find(v, "Device %s: %s", id, fault);
        else if (err->code != ERR_NONE)
            got = -1;
    }
    sqlite3_finalize(stmt);
    device_records_release(&records);
    return got;
}

/* Only where every Device could be read: what is damaged is no news twice. */
static int verify_tally(struct verify *v, struct err *err)
{
    for (int i = 0; i < TALLIES; i++) {
        char sql[96];
        int64_t kept;

        snprintf(sql, sizeof(sql), "SELECT count FROM tally WHERE name='%s'", tally_names[i]);
        if (sql_number(v->store, sql, 0, &kept, err) < 0)
            return -1;
        if (kept != v->tally[i])
            find(v, "the store holds %lld %s, and its tally says %lld", (long long)v->tally[i], tally_names[i],
                 (long long)kept);
    }
    return 0;
}

static int find_shared(void *verify, const struct shared_made *differences, size_t count, struct err *err)
{
    char originator[EUI64_TEXT_SIZE], target[EUI64_TEXT_SIZE];

    (void)count;
    (void)err;
    eui64_format(differences->originator, originator);
    eui64_format(differences->target, target);
    find(verify, "the Devices that hold request %s:%s:%llu are not those that its count says", originator, target,
         (unsigned long long)differences->counter);
    return 0;
}

/* What the Devices hold, less what is stored, is nothing; then what is stored counts. */
static int verify_shared(struct verify *v, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(v->store, &stmt,
                          "SELECT target, counter, originator, own, made_at, sender, devices FROM shared_request", err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        const struct shared_made stored = {
            id_of(sqlite3_column_int64(stmt, 0)), (uint64_t)sqlite3_column_int64(stmt, 1),
            id_of(sqlite3_column_int64(stmt, 2)), (uint64_t)sqlite3_column_int64(stmt, 3),
            sqlite3_column_int64(stmt, 4),        id_of(sqlite3_column_int64(stmt, 5)),
            -sqlite3_column_int64(stmt, 6)};

        got = shared_change(&v->traffic.shared, &stored, err);
    }
    sqlite3_finalize(stmt);
    if (got == 0)
        got = shared_each(&v->traffic.shared, find_shared, v, err);
    return got == 0 && v->findings == 0 ? shared_count_all(&v->traffic, err) : got;
}

static int find_traffic(void *verify, const struct traffic_count *difference, struct err *err)
{
    char sender[EUI64_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

    (void)err;
    instant_format(difference->slot * (difference->sender != 0 ? INSTANT_DAY : INSTANT_HOUR), at);
    if (difference->sender != 0)
        eui64_format(difference->sender, sender);
    find(verify, "the requests of %s from %s on are %lld more than its count says",
         difference->sender != 0 ? sender : "all senders", at, (long long)difference->requests);
    return 0;
}

/* What the Devices hold, less what is counted, is nothing. */
static int verify_traffic(struct verify *v, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(v->store, &stmt,
                          "SELECT NULL, hour, requests, on_the_hour FROM request_hour"
                          " UNION ALL SELECT sender, day, requests, 0 FROM sender_day",
                          err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        const struct traffic_count stored = {sql_id(stmt, 0), sqlite3_column_int64(stmt, 1),
                                             -sqlite3_column_int64(stmt, 2), -sqlite3_column_int64(stmt, 3)};

        got = traffic_count(&v->traffic, &stored, err);
    }
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : traffic_each(&v->traffic, find_traffic, v, err);
}

/* `sql` gives one row of text for each fault. */
static int verify_none(struct verify *v, const char *sql, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(v->store, &stmt, sql, err);

    while (got == 0 && (got = sql_step(v->store, stmt, err)) == 1) {
        find(v, "%s", (const char *)sqlite3_column_text(stmt, 0));
        got = 0;
    }
    sqlite3_finalize(stmt);
    return got;
}

static int verify_references(struct verify *v, struct err *err)
{
    static const char *const queries[] = {
        "SELECT 'a registration of MPxN '||substr(mpxn,2)||' names a file that is not there' FROM registration"
        " WHERE file NOT IN (SELECT number FROM file)",
        "SELECT 'an organisation row of party '||party||' names a file that is not there' FROM organisation"
        " WHERE file NOT IN (SELECT number FROM file)",
        "SELECT 'a reject of line '||line||' names a file that is not there' FROM reject"
        " WHERE file NOT IN (SELECT number FROM file)",
        "SELECT 'what was reported of '||count(*)||' Devices is of a day without a run' FROM said"
        " WHERE day NOT IN (SELECT as_of/86400000 FROM run) HAVING count(*)>0",
        "SELECT 'Incident '||incident_id||' is resolved before it is opened' FROM incident_history"
        " WHERE resolved_at < opened_at",
    };

    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        if (verify_none(v, queries[i], err) < 0)
            return -1;
    return 0;
}

static void find_sum(void *verify, const char *table)
{
    find(verify, "the rows of table \"%s\" are not what was stored", table);
}

static int verify_contents(struct verify *v, struct err *err)
{
    int before;

    if (verify_files(v, err) < 0 || verify_references(v, err) < 0)
        return -1;
    /* What is told already, in better words, is no news. */
    if (v->findings == 0 && sums_verify(v->store, find_sum, v, err) < 0)
        return -1;
    before = v->findings;
    if (verify_devices(v, err) < 0)
        return -1;
    if (v->findings == before && verify_tally(v, err) < 0)
        return -1;
    if (v->findings == 0 && verify_shared(v, err) < 0)
        return -1;
    return v->findings == 0 ? verify_traffic(v, err) : 0;
}

int store_verify(struct store *st, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err)
{
    struct verify v = {.store = st, .finding = finding, .ctx = ctx};
    int rc = -1;

    if (sql_exec(st, "BEGIN", err) < 0)
        return -1;
    rc = traffic_create(&v.traffic, st, err) < 0 ? -1 : verify_pages(&v, err);
    /* A file whose pages are damaged cannot be read further without tripping over them. */
    if (rc == 0 && v.findings == 0)
        rc = verify_contents(&v, err);
    sql_rollback(st);
    buf_release(&v.files);
    traffic_release(&v.traffic);
    return rc < 0 ? -1 : v.findings;
}
