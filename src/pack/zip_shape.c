/* Whether whoever unpacks a .zip sees what verify saw. A .zip is a row of members and, behind them, a list of them;
 * some programs go by the row and some by the list, and none looks at what lies between. So the members must lie one
 * behind another from the first byte to the list, under the names that the list gives them, and nothing behind it. */
#include "archive_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCAL_BYTES = 30, LISTED_BYTES = 46, END_BYTES = 22, END64_BYTES = 56, LOCATOR_BYTES = 20 };

#define LOCAL_MARK      0x04034b50U
#define LISTED_MARK     0x02014b50U
#define END_MARK        0x06054b50U
#define END64_MARK      0x06064b50U
#define LOCATOR_MARK    0x07064b50U
#define HAS_DESCRIPTOR  8U
#define EXTRA_ZIP64     0x0001U
#define EXTRA_OTHERNAME 0x7075U /* another name for those who know of it */

struct zip {
    FILE *fp;
    uint64_t size;
    uint64_t list, list_end; /* where the list of members lies */
    uint64_t members;
    bool unread; /* the file could not be read */
};

/* A member as the list has it. */
struct listed {
    unsigned flags, method;
    uint64_t packed, at;
    size_t name_len;
    uint64_t bytes;                    /* of the entry in the list */
    unsigned char text[3 * (1 << 16)]; /* name, extra fields, comment */
};

static uint64_t number(const unsigned char *p, unsigned bytes)
{
    uint64_t n = 0;

    while (bytes-- > 0)
        n = n << 8 | p[bytes];
    return n;
}

/* False where the file ends before, too. */
static bool get(struct zip *z, uint64_t at, void *to, size_t len)
{
    if (at > z->size || len > z->size - at)
        return false;
    if (fseeko(z->fp, (off_t)at, SEEK_SET) == 0 && fread(to, 1, len, z->fp) == len)
        return true;
    z->unread = true;
    return false;
}

static const unsigned char *find_extra(const unsigned char *extra, size_t len, unsigned id, size_t *found)
{
    while (len >= 4) {
        const size_t bytes = (size_t)number(extra + 2, 2);

        if (bytes > len - 4)
            return NULL;
        if (number(extra, 2) == id) {
            *found = bytes;
            return extra + 4;
        }
        extra += 4 + bytes;
        len -= 4 + bytes;
    }
    return NULL;
}

/* A number that 32 bits were too few for. */
static bool widen(uint64_t *n, const unsigned char **at, size_t *left)
{
    if (*n != UINT32_MAX)
        return true;
    if (*at == NULL || *left < 8)
        return false;
    *n = number(*at, 8);
    *at += 8;
    *left -= 8;
    return true;
}

static bool read_listed(struct zip *z, uint64_t at, struct listed *out)
{
    unsigned char head[LISTED_BYTES];
    size_t extra_len, wide_len = 0, other;

    if (!get(z, at, head, sizeof(head)) || number(head, 4) != LISTED_MARK)
        return false;
    out->flags = (unsigned)number(head + 8, 2);
    out->method = (unsigned)number(head + 10, 2);
    out->packed = number(head + 20, 4);
    out->at = number(head + 42, 4);
    out->name_len = (size_t)number(head + 28, 2);
    extra_len = (size_t)number(head + 30, 2);
    const size_t rest = out->name_len + extra_len + (size_t)number(head + 32, 2);
    out->bytes = LISTED_BYTES + rest;
    if (!get(z, at + LISTED_BYTES, out->text, rest))
        return false;
    const unsigned char *const extra = out->text + out->name_len;
    const unsigned char *wide = find_extra(extra, extra_len, EXTRA_ZIP64, &wide_len);
    uint64_t unpacked = number(head + 24, 4);
    return widen(&unpacked, &wide, &wide_len) && widen(&out->packed, &wide, &wide_len) &&
           widen(&out->at, &wide, &wide_len) && find_extra(extra, extra_len, EXTRA_OTHERNAME, &other) == NULL;
}

