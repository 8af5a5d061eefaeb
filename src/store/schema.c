/* The schema. Until 1.0 it is changed in place, and a store of another version is made anew from its inputs: there are
 * no migrations that would have to be kept, tested and believed. */
#include "store_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPLICATION_ID "0x50435231" /* "PCR1" */
#define SCHEMA_VERSION 7            /* raised with each change of the tables or of the packed evidence */

/* Stored numbers as people read them, in plain SQL, so that the views work in any SQLite shell. */
#define EUI64(k)                                                                                                       \
    "printf('%02X-%02X-%02X-%02X-%02X-%02X-%02X-%02X',(" k ">>56)+128," k ">>48&255," k ">>40&255," k ">>32&255," k    \
    ">>24&255," k ">>16&255," k ">>8&255," k "&255)"
/* A party's: a market identifier where the first four octets are 0 (domain/market.h). */
#define PARTY_ID(k)                                                                                                    \
    "CASE WHEN " k " IS NULL THEN NULL WHEN " k ">>32=-2147483648 AND " k ">>24&255 THEN char(" k ">>24&255," k        \
    ">>16&255," k ">>8&255)||CASE WHEN " k "&255 THEN char(" k "&255) ELSE '' END ELSE " EUI64(k) " END"
#define KEY_ID(k) "nullif(printf('%08X%08X',(" k ">>32)+2147483648," k "&4294967295),'0000000000000000')"
#define MILLIS(t) "((" t "%1000+1000)%1000)"
#define INSTANT(t)                                                                                                     \
    "strftime('%Y-%m-%dT%H:%M:%S',(" t                                                                                 \
    "-" MILLIS(t) ")/1000,'unixepoch')||CASE " MILLIS(t) " WHEN 0 THEN 'Z' ELSE "                                      \
                                                         "printf('.%03dZ'," MILLIS(t) ") END"
#define YES_NO(b) "CASE WHEN " b " THEN 'yes' ELSE 'no' END"
#define MPXN(m)   "substr(" m ",2)" /* a 1 stands before the digits */
#define PARTY_OF(k)                                                                                                    \
    "(SELECT o.party FROM organisation o WHERE o.entity=" k " ORDER BY o.last_extract DESC, o.party DESC LIMIT 1)"

/* clang-format off */
/* What was read from the run before on, whatever process read it. */
#define FILES_OF_RUN(sum) \
    "(SELECT coalesce(" sum ",0) FROM file WHERE number<=run.last_file AND number>coalesce((SELECT p.last_file" \
    " FROM run p WHERE p.as_of<run.as_of ORDER BY p.as_of DESC LIMIT 1),0))"

