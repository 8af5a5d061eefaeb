/* The view `certificates`: what Devices were seen to hold by as-of. One row a trust anchor cell or device certificate
 * of a snapshot, one for a snapshot without any, and one a replacement outcome in an answer (R4.0). */
#include "records_int.h"

#include <stdlib.h>

enum column {
    DEVICE_ID,
    TAKEN_AT,
    SOURCE_NAME,
    ANSWERED,
    HOLDER,
    CELL_ROLE,
    KEY_USAGE_WORD,
    CELL_USAGE_WORD,
    STATUS,
    SUBJECT_ID,
    SUBJECT_PARTY,
    KEY_ID,
    SERIAL,
    NOT_BEFORE,
    ISSUER_KEY_ID,
    CONFLICT,
    IN_INVENTORY,
    SOURCE_FILE,
    SOURCE_LINE,
    POSITION
};

/* Exactly one of `snapshot` and `request` is set, and of the others at most one. */
struct item {
    instant at;
    size_t place; /* orders the items of one instant */
    const struct snapshot *snapshot;
    const struct request_view *request;
    const struct cell *cell;
    const struct device_cert *cert;
    const struct cell_outcome *outcome;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static void add(struct record_cursor *c, struct item item)
{
    item.place = c->item_count;
    ((struct item *)c->items)[c->item_count++] = item;
}

static void add_snapshot(struct record_cursor *c, const struct snapshot *s)
{
    for (size_t i = 0; i < s->cell_count; i++)
        add(c, (struct item){.at = s->taken_at, .snapshot = s, .cell = &s->cells[i]});
    for (size_t i = 0; i < s->cert_count; i++)
        add(c, (struct item){.at = s->taken_at, .snapshot = s, .cert = &s->certs[i]});
    if (s->cell_count + s->cert_count == 0)
        add(c, (struct item){.at = s->taken_at, .snapshot = s});
}

static void add_outcomes(struct record_cursor *c, const struct request_view *v)
{
    for (size_t i = 0; i < v->row.outcome_count; i++)
        add(c, (struct item){.at = v->row.responded_at, .request = v, .outcome = &v->row.outcomes[i]});
}

static bool has_outcomes(const struct device_records *r)
{
    for (size_t i = 0; i < r->request_count; i++)
        if (r->requests[i].outcome_count > 0)
            return true;
    return false;
}

static int load(struct record_cursor *c, struct err *err)
{
    const struct device_records *r = &c->records;
    size_t most = 0;

    c->request_count = 0;
    if (has_outcomes(r) && record_requests(c, err) < 0)
        return -1;
    for (size_t i = 0; i < r->snapshot_count; i++)
        most += 1 + r->snapshots[i].cell_count + r->snapshots[i].cert_count;
    for (size_t i = 0; i < c->request_count; i++)
        most += c->requests[i].row.outcome_count;
    if (record_items(c, most, err) == NULL)
        return -1;
    for (size_t i = 0; i < r->snapshot_count; i++)
        if (r->snapshots[i].taken_at <= c->ctx->as_of)
            add_snapshot(c, &r->snapshots[i]);
    for (size_t i = 0; i < c->request_count; i++)
        add_outcomes(c, &c->requests[i]);
    qsort(c->items, c->item_count, sizeof(struct item), compare_items);
    return 0;
}

static void cell_cell(struct record_cursor *c, sqlite3_context *out, enum column column, const struct cell *cell)
{
    switch (column) {
    case CELL_ROLE:
        cell_word(out, term_word(&vocab_party_role, cell->role));
        break;
    case KEY_USAGE_WORD:
        cell_word(out, term_word(&vocab_key_usage, cell->key_usage));
        break;
    case CELL_USAGE_WORD:
        cell_word(out, term_word(&vocab_cell_usage, cell->cell_usage));
        break;
    case STATUS:
        cell_word(out, cell->ok ? "ok" : "not ok");
        break;
    case SUBJECT_ID:
        cell_eui64(out, cell->subject);
        break;
    case SUBJECT_PARTY:
        record_cell_party(c, out, cell->subject);
        break;
    case KEY_ID:
        record_cell_key_id(out, cell->key_id);
        break;
    default:
        break;
    }
}

static void cert_cell(sqlite3_context *out, enum column column, const struct device_cert *cert)
{
    switch (column) {
    case KEY_USAGE_WORD:
        cell_word(out, term_word(&vocab_key_usage, cert->key_usage));
        break;
    case SUBJECT_ID:
        cell_eui64(out, cert->subject);
        break;
    case KEY_ID:
        record_cell_key_id(out, cert->key_id);
        break;
    case SERIAL:
        cell_text(out, cert->serial);
        break;
    case NOT_BEFORE:
        cell_instant(out, cert->not_before);
        break;
    case ISSUER_KEY_ID:
        record_cell_key_id(out, cert->issuer_key_id);
        break;
    default:
        break;
    }
}

/* The cell as it stands after the replacement: with what was put in, or with what was there before. */
static struct cell cell_after(const struct cell_outcome *o)
{
    const bool replaced = o->status == 0;