/* Whether the member lies where the list says, as it says; *end is where it ends, but for a descriptor. */
static bool lies_there(struct zip *z, const struct listed *m, uint64_t *end)
{
    unsigned char head[LOCAL_BYTES], *rest;
    bool same;
    size_t other;

    if (!get(z, m->at, head, sizeof(head)) || number(head, 4) != LOCAL_MARK || number(head + 6, 2) != m->flags ||
        number(head + 8, 2) != m->method || number(head + 26, 2) != m->name_len)
        return false;
    const size_t extra_len = (size_t)number(head + 28, 2);
    rest = malloc(m->name_len + extra_len + 1);
    if (rest == NULL) {
        z->unread = true;
        return false;
    }
    same = get(z, m->at + LOCAL_BYTES, rest, m->name_len + extra_len) && memcmp(rest, m->text, m->name_len) == 0 &&
           find_extra(rest + m->name_len, extra_len, EXTRA_OTHERNAME, &other) == NULL;
    free(rest);
    *end = m->at + LOCAL_BYTES + m->name_len + extra_len + m->packed;
    return same && *end >= m->at;
}

/* What may stand behind the bytes of a member: its sum and sizes, of 4 or 8 bytes each, with a mark or without. */
static bool is_descriptor(uint64_t bytes)
{
    return bytes == 12 || bytes == 16 || bytes == 20 || bytes == 24;
}

static bool tiles(struct zip *z, struct listed *m)
{
    uint64_t from = z->list, end = 0;
    unsigned flags = 0;

    for (uint64_t i = 0; i < z->members; i++) {
        if (!read_listed(z, from, m) || m->at < end)
            return false;
        if (m->at != end && !((flags & HAS_DESCRIPTOR) != 0 && is_descriptor(m->at - end)))
            return false;
        if (!lies_there(z, m, &end))
            return false;
        flags = m->flags;
        from += m->bytes;
    }
    return from == z->list_end &&
           (end == z->list || ((flags & HAS_DESCRIPTOR) != 0 && end < z->list && is_descriptor(z->list - end)));
}

/* The list of a file so large that its end has a longer form. */
static bool find_long_list(struct zip *z)
{
    unsigned char locator[LOCATOR_BYTES], end[END64_BYTES];
    const uint64_t at = z->size - END_BYTES - LOCATOR_BYTES;

    if (z->size < END_BYTES + LOCATOR_BYTES || !get(z, at, locator, sizeof(locator)) ||
        number(locator, 4) != LOCATOR_MARK || !get(z, number(locator + 8, 8), end, sizeof(end)) ||
        number(end, 4) != END64_MARK)
        return false;
    z->list_end = number(locator + 8, 8);
    z->members = number(end + 32, 8);
    z->list = number(end + 48, 8);
    return z->list_end + 12 + number(end + 4, 8) == at && z->list + number(end + 40, 8) == z->list_end;
}

static bool find_list(struct zip *z)
{
    unsigned char end[END_BYTES];

    if (z->size < END_BYTES || !get(z, z->size - END_BYTES, end, sizeof(end)) || number(end, 4) != END_MARK ||
        number(end + 20, 2) != 0)
        return false;
    z->members = number(end + 10, 2);
    z->list = number(end + 16, 4);
    z->list_end = z->size - END_BYTES;
    if (z->members == UINT16_MAX || z->list == UINT32_MAX)
        return find_long_list(z);
    return number(end + 8, 2) == z->members && z->list + number(end + 12, 4) == z->list_end;
}

int zip_is_plain(FILE *fp, const char *name, bool *plain, struct err *err)
{
    struct zip z = {.fp = fp};
    struct listed *const member = malloc(sizeof(*member));
    off_t size;
    int rc = 0;

    *plain = false;
    if (member == NULL)
        rc = err_nomem(err);
    else if (fseeko(z.fp, 0, SEEK_END) != 0 || (size = ftello(z.fp)) < 0)
        rc = err_errno(err, ERR_NO_INPUT, "cannot read '%s'", name);
    else {
        z.size = (uint64_t)size;
        *plain = find_list(&z) && tiles(&z, member);
        if (z.unread)
            rc = err_errno(err, ERR_NO_INPUT, "cannot read '%s'", name);
    }
    free(member);
    return rc;
}
