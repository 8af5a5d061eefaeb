/* The view `requests`: one row a request as at as-of, after R7 chose the row that counts and R2 its outcome. */
#include "records_int.h"

#define COLUMNS(C)                                                                                                     \
    RECORD_DEVICE(C)                                                                                                   \
    C(srv, TEXT, "The Service Reference Variant.", cell_srv(cell, row->srv))                                           \
    C(request_id, TEXT, "Originator, target and counter.", cell_request_id(cell, &row->id))                            \
    C(user_id, TEXT, "The Entity Identifier of the originator.", cell_eui64(cell, row->user_id))                       \
    C(user_party, TEXT, "Its party.", cell_party_of(cell, d, row->user_id))                                            \
    C(user_role, TEXT, "The DCC User Role.", cell_word(cell, term_word(&vocab_user_role, row->user_role)))             \
    C(credential_type, TEXT, "The key usage it is about.",                                                             \
      cell_word(cell, term_word(&vocab_key_usage, row->credential_type)))                                              \
    C(remote_party_role, TEXT, "Whose credentials it is about.",                                                       \
      cell_word(cell, term_word(&vocab_party_role, row->remote_party_role)))                                           \
    C(command_variant, INTEGER, "1 to 8.", if (row->command_variant != 0) cell_number(cell, row->command_variant))     \
    C(requested_at, TEXT, "When it was made.", cell_instant(cell, row->requested_at))                                  \
    C(execution_at, TEXT, "When a future-dated command is to be carried out.", cell_instant(cell, row->execution_at))  \
    C(responded_at, TEXT, "When it was answered, by as-of.", cell_instant(cell, row->responded_at))                    \
    C(response_code, TEXT, "The answer as the log has it.", cell_text(cell, row->response_code))                       \
    C(execution_status, TEXT, "The answer as the log has it.", cell_text(cell, row->execution_status))                 \
    C(outcome, TEXT, "What became of it.", cell_word(cell, outcome_word(v->outcome)))                                  \
    C(rule, TEXT, "The rule that says so.", cell_word(cell, rule_text(v->rule)))                                       \
    C(rows, INTEGER, "How many distinct rows the log has of it.", cell_number(cell, (int64_t)v->row_count))            \
    C(other_device_id, TEXT, "The other Device of a join or unjoin.", cell_eui64(cell, row->other_device))             \
    RECORD_IN_INVENTORY(C) RECORD_SOURCE(C) RECORD_POSITION(C)

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

static int load(struct record_cursor *c, struct err *err)
{
    if (record_requests(c, err) < 0)
        return -1;
    c->item_count = c->request_count; /* they are the rows: there are no items beside them */
    return 0;
}

static int requests_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    const struct directory *const d = base->source->ctx->directory;
    const struct request_summary *const v = &c->requests[c->item];
    const struct source source = c->records.requests[v->counted].source;
    const struct request_row *const row = &v->row;

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct record_view view_requests = {
    .view = RECORD_VIEW("requests", "One row for each Service Request made by as-of, as it stands at as-of.",
                        requests_cell),
    .load = load,
};
