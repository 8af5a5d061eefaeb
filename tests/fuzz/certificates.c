/* A certificate snapshot, from JSON to packed evidence and back. */
#include "fuzz.h"

#include "snapshot_int.h"

#include <string.h>

static void must_be_same(const struct snapshot *a, const struct snapshot *b)
{
    struct buf x = {0}, y = {0};

    snapshot_canonical(&x, a);
    snapshot_canonical(&y, b);
    MUST(a->device == b->device && a->taken_at == b->taken_at && text_equal(buf_text(&x), buf_text(&y)));
    buf_release(&x);
    buf_release(&y);
}

static void there_and_back(const struct snapshot *snap)
{
    struct buf packed = {0};
    struct device_records records = {0};
    struct err err = {0};

    evidence_pack_snapshot(&packed, snap);
    MUST(evidence_unpack(&records, snap->device, buf_text(&packed), &err) == 0);
    MUST(records.snapshot_count == 1);
    must_be_same(snap, &records.snapshots[0]);
    device_records_release(&records);
    buf_release(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* as in a file, there are readable bytes behind the record */
    char *const copy = calloc(1, size + BLOCK_SLACK);
    struct tape tape = {0};
    struct snapshot_parts parts = {0};
    struct snapshot snap;
    struct fault fault = {0};

    MUST(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    if (snapshot_read(&tape, &parts, (struct text){copy, size}, &(struct instant_form){.zone = ZONE_UTC}, &snap,
                      &fault)) {
        snap.source = (struct source){1, 1};
        there_and_back(&snap);
    } else {
        MUST(fault.reason[0] != '\0');
        MUST(text_is_utf8(text_of(fault.reason)) && text_is_utf8(text_of(fault.column)));
    }
    tape_release(&tape);
    free(parts.cells);
    free(parts.certs);
    free(copy);
    return 0;
}
