/* What is told about one Device, gathered: the judgement, what each record did, and what the criteria in force see. */
#include "explanation_int.h"

#include "base/array.h"
#include "domain/eui64.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PARTY_BUF_SIZE >= EUI64_TEXT_SIZE, "an unknown party is named by its identifier");

/* The place in `numbers` of a piece of evidence. */
static size_t place_of(const struct explanation *s, enum item_kind kind, size_t index)
{
    const struct device_records *const r = &s->device.records;

    return index + (kind == ITEM_REQUEST ? 0 : r->request_count) + (kind == ITEM_CHECK ? r->snapshot_count : 0);
}

static size_t rows_of(const struct explanation *s, const struct timeline_item *request)
{
    const struct device_records *const r = &s->device.records;

    return request_rows(&r->requests[request->index], r->request_count - request->index);
}

struct request_summary explanation_request(const struct explanation *s, const struct timeline_item *item)
{
    return request_list_tell(s->requests, item->index);
}

struct source explanation_item_source(const struct explanation *s, const struct timeline_item *item)
{
    const struct device_records *const r = &s->device.records;

    switch (item->kind) {
    case ITEM_REGISTRATION:
        return s->device.registrations[item->index].source;
    case ITEM_COMMISSIONED:
        return explanation_inventory_source(s);
    case ITEM_REQUEST:
        return r->requests[rows_of(s, item) == 1 ? item->index : explanation_request(s, item).counted].source;
    case ITEM_SNAPSHOT:
        return r->snapshots[item->index].source;
    case ITEM_CHECK:
        break;
    }
    return r->checks[item->index].source;
}

/* Once the items are in order: a Device may have a million of them, and each is asked for. */
static void number_items(struct explanation *s)
{
    for (size_t i = 0; i < s->item_count; i++) {
        const struct timeline_item *const item = &s->items[i];

        if (item->kind == ITEM_REQUEST)
            for (size_t row = 0; row < rows_of(s, item); row++)
                s->numbers[place_of(s, ITEM_REQUEST, item->index + row)] = (uint32_t)(i + 1);
        else if (item->kind == ITEM_SNAPSHOT || item->kind == ITEM_CHECK)
            s->numbers[place_of(s, item->kind, item->index)] = (uint32_t)(i + 1);
    }
}

size_t explanation_item_number(const struct explanation *s, struct evidence_ref ref)
{
    switch (ref.kind) {
    case EVIDENCE_REQUEST:
        return s->numbers[place_of(s, ITEM_REQUEST, ref.index)];
    case EVIDENCE_SNAPSHOT:
        return s->numbers[place_of(s, ITEM_SNAPSHOT, ref.index)];
    case EVIDENCE_CHECK:
        return s->numbers[place_of(s, ITEM_CHECK, ref.index)];
    case EVIDENCE_NONE:
        break;
    }
    return 0;
}

/* ---- What each record did to each part of an obligation, and what of it the log cannot tell ---- */

static void take_part(void *ctx, enum obligation o, const struct traced_part *part)
{
    struct explanation *const e = ctx;

    if (!array_reserve(&e->parts, &e->part_cap, e->part_count + 1, sizeof(*e->parts))) {
        e->no_memory = true;
        return;
    }
    e->parts[e->part_count++] = (struct told_part){.obligation = o, .part = *part, .first = e->effect_count};
}

static void take_effect(void *ctx, struct evidence_ref by, enum effect effect)
{
    struct explanation *const e = ctx;
    const size_t number = explanation_item_number(e, by);

    if (e->no_memory || number == 0)
        return;
    if (!array_reserve(&e->effects, &e->effect_cap, e->effect_count + 1, sizeof(*e->effects))) {
        e->no_memory = true;
        return;
    }
    e->effects[e->effect_count++] = (struct told_effect){number, effect};
    e->parts[e->part_count - 1].count++;
}

