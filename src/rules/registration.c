/* R1: the registrations of an MPxN as a sequence of tenures; what follows from the inventory. */
#include "rules/registration.h"

#include "domain/merge.h"
#include "registration_int.h"

/* Registrations and gaps of up to a day do not count as such: a day of 25 hours is one too. */
static bool is_up_to_a_day(instant from, instant to)
{
    const bool summer_time_ends = instant_london_offset(from) > instant_london_offset(to);

    return to - from <= (summer_time_ends ? INSTANT_DAY + INSTANT_HOUR : INSTANT_DAY);
}

/* Tenures as they are built. The registrations that still cover lie at the back end of the same memory, each with its
 * end as `from`, the latest to begin on top. Of these only such stay as end after all above them. A registration that
 * lies there has not ended, and only the end of one makes a second tenure of it, so both fit. */
struct building {
    struct tenures *out;
    struct tenure *bottom; /* the end of the memory */
    struct tenure *top;    /* bottom: nobody is registered */
};

static bool is_gap(const struct tenure *t)
{
    return t->supplier.kind == PARTY_NONE && t->network_operator.kind == PARTY_NONE;
}

static const struct tenure *last_of(const struct tenures *t)
{
    return t->count > 0 ? &t->ptr[t->count - 1] : NULL;
}

static void begin_tenure(struct tenures *t, instant from, const struct tenure *of)
{
    const struct tenure *last = last_of(t);

    /* What would take up at the end of one, but for the next that begins there; and a gap in which the one before it
     * goes on. */
    while (last != NULL && (last->from == from || (is_gap(last) && is_up_to_a_day(last->from, from)))) {
        t->count--;
        last = last_of(t);
    }
    t->ptr[t->count] = *of;
    t->ptr[t->count++].from = from;
}

/* Ends what has ended by `at`: the latest of those that have not ended goes on. */
static void end_tenures(struct building *b, instant at)
{
    while (b->top < b->bottom && b->top->from <= at) {
        const instant end = b->top->from;

        while (b->top < b->bottom && b->top->from <= end)
            b->top++;
        if (b->top < b->bottom)
            begin_tenure(b->out, end, b->top);
        else
            b->out->ptr[b->out->count++] = (struct tenure){.from = end};
    }
}

static void register_until(struct building *b, instant from, const struct tenure *covering)
{
    while (b->top < b->bottom && b->top->from <= covering->from)
        b->top++;
    begin_tenure(b->out, from, covering);
    *--b->top = *covering;
}

void tenures_build(struct tenures *out, const struct device_facts *facts, const struct judge_context *ctx)
{
    struct tenure *const memory_end = out->ptr + TENURES_MAX(facts->registration_count);
    struct building b = {out, memory_end, memory_end};
    instant latest_end = INSTANT_NONE;

    out->count = 0;
    for (size_t i = 0; i < facts->registration_count && facts->registrations[i].effective_from <= ctx->as_of; i++) {
        const struct registration_row *const row = &facts->registrations[i];
        const struct tenure covering = {
            row->effective_to != INSTANT_NONE ? row->effective_to : INSTANT_MAX,
            directory_entity(ctx->directory, row->supplier).party,
            directory_entity(ctx->directory, row->network_operator).party,
        };

        if (covering.from <= row->effective_from) /* it covers nothing */
            continue;
        if (covering.from <= latest_end && is_up_to_a_day(row->effective_from, covering.from))
            continue; /* it lies within another, and is passed over */
        end_tenures(&b, row->effective_from);
        register_until(&b, row->effective_from, &covering);
        if (covering.from > latest_end)
            latest_end = covering.from;
    }
    end_tenures(&b, ctx->as_of);
}

