/* What is told about one Device, gathered. */
#include "explanation_int.h"

#include "domain/eui64.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PARTY_BUF_SIZE >= EUI64_TEXT_SIZE, "an unknown party is named by its identifier");

static void add_item(struct explanation *s, enum item_kind kind, size_t index, instant at, struct source source)
{
    const bool fact = kind == ITEM_REGISTRATION || kind == ITEM_COMMISSIONED;

    if (at == INSTANT_NONE || at > s->context->as_of)
        return;
    s->items[s->item_count++] =
        (struct timeline_item){.at = at, .kind = kind, .index = index, .decisive = fact, .source = source};
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

size_t explanation_item_number(const struct explanation *s, struct evidence_ref ref)
{
    for (size_t i = 0; i < s->item_count; i++) {
        const struct timeline_item *const item = &s->items[i];

        if (ref.kind == EVIDENCE_REQUEST && item->kind == ITEM_REQUEST) {
            const struct request_summary *const v = &s->views[item->index];

            if (ref.index >= v->first && ref.index < v->first + v->row_count)
                return i + 1;
        }
        if (((ref.kind == EVIDENCE_SNAPSHOT && item->kind == ITEM_SNAPSHOT) ||
             (ref.kind == EVIDENCE_CHECK && item->kind == ITEM_CHECK)) &&
            item->index == ref.index)
            return i + 1;
    }
    return 0;
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

    for (size_t i = 0; i < s->device.registration_count; i++)
        add_item(s, ITEM_REGISTRATION, i, s->device.registrations[i].effective_from, s->device.registrations[i].source);
    if (s->judged)
        add_item(s, ITEM_COMMISSIONED, 0, s->judgement.inventory->commissioned_at, s->judgement.inventory->source);
    for (size_t i = 0; i < s->view_count; i++)
        add_item(s, ITEM_REQUEST, i, s->views[i].row.requested_at, r->requests[s->views[i].counted].source);
    for (size_t i = 0; i < r->snapshot_count; i++)
        add_item(s, ITEM_SNAPSHOT, i, r->snapshots[i].taken_at, r->snapshots[i].source);
    for (size_t i = 0; i < r->check_count; i++)
        add_item(s, ITEM_CHECK, i, r->checks[i].checked_at, r->checks[i].source);
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
    s->view_count = judge_requests(r, ctx->codes, ctx->revised->response_window_ms, ctx->as_of, scratch, s->views);
    gather_items(s);
    mark_decisive(s);
    return s->judged ? explanation_trace(s, scratch, err) : 0;
}

static int fill(struct explanation *s, struct err *err)
{
    const struct device_records *const r = &s->device.records;
    const size_t most = s->device.registration_count + 1 + r->request_count + r->snapshot_count + r->check_count;
    const size_t to_judge = judge_scratch_size(&s->device.facts), to_list = judge_requests_scratch_size(r);
    struct judge_scratch scratch = {.size = (to_judge > to_list ? to_judge : to_list) + 1};
    int rc = -1;

    s->views = calloc(r->request_count + 1, sizeof(*s->views));
    s->items = calloc(most, sizeof(*s->items));
    scratch.ptr = malloc(scratch.size);
    if (s->views == NULL || s->items == NULL || scratch.ptr == NULL)
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
    *s = (struct explanation){.context = context, .store = store, .id = device};
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
    free(s->views);
    free(s->items);
    free(s->parts);
    free(s->effects);
    free(s);
}

struct text explanation_party(const struct explanation *s, struct party p, char buf[PARTY_BUF_SIZE])
{
    return directory_party_name(s->context->directory, p, buf);
}

void explanation_source(const struct explanation *s, struct source source, struct buf *out)
{
    buf_printf(out, "%s:%" PRIu64, store_file_name(s->store, source.file), source.line);
}
