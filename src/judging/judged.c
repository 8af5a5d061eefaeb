/* Where the verdicts lie while reports are written. */
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
    return j->temp_dir == NULL ? err_nomem(err) : 0;
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
    return err_set(err, ERR_IO, "cannot %s a temporary file in \"%s\": %s; set TMPDIR to a folder with room", doing,
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

int judged_next(struct judged_cursor *c, struct judged_head *head, struct err *err)
{
    struct packed_reader u;

    if (c->at.at == c->at.end) {
        size_t next = c->block == SIZE_MAX ? 0 : c->block + 1;

        if (next >= c->judged->count)
            return 0;
        if (read_block(c, next, err) < 0)
            return -1;
    }
    c->present = c->at.at;
    c->record = packed_take_text(&c->at);
    if (c->at.failed || c->record.len < JUDGED_HEAD_SIZE)
        return err_set(err, ERR_BUG, "a verdict cannot be read back; please report this");
    u = (struct packed_reader){(const unsigned char *)c->record.ptr,
                               (const unsigned char *)c->record.ptr + JUDGED_HEAD_SIZE, false};
    head->device = c->last = packed_take_be64(&u);
    head->verdict = packed_take_byte(&u);
    head->legacy_verdict = packed_take_byte(&u);
    head->classification = packed_take_byte(&u);
    head->type = packed_take_byte(&u);
    head->region = packed_take_byte(&u);
    head->related = packed_take_byte(&u);
    head->commissioned = packed_take_byte(&u) != 0;
    head->said = 0;
    for (int i = 0; i < 4; i++)
        head->said = head->said << 8 | packed_take_byte(&u);
    return 1;
}