static const char tables[] =
    "PRAGMA application_id=" APPLICATION_ID ";"
    "CREATE TABLE file(number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,"
    " sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, rows INTEGER NOT NULL, stored INTEGER NOT NULL,"
    " merged INTEGER NOT NULL, rejected INTEGER NOT NULL, first_instant INTEGER, last_instant INTEGER,"
    " extracted_at INTEGER, read_with BLOB NOT NULL, passed_over INTEGER NOT NULL, titles INTEGER NOT NULL) STRICT;"
    "CREATE INDEX file_by_content ON file(sha256);"
    "CREATE INDEX file_by_size ON file(bytes);"
    /* Requests whose RequestID names the DCC, a row a Device (0: none), and the answers to them, which name none. */
    "CREATE TABLE asked(originator INTEGER NOT NULL, target INTEGER NOT NULL, counter INTEGER NOT NULL,"
    " device INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY(originator, target, counter, device))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE answer(originator INTEGER NOT NULL, target INTEGER NOT NULL, counter INTEGER NOT NULL,"
    " said BLOB NOT NULL, spared BLOB NOT NULL, record BLOB NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,"
    " PRIMARY KEY(originator, target, counter, said)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE finding(file INTEGER NOT NULL, what TEXT NOT NULL, found INTEGER NOT NULL, line INTEGER NOT NULL,"
    " example TEXT NOT NULL, mend TEXT NOT NULL, PRIMARY KEY(file, what)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tally(name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;"

    /* id: the EUI-64 as a signed number with its sign bit flipped, so that rows lie in the order of the identifiers */
    "CREATE TABLE device(id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, packed BLOB NOT NULL) STRICT;"

    /* every distinct row of an identity, numbered; extracts: those that say it (domain/extracts.h), of which the first and
     * the last that told when they were taken stand beside, for people */
    "CREATE TABLE registration(mpxn INTEGER NOT NULL, effective_from INTEGER NOT NULL, number INTEGER NOT NULL,"
    " effective_to INTEGER, supplier INTEGER, network_operator INTEGER, conflict INTEGER NOT NULL,"
    " file INTEGER NOT NULL, line INTEGER NOT NULL, extracts BLOB NOT NULL, first_extract INTEGER,"
    " last_extract INTEGER, PRIMARY KEY(mpxn, effective_from, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE organisation(entity INTEGER NOT NULL, key_id INTEGER NOT NULL, number INTEGER NOT NULL,"
    " party TEXT NOT NULL, role TEXT NOT NULL, in_smki_repository INTEGER NOT NULL, conflict INTEGER NOT NULL,"
    " file INTEGER NOT NULL, line INTEGER NOT NULL, extracts BLOB NOT NULL, first_extract INTEGER,"
    " last_extract INTEGER, PRIMARY KEY(entity, key_id, number)) STRICT, WITHOUT ROWID;"

    /* R1: from when on the earliest registration names an entity as Supplier, and as Network Operator */
    "CREATE TABLE registrant(entity INTEGER PRIMARY KEY, supplier_from INTEGER, network_operator_from INTEGER) STRICT;"

    /* every GSME that any inventory row ever put on a hub (R1: a GPF without an MPxN has that of its hub's GSME) */
    "CREATE TABLE hub(chf INTEGER NOT NULL, gsme INTEGER NOT NULL, PRIMARY KEY(chf, gsme)) STRICT, WITHOUT ROWID;"

    /* R10: the requests of the log by hour (since 1970, UTC), on_the_hour in its first millisecond, and by sender and
     * day; a request counts once, when the earliest of its rows says that it was made: those of RequestIDs that name
     * another than their Device are kept by what their Devices say of them (own: what the one that is named says) */
    "CREATE TABLE request_hour(hour INTEGER PRIMARY KEY, requests INTEGER NOT NULL, on_the_hour INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE shared_request(target INTEGER NOT NULL, counter INTEGER NOT NULL, originator INTEGER NOT NULL,"
    " own INTEGER NOT NULL, made_at INTEGER NOT NULL, sender INTEGER NOT NULL, devices INTEGER NOT NULL,"
    " PRIMARY KEY(target, counter, originator, own, made_at, sender)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE sender_day(sender INTEGER NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL,"
    " PRIMARY KEY(sender, day)) STRICT, WITHOUT ROWID;"

    /* lists that people keep (domain/listed.h): texts, '' where not given */
    "CREATE TABLE waiver(device_id TEXT NOT NULL, model TEXT NOT NULL, party TEXT NOT NULL,"
    " obligation TEXT NOT NULL, reason TEXT NOT NULL, approver TEXT NOT NULL, reference TEXT NOT NULL,"
    " valid_from TEXT NOT NULL, expires TEXT NOT NULL,"
    " file INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(device_id, model, party, obligation, reason,"
    " approver, reference, valid_from, expires))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE ticket(incident_id TEXT NOT NULL, number TEXT NOT NULL, state TEXT NOT NULL,"
    " category TEXT NOT NULL, assignee TEXT NOT NULL, opened_at TEXT NOT NULL, extracted_at TEXT NOT NULL,"
    " file INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(incident_id, number, state, category, assignee,"
    " opened_at, extracted_at))"
    " STRICT, WITHOUT ROWID;"

    /* what a nightly run remembers of the files of its inbox (store/inbox.h) */
    "CREATE TABLE inbox_file(path TEXT PRIMARY KEY, fate TEXT NOT NULL, bytes INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " changed_ns INTEGER NOT NULL, read_with BLOB NOT NULL, why TEXT, since INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE TABLE reject(number INTEGER PRIMARY KEY, file INTEGER NOT NULL, line INTEGER NOT NULL,"
    " byte_offset INTEGER NOT NULL, column_name TEXT, reason TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE incident(device INTEGER NOT NULL, episode INTEGER NOT NULL, opened_at INTEGER NOT NULL,"
    " resolved_at INTEGER, raised_in_error INTEGER NOT NULL DEFAULT 0, opened_by INTEGER NOT NULL,"
    " PRIMARY KEY(device, episode)) STRICT, WITHOUT ROWID;"
    /* R11: what the latest run of a day said of a Device, where the one before said otherwise; 0: nothing any more */
    "CREATE TABLE said(device INTEGER NOT NULL, day INTEGER NOT NULL, said INTEGER NOT NULL,"
    " PRIMARY KEY(device, day)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE run(as_of INTEGER PRIMARY KEY, devices INTEGER NOT NULL,"
    " pass INTEGER NOT NULL, fail INTEGER NOT NULL, pending INTEGER NOT NULL, unverified INTEGER NOT NULL,"
    " excluded INTEGER NOT NULL, legacy_pass INTEGER NOT NULL, legacy_fail INTEGER NOT NULL,"
    " legacy_pending INTEGER NOT NULL, false_positive INTEGER NOT NULL, true_failure INTEGER NOT NULL,"
    " missed_by_legacy INTEGER NOT NULL, agreed_pass INTEGER NOT NULL, incidents_opened INTEGER NOT NULL,"
    " incidents_resolved INTEGER NOT NULL, incidents_open INTEGER NOT NULL, silences TEXT NOT NULL DEFAULT '',"
    " last_file INTEGER NOT NULL, started_at INTEGER, milliseconds INTEGER, status INTEGER, alarms INTEGER,"
    " question TEXT) STRICT;"

    /* what people see who open the file with the sqlite3 shell; reports see them too */
    "CREATE VIEW files AS SELECT number, name, kind, lower(hex(sha256)) AS sha256, bytes, rows, stored, merged,"
    " rejected, passed_over, titles, " INSTANT("first_instant") " AS first_instant, " INSTANT("last_instant") " AS last_instant, "
    INSTANT("extracted_at") " AS extracted_at FROM file;"
    "CREATE VIEW rejects AS SELECT f.name AS file, r.line, r.byte_offset, r.column_name, r.reason,"
    " CAST(r.bytes AS TEXT) AS bytes, f.kind, r.file AS file_number FROM reject r JOIN file f ON f.number=r.file;"
    "CREATE VIEW file_findings AS SELECT f.name AS file, n.what, n.found, n.line, n.example, n.mend FROM finding n"
    " JOIN file f ON f.number=n.file UNION ALL"
    " SELECT f.name, 'answer to a request that is not there', count(*), min(a.line),"
    " 'RequestID '||" EUI64("a.originator") "||':'||" EUI64("a.target") "||':'||printf('%u', a.counter),"
    " 'send the file that has the request' FROM answer a JOIN file f ON f.number=a.file"
    " WHERE NOT EXISTS(SELECT 1 FROM asked q WHERE q.originator=a.originator AND q.target=a.target"
    " AND q.counter=a.counter) GROUP BY a.file;"
    "CREATE VIEW registrations AS SELECT " MPXN("mpxn") " AS mpxn, "
    INSTANT("effective_from") " AS effective_from, " INSTANT("effective_to") " AS effective_to, "
    PARTY_ID("supplier") " AS supplier_id, " PARTY_OF("supplier") " AS supplier, "
    PARTY_ID("network_operator") " AS network_operator_id, " PARTY_OF("network_operator") " AS network_operator, "
    YES_NO("conflict") " AS conflict,"
    " (SELECT name FROM file f WHERE f.number=registration.file) AS file, line, "
    INSTANT("first_extract") " AS first_extract, " INSTANT("last_extract") " AS last_extract FROM registration;"
    "CREATE VIEW parties AS SELECT party, " PARTY_ID("entity") " AS entity_id, role, "
    YES_NO("in_smki_repository") " AS in_smki_repository, " KEY_ID("key_id") " AS key_id, "
    YES_NO("conflict") " AS conflict, (SELECT name FROM file f WHERE f.number=organisation.file) AS file, line, "
    INSTANT("first_extract") " AS first_extract, " INSTANT("last_extract") " AS last_extract FROM organisation;"
    "CREATE VIEW waivers AS SELECT nullif(device_id,'') AS device_id, nullif(model,'') AS model,"
    " nullif(party,'') AS party, nullif(obligation,'') AS obligation, nullif(reason,'') AS reason,"
    " nullif(approver,'') AS approver, nullif(reference,'') AS reference, nullif(valid_from,'') AS valid_from,"
    " nullif(expires,'') AS expires,"
    " (SELECT name FROM file f WHERE f.number=waiver.file) AS file, line FROM waiver;"
    "CREATE VIEW tickets AS SELECT nullif(incident_id,'') AS incident_id, nullif(number,'') AS number,"
    " nullif(state,'') AS state, nullif(category,'') AS category, nullif(assignee,'') AS assignee,"
    " nullif(opened_at,'') AS opened_at, nullif(extracted_at,'') AS extracted_at,"
    " CASE WHEN incident_id LIKE 'PCI-%' THEN 'yes' ELSE 'no' END AS raised_by_pcreport,"
    " (SELECT name FROM file f WHERE f.number=ticket.file) AS file, line FROM ticket;"
    "CREATE VIEW incident_history AS SELECT 'PCI-'||" EUI64("device") "||'-'||episode AS incident_id, "
    EUI64("device") " AS chf_id, episode, " INSTANT("opened_at") " AS opened_at, "
    INSTANT("resolved_at") " AS resolved_at, " YES_NO("raised_in_error") " AS raised_in_error,"
    " CASE opened_by WHEN 1 THEN 'legacy' ELSE 'revised' END AS opened_by FROM incident;"
    "CREATE VIEW inbox AS SELECT path AS file, fate, why, " INSTANT("since") " AS since FROM inbox_file;"
    "CREATE VIEW log_days AS SELECT date(hour*3600,'unixepoch') AS day, sum(requests) AS requests FROM request_hour"
    " GROUP BY 1;"
    "CREATE VIEW runs AS SELECT " INSTANT("as_of") " AS as_of, " INSTANT("started_at") " AS started_at,"
    " milliseconds/1000.0 AS seconds, status, " FILES_OF_RUN("count(*)") " AS files, "
    FILES_OF_RUN("sum(rows)") " AS rows_read, " FILES_OF_RUN("sum(stored)") " AS stored, "
    FILES_OF_RUN("sum(merged)") " AS merged, " FILES_OF_RUN("sum(rejected)") " AS rejected, alarms, devices,"
    " pass, fail, pending, unverified, excluded,"
    " legacy_pass, legacy_fail, legacy_pending, false_positive, true_failure, missed_by_legacy, agreed_pass,"
    " incidents_opened, incidents_resolved, incidents_open, last_file FROM run;";
/* clang-format on */

/* The next statement of the text that makes the tables; false at its end. */
static bool next_statement(const char **at, struct text *out)
{
    const size_t len = strcspn(*at, ";");

    *out = (struct text){*at, len};
    *at += len + ((*at)[len] == ';');
    return len > 0;
}

/* SQLite keeps each statement that made something just as it was written. */
static int check_objects(struct store *st, struct err *err)
{
    const char *at = tables;
    struct text wanted;
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT sql, name FROM sqlite_schema ORDER BY rowid", err);

    next_statement(&at, &wanted); /* it tells whose file it is, and makes nothing */
    while (got == 0 && next_statement(&at, &wanted)) {
        got = sql_step(st, stmt, err);
        if (got == 1 && text_equal(sql_text(stmt, 0), wanted))
            got = 0;
        else if (got >= 0)
            got = err_set(
                err, ERR_DATA,
                "the store \"%s\" is damaged: in place of \"%.40s\" its schema has something else; go back to a "
                "copy, or ingest the files into a new store",
                st->path, wanted.ptr);
    }
    if (got == 0 && (got = sql_step(st, stmt, err)) == 1)
        got = err_set(
            err, ERR_DATA,
            "the store \"%s\" is damaged: something in its schema is not pcreport's: \"%s\"; go back to a copy, or "
            "ingest the files into a new store",
            st->path, (const char *)sqlite3_column_text(stmt, 1));
    sqlite3_finalize(stmt);
    return got;
}

int schema_foreign(const struct store *st, struct err *err)
{
    return err_set(err, ERR_DATA, "\"%s\" is a database, but not a store of pcreport; name another with --db",
                   st->path);
}

int schema_check(struct store *st, struct err *err)
{
    int64_t id, version, objects, pages;

    if (sql_number(st, "PRAGMA application_id", 0, &id, err) < 0 ||
        sql_number(st, "PRAGMA user_version", 0, &version, err) < 0 ||
        sql_number(st, "SELECT count(*) FROM sqlite_schema", 0, &objects, err) < 0 ||
        sql_number(st, "PRAGMA page_count", 0, &pages, err) < 0)
        return -1;
    const bool is_empty = id == 0 && version == 0 && objects == 0 && pages == 0;
    if (is_empty && st->mode == STORE_WRITE)
        return 0;
    if (is_empty)
        return err_set(err, ERR_DATA, "the store \"%s\" is empty; put files into it with 'pcreport ingest'", st->path);
    if (id != strtol(APPLICATION_ID, NULL, 0))
        return schema_foreign(st, err);
    if (version != SCHEMA_VERSION)
        return err_set(
            err, ERR_DATA,
            "the store \"%s\" is of version %d, and this program keeps version %d; put its input files into a "
            "new one with 'pcreport ingest --db NEW FILE...'; Incidents and what was reported come of runs alone: "
            "'man 7 pcreport-operations' tells how to make those again",
            st->path, (int)version, SCHEMA_VERSION);
    if (!pages_are_summed(st->db))
        return err_set(err, ERR_DATA, "the store \"%s\" is damaged: its pages carry no sums; go back to a copy of it",
                       st->path);
    return check_objects(st, err);
}

int schema_create(struct store *st, struct err *err)
{
    char end[64];
    int64_t version;

    if (sql_number(st, "PRAGMA user_version", 0, &version, err) < 0)
        return -1;
    if (version != 0)
        return 0;
    if (sql_exec(st, "PRAGMA page_size=" STORE_PAGE_SIZE, err) < 0)
        return -1;
    if (pages_reserve(st->db) != SQLITE_OK)
        return sql_fail(st, "make", err);
    snprintf(end, sizeof(end), "PRAGMA user_version=%d; COMMIT", SCHEMA_VERSION);
    if (sql_exec(st, "BEGIN EXCLUSIVE", err) == 0 && sql_exec(st, tables, err) == 0 && sql_exec(st, end, err) == 0)
        return 0;
    sql_rollback(st);
    return -1;
}
