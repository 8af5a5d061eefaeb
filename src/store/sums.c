/* Sums over what is stored, so that a damaged byte is found before it is reported as evidence: one over each packed
 * Device, and one over the rows of each other table. */
#include "store_int.h"

#include "domain/eui64.h"
#include "domain/extracts.h"
#include "store/sums.h"

#include <endian.h>
#include <string.h>

/* ---- A quick sum over bytes ---- */

static uint64_t mix(uint64_t sum, uint64_t value)
{
    /* A bijection of the sum: one changed word always changes the 64-bit result. */
    sum = (sum ^ value) * UINT64_C(0xFF51AFD7ED558CCD);
    return sum ^ sum >> 32;
}

uint32_t checksum_of(struct text bytes)
{
    uint64_t sum = bytes.len * UINT64_C(0x9E3779B97F4A7C15);
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    uint64_t value;
    size_t left = bytes.len;

    for (; left >= 8; at += 8, left -= 8) {
        memcpy(&value, at, 8);
        sum = mix(sum, le64toh(value));
    }
    for (value = 0; left > 0; left--)
        value = value << 8 | at[left - 1];
    return (uint32_t)mix(sum, value);
}

int checksum_fail(const struct store *st, uint64_t device, struct err *err)
{
    char id[EUI64_TEXT_SIZE];

    eui64_format(device, id);
    return err_set(err, ERR_DATA,
                   "the store \"%s\" is damaged: the evidence of Device %s is not what was stored; "
                   "run 'pcreport verify' and go back to a copy",
                   st->path, id);
}

/* ---- The sum of each table, moved by every row that is put, changed or taken away ---- */

/* What is summed: columns as the writers bind them. */
static const struct {
    const char *table, *name, *rows;
} tables[SUMS] = {
    [SUM_DEVICE] = {"device", "sum of device", "SELECT id, checksum FROM device"},
    [SUM_REGISTRATION] = {"registration", "sum of registration", "SELECT " REGISTRATION_COLUMNS " FROM registration"},
    [SUM_REJECT] = {"reject", "sum of reject",
                    "SELECT file, line, byte_offset, column_name, reason, bytes FROM reject"},
    [SUM_HUB] = {"hub", "sum of hub", "SELECT chf, gsme FROM hub"},
    [SUM_REQUEST_HOUR] = {"request_hour", "sum of request_hour",
                          "SELECT hour, requests, on_the_hour FROM request_hour"},
    [SUM_SHARED_REQUEST] = {"shared_request", "sum of shared_request",
                            "SELECT target, counter, originator, own, made_at, sender, devices FROM shared_request"},
    [SUM_SENDER_DAY] = {"sender_day", "sum of sender_day", "SELECT sender, day, requests FROM sender_day"},
    [SUM_SAID] = {"said", "sum of said", "SELECT device, day, said FROM said"},
    [SUM_ASKED] = {"asked", "sum of asked", "SELECT originator, target, counter, device, file FROM asked"},
    [SUM_ANSWER] = {"answer", "sum of answer",
                    "SELECT originator, target, counter, said, spared, record, file, line FROM answer"},
    [SUM_FINDING] = {"finding", "sum of finding", "SELECT * FROM finding"},
    [SUM_ORGANISATION] = {"organisation", "sum of organisation", "SELECT * FROM organisation"},
    [SUM_REGISTRANT] = {"registrant", "sum of registrant", "SELECT * FROM registrant"},
    [SUM_FILE] = {"file", "sum of file", "SELECT * FROM file"},
    [SUM_INCIDENT] = {"incident", "sum of incident", "SELECT * FROM incident"},
    [SUM_RUN] = {"run", "sum of run", "SELECT * FROM run"},
    [SUM_WAIVER] = {"waiver", "sum of waiver", "SELECT * FROM waiver"},
    [SUM_TICKET] = {"ticket", "sum of ticket", "SELECT * FROM ticket"},
    [SUM_INBOX] = {"inbox_file", "sum of inbox_file", "SELECT * FROM inbox_file"},
};

enum tag { TAG_NULL = 1, TAG_NUMBER, TAG_BYTES };

/* Each step is a bijection of what was there, so one changed value always changes the row's hash. */
static void add(uint64_t *row, enum tag tag, uint64_t value)
{
    *row = (*row ^ (value * 4 + tag) ^ value >> 62) * UINT64_C(0xFF51AFD7ED558CCD);
    *row ^= *row >> 32;
}

void sum_add_null(uint64_t *row)
{
    add(row, TAG_NULL, 0);
}

void sum_add_number(uint64_t *row, int64_t value)
{
    add(row, TAG_NUMBER, (uint64_t)value);
}

static void sum_add_id(uint64_t *row, uint64_t id)
{
    if (id == 0)
        sum_add_null(row);
    else
        sum_add_number(row, key_of(id));
}