/* Fills parts, effects and gaps, once the items are in order. */
static int trace(struct explanation *e, struct judge_scratch *scratch, struct err *err)
{
    const struct trace_told told = {.part = take_part, .effect = take_effect, .ctx = e};

    judge_trace(&e->device.facts, e->context, scratch, &told);
    e->gap_count = judge_gaps(&e->device.facts, e->context, scratch, e->gaps, GAPS_MAX);
    if (e->gap_count > GAPS_MAX)
        e->gap_count = GAPS_MAX;
    return e->no_memory ? err_nomem(err) : 0;
}

size_t explanation_silences(const struct explanation *e, enum obligation o, struct silence out[SILENCES_TOLD])
{
    size_t count = 0;

    for (size_t i = 0; i < e->context->silence_count && count < SILENCES_TOLD; i++) {
        const struct silence *const s = &e->context->silences[i];

        if (coverage_waits_for(&e->judgement.obligations[o], s))
            out[count++] = *s;
    }
    return count;
}

/* ---- The whole ---- */

static void add_item(struct explanation *s, enum item_kind kind, size_t index, instant at)
{
    const bool fact = kind == ITEM_REGISTRATION || kind == ITEM_COMMISSIONED;

    if (at == INSTANT_NONE || at > s->context->as_of)
        return;
    s->items[s->item_count++] =
        (struct timeline_item){.at = at, .kind = kind, .index = (uint32_t)index, .decisive = fact};
}

