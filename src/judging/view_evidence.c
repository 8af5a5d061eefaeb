/* The view `evidence`: every record of a Device by as-of as it was read, in the order of time. */
#include "records_int.h"

#include "domain/eui64.h"

#include <stdlib.h>

/* The summary comes last: it is as long as it needs to be. */
#define COLUMNS(C)                                                                                                     \
    RECORD_DEVICE(C)                                                                                                   \
    C(at, TEXT, "The instant of the record.", cell_instant(cell, item->at))                                            \
    C(kind, TEXT, "What it is.", cell_word(cell, kind_words[item->kind]))                                              \
    C(conflict, TEXT, "Whether another row claimed to be it and said otherwise.",                                      \
      cell_yes_no(cell, is_in_conflict(c, item)))                                                                      \
    RECORD_IN_INVENTORY(C)                                                                                             \
    RECORD_SOURCE(C) C(summary, TEXT, "What it says, for people.", summary_cell(c, cell, item)) RECORD_POSITION(C)

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

static const char *const kind_words[] = {[RECORD_INVENTORY] = "inventory",
                                         [RECORD_REQUEST] = "request",
                                         [RECORD_SNAPSHOT] = "snapshot",
                                         [RECORD_CHECK] = "check"};

struct item {
    instant at;
    enum record_kind kind;
    size_t index; /* into the array of its kind */
};

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void add(struct record_cursor *c, instant at, enum record_kind kind, size_t index)
{
    if (at <= c->view.source->ctx->as_of)
        ((struct item *)c->items)[c->item_count++] = (struct item){at, kind, index};
}

static int load(struct record_cursor *c, struct err *err)
{
    const struct device_records *r = &c->records;

    if (record_items(c, r->inventory_count + r->request_count + r->snapshot_count + r->check_count, err) == NULL)
        return -1;
    for (size_t i = 0; i < r->inventory_count; i++)
        add(c, r->inventory[i].extracted_at, RECORD_INVENTORY, i);
    for (size_t i = 0; i < r->request_count; i++)
        add(c, r->requests[i].requested_at, RECORD_REQUEST, i);
    for (size_t i = 0; i < r->snapshot_count; i++)
        add(c, r->snapshots[i].taken_at, RECORD_SNAPSHOT, i);
    for (size_t i = 0; i < r->check_count; i++)
        add(c, r->checks[i].checked_at, RECORD_CHECK, i);
    qsort(c->items, c->item_count, sizeof(struct item), compare_items);
    return 0;
}

static void put(struct buf *b, const char *before, const char *word)
{
    if (word[0] != '\0')
        buf_printf(b, "%s%s", before, word);
}

static void put_text(struct buf *b, const char *before, struct text t)
{
    if (t.len > 0) {
        buf_add_str(b, before);
        buf_add_text(b, t);
    }
}

static void put_instant(struct buf *b, const char *before, instant at)
{
    char text[INSTANT_TEXT_SIZE] = "";

    instant_format(at, text);
    put(b, before, text);
}

static void put_id(struct buf *b, const char *before, uint64_t id)
{
    char text[EUI64_TEXT_SIZE] = "";

    if (id != 0)
        eui64_format(id, text);
    put(b, before, text);
}

static void sum_up_inventory(struct buf *b, const struct inventory_row *row)
{
    char mpxn[MPXN_TEXT_SIZE] = "";

    if (row->mpxn != 0)
        mpxn_format(row->mpxn, mpxn);
    buf_printf(b, "%s %s", term_word(&vocab_device_type, row->type), term_word(&vocab_smi_status, row->status));
    put(b, ", ", term_word(&vocab_smets, row->smets));
    put_instant(b, ", commissioned ", row->commissioned_at);
    put_id(b, ", on CHF ", row->chf);
    put(b, ", MPxN ", mpxn);
    put(b, ", CSP ", term_word(&vocab_csp_region, row->region));
    put_text(b, ", ", row->manufacturer);
    put_text(b, " ", row->model);
    put_text(b, ", firmware ", row->firmware);
}

