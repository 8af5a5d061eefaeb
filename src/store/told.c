/* R7: the rows of reference data that claim one identity, each kept once with the extracts that say it. Which of them
 * counts is decided as at an instant; here nothing is lost, and nothing depends on the order in which they came. */
#include "absorb_int.h"

#include "base/array.h"

#include <stdlib.h>

void told_release(struct told_rows *t)
{
    for (size_t i = 0; i < t->cap; i++) {
        buf_release(&t->ptr[i].row);
        buf_release(&t->ptr[i].extracts);
    }
    for (size_t i = 0; i < ARRAY_LEN(t->scratch); i++)
        extracts_release(&t->scratch[i]);
    buf_release(&t->united);
    free(t->ptr);
    *t = (struct told_rows){0};
}

struct told *told_add(struct told_rows *t, struct err *err)
{
    const size_t cap = t->cap;
    struct told *one;

    if (!array_reserve(&t->ptr, &t->cap, t->count + 1, sizeof(*t->ptr))) {
        err_nomem(err);
        return NULL;
    }
    for (size_t i = cap; i < t->cap; i++)
        t->ptr[i] = (struct told){0};
    one = &t->ptr[t->count++];
    buf_clear(&one->row);
    buf_clear(&one->extracts);
    one->conflict = one->known = one->changed = false;
    return one;
}

/* Adds an extract to those that say a row. */
static int add_extract(struct told_rows *t, struct told *one, instant at, struct err *err)
{
    unsigned char bytes[EXTRACT_ROOM];
    struct buf single = {bytes, 0, sizeof(bytes), false};
    struct buf before;

    extracts_pack(&single, &at, 1);
    buf_clear(&t->united);
    if (extracts_unite(&t->united, buf_text(&one->extracts), buf_text(&single), t->scratch, err) < 0)
        return -1;
    if (text_equal(buf_text(&t->united), buf_text(&one->extracts)))
        return 0;
    before = one->extracts;
    one->extracts = t->united;
    t->united = before;
    one->changed = true;
    return 0;
}

int told_fold(struct told_rows *t, struct text row, instant extracted_at, const struct source *source, struct err *err)
{
    struct told *one;

    for (size_t i = 0; i < t->count; i++)
        if (text_equal(buf_text(&t->ptr[i].row), row))
            return add_extract(t, &t->ptr[i], extracted_at, err);
    one = told_add(t, err);
    if (one == NULL)
        return -1;
    buf_add_text(&one->row, row);
    extracts_pack(&one->extracts, &extracted_at, 1);
    one->source = *source;
    one->changed = true;
    return one->row.failed || one->extracts.failed ? err_nomem(err) : 0;
}

void told_find_conflicts(struct told_rows *t, bool (*differ)(struct text a, struct text b))
{
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = i + 1; k < t->count; k++) {
            struct told *const a = &t->ptr[i], *const b = &t->ptr[k];

            if ((a->conflict && b->conflict) || !differ(buf_text(&a->row), buf_text(&b->row)) ||
                !extracts_meet(buf_text(&a->extracts), buf_text(&b->extracts), t->scratch))
                continue;
            a->changed |= !a->conflict;
            b->changed |= !b->conflict;
            a->conflict = b->conflict = true;
        }
    }
}
