/* The views that the store itself makes (src/store/schema.c), for people, and the way in which queries see them:
 * through views of the connection whose insides nobody can name, since a query may read what is documented and nothing
 * else. */
#include "store/sql.h"
#include "views_int.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#define STORED_VIEW(view, said)                                                                                        \
    {                                                                                                                  \
        .name = #view, .sentence = said, .columns = columns_of_##view, .column_count = ARRAY_LEN(columns_of_##view)    \
    }

static const struct view_column columns_of_parties[] = {
    {"party", "TEXT", "The name of the organisation."},
    {"entity_id", "TEXT", "Its Entity Identifier; a party may own several."},
    {"role", "TEXT", "The role of the entity, such as NetworkOperator."},
    {"in_smki_repository", "TEXT", "Whether the entity is in the SMKI Repository."},
    {"key_id", "TEXT", "A key identifier of it; NULL where none was given."},
    {"conflict", "TEXT", "Whether another row of one extract said otherwise."},
    {"file", "TEXT", "Where the record was read first."},
    {"line", "INTEGER", "Where in that file."},
    {"first_extract", "TEXT", "When the first of the extracts that say so was taken."},
    {"last_extract", "TEXT", "When the last of them was taken."},
};

static const struct view_column columns_of_registrations[] = {
    {"mpxn", "TEXT", "The MPAN or MPRN."},
    {"effective_from", "TEXT", "From when on it holds."},
    {"effective_to", "TEXT", "The first instant no longer covered; NULL: open."},
    {"supplier_id", "TEXT", "The Supplier, by Entity Identifier."},
    {"supplier", "TEXT", "And by party; NULL where the reference data does not know it."},
    {"network_operator_id", "TEXT", "The Network Operator, by Entity Identifier."},
    {"network_operator", "TEXT", "And by party."},
    {"conflict", "TEXT", "Whether another row of one extract said otherwise."},
    {"file", "TEXT", "Where the record was read first."},
    {"line", "INTEGER", "Where in that file."},
    {"first_extract", "TEXT", "When the first of the extracts that say so was taken."},
    {"last_extract", "TEXT", "When the last of them was taken."},
};

static const struct view_column columns_of_files[] = {
    {"number", "INTEGER", "In the order of reading, from 1."},
    {"name", "TEXT", "As given; of a member of an archive with the archive's before it."},
    {"kind", "TEXT", "Such as srv-audit."},
    {"sha256", "TEXT", "Of the content after decompression."},
    {"bytes", "INTEGER", "The size of that content."},
    {"rows", "INTEGER", "Rows read."},
    {"stored", "INTEGER", "Of them: stored."},
    {"merged", "INTEGER", "Merged into a record that was there already."},
    {"rejected", "INTEGER", "Rejected."},
    {"passed_over", "INTEGER", "Passed over, since they carry nothing."},
    {"titles", "INTEGER", "Lines before the heading, which are no rows."},
    {"first_instant", "TEXT", "Of the records in it."},
    {"last_instant", "TEXT", "Of the records in it."},
    {"extracted_at", "TEXT", "When the extract was taken, by its name or --extracted-at."},
};

static const struct view_column columns_of_file_findings[] = {
    {"file", "TEXT", "The file."},
    {"what", "TEXT", "What was found."},
    {"found", "INTEGER", "How often."},
    {"line", "INTEGER", "On which line first."},
    {"example", "TEXT", "What stood there."},
    {"mend", "TEXT", "What mends it."},
};

static const struct view_column columns_of_rejects[] = {
    {"file", "TEXT", "Where the row stands."},
    {"line", "INTEGER", "On which line."},
    {"byte_offset", "INTEGER", "At which byte; the first is 0."},
    {"column_name", "TEXT", "The column at fault; NULL: the row as a whole."},
    {"reason", "TEXT", "What is wrong, and what is wanted."},
    {"bytes", "TEXT", "The row as it stands in the file."},
    {"kind", "TEXT", "Of the file."},
    {"file_number", "INTEGER", "Its number in files."},
};

