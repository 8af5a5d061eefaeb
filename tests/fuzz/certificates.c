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

/* *out borrows its texts from *packed. */
static const struct snapshot *pack_and_unpack(const struct snapshot *snap, struct buf *packed,
                                              struct device_records *out)
{
    struct err err = {0};

    evidence_pack_snapshot(packed, snap);
    MUST(evidence_unpack(out, snap->device, buf_text(packed), &err) == 0);
    MUST(out->snapshot_count == 1);
    return &out->snapshots[0];
}

/* What a look tells twice comes back once (R7), and from then on the same. */
static void there_and_back(const struct snapshot *snap)
{
    struct buf packed[2] = {{0}};
    struct device_records once = {0}, twice = {0};
    const struct snapshot *const first = pack_and_unpack(snap, &packed[0], &once);

    MUST(first->cell_count <= snap->cell_count && first->cert_count <= snap->cert_count);
    if (first->cell_count == snap->cell_count && first->cert_count == snap->cert_count)
        must_be_same(snap, first);
    must_be_same(first, pack_and_unpack(first, &packed[1], &twice));
    device_records_release(&once);
    device_records_release(&twice);
    buf_release(&packed[0]);
    buf_release(&packed[1]);
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
    if (snapshot_read(&tape, &parts, (struct text){copy, size}, &(struct instant_form){.zone = ZONE_UTC}, "f", &snap,
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
