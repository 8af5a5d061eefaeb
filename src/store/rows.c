/* Reference data between its rows in the store and its structs. */
#include "domain/extracts.h"
#include "store_int.h"

static struct source source_read(sqlite3_stmt *stmt, int column)
{
    return (struct source){(uint32_t)sqlite3_column_int64(stmt, column),
                           (uint64_t)sqlite3_column_int64(stmt, column + 1)};
}

void registration_read(sqlite3_stmt *stmt, struct registration_row *out)
{
    *out = (struct registration_row){
        .mpxn = (mpxn_code)sqlite3_column_int64(stmt, 0),
        .effective_from = sqlite3_column_int64(stmt, 1),
        .number = (unsigned)sqlite3_column_int(stmt, 2),
        .effective_to = sql_instant(stmt, 3),
        .supplier = sql_id(stmt, 4),
        .network_operator = sql_id(stmt, 5),
        .conflict = sqlite3_column_int(stmt, 6) != 0,
        .source = source_read(stmt, 7),
        .extracts = sql_blob(stmt, 9),
        .extracted_at = INSTANT_NONE,
    };
}

/* The ends of a set, of those extracts that told when they were taken. */
static void bind_extracts(sqlite3_stmt *stmt, int at, struct text extracts)
{
    instant first, last;

    extracts_dated_ends(extracts, &first, &last);
    sql_bind_blob(stmt, at, extracts);
    sql_bind_instant(stmt, at + 1, first);
    sql_bind_instant(stmt, at + 2, last);
}

void registration_bind(sqlite3_stmt *stmt, const struct registration_row *row)
{
    sqlite3_bind_int64(stmt, 1, (int64_t)row->mpxn);
    sqlite3_bind_int64(stmt, 2, row->effective_from);
    sqlite3_bind_int64(stmt, 3, row->number);
    sql_bind_instant(stmt, 4, row->effective_to);
    sql_bind_id(stmt, 5, row->supplier);
    sql_bind_id(stmt, 6, row->network_operator);
    sqlite3_bind_int(stmt, 7, row->conflict);
    sqlite3_bind_int64(stmt, 8, row->source.file);
    sqlite3_bind_int64(stmt, 9, (int64_t)row->source.line);
    bind_extracts(stmt, 10, row->extracts);
}

void organisation_read(sqlite3_stmt *stmt, struct organisation_row *out)
{
    unsigned role = ROLE_NONE;

    term_parse(&vocab_party_role, sql_text(stmt, 4), &role);
    *out = (struct organisation_row){
        .entity = id_of(sqlite3_column_int64(stmt, 0)),
        .key_id = id_of(sqlite3_column_int64(stmt, 1)),
        .number = (unsigned)sqlite3_column_int(stmt, 2),
        .party = sql_text(stmt, 3),
        .role = (enum party_role)role,
        .in_smki_repository = sqlite3_column_int(stmt, 5) != 0,
        .conflict = sqlite3_column_int(stmt, 6) != 0,
        .source = source_read(stmt, 7),
        .extracts = sql_blob(stmt, 9),
        .extracted_at = INSTANT_NONE,
    };
}

void organisation_bind(sqlite3_stmt *stmt, const struct organisation_row *row)
{
    sqlite3_bind_int64(stmt, 1, key_of(row->entity));
    sqlite3_bind_int64(stmt, 2, key_of(row->key_id));
    sqlite3_bind_int64(stmt, 3, row->number);
    sql_bind_text(stmt, 4, row->party);
    sql_bind_text(stmt, 5, text_of(term_word(&vocab_party_role, row->role)));
    sqlite3_bind_int(stmt, 6, row->in_smki_repository);
    sqlite3_bind_int(stmt, 7, row->conflict);
    sqlite3_bind_int64(stmt, 8, row->source.file);
    sqlite3_bind_int64(stmt, 9, (int64_t)row->source.line);
    bind_extracts(stmt, 10, row->extracts);
}
