/* Scans of the packed Devices, in their order; one Device is found by its key. Memory is that of the largest Device.
 * And the plainest of the views over them, `requests`. */
#include "records_int.h"

#include "domain/eui64.h"
#include "domain/service.h"
#include "rules/suspicion.h"
#include "store/sql.h"

#include <stdlib.h>

static const struct record_view *as_record_view(const struct record_cursor *c)
{
    return (const struct record_view *)(const void *)c->view.source->view;
}

void *record_items(struct record_cursor *c, size_t count, struct err *err)
{
    c->item_count = 0;
    if (count > c->item_cap || c->items == NULL) {
        const size_t cap = count < 64 ? 64 : count;
        void *grown = reallocarray(c->items, cap, as_record_view(c)->item_size);

        if (grown == NULL) {
            err_nomem(err);
            return NULL;
        }
        c->items = grown;
        c->item_cap = cap;
    }
    return c->items;
}

int record_requests(struct record_cursor *c, struct err *err)
{
    const size_t most = c->records.request_count;

    if (most > c->request_cap) {
        struct request_summary *grown = reallocarray(c->requests, most, sizeof(*grown));

        if (grown == NULL)
            return err_nomem(err);
        c->requests = grown;
        c->request_cap = most;
    }
    c->request_count = 0;
    if (most > 0) {
        const struct judge_context *const ctx = c->view.source->ctx;
        struct judge_scratch scratch = {.size = judge_requests_scratch_size(&c->records)};

        scratch.ptr = malloc(scratch.size);
        if (scratch.ptr == NULL)
            return err_nomem(err);
        c->request_count = judge_requests(&c->records, ctx->codes, ctx->revised->response_window_ms, ctx->as_of,
                                          &scratch, c->requests);
        free(scratch.ptr);
    }
    return 0;
}

/* Of a Device that has more, its evidence is not kept: beside what it takes to show it, it is soon found again. */
#define KEPT_BYTES_MAX (1 << 16)

/* Keeps the evidence beyond the row that it came in. */
static int keep(struct record_cursor *c, struct text *packed, struct err *err)
{
    c->is_loaded = false;
    if (packed->len > KEPT_BYTES_MAX)
        return 0;
    buf_clear(&c->packed);
    buf_add_text(&c->packed, *packed);
    *packed = buf_text(&c->packed);
    return c->packed.failed ? err_nomem(err) : 0;
}

static int load_device(struct record_cursor *c, struct err *err)
{
    const struct judge_context *const ctx = c->view.source->ctx;
    const uint64_t device = id_of(sqlite3_column_int64(c->at, 0));
    struct text packed = sql_blob(c->at, 2);
    char id[EUI64_TEXT_SIZE];

    eui64_format(device, id);
    if (checksum_of(packed) != (uint32_t)sqlite3_column_int64(c->at, 1))
        return err_set(err, ERR_DATA, "the evidence of Device %s is not what was stored; 'pcreport verify' tells more",
                       id);
    if (keep(c, &packed, err) < 0 || evidence_unpack(&c->records, device, packed, err) < 0)
        return -1;
    c->in_inventory = inventory_at(&c->records, ctx->as_of) != NULL;
    c->item = 0;
    if (as_record_view(c)->load(c, err) < 0)
        return -1;
    c->is_loaded = packed.len <= KEPT_BYTES_MAX;
    return 0;
}

/* Goes on to the next Device that has rows. */
static int next_device(struct record_cursor *c, struct err *err)
{
    int rc;

    if (c->at == NULL)
        return 0;
    while ((rc = sqlite3_step(c->at)) == SQLITE_ROW) {
        if (load_device(c, err) < 0)
            return -1;
        if (c->item_count > 0)
            return 1;
    }
    return rc == SQLITE_DONE ? 0 : view_sql_fail(c->view.db, err);
}