static int by_time(const void *a, const void *b)
{
    const struct timeline_item *const x = a;
    const struct timeline_item *const y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

size_t explanation_rests_on(const struct explanation *s, enum obligation o, size_t out[EVIDENCE_REFS_MAX])
{
    const struct obligation_judgement *const j = &s->judgement.obligations[o];
    size_t count = 0;

    for (unsigned r = 0; r < j->ref_count; r++) {
        const size_t number = explanation_item_number(s, j->refs[r]);
        size_t at = 0;

        while (at < count && out[at] < number)
            at++;
        if (number == 0 || (at < count && out[at] == number))
            continue;
        memmove(out + at + 1, out + at, (count - at) * sizeof(*out));
        out[at] = number;
        count++;
    }
    return count;
}

static void mark_decisive(struct explanation *s)
{
    for (unsigned o = 0; s->judged && o < OBLIGATIONS; o++) {
        size_t numbers[EVIDENCE_REFS_MAX];
        const size_t count = explanation_rests_on(s, (enum obligation)o, numbers);

        for (size_t i = 0; i < count; i++)
            s->items[numbers[i] - 1].decisive = true;
    }
}

static void gather_items(struct explanation *s)
{
    const struct device_records *const r = &s->device.records;
    instant requested_at;
    size_t first;

    for (size_t i = 0; i < s->device.registration_count; i++)
        add_item(s, ITEM_REGISTRATION, i, s->device.registrations[i].effective_from);
    if (s->judged)
        add_item(s, ITEM_COMMISSIONED, 0, s->judgement.inventory->commissioned_at);
    while (request_list_next(s->requests, &first, &requested_at))
        add_item(s, ITEM_REQUEST, first, requested_at);
    for (size_t i = 0; i < r->snapshot_count; i++)
        add_item(s, ITEM_SNAPSHOT, i, r->snapshots[i].taken_at);
    for (size_t i = 0; i < r->check_count; i++)
        add_item(s, ITEM_CHECK, i, r->checks[i].checked_at);
    qsort(s->items, s->item_count, sizeof(*s->items), by_time);
}

/* Judges, lists the requests, puts the items in order, and then traces: what a record did is told by its number there.
 */
static int tell_with(struct explanation *s, struct judge_scratch *scratch, struct err *err)
{
    const struct judge_context *const ctx = s->context;
    const struct device_records *const r = &s->device.records;

    s->judged = inventory_at(r, ctx->as_of) != NULL;
    if (s->judged)
        judge_device(&s->device.facts, ctx, scratch, &s->judgement);
    s->requests = request_list_open(r, ctx->codes, ctx->revised->response_window_ms, ctx->as_of, &s->listing);
    gather_items(s);
    number_items(s);
    mark_decisive(s);
    return s->judged ? trace(s, scratch, err) : 0;
}

static int fill(struct explanation *s, struct err *err)
{
    const struct device_records *const r = &s->device.records;
    const size_t most = s->device.registration_count + 1 + r->request_count + r->snapshot_count + r->check_count;
    struct judge_scratch scratch = {.size = judge_scratch_size(&s->device.facts) + 1};
    int rc = -1;

    s->listing.size = request_list_size(r);
    s->listing.ptr = malloc(s->listing.size);
    s->items = calloc(most, sizeof(*s->items));
    s->numbers = calloc(most, sizeof(*s->numbers));
    scratch.ptr = malloc(scratch.size);
    if (s->listing.ptr == NULL || s->items == NULL || s->numbers == NULL || scratch.ptr == NULL)
        err_nomem(err);
    else if (tell_with(s, &scratch, err) == 0)
        rc = 1;
    free(scratch.ptr);
    return rc;
}

int explanation_create(struct explanation **out, struct store *store, const struct judge_context *context,
                       uint64_t device, struct err *err)
{
    struct explanation *const s = calloc(1, sizeof(*s));
    int got;

    *out = NULL;
    if (s == NULL)
        return err_nomem(err);
    *s = (struct explanation){.context = &s->as_asked, .as_asked = *context, .store = store, .id = device};
    s->as_asked.wants_refs = true;
    got = dossier_read(store, device, context->as_of, context->settings->whole_extracts, &s->device, err);
    if (got == 1)
        got = fill(s, err);
    if (got == 1)
        *out = s;
    else
        explanation_destroy(s);
    return got;
}

void explanation_destroy(struct explanation *s)
{
    if (s == NULL)
        return;
    dossier_release(&s->device);
    free(s->listing.ptr);
    free(s->items);
    free(s->numbers);
    free(s->parts);
    free(s->effects);
    free(s);
}

#define GOOD_DEAL (1 << 16) /* bytes */

void explanation_pass_to(struct explanation *e, void (*take)(void *ctx, struct buf *told), void *ctx)
{
    e->take = take;
    e->take_ctx = ctx;
}

void explanation_pass_on(const struct explanation *e, struct buf *told)
{
    if (e->take != NULL && told->len >= GOOD_DEAL)
        e->take(e->take_ctx, told);
}

struct text explanation_party(const struct explanation *s, struct party p, char buf[PARTY_BUF_SIZE])
{
    return directory_party_name(s->context->directory, p, buf);
}

void explanation_source(const struct explanation *s, struct source source, struct buf *out)
{
    buf_add_str(out, store_file_name(s->store, source.file));
    if (source.line != 0)
        buf_printf(out, ":%" PRIu64, source.line);
}

struct source explanation_inventory_source(const struct explanation *s)
{
    if (s->device.extract_file_count == 1)
        return (struct source){.file = s->device.extract_files[0]};
    return s->judgement.inventory->source;
}

void explanation_inventory(const struct explanation *s, struct buf *out)
{
    const struct inventory_row *const row = s->judgement.inventory;
    char at[INSTANT_TEXT_SIZE];

    for (size_t i = 0; i < s->device.extract_file_count; i++) {
        buf_add_str(out, i > 0 ? " or " : "");
        explanation_source(s, (struct source){.file = s->device.extract_files[i]}, out);
    }
    if (s->device.extract_file_count > 0) {
        instant_format(row->extracted_at, at);
        buf_printf(out, ", the extract of %s, which says the same as ", at);
    }
    explanation_source(s, row->source, out);
}

/* ---- As the criteria in force see it: what they ask for, and where they look ---- */

bool legacy_differs(const struct explanation *s, enum obligation o)
{
    const struct obligation_judgement *const j = &s->judgement.obligations[o];
    const struct obligation_terms *const legacy = &s->context->legacy->terms[s->judgement.inventory->type][o];
    const bool met = j->state == STATE_MET || j->state == STATE_NOT_APPLICABLE;

    return legacy->owed_by != OWED_BY_NONE && j->legacy_met != met;
}

void legacy_wants(const struct explanation *s, enum obligation o, struct buf *out)
{
    const struct obligation_terms *const terms = &s->context->legacy->terms[s->judgement.inventory->type][o];
    const struct obligation_facts *const facts = obligation_facts(o);
    char name[SRV_TEXT_SIZE];
    char buf[PARTY_BUF_SIZE];
    struct text sender = TEXT_LITERAL("the DCC");

    if (facts->legacy_srv == 0) {
        buf_printf(out, "a pass in the latest DSP check '%s' that has a result",
                   term_word(&vocab_check_kind, facts->legacy_check));
        return;
    }
    if (terms->owed_by == OWED_BY_SUPPLIER)
        sender = explanation_party(s, s->judgement.commissioning_supplier, buf);
    if (sender.len == 0)
        sender = TEXT_LITERAL("the Supplier registered when it was Commissioned (nobody was)");
    srv_format(facts->legacy_srv, name);
    buf_printf(out, "%u successful SRV %s from %.*s", terms->successes, name, (int)sender.len, sender.ptr);
}

/* Whether a row of the request does: a quick look, as there may be a million of them. */
static bool names_service(const struct explanation *s, const struct timeline_item *item, srv_code srv)
{
    const struct request_row *const rows = &s->device.records.requests[item->index];
    const size_t count = rows_of(s, item);

    for (size_t i = 0; i < count; i++)
        if (rows[i].srv == srv)
            return true;
    return false;
}

static bool is_attempt_of(const struct explanation *s, const struct timeline_item *item, srv_code srv)
{
    const struct request_summary v = explanation_request(s, item);

    return v.row.srv == srv && v.outcome != OUTCOME_NONE;
}

static bool looked_at(const struct explanation *s, const struct timeline_item *item, enum obligation o)
{
    const struct obligation_facts *const facts = obligation_facts(o);

    if (item->at < s->judgement.inventory->commissioned_at)
        return false;
    if (item->kind == ITEM_REQUEST)
        return names_service(s, item, facts->legacy_srv) && is_attempt_of(s, item, facts->legacy_srv);
    return item->kind == ITEM_CHECK && s->device.records.checks[item->index].kind == facts->legacy_check;
}

size_t legacy_looked_at(const struct explanation *s, enum obligation o, size_t *out, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < s->item_count; i++)
        if (looked_at(s, &s->items[i], o)) {
            if (count < most)
                out[count] = i + 1;
            count++;
        }
    return count;
}

bool legacy_ignores_sender(const struct explanation *s, size_t number, enum obligation o)
{
    const struct timeline_item *const item = &s->items[number - 1];

    return item->kind == ITEM_REQUEST &&
           !legacy_counts_sender(s->context, &s->judgement, o, explanation_request(s, item).row.user_id);
}

void explanation_sources(const struct explanation *s, void (*take)(void *ctx, struct source source), void *ctx)
{
    const struct device_records *const r = &s->device.records;

    for (size_t i = 0; i < r->inventory_count; i++)
        take(ctx, r->inventory[i].source);
    for (size_t i = 0; i < s->device.extract_file_count; i++)
        take(ctx, (struct source){.file = s->device.extract_files[i]});
    for (size_t i = 0; i < s->device.registration_count; i++)
        take(ctx, s->device.registrations[i].source);
    for (size_t i = 0; i < r->request_count; i++)
        take(ctx, r->requests[i].source);
    for (size_t i = 0; i < r->snapshot_count; i++)
        take(ctx, r->snapshots[i].source);
    for (size_t i = 0; i < r->check_count; i++)
        take(ctx, r->checks[i].source);
}