size_t tenure_index(const struct tenures *t, instant at)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (t->ptr[middle].from <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tenure tenure_at(const struct tenures *t, instant at)
{
    const size_t i = tenure_index(t, at);

    return i > 0 ? t->ptr[i - 1] : (struct tenure){.from = INSTANT_NONE};
}

bool tenure_is_change(const struct tenures *t, size_t i)
{
    return i > 0 && t->ptr[i].supplier.kind != PARTY_NONE && t->ptr[i - 1].supplier.kind != PARTY_NONE &&
           !party_equal(t->ptr[i].supplier, t->ptr[i - 1].supplier);
}

/* The extract by which a row counts. */
struct said_at {
    instant at;
    bool later; /* than as_of: then all of them are */
};

static struct said_at said_at(const struct registration_row *row, instant as_of)
{
    struct said_at s = {INSTANT_NONE, false};

    if (row->extracts.len > 0) /* else nobody dated it */
        (void)extracts_counting(row->extracts, as_of, &s.at, &s.later);
    return s;
}

/* > 0 when the extract a counts before b: the latest not after as_of, else the earliest. */
static int compare_said(struct said_at a, struct said_at b)
{
    const int later = (a.at > b.at) - (a.at < b.at);

    if (a.later != b.later)
        return a.later ? -1 : 1;
    return a.later ? -later : later;
}

/* Keeps the rows of the extract that counts for the MPxN. */
static size_t of_latest_extract(struct registration_row *rows, size_t count, instant as_of)
{
    struct said_at latest = count > 0 ? said_at(&rows[0], as_of) : (struct said_at){INSTANT_NONE, false};
    size_t kept = 0;

    for (size_t i = 1; i < count; i++) {
        const struct said_at one = said_at(&rows[i], as_of);

        if (compare_said(one, latest) > 0)
            latest = one;
    }
    for (size_t i = 0; i < count; i++)
        if (said_at(&rows[i], latest.at).at == latest.at)
            rows[kept++] = rows[i];
    return kept;
}

size_t registrations_counting(struct registration_row *rows, size_t count, instant as_of, bool whole)
{
    size_t kept = 0;

    if (whole)
        count = of_latest_extract(rows, count, as_of);
    for (size_t i = 0; i < count; i++) {
        struct registration_row *const best = kept > 0 ? &rows[kept - 1] : NULL;
        int order;

        if (best == NULL || best->effective_from != rows[i].effective_from) {
            rows[kept] = rows[i];
            rows[kept++].conflict = false;
            continue;
        }
        order = compare_said(said_at(best, as_of), said_at(&rows[i], as_of));
        if (order == 0) {
            order = registration_prefer(best, &rows[i]);
            best->conflict = true;
            rows[i].conflict = true;
        } else {
            rows[i].conflict = false;
        }
        if (order < 0)
            *best = rows[i];
    }
    return kept;
}

instant inventory_deadline_from(const struct inventory_row *row)
{
    return row->commissioned_on ? row->commissioned_at + INSTANT_DAY : row->commissioned_at;
}

instant inventory_first_commissioned_at(const struct device_records *records, const struct inventory_row *row)
{
    instant first = row->commissioned_at;

    for (size_t i = 0; i < records->inventory_count; i++) {
        const struct inventory_row *const told = &records->inventory[i];

        if (told->status == SMI_COMMISSIONED && told->commissioned_at != INSTANT_NONE &&
            (told->filled & INVENTORY_FILLED_COMMISSIONED) == 0 && told->extracted_at < row->commissioned_at &&
            told->commissioned_at < first)
            first = told->commissioned_at;
    }
    return first;
}

bool inventory_lends_mpxn(const struct inventory_row *row)
{
    return row != NULL && row->type == DEVICE_GSME && row->chf != 0 && row->mpxn != 0;
}

bool inventory_borrows_mpxn(const struct inventory_row *row)
{
    return row != NULL && row->type == DEVICE_GPF && row->chf != 0 && row->mpxn == 0;
}

bool mpxn_lender_outranks(const struct mpxn_lender *a, const struct mpxn_lender *b)
{
    if (a->commissioned != b->commissioned)
        return a->commissioned;
    return a->device < b->device;
}
