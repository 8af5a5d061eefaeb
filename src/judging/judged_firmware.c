/* R9.3: which activation of firmware was in the way of which update, by sorting what was said to the Devices of each
 * HAN together. Devices that a filter leaves out are needed too: it is often another Supplier's that is in the way. */
#include "judged_set_int.h"

#include <stdlib.h>
#include <string.h>

#define SORT_MEMORY (2 << 20)

void firmware_note(struct buf *out, const struct judgement *j, const struct related *r, bool wanted)
{
    const struct inventory_row *const row = j->inventory;
    const uint64_t chf = row->type == DEVICE_CHF ? j->device : row->chf;

    for (size_t i = 0; chf != 0 && i < r->firmware_count; i++) {
        const struct firmware_message *const m = &r->firmware[i];
        struct firmware_entry e;

        if (m->refused && !wanted)
            continue;
        memset(&e, 0, sizeof(e)); /* the gaps between its members are sorted too */
        e.chf = chf;
        e.device = j->device;
        e.requested_at = m->requested_at;
        e.until = m->until;
        e.user = m->user;
        e.type = (unsigned char)row->type;
        e.refused = m->refused;
        memcpy(e.code, m->code.len > 0 ? m->code.ptr : "",
               m->code.len < RESPONSE_CODE_MAX ? m->code.len : RESPONSE_CODE_MAX);
        buf_add(out, &e, sizeof(e));
    }
}

int judged_add_firmware(struct judged *j, struct text entries, struct err *err)
{
    struct firmware_entry e;

    if (entries.len > 0 && j->on_hub == NULL && sorter_create(&j->on_hub, j->temp_dir, SORT_MEMORY, err) < 0)
        return -1;
    for (size_t at = 0; at < entries.len; at += sizeof(e)) {
        memcpy(&e, entries.ptr + at, sizeof(e));
        if (sorter_add(j->on_hub, 0, e.chf, &e, sizeof(e), err) < 0)
            return -1;
    }
    return 0;
}

static int by_device_and_instant(const void *a, const void *b)
{
    const struct firmware_entry *x = a, *y = b;

    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->requested_at != y->requested_at)
        return x->requested_at < y->requested_at ? -1 : 1;
    return memcmp(x, y, sizeof(*x));
}

static struct firmware_message message_of(const struct firmware_entry *e)
{
    return (struct firmware_message){.refused = e->refused, .requested_at = e->requested_at, .until = e->until};
}

/* The latest of the activations that were in the way; of several at once that of the least Device. */
static const struct firmware_entry *blocking(const struct firmware_entry *all, size_t count,
                                             const struct firmware_entry *refusal)
{
    const struct firmware_message refused = message_of(refusal);
    const struct firmware_entry *found = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct firmware_message m = message_of(&all[i]);

        if (!all[i].refused && firmware_blocks(&m, &refused) &&
            (found == NULL || all[i].requested_at > found->requested_at))
            found = &all[i];
    }
    return found;
}

static int join_han(struct judged *j, struct buf *han, struct err *err)
{
    struct firmware_entry *const all = (struct firmware_entry *)(void *)han->ptr;
    const size_t count = han->len / sizeof(*all);

    if (han->failed)
        return err_nomem(err);
    if (count > 1)
        qsort(all, count, sizeof(*all), by_device_and_instant);
    for (size_t i = 0; i < count; i++) {
        const struct firmware_entry *const activation = all[i].refused ? blocking(all, count, &all[i]) : NULL;

        if (activation != NULL)
            buf_add(&j->firmware, &(struct firmware_rejection){all[i], *activation}, sizeof(struct firmware_rejection));
    }
    buf_clear(han);
    return j->firmware.failed ? err_nomem(err) : 0;
}

int judged_join_firmware(struct judged *j, struct err *err)
{
    struct sorter_merge *merge = NULL;
    struct sorter_entry e;
    struct buf han = {0};
    uint64_t chf = 0;
    int got;

    if (j->on_hub == NULL)
        return 0;
    got = sorter_merge_create(&merge, &j->on_hub, 1, err);
    while (got == 0 && (got = sorter_merge_next(merge, &e, err)) == 1) {
        got = e.key != chf ? join_han(j, &han, err) : 0;
        chf = e.key;
        buf_add(&han, e.ptr, e.len);
    }
    if (got == 0)
        got = join_han(j, &han, err);
    buf_release(&han);
    sorter_merge_destroy(merge);
    sorter_destroy(j->on_hub);
    j->on_hub = NULL;
    return got;
}