static const struct view_column columns_of_waivers[] = {
    {"device_id", "TEXT", "The Device that it is for; NULL: any."},
    {"model", "TEXT", "The model; NULL: any."},
    {"party", "TEXT", "Whose obligations; NULL: anybody's."},
    {"obligation", "TEXT", "Which obligation; NULL: every one."},
    {"reason", "TEXT", "Why it was given."},
    {"approver", "TEXT", "By whom."},
    {"reference", "TEXT", "Where it is recorded."},
    {"valid_from", "TEXT", "From when on it holds."},
    {"expires", "TEXT", "When it ends by itself."},
    {"file", "TEXT", "Where the record was read first."},
    {"line", "INTEGER", "Where in that file."},
};

static const struct view_column columns_of_tickets[] = {
    {"incident_id", "TEXT", "The Incident that the ticket is about."},
    {"number", "TEXT", "The service desk's number of it."},
    {"state", "TEXT", "Its state there."},
    {"category", "TEXT", "Its category there."},
    {"assignee", "TEXT", "Who has it."},
    {"opened_at", "TEXT", "When it was opened there."},
    {"extracted_at", "TEXT", "When the service desk was asked."},
    {"raised_by_pcreport", "TEXT", "Whether pcreport raised the Incident."},
    {"file", "TEXT", "Where the record was read first."},
    {"line", "INTEGER", "Where in that file."},
};

static const struct view_column columns_of_incident_history[] = {
    {"incident_id", "TEXT", "As in incidents."},
    {"chf_id", "TEXT", "The Communications Hub Function."},
    {"episode", "INTEGER", "Counts its Incidents, from 1."},
    {"opened_at", "TEXT", "When it was opened."},
    {"resolved_at", "TEXT", "When it was resolved; NULL: it is open."},
    {"raised_in_error", "TEXT", "Whether late evidence shows that it never should have been."},
    {"opened_by", "TEXT", "Whose verdict opened it: revised or legacy."},
};

static const struct view_column columns_of_inbox[] = {
    {"file", "TEXT", "Its path."},
    {"fate", "TEXT", "stored, refused or left (alone)."},
    {"why", "TEXT", "Why it was refused or left alone."},
    {"since", "TEXT", "The as-of of the run that said so first."},
};

static const struct view_column columns_of_log_days[] = {
    {"day", "TEXT", "The day, in UTC."},
    {"requests", "INTEGER", "How many requests of the log the store holds of it."},
};

static const struct view_column columns_of_runs[] = {
    {"as_of", "TEXT", "The instant it judged for."},
    {"started_at", "TEXT", "When it began."},
    {"seconds", "REAL", "How long it took."},
    {"status", "INTEGER", "The exit status."},
    {"files", "INTEGER", "Read since the run before."},
    {"rows_read", "INTEGER", "Their rows."},
    {"stored", "INTEGER", "Of them: stored."},
    {"merged", "INTEGER", "Merged."},
    {"rejected", "INTEGER", "Rejected."},
    {"alarms", "INTEGER", "Limits passed, files refused, and a silence of the log that began."},
    {"devices", "INTEGER", "Devices judged."},
    {"pass", "INTEGER", "Of them: PASS."},
    {"fail", "INTEGER", "FAIL."},
    {"pending", "INTEGER", "PENDING."},
    {"unverified", "INTEGER", "UNVERIFIED."},
    {"excluded", "INTEGER", "EXCLUDED."},
    {"legacy_pass", "INTEGER", "PASS by the criteria in force."},
    {"legacy_fail", "INTEGER", "FAIL by the criteria in force."},
    {"legacy_pending", "INTEGER", "PENDING by the criteria in force."},
    {"false_positive", "INTEGER", "FALSE_POSITIVE."},
    {"true_failure", "INTEGER", "TRUE_FAILURE."},
    {"missed_by_legacy", "INTEGER", "MISSED_BY_LEGACY."},
    {"agreed_pass", "INTEGER", "AGREED_PASS."},
    {"incidents_opened", "INTEGER", "Incidents that it opened."},
    {"incidents_resolved", "INTEGER", "Incidents that it resolved."},
    {"incidents_open", "INTEGER", "Incidents open after it."},
    {"last_file", "INTEGER", "The number of the last file that was read by then."},
};

