/* What the store keeps about all Devices together: how much there is of each kind, and the GSMEs of each hub. */
#include "absorb_int.h"

#define HUB_MEMORY (8 << 20)

const char *const tally_names[TALLIES] = {"devices", "inventory_devices", "requests", "snapshots", "checks"};

int tally_add(int64_t tally[TALLIES], struct text packed, int sign, bool *inventory, struct err *err)
{
    struct packed_reader u = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len, false};
    struct packed_record record;
    bool found = false;

    tally[TALLY_DEVICES] += sign;
    while (evidence_next(&u, &record)) {
        if (record.kind == RECORD_INVENTORY)
            found = true;
        else
            tally[record.kind == RECORD_REQUEST    ? TALLY_REQUESTS
                  : record.kind == RECORD_SNAPSHOT ? TALLY_SNAPSHOTS
                                                   : TALLY_CHECKS] += sign;
    }
    if (found)
        tally[TALLY_INVENTORY_DEVICES] += sign;
    if (inventory != NULL)
        *inventory = found;
    return u.failed ? err_set(err, ERR_IO, "the evidence of a Device is malformed; run 'pcreport verify'") : 0;
}

int notes_create(struct notes *n, const char *dir, struct err *err)
{
    *n = (struct notes){0};
    return sorter_create(&n->hubs, dir, HUB_MEMORY, err) < 0 ? -1 : traffic_create(&n->traffic, dir, err);
}

void notes_release(struct notes *n)
{
    device_records_release(&n->records);
    sorter_destroy(n->hubs);
    traffic_release(&n->traffic);
}

static bool has_inventory(struct text records)
{
    struct packed_reader u = {(const unsigned char *)records.ptr, (const unsigned char *)records.ptr + records.len,
                              false};
    struct packed_record record;

    while (evidence_next(&u, &record))
        if (record.kind == RECORD_INVENTORY)
            return true;
    return false;
}

/* Notes the hubs that the inventory ever put a GSME on. */
static int note_hubs(struct notes *n, uint64_t device, struct text merged, struct err *err)
{
    if (evidence_unpack_inventory(&n->records, device, merged, err) < 0)
        return -1;
    for (size_t i = 0; i < n->records.inventory_count; i++) {
        const struct inventory_row *row = &n->records.inventory[i];

        if (row->type == DEVICE_GSME && row->chf != 0 &&
            sorter_add(n->hubs, 0, row->chf, &device, sizeof(device), err) < 0)
            return -1;
    }
    return 0;
}

int notes_device(struct notes *n, uint64_t device, struct text existing, struct text fresh, struct text merged,
                 struct err *err)
{
    bool inventory;

    if (existing.len > 0 &&
        (tally_add(n->tally, existing, -1, NULL, err) < 0 || traffic_add(&n->traffic, existing, -1, err) < 0))
        return -1;
    if (tally_add(n->tally, merged, 1, &inventory, err) < 0 || traffic_add(&n->traffic, merged, 1, err) < 0)
        return -1;
    inventory = inventory && (fresh.ptr == merged.ptr || has_inventory(fresh));
    return inventory ? note_hubs(n, device, merged, err) : 0;
}
