/* R7: the inventory of a Device. The store keeps each distinct row once, with the extracts that say it, so that the
 * merge decides nothing; which row counts is decided here, for every instant at once. */
#include "settle_int.h"

#include "base/array.h"
#include "domain/extracts.h"
#include "packed_int.h"

#include <stdlib.h>

/* One extract says one row. */
struct said {
    instant at;
    const struct inventory_says *what;
};

bool inventory_split(struct text canon, struct text *row, struct text *extracts)
{
    const unsigned char *const at = (const unsigned char *)canon.ptr + 2; /* kind, and the length of no identity */
    struct packed_reader u = {at, (const unsigned char *)canon.ptr + canon.len, canon.len < 2};

    get_text(&u);
    *row = (struct text){(const char *)at, u.failed ? 0 : (size_t)(u.at - at)};
    *extracts = (struct text){(const char *)u.at, u.failed ? 0 : (size_t)(u.end - u.at)};
    return !u.failed;
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_DATA, "the instants of extraction of a row are damaged; restore the store from a backup");
}

static int compare_first(const void *left, const void *right)
{
    const struct inventory_says *a = left, *b = right;

    if (a->row.extracted_at != b->row.extracted_at)
        return a->row.extracted_at < b->row.extracted_at ? -1 : 1;
    return text_compare(a->packed, b->packed);
}

static void canonical(struct buf *b, const struct inventory_row *row)
{
    struct inventory_row copy = *row;

    copy.extracted_at = INSTANT_NONE; /* that of both is the same */
    inventory_canonical(b, &copy);
}

/* > 0 when a is preferred. Texts are alike where a name has the byte that ends fields. */
static int prefer_text(const struct inventory_says *a, const struct inventory_says *b, bool *failed)
{
    struct buf left = {0}, right = {0};
    int order;

    canonical(&left, &a->row);
    canonical(&right, &b->row);
    *failed = *failed || left.failed || right.failed;
    order = text_compare(buf_text(&left), buf_text(&right));
    buf_release(&left);
    buf_release(&right);
    return order != 0 ? order : text_compare(a->packed, b->packed);
}

static int prefer(const struct inventory_says *a, const struct inventory_says *b, bool *failed)
{
    const bool in_service_a = a->row.status == SMI_COMMISSIONED, in_service_b = b->row.status == SMI_COMMISSIONED;
    const instant at_a = a->row.commissioned_at, at_b = b->row.commissioned_at;

    if (in_service_a != in_service_b)
        return in_service_a ? 1 : -1;
    if ((at_a != INSTANT_NONE) != (at_b != INSTANT_NONE))
        return at_a != INSTANT_NONE ? 1 : -1;
    if (at_a != at_b)
        return at_a < at_b ? 1 : -1;
    return prefer_text(a, b, failed);
}

static int add_row(struct device_records *r, const struct said *said, bool conflict, struct err *err)
{
    struct inventory_row *row;

    if (!array_reserve(&r->inventory, &r->inventory_cap, r->inventory_count + 1, sizeof(*r->inventory)))
        return err_nomem(err);
    row = &r->inventory[r->inventory_count++];
    *row = said->what->row;
    row->extracted_at = row->repeated_until = said->at;
    row->conflict = conflict;
    return 0;
}

static int compare_said(const void *left, const void *right)
{
    const struct said *a = left, *b = right;

    return (a->at > b->at) - (a->at < b->at);
}

/* Where extracts say different rows by turns, or two at once: instant by instant. */
static int settle_said(struct device_records *r, struct said *said, size_t count, struct err *err)
{
    const struct inventory_says *before = NULL;
    bool failed = false;
    size_t end;

    qsort(said, count, sizeof(*said), compare_said);
    for (size_t i = 0; i < count; i = end) {
        struct said best = said[i];

        for (end = i + 1; end < count && said[end].at == best.at; end++)
            if (prefer(said[end].what, best.what, &failed) > 0)
                best = said[end];
        if (best.what != before && add_row(r, &best, false, err) < 0)
            return -1;
        before = best.what;
        r->inventory[r->inventory_count - 1].repeated_until = best.at;
        r->inventory[r->inventory_count - 1].conflict |= end > i + 1;
    }
    return failed ? err_nomem(err) : 0;
}

static int settle_by_turns(struct device_records *r, struct err *err)
{
    struct extracts set = {0};
    struct said *said = NULL;
    size_t count = 0, cap = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < r->says_count; i++) {
        rc = extracts_unpack(&set, r->says[i].extracts, err);
        if (rc == 0 && !array_reserve(&said, &cap, count + set.count, sizeof(*said)))
            rc = err_nomem(err);
        for (size_t k = 0; rc == 0 && k < set.count; k++)
            said[count++] = (struct said){set.at[k], &r->says[i]};
    }
    if (rc == 0 && count > 0)
        rc = settle_said(r, said, count, err);
    extracts_release(&set);
    free(said);
    return rc;
}

/* Mostly one row follows on another. */
static bool one_after_another(const struct device_records *r)
{
    for (size_t i = 1; i < r->says_count; i++)
        if (r->says[i - 1].row.repeated_until >= r->says[i].row.extracted_at)
            return false;
    return true;
}

static int settle_in_order(struct device_records *r, struct err *err)
{
    if (!array_reserve(&r->inventory, &r->inventory_cap, r->says_count, sizeof(*r->inventory)))
        return err_nomem(err);
    for (size_t i = 0; i < r->says_count; i++)
        r->inventory[r->inventory_count++] = r->says[i].row;
    return 0;
}

/* What is blank is taken from the latest earlier extract that has it. */
static void fill_blanks(struct inventory_row *row, const struct inventory_row *before)
{
    if (row->commissioned_at == INSTANT_NONE && before->commissioned_at != INSTANT_NONE) {
        row->commissioned_at = before->commissioned_at;
        row->commissioned_on = before->commissioned_on;
        row->filled |= INVENTORY_FILLED_COMMISSIONED;
    }
    if (row->mpxn == 0 && before->mpxn != 0) {
        row->mpxn = before->mpxn;
        row->filled |= INVENTORY_FILLED_MPXN;
    }
    if (row->chf == 0 && before->chf != 0) {
        row->chf = before->chf;
        row->filled |= INVENTORY_FILLED_CHF;
    }
}

int inventory_settle(struct device_records *r, struct err *err)
{
    r->inventory_count = 0;
    for (size_t i = 0; i < r->says_count; i++)
        if (!extracts_ends(r->says[i].extracts, &r->says[i].row.extracted_at, &r->says[i].row.repeated_until))
            return damaged(err);
    if (r->says_count > 1)
        qsort(r->says, r->says_count, sizeof(*r->says), compare_first);
    if ((one_after_another(r) ? settle_in_order(r, err) : settle_by_turns(r, err)) < 0)
        return -1;
    for (size_t i = 1; i < r->inventory_count; i++)
        fill_blanks(&r->inventory[i], &r->inventory[i - 1]);
    return 0;
}