static void sum_up_request(struct buf *b, const struct request_row *row, instant as_of)
{
    char srv[SRV_TEXT_SIZE];

    srv_format(row->srv, srv);
    buf_printf(b, "SRV %s", srv);
    put_id(b, " by ", row->user_id);
    put(b, ", ", term_word(&vocab_key_usage, row->credential_type));
    put(b, ", for role ", term_word(&vocab_party_role, row->remote_party_role));
    if (row->command_variant != 0)
        buf_printf(b, ", command variant %u", row->command_variant);
    put_instant(b, ", to execute ", row->execution_at);
    put_id(b, ", with Device ", row->other_device);
    if (row->responded_at != INSTANT_NONE && row->responded_at > as_of) {
        buf_add_str(b, ": no answer by as-of");
        return;
    }
    put_instant(b, ", answered ", row->responded_at);
    put_text(b, ": ", row->response_code);
    put_text(b, row->response_code.len > 0 ? ", " : ": ", row->execution_status);
}

static void sum_up_snapshot(struct buf *b, const struct snapshot *s)
{
    put_text(b, "", s->source_name.len > 0 ? s->source_name : TEXT_LITERAL("snapshot"));
    if (s->answered)
        buf_printf(b, ": %zu cells, %zu device certificates", s->cell_count, s->cert_count);
    else
        buf_add_str(b, ": no answer");
}

static void sum_up_check(struct buf *b, const struct check_row *row)
{
    const char *result = term_word(&vocab_check_result, row->result);

    buf_printf(b, "%s: %s", term_word(&vocab_check_kind, row->kind), result[0] != '\0' ? result : "no answer");
}

static void summary_cell(struct record_cursor *c, sqlite3_context *cell, const struct item *item)
{
    struct buf b = {0};

    switch (item->kind) {
    case RECORD_INVENTORY:
        sum_up_inventory(&b, &c->records.inventory[item->index]);
        break;
    case RECORD_REQUEST:
        sum_up_request(&b, &c->records.requests[item->index], c->view.source->ctx->as_of);
        break;
    case RECORD_SNAPSHOT:
        sum_up_snapshot(&b, &c->records.snapshots[item->index]);
        break;
    case RECORD_CHECK:
        sum_up_check(&b, &c->records.checks[item->index]);
        break;
    }
    if (b.failed)
        sqlite3_result_error_nomem(cell);
    else
        cell_text(cell, buf_text(&b));
    buf_release(&b);
}

static const struct source *source_of(const struct record_cursor *c, const struct item *item)
{
    switch (item->kind) {
    case RECORD_INVENTORY:
        return &c->records.inventory[item->index].source;
    case RECORD_REQUEST:
        return &c->records.requests[item->index].source;
    case RECORD_SNAPSHOT:
        return &c->records.snapshots[item->index].source;
    case RECORD_CHECK:
        break;
    }
    return &c->records.checks[item->index].source;
}

static bool is_in_conflict(const struct record_cursor *c, const struct item *item)
{
    switch (item->kind) {
    case RECORD_INVENTORY:
        return c->records.inventory[item->index].conflict;
    case RECORD_SNAPSHOT:
        return c->records.snapshots[item->index].conflict;
    case RECORD_CHECK:
        return c->records.checks[item->index].conflict;
    case RECORD_REQUEST: /* every distinct answer is kept (R7) */
        break;
    }
    return false;
}

static int evidence_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    const struct item *const item = (const struct item *)c->items + c->item;
    const struct source source = *source_of(c, item);

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct record_view view_evidence = {
    .view = RECORD_VIEW("evidence", "One row for each record about a Device by as-of, as it was read.", evidence_cell),
    .item_size = sizeof(struct item),
    .load = load,
};
