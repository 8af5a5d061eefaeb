/* A workbook is read again before it is trusted. libxlsxwriter looks at no result of its own reads and writes: on a
 * full disk it ends well with rows missing. So the cells are summed as they are written, and the finished file is
 * opened, each of its parts parsed, and the cells of each sheet summed again. */
#include "book_int.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ODD_1 UINT64_C(0x9E3779B97F4A7C15)
#define ODD_2 UINT64_C(0xD6E8FEB86659FD93)

/* Eight bytes at a time: what is guarded against are rows that were lost, not a forger. Never 0. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t word;

    hash += len * ODD_1;
    for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = (hash ^ le64toh(word)) * ODD_2;
        hash ^= hash >> 32;
    }
    word = 0;
    if (len > 0)
        memcpy(&word, p, len);
    hash = (hash ^ le64toh(word)) * ODD_2;
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

uint64_t book_hash_text(struct text t)
{
    return hash_bytes('t', t.ptr, t.len);
}

uint64_t book_hash_number(struct text digits)
{
    return hash_bytes('n', digits.ptr, digits.len);
}

uint64_t book_hash_formula(struct text formula, uint64_t value)
{
    return hash_bytes(value, formula.ptr, formula.len);
}

void sheet_sum_add(struct sheet_sum *s, uint32_t row, uint32_t column, uint64_t hash)
{
    hash = (hash ^ ((uint64_t)row << 16 | column)) * ODD_1;
    s->sum += (hash ^ hash >> 31) * ODD_2;
    s->cells++;
}

/* ---- What is made ---- */

static int compare(const struct book_reading *c, const struct book_sheet *sheets, size_t count, size_t names,
                   struct err *err)
{
    const char *unknown;

    for (size_t i = 0; i < c->held->count && i < count; i++) {
        const struct book_sheet_held *const is = &c->held->sheets[i];
        char name[64];

        snprintf(name, sizeof(name), SHEET_PART "%zu.xml", i + 1);
        if (is->name == NULL)
            return book_odd(err, name, "the workbook does not tell of it");
        if (is->cells != sheets[i].sum.cells || is->sum != sheets[i].sum.sum)
            return book_odd(err, name, "its cells are not those that were written");
    }
    if (c->seen != count || c->held->count != count)
        return book_odd(err, "its frame", "a sheet is missing");
    if (c->names != names)
        return book_odd(err, BOOK_PART, "titles to print, or a filter, are missing");
    unknown = parts_unknown(c->parts);
    return unknown != NULL ? book_odd(err, unknown, "no other part knows it") : 0;
}

int book_check(int fd, const struct book_sheet *sheets, size_t count, size_t names, struct book_held *held,
               struct err *err)
{
    struct book_held own = {0};
    struct book_parts parts = {0};
    struct book_reading c = {.held = held != NULL ? held : &own, .parts = &parts};
    int rc = held != NULL ? digest_create(&c.digest, err) : 0;

    if (rc == 0)
        rc = book_read_back(&c, fd, (struct text){0}, err);
    if (rc == 0)
        rc = c.wanting ? err_nomem(err) : compare(&c, sheets, count, names, err);
    if (rc < 0)
        rc = book_not_whole(err);
    if (!parts_release(&parts) && rc == 0)
        rc = err_nomem(err);
    if (held != NULL && rc == 0)
        digest_finish(c.digest, held->parts);
    digest_destroy(c.digest);
    book_held_release(&own);
    return rc;
}

/* ---- What comes back ---- */

int book_read(struct text file, struct book_held *out, struct err *err)
{
    struct book_reading c = {.held = out, .foreign = true};
    int rc;

    *out = (struct book_held){0};
    rc = digest_create(&c.digest, err);
    if (rc == 0)
        rc = book_read_back(&c, -1, file, err);
    if (rc == 0)
        digest_finish(c.digest, out->parts);
    digest_destroy(c.digest);
    return rc;
}

void book_held_release(struct book_held *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->sheets[i].name);
    free(h->sheets);
    *h = (struct book_held){0};
}
