/* The view `certificates`: what Devices were seen to hold by as-of. One row a trust anchor cell or device certificate
 * of a snapshot, one for a snapshot without any, and one a replacement outcome in an answer (R4.0). */
#include "records_int.h"

#include <stdlib.h>

#define COLUMNS(C)                                                                                                     \
    RECORD_DEVICE(C)                                                                                                   \
    C(taken_at, TEXT, "When the snapshot was taken, or the request answered.", cell_instant(cell, item->at))           \
    C(source, TEXT, "The source of the snapshot as given, or the SRV.", source_cell(cell, item))                       \
    C(answered, TEXT, "Whether the read got an answer.",                                                               \
      cell_yes_no(cell, item->snapshot == NULL || item->snapshot->answered))                                           \
    C(holder, TEXT, "cell or device.", cell_word(cell, held.holder))                                                   \
    C(role, TEXT, "Of a cell: the role it is for.", cell_word(cell, term_word(&vocab_party_role, held.role)))          \
    C(key_usage, TEXT, "The key usage.", cell_word(cell, term_word(&vocab_key_usage, held.key_usage)))                 \
    C(cell_usage, TEXT, "Of a cell: its usage.",                                                                       \
      if (held.is_cell) cell_word(cell, term_word(&vocab_cell_usage, held.cell_usage)))                                \
    C(status, TEXT, "Of a cell: how it was found, or what became of it.", cell_word(cell, held.status))                \
    C(subject_id, TEXT, "Whose certificate it is.", cell_eui64(cell, held.subject))                                    \
    C(subject_party, TEXT, "Of a cell: the party of that entity.", cell_party_of(cell, d, held.owner))                 \
    C(key_id, TEXT, "The key identifier, 16 hexadecimal digits.", cell_key_id(cell, held.key_id))                      \
    C(serial, TEXT, "Of a device certificate.", cell_text(cell, held.serial))                                          \
    C(not_before, TEXT, "Of a device certificate.", cell_instant(cell, held.not_before))                               \
    C(issuer_key_id, TEXT, "Of a device certificate.", cell_key_id(cell, held.issuer_key_id))                          \
    C(conflict, TEXT, "Whether another snapshot of this identity said otherwise.",                                     \
      cell_yes_no(cell, item->snapshot != NULL && item->snapshot->conflict))                                           \
    RECORD_IN_INVENTORY(C) RECORD_SOURCE(C) RECORD_POSITION(C)

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

/* Exactly one of `snapshot` and `request` is set, and of the others at most one. */
struct item {
    instant at;
    size_t place; /* orders the items of one instant */
    const struct snapshot *snapshot;
    const struct request_summary *request;
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

static void add_outcomes(struct record_cursor *c, const struct request_summary *v)
{
    if (request_sends_cells(&v->row)) /* which is not seen */
        return;
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
        if (r->snapshots[i].taken_at <= c->view.source->ctx->as_of)
            add_snapshot(c, &r->snapshots[i]);
    for (size_t i = 0; i < c->request_count; i++)
        add_outcomes(c, &c->requests[i]);
    qsort(c->items, c->item_count, sizeof(struct item), compare_items);
    return 0;
}

/* What is said of the cell or certificate of a row. */
struct held {
    bool is_cell;
    const char *holder, *status;
    enum party_role role;
    enum key_usage key_usage;
    enum cell_usage cell_usage;
    uint64_t subject, owner; /* owner: where it is an entity's */
    uint64_t key_id, issuer_key_id;
    struct text serial;
    instant not_before;
};

/* A cell as it stands after a replacement: with what was put in, or with what was there before. */
static struct held held_after(const struct cell_outcome *o)
{
    const bool replaced = o->status == 0;
    const uint64_t subject = replaced ? o->new_subject : o->existing_subject;

    return (struct held){.is_cell = true,
                         .holder = "cell",
                         .status = replaced ? "replaced" : "not replaced",
                         .role = o->role,
                         .key_usage = o->key_usage,
                         .cell_usage = o->cell_usage,
                         .subject = subject,
                         .owner = subject,
                         .key_id = replaced ? o->new_key_id : o->existing_key_id,
                         .not_before = INSTANT_NONE};
}

static struct held held_of(const struct item *item)
{
    const struct cell *const cell = item->cell;
    const struct device_cert *const cert = item->cert;

    if (item->outcome != NULL)
        return held_after(item->outcome);
    if (cell != NULL)
        return (struct held){.is_cell = true,
                             .holder = "cell",
                             .status = cell->ok ? "ok" : "not ok",
                             .role = cell->role,
                             .key_usage = cell->key_usage,
                             .cell_usage = cell->cell_usage,
                             .subject = cell->subject,
                             .owner = cell->subject,
                             .key_id = cell->key_id,
                             .not_before = INSTANT_NONE};
    if (cert != NULL)
        return (struct held){.holder = "device",
                             .status = "",
                             .key_usage = cert->key_usage,
                             .subject = cert->subject,
                             .key_id = cert->key_id,
                             .issuer_key_id = cert->issuer_key_id,
                             .serial = cert->serial,
                             .not_before = cert->not_before};
    return (struct held){.holder = "", .status = "", .not_before = INSTANT_NONE};
}

static void source_cell(sqlite3_context *cell, const struct item *item)
{
    if (item->snapshot != NULL)
        cell_text(cell, item->snapshot->source_name);
    else
        cell_srv(cell, item->request->row.srv);
}

static int certificates_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct record_cursor *const c = (struct record_cursor *)base;
    const struct directory *const d = base->source->ctx->directory;
    const struct item *const item = (const struct item *)c->items + c->item;
    const struct source source =
        item->snapshot != NULL ? item->snapshot->source : c->records.requests[item->request->counted].source;
    const struct held held = held_of(item);

    (void)err;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct record_view view_certificates = {
    .view = RECORD_VIEW("certificates", "What Devices were seen to hold by as-of: each cell and device certificate.",
                        certificates_cell),
    .item_size = sizeof(struct item),
    .load = load,
};
