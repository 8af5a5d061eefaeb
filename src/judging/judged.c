/* Where the verdicts lie while reports are written, and what was said to the Devices of each HAN (R9.3), sorted
 * together. Devices that a filter leaves out are needed for that too: it is often another Supplier's that is in the
 * way. */
#include "judged_set_int.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MAX (32u << 20) /* more go to a file */

int judged_create(struct judged **out, const struct judge_context *ctx, const char *temp_dir, struct err *err)
{
    struct judged *j = calloc(1, sizeof(*j));

    *out = j;
    if (j == NULL)
        return err_nomem(err);
    j->ctx = ctx;
    j->fd = -1;
    j->temp_dir = strdup(temp_dir);
    if (j->temp_dir == NULL)
        return err_nomem(err);
    return counted_create(&j->counted, err);
}

void judged_destroy(struct judged *j)
{
    if (j == NULL)
        return;
    if (j->fd >= 0)
        close(j->fd);
    buf_release(&j->memory);
    buf_release(&j->firmware);
    buf_release(&j->suspects);
    counted_destroy(j->counted);
    sorter_destroy(j->on_hub);
    free(j->blocks);
    free(j->temp_dir);
    free(j);
}

struct judged_totals judged_totals(const struct judged *j)
{
    return j->totals;
}

static int file_fail(const struct judged *j, const char *doing, struct err *err)
{
    return err_set(err, err_code_of_errno(ERR_IO), "cannot %s a temporary file in \"%s\": %s; free space there", doing,
                   j->temp_dir, strerror(errno));
}

static int write_all(const struct judged *j, const void *ptr, size_t len, uint64_t at, struct err *err)
{
    const unsigned char *from = ptr;

    while (len > 0) {
        ssize_t n = pwrite(j->fd, from, len, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return file_fail(j, "write", err);
        from += n;
        len -= (size_t)n;
        at += (uint64_t)n;
    }
    return 0;
}

static int add_block(struct judged *j, struct judged_block block, struct err *err)
{
    if (j->count == j->cap) {
        size_t cap = j->cap > 0 ? 2 * j->cap : 64;
        struct judged_block *blocks = realloc(j->blocks, cap * sizeof(*blocks));

        if (blocks == NULL)
            return err_nomem(err);
        j->blocks = blocks;
        j->cap = cap;
    }
    j->blocks[j->count++] = block;
    return 0;
}

int judged_append(struct judged *j, struct text records, uint64_t first, struct err *err)
{
    if (records.len == 0)
        return 0;
    if (add_block(j, (struct judged_block){first, j->size, records.len}, err) < 0)
        return -1;
    if (j->fd < 0 && j->size + records.len > MEMORY_MAX) {
        j->fd = nameless_open(j->temp_dir);
        if (j->fd < 0)
            return file_fail(j, "create", err);
        if (write_all(j, j->memory.ptr, j->memory.len, 0, err) < 0)
            return -1;
        buf_release(&j->memory);
    }
    if (j->fd >= 0) {
        if (write_all(j, records.ptr, records.len, j->size, err) < 0)
            return -1;
    } else {
        buf_add_text(&j->memory, records);
        if (j->memory.failed)
            return err_nomem(err);
    }
    j->size += records.len;
    return 0;
}

void judged_add_record(struct buf *block, struct text record)
{
    const uint32_t len = (uint32_t)record.len;

    buf_add(block, &len, sizeof(len));
    buf_add_text(block, record);
}

/* What judged_add_record added, at the end of which the next begins. */
static bool take_record(struct packed_reader *at, struct text *out)
{
    uint32_t len;

    if ((size_t)(at->end - at->at) < sizeof(len))
        return false;
    memcpy(&len, at->at, sizeof(len));
    *out = (struct text){(const char *)at->at + sizeof(len), len};
    if (len < JUDGED_HEAD_SIZE || len > (size_t)(at->end - at->at) - sizeof(len))
        return false;
    at->at += sizeof(len) + len;
    return true;
}

void judged_rewind(struct judged_cursor *c, const struct judged *j)
{
    c->judged = j;
    c->block = SIZE_MAX;
    c->at = (struct packed_reader){NULL, NULL, false};
}

void judged_cursor_release(struct judged_cursor *c)
{
    buf_release(&c->bytes);
}

static int read_block(struct judged_cursor *c, size_t number, struct err *err)
{
    const struct judged *j = c->judged;
    const struct judged_block *block = &j->blocks[number];
    size_t done = 0;

    c->begin = j->memory.ptr + block->at;
    if (j->fd >= 0) {
        buf_clear(&c->bytes);
        if (!buf_reserve(&c->bytes, block->len))
            return err_nomem(err);
        while (done < block->len) {
            ssize_t n = pread(j->fd, c->bytes.ptr + done, block->len - done, (off_t)(block->at + done));

            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return file_fail(j, "read", err);
            done += (size_t)n;
        }
        c->begin = c->bytes.ptr;
    }
    c->block = number;
    c->at = (struct packed_reader){c->begin, c->begin + block->len, false};
    return 0;
}

int judged_seek(struct judged_cursor *c, uint64_t device, struct err *err)
{
    size_t low = 0, high = c->judged->count;

    while (low < high) { /* behind the last block that begins at or before it */
        size_t mid = low + (high - low) / 2;

        if (c->judged->blocks[mid].first <= device)
            low = mid + 1;
        else
            high = mid;
    }
    low = low > 0 ? low - 1 : 0;
    if (c->judged->count == 0)
        return 0;
    if (c->block != low)
        return read_block(c, low, err);
    if (c->at.at != c->begin && device <= c->last)
        c->at.at = device == c->last ? c->present : c->begin;
    return 0;
}

/* At fixed places, since every row that a query passes over is told from the others by it. */
static void read_head(const unsigned char *at, struct judged_head *head)
{
    uint64_t device;
    uint32_t said;

    memcpy(&device, at, sizeof(device));
    memcpy(&said, at + 15, sizeof(said));
    *head = (struct judged_head){
        .device = __builtin_bswap64(device),
        .verdict = at[8],
        .legacy_verdict = at[9],
        .classification = at[10],
        .type = at[11],
        .region = at[12],
        .related = at[13],
        .commissioned = at[14] != 0,
        .said = __builtin_bswap32(said),
    };
}

int judged_next(struct judged_cursor *c, struct judged_head *head, struct err *err)
{
    if (c->at.at == c->at.end) {
        size_t next = c->block == SIZE_MAX ? 0 : c->block + 1;

        if (next >= c->judged->count)
            return 0;
        if (read_block(c, next, err) < 0)
            return -1;
    }
    c->present = c->at.at;
    if (!take_record(&c->at, &c->record))
        return err_set(err, ERR_BUG, "a verdict cannot be read back; please report this");
    read_head((const unsigned char *)c->record.ptr, head);
    c->last = head->device;
    return 1;
}

/* ---- R9.3: which activation of firmware was in the way of which update ---- */

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