int record_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    uint64_t device = 0;

    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    c->item = 0;
    c->at = keys != 0 ? c->one : c->all;
    if (keys != 0 && !view_device_value(argv[0], &device))
        return 0;
    if (keys != 0 && c->is_loaded && c->records.device == device) {
        c->at = NULL;
        return c->item_count > 0;
    }
    if (keys != 0)
        sqlite3_bind_int64(c->one, 1, key_of(device));
    return next_device(c, err);
}

int record_next(struct view_cursor *base, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    c->item++;
    return c->item < c->item_count ? 1 : next_device(c, err);
}

int record_open(struct view_cursor *base, struct err *err)
{
    static const char all[] = "SELECT id, checksum, packed FROM main.device ORDER BY id";
    static const char one[] = "SELECT id, checksum, packed FROM main.device WHERE id=?";
    static const char file[] = "SELECT name FROM main.file WHERE number=?";
    struct record_cursor *const c = (struct record_cursor *)base;

    if (sqlite3_prepare_v2(base->db, all, -1, &c->all, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(base->db, one, -1, &c->one, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(base->db, file, -1, &c->file, NULL) == SQLITE_OK)
        return 0;
    return view_sql_fail(base->db, err);
}

/* Statements that stand on no row hold no lock. */
void record_rest(struct view_cursor *base)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    sqlite3_reset(c->all);
    sqlite3_reset(c->one);
    sqlite3_reset(c->file);
    c->file_number = 0;
}

void record_release(struct view_cursor *base)
{
    struct record_cursor *const c = (struct record_cursor *)base;

    sqlite3_finalize(c->all);
    sqlite3_finalize(c->one);
    sqlite3_finalize(c->file);
    device_records_release(&c->records);
    buf_release(&c->packed);
    free(c->requests);
    free(c->items);
}

/* Neighbouring rows mostly come from the same few files. */
void cell_file(struct record_cursor *c, sqlite3_context *cell, uint32_t file)
{
    if (c->file_number != file) {
        sqlite3_reset(c->file);
        sqlite3_bind_int64(c->file, 1, file);
        switch (sqlite3_step(c->file)) {
        case SQLITE_ROW:
            c->file_number = file;
            break;
        case SQLITE_DONE:
            c->file_number = 0;
            break;
        default:
            c->file_number = 0;
            sqlite3_result_error_code(cell, sqlite3_extended_errcode(c->view.db));
            return;
        }
    }
    if (c->file_number == file)
        cell_text(cell, sql_text(c->file, 0));
}

/* ---- The view `requests`: one row a request as at as-of, after R7 chose the row that counts and R2 its outcome ----
 */

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
    C(about, TEXT HIDDEN, "What the rules take the SRV for.", cell_word(cell, service_about_word(row->srv)))           \
    C(request_seen, TEXT HIDDEN, "Whether the request itself was read, or its answers alone.",                         \
      cell_yes_no(cell, !row->of_answer))                                                                              \
    C(sent_unknown, TEXT HIDDEN, "Whose certificate it sends to a cell, where no organisation is that.",               \
      if (sent != NULL) cell_eui64(cell, request_sends_unknown(sent, d)))                                              \
    C(sent_file, TEXT HIDDEN, "The file that says so.", if (sent != NULL) cell_file(c, cell, sent->source.file))       \
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

/* Of the rows of a request the one that sends to a cell what is of an entity that nobody knows; NULL: none. */
static const struct request_row *sends_unknown(const struct record_cursor *c, const struct request_summary *v)
{
    for (size_t i = v->first; i < v->first + v->row_count; i++)
        if (request_sends_unknown(&c->records.requests[i], c->view.source->ctx->directory) != 0)
            return &c->records.requests[i];
    return NULL;
}

static int requests_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    const struct directory *const d = base->source->ctx->directory;
    const struct request_summary *const v = &c->requests[c->item];
    const struct source source = c->records.requests[v->counted].source;
    const struct request_row *const row = &v->row;
    const struct request_row *const sent =
        column == COLUMN_sent_unknown || column == COLUMN_sent_file ? sends_unknown(c, v) : NULL;

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
