/* The view `requests`: one row a request as at as-of, after R7 chose the row that counts and R2 its outcome. */
#include "records_int.h"

enum column {
    DEVICE_ID,
    REQUEST_SRV,
    REQUEST_ID,
    USER_ID,
    USER_PARTY,
    USER_ROLE_WORD,
    CREDENTIAL_TYPE,
    REMOTE_PARTY_ROLE,
    COMMAND_VARIANT,
    REQUESTED_AT,
    EXECUTION_AT,
    RESPONDED_AT,
    RESPONSE_CODE,
    EXECUTION_STATUS,
    REQUEST_OUTCOME,
    RULE,
    REQUEST_ROWS,
    OTHER_DEVICE_ID,
    IN_INVENTORY,
    SOURCE_FILE,
    SOURCE_LINE,
    POSITION
};

static int load(struct record_cursor *c, struct err *err)
{
    if (record_requests(c, err) < 0)
        return -1;
    c->item_count = c->request_count; /* they are the rows: there are no items beside them */
    return 0;
}

static void row_cell(struct record_cursor *c, sqlite3_context *cell, enum column column, const struct request_row *row)
{
    switch (column) {
    case REQUEST_SRV:
        record_cell_srv(cell, row->srv);
        break;
    case REQUEST_ID:
        record_cell_request_id(cell, &row->id);
        break;
    case USER_ID:
        cell_eui64(cell, row->user_id);
        break;
    case USER_PARTY:
        record_cell_party(c, cell, row->user_id);
        break;
    case USER_ROLE_WORD:
        cell_word(cell, term_word(&vocab_user_role, row->user_role));
        break;
    case CREDENTIAL_TYPE:
        cell_word(cell, term_word(&vocab_key_usage, row->credential_type));
        break;
    case REMOTE_PARTY_ROLE:
        cell_word(cell, term_word(&vocab_party_role, row->remote_party_role));
        break;
    case COMMAND_VARIANT:
        if (row->command_variant != 0)
            sqlite3_result_int(cell, row->command_variant);
        break;
    case OTHER_DEVICE_ID:
        cell_eui64(cell, row->other_device);
        break;
    case RESPONSE_CODE:
        cell_text(cell, row->response_code);
        break;
    case EXECUTION_STATUS:
        cell_text(cell, row->execution_status);
        break;
    default:
        break;
    }
}

static void requests_cell(struct record_cursor *c, sqlite3_context *cell, int column)
{
    const struct request_view *v = &c->requests[c->item];
    const struct source *source = &c->records.requests[v->counted].source;

    switch ((enum column)column) {
    case REQUESTED_AT:
        cell_instant(cell, v->row.requested_at);
        break;
    case EXECUTION_AT:
        cell_instant(cell, v->row.execution_at);
        break;
    case RESPONDED_AT:
        cell_instant(cell, v->row.responded_at);
        break;
    case REQUEST_OUTCOME:
        cell_word(cell, outcome_word(v->outcome));
        break;
    case RULE:
        cell_word(cell, rule_text(v->rule));
        break;
    case REQUEST_ROWS:
        sqlite3_result_int64(cell, (sqlite3_int64)v->row_count);
        break;
    case IN_INVENTORY:
        cell_yes_no(cell, c->in_inventory);
        break;
    case SOURCE_FILE:
        record_cell_file(c, cell, source->file);
        break;
    case SOURCE_LINE:
        sqlite3_result_int64(cell, (sqlite3_int64)source->line);
        break;
    default:
        row_cell(c, cell, (enum column)column, &v->row);
        break;
    }
}

const struct record_view view_requests = {
    .name = "requests",
    .declaration =
        "CREATE TABLE requests(device_id TEXT, srv TEXT, request_id TEXT, user_id TEXT, user_party TEXT,"
        " user_role TEXT, credential_type TEXT, remote_party_role TEXT, command_variant INTEGER, requested_at TEXT,"
        " execution_at TEXT, responded_at TEXT, response_code TEXT, execution_status TEXT, outcome TEXT, rule TEXT,"
        " rows INTEGER, other_device_id TEXT, in_inventory TEXT, file TEXT, line INTEGER" RECORD_KEY,
    .position = POSITION,
    .load = load,
    .cell = requests_cell,
};