static void sum_add_instant(uint64_t *row, instant value)
{
    if (value == INSTANT_NONE)
        sum_add_null(row);
    else
        sum_add_number(row, value);
}

void sum_add_bytes(uint64_t *row, struct text value)
{
    add(row, TAG_BYTES, checksum_of(value));
}

uint64_t sum_of_registration(const struct registration_row *r)
{
    uint64_t row = SUM_ROW_BEGIN;
    instant first, last;

    extracts_dated_ends(r->extracts, &first, &last);
    sum_add_number(&row, (int64_t)r->mpxn);
    sum_add_number(&row, r->effective_from);
    sum_add_number(&row, r->number);
    sum_add_instant(&row, r->effective_to);
    sum_add_id(&row, r->supplier);
    sum_add_id(&row, r->network_operator);
    sum_add_number(&row, r->conflict);
    sum_add_number(&row, r->source.file);
    sum_add_number(&row, (int64_t)r->source.line);
    sum_add_bytes(&row, r->extracts);
    sum_add_instant(&row, first);
    sum_add_instant(&row, last);
    return row;
}

static uint64_t sum_of_row(sqlite3_stmt *stmt)
{
    uint64_t row = SUM_ROW_BEGIN;

    for (int i = 0; i < sqlite3_column_count(stmt); i++)
        switch (sqlite3_column_type(stmt, i)) {
        case SQLITE_INTEGER:
            sum_add_number(&row, sqlite3_column_int64(stmt, i));
            break;
        case SQLITE_NULL:
            sum_add_null(&row);
            break;
        default:
            sum_add_bytes(&row, sql_blob(stmt, i));
            break;
        }
    return row;
}

static int read_through(struct store *st, enum sum which, uint64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, tables[which].rows, err);

    *out = 0;
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        *out += sum_of_row(stmt);
        got = 0;
    }
    sqlite3_finalize(stmt);
    return got;
}

/* 1 with what is stored, 0 when nothing is. */
static int stored(struct store *st, enum sum which, uint64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT count FROM tally WHERE name=?", err);

    if (got == 0) {
        sql_bind_text(stmt, 1, text_of(tables[which].name));
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        *out = (uint64_t)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return got;
}

uint64_t sum_of_device(uint64_t device, uint32_t checksum)
{
    uint64_t row = SUM_ROW_BEGIN;

    sum_add_number(&row, key_of(device));
    sum_add_number(&row, checksum);
    return row;
}

int sum_check_devices(struct store *st, uint64_t sum, struct err *err)
{
    uint64_t wanted = 0;
    const int got = stored(st, SUM_DEVICE, &wanted, err);

    if (got < 0)
        return -1;
    if (got == 0 || wanted == sum)
        return 0;
    return err_set(
        err, ERR_DATA,
        "the store \"%s\" is damaged: its Devices are not those that were stored; 'pcreport verify' tells more; go "
        "back to a copy, or ingest the files into a new store",
        st->path);
}

int sums_begin(struct sums *s, struct store *st, struct err *err)
{
    for (unsigned i = 0; i < SUMS_KEPT; i++) {
        const int got = stored(st, (enum sum)i, &s->kept[i], err);

        if (got < 0 || (got == 0 && read_through(st, (enum sum)i, &s->kept[i], err) < 0))
            return -1;
    }
    return 0;
}

int sums_end(const struct sums *s, struct store *st, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sql_prepare(
        st, &stmt, "INSERT INTO tally(name, count) VALUES(?,?) ON CONFLICT DO UPDATE SET count=excluded.count", err);

    for (unsigned i = 0; rc == 0 && i < SUMS; i++) {
        uint64_t sum = i < SUMS_KEPT ? s->kept[i] : 0;

        if (i >= SUMS_KEPT)
            rc = read_through(st, (enum sum)i, &sum, err);
        sql_bind_text(stmt, 1, text_of(tables[i].name));
        sqlite3_bind_int64(stmt, 2, (int64_t)sum);
        if (rc == 0)
            rc = sql_run(st, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

int sums_verify(struct store *st, void (*differs)(void *ctx, const char *table), void *ctx, struct err *err)
{
    int64_t any;

    if (sql_number(st, "SELECT count(*) FROM tally WHERE name LIKE 'sum of %'", 0, &any, err) < 0)
        return -1;
    for (unsigned i = 0; any > 0 && i < SUMS; i++) {
        uint64_t wanted = 0, sum = 0;
        const int got = stored(st, (enum sum)i, &wanted, err);

        if (got < 0 || read_through(st, (enum sum)i, &sum, err) < 0)
            return -1;
        if (got == 0 || sum != wanted)
            differs(ctx, tables[i].table);
    }
    return 0;
}