static const struct view_about stored_views[] = {
    STORED_VIEW(parties, "A row for each key identifier of each entity in the reference data."),
    STORED_VIEW(registrations, "A row for each different row of registration data, with the extracts that say it."),
    STORED_VIEW(files, "A row for each file read."),
    STORED_VIEW(file_findings, "A row for each thing that the rows of a file show of the file itself."),
    STORED_VIEW(rejects, "A row for each row of a file that could not be used."),
    STORED_VIEW(waivers, "A row for each waiver."),
    STORED_VIEW(tickets, "A row for each ticket that the service desk told."),
    STORED_VIEW(incident_history, "A row for each Incident that a run opened."),
    STORED_VIEW(inbox, "A row for each file of the inbox of run that it remembers."),
    STORED_VIEW(log_days, "A row for each day of which the store holds requests of the log."),
    STORED_VIEW(runs, "A row for each nightly run."),
};

const struct view_about *stored_view_about(size_t index)
{
    return index < ARRAY_LEN(stored_views) ? &stored_views[index] : NULL;
}

/* What stands behind the AS of a view, as the store has it. */
static int read_body(sqlite3 *db, const char *view, struct buf *out)
{
    sqlite3_stmt *stmt = NULL;
    const char *sql = NULL, *body = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT sql FROM main.sqlite_schema WHERE type='view' AND name=?", -1, &stmt, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_bind_text(stmt, 1, view, -1, SQLITE_STATIC);
        if (sqlite3_step(stmt) == SQLITE_ROW)
            sql = (const char *)sqlite3_column_text(stmt, 0);
        body = sql != NULL ? strstr(sql, " AS ") : NULL;
        if (body != NULL)
            buf_add_str(out, body);
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_OK && body == NULL ? SQLITE_CORRUPT : rc;
}

static int make_view(sqlite3 *db, const char *view, const char *body, const char *inside)
{
    struct buf sql = {0};
    int rc = SQLITE_NOMEM;

    buf_printf(&sql, "CREATE TEMP VIEW \"%s %s\" %s; CREATE TEMP VIEW %s AS SELECT * FROM temp.\"%s %s\"", inside, view,
               body, view, inside, view);
    if (!sql.failed)
        rc = sqlite3_exec(db, buf_cstr(&sql), NULL, NULL, NULL);
    buf_release(&sql);
    return rc;
}

int stored_views_register(sqlite3 *db, bool all, char inside[VIEW_INSIDE_SIZE])
{
    /* In place of the view of that name in the store, which has to do with what plain SQL can do. */
    static const char rejects[] = " AS SELECT f.name AS file, r.line, r.byte_offset, r.column_name, r.reason,"
                                  " readable(r.bytes) AS bytes, f.kind, r.file AS file_number"
                                  " FROM main.reject r JOIN main.file f ON f.number=r.file";
    uint64_t noise = 0;
    int rc = SQLITE_OK;

    if (getrandom(&noise, sizeof(noise), 0) != (ssize_t)sizeof(noise))
        return SQLITE_ERROR;
    sqlite3_snprintf(VIEW_INSIDE_SIZE, inside, "%016llx", (unsigned long long)noise);
    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(stored_views); i++) {
        const char *const view = stored_views[i].name;
        struct buf body = {0};

        if (strcmp(view, "rejects") == 0)
            buf_add_str(&body, rejects);
        else if (!all)
            continue;
        else
            rc = read_body(db, view, &body);
        if (rc == SQLITE_OK)
            rc = body.failed ? SQLITE_NOMEM : make_view(db, view, buf_cstr(&body), inside);
        buf_release(&body);
    }
    return rc;
}
