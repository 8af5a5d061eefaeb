/* R10.2, R10.3 and R5 (scope): where the log cannot tell what was asked of a Device. */
#include "conclude_int.h"

instant obligation_period_end(const struct inquiry *q)
{
    return q->ctx->as_of < q->deadline ? q->ctx->as_of : q->deadline;
}

static bool overlap(instant a_from, instant a_to, instant b_from, instant b_to)
{
    return (a_from > b_from ? a_from : b_from) < (a_to < b_to ? a_to : b_to);
}

/* The first silence that ends after `from`. */
static size_t silence_index(const struct judge_context *ctx, instant from)
{
    size_t low = 0, high = ctx->silence_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (ctx->silences[middle].to <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_asked_about(const struct judge_context *ctx, struct party p)
{
    const struct judge_settings *s = ctx->settings;

    for (size_t i = 0; i < s->scope_count; i++)
        if (party_equal(s->scope[i], p))
            return true;
    return false;
}

/* R5: a party sees what it asked for itself, and nothing of what went on while another was the Supplier. */
static bool another_was_supplier(const struct inquiry *q, instant from, instant to)
{
    size_t i = tenure_index(&q->tenures, from);

    for (instant at = from; at < to; i++) {
        const struct party supplier = i > 0 ? q->tenures.ptr[i - 1].supplier : (struct party){0, PARTY_NONE};

        if (!is_asked_about(q->ctx, supplier))
            return true;
        if (i == q->tenures.count)
            break;
        at = q->tenures.ptr[i].from;
    }
    return false;
}

bool log_is_silent(const struct inquiry *q, enum obligation o, instant from, instant to)
{
    const struct judge_context *ctx = q->ctx;
    const size_t i = silence_index(ctx, from);

    if (i < ctx->silence_count && overlap(ctx->silences[i].from, ctx->silences[i].to, from, to))
        return true;
    return ctx->settings->scope_count > 0 && q->terms[o].owed_by == OWED_BY_SUPPLIER &&
           another_was_supplier(q, from, to);
}

struct party owing(const struct inquiry *q, enum owed_by owed_by)
{
    return owed_by == OWED_BY_DCC ? directory_dcc(q->ctx->directory) : tenure_at(&q->tenures, q->ctx->as_of).supplier;
}

bool in_scope(const struct inquiry *q, enum owed_by owed_by)
{
    const struct judge_settings *s = q->ctx->settings;

    if (owed_by == OWED_BY_NONE)
        return false;
    if (s->scope_count == 0)
        return true;
    if (owed_by == OWED_BY_SUPPLIER)
        return is_asked_about(q->ctx, owing(q, owed_by));
    for (size_t i = 0; i < s->scope_count; i++)
        if (directory_is_dcc(q->ctx->directory, s->scope[i]))
            return true;
    return false;
}

bool obligation_applies(const struct inquiry *q, enum obligation o)
{
    return (q->applies >> o & 1) != 0;
}
