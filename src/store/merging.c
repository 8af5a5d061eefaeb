/* The records of one Device: merged with what was there (R7), counted, and looked through for its hub. */
#include "absorb_int.h"

#define HUB_MEMORY (8 << 20)

const char *const tally_names[TALLIES] = {"devices", "inventory_devices", "requests", "snapshots", "checks"};

int tally_add(int64_t tally[TALLIES], struct text packed, int sign, struct err *err)
{
    struct unpack u = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len, false};
    struct packed_record record;
    bool inventory = false;

    tally[TALLY_DEVICES] += sign;
    while (evidence_next(&u, &record)) {
        if (record.kind == RECORD_INVENTORY)
            inventory = true;
        else
            tally[record.kind == RECORD_REQUEST    ? TALLY_REQUESTS
                  : record.kind == RECORD_SNAPSHOT ? TALLY_SNAPSHOTS
                                                   : TALLY_CHECKS] += sign;
    }
    if (inventory)
        tally[TALLY_INVENTORY_DEVICES] += sign;
    return u.failed ? err_set(err, ERR_IO, "the evidence of a Device is malformed; run 'pcreport verify'") : 0;
}

int merging_create(struct merging *m, const struct account *account, const char *dir, struct err *err)
{
    *m = (struct merging){0};
    if (counter_create(&m->counter, account, err) < 0 || merger_create(&m->merger, err) < 0)
        return -1;
    return sorter_create(&m->hubs, dir, HUB_MEMORY, err);
}

void merging_release(struct merging *m)
{
    device_records_release(&m->records);
    buf_release(&m->out);
    sorter_destroy(m->hubs);
    merger_destroy(m->merger);
    counter_release(&m->counter);
}

static bool has_inventory(struct text records)
{
    struct unpack u = {(const unsigned char *)records.ptr, (const unsigned char *)records.ptr + records.len, false};
    struct packed_record record;

    while (evidence_next(&u, &record))
        if (record.kind == RECORD_INVENTORY)
            return true;
    return false;
}

/* Notes the hubs that the inventory ever put a GSME on. */
static int note_hubs(struct merging *m, uint64_t device, struct err *err)
{
    if (evidence_unpack_inventory(&m->records, device, buf_text(&m->out), err) < 0)
        return -1;
    for (size_t i = 0; i < m->records.inventory_count; i++) {
        const struct inventory_row *row = &m->records.inventory[i];

        if (row->type == DEVICE_GSME && row->chf != 0 &&
            sorter_add(m->hubs, 0, row->chf, &device, sizeof(device), err) < 0)
            return -1;
    }
    return 0;
}

int merging_run(struct merging *m, uint64_t device, struct text existing, struct text fresh, bool *changed,
                struct err *err)
{
    if (merger_run(m->merger, existing, fresh, counter_count, &m->counter, &m->out, changed, err) < 0)
        return -1;
    if (!*changed)
        return 0;
    if (existing.len > 0 && tally_add(m->tally, existing, -1, err) < 0)
        return -1;
    if (tally_add(m->tally, buf_text(&m->out), 1, err) < 0)
        return -1;
    return has_inventory(fresh) ? note_hubs(m, device, err) : 0;
}