    return (struct cell){.role = o->role,
                         .key_usage = o->key_usage,
                         .cell_usage = o->cell_usage,
                         .ok = replaced,
                         .subject = replaced ? o->new_subject : o->existing_subject,
                         .key_id = replaced ? o->new_key_id : o->existing_key_id};
}

static void held_cell(struct record_cursor *c, sqlite3_context *out, enum column column, const struct item *item)
{
    if (item->cell != NULL) {
        cell_cell(c, out, column, item->cell);
    } else if (item->cert != NULL) {
        cert_cell(out, column, item->cert);
    } else if (item->outcome != NULL && column == STATUS) {
        cell_word(out, item->outcome->status == 0 ? "replaced" : "not replaced");
    } else if (item->outcome != NULL) {
        const struct cell after = cell_after(item->outcome);

        cell_cell(c, out, column, &after);
    }
}

static struct source source_of(const struct record_cursor *c, const struct item *item)
{
    return item->snapshot != NULL ? item->snapshot->source : c->records.requests[item->request->counted].source;
}

static void certificates_cell(struct record_cursor *c, sqlite3_context *cell, int column)
{
    const struct item *item = (const struct item *)c->items + c->item;

    switch ((enum column)column) {
    case TAKEN_AT:
        cell_instant(cell, item->at);
        break;
    case SOURCE_NAME:
        if (item->snapshot != NULL)
            cell_text(cell, item->snapshot->source_name);
        else
            record_cell_srv(cell, item->request->row.srv);
        break;
    case ANSWERED:
        cell_yes_no(cell, item->snapshot == NULL || item->snapshot->answered);
        break;
    case HOLDER:
        cell_word(cell, item->cert != NULL ? "device" : item->cell != NULL || item->outcome != NULL ? "cell" : "");
        break;
    case CONFLICT:
        cell_yes_no(cell, item->snapshot != NULL && item->snapshot->conflict);
        break;
    case IN_INVENTORY:
        cell_yes_no(cell, c->in_inventory);
        break;
    case SOURCE_FILE:
        record_cell_file(c, cell, source_of(c, item).file);
        break;
    case SOURCE_LINE:
        sqlite3_result_int64(cell, (sqlite3_int64)source_of(c, item).line);
        break;
    default:
        held_cell(c, cell, (enum column)column, item);
        break;
    }
}

const struct record_view view_certificates = {
    .name = "certificates",
    .declaration =
        "CREATE TABLE certificates(device_id TEXT, taken_at TEXT, source TEXT, answered TEXT, holder TEXT, role TEXT,"
        " key_usage TEXT, cell_usage TEXT, status TEXT, subject_id TEXT, subject_party TEXT, key_id TEXT, serial TEXT,"
        " not_before TEXT, issuer_key_id TEXT, conflict TEXT, in_inventory TEXT, file TEXT, line INTEGER" RECORD_KEY,
    .item_size = sizeof(struct item),
    .position = POSITION,
    .load = load,
    .cell = certificates_cell,
};
