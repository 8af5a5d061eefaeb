/* How the packed evidence of a Device is spelt, for its writer and its reader: the bits of each record, and the items
 * they are made of. Everything has one spelling only, so that two rows are the same exactly when their bytes are.
 *
 * The items are written and read in line: a record has some twenty of them and a store has millions of records. Writers
 * put through a bare pointer into room that was reserved before; readers never pass the end of a struct packed_reader.
 */
#ifndef PCREPORT_SRC_DOMAIN_PACKED_INT_H
#define PCREPORT_SRC_DOMAIN_PACKED_INT_H

#include "base/instant.h"
#include "base/packed.h"
#include "domain/terms.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

/* First byte of a request's identity. */
enum request_marker {
    MARK_REQUEST_ID = 1, /* by RequestID: counter, originator */
    MARK_TARGET = 2,     /* with RequestID: the target follows, since it is not the Device */
    MARK_EXECUTION = 4   /* without RequestID: execution_at ends the identity */
};

/* What a request's payload has; the first seven, which most rows have, fit one byte. */
enum request_bits {
    REQUEST_RESPONDED = 1 << 0, /* as the difference from requested_at */
    REQUEST_CODE = 1 << 1,
    REQUEST_STATUS = 1 << 2,
    REQUEST_ABOUT = 1 << 3,     /* with RequestID: credential type and Remote Party Role */
    REQUEST_SENDER = 1 << 4,    /* User Role and Command Variant */
    REQUEST_EXECUTION = 1 << 5, /* with RequestID */
    REQUEST_OTHER_DEVICE = 1 << 6,
    REQUEST_USER_ID = 1 << 7, /* with RequestID: it is not the RequestID's originator */
    REQUEST_PRE_COMMAND = 1 << 8,
    REQUEST_SERIAL = 1 << 9,
    REQUEST_KEY_ID = 1 << 10,
    REQUEST_OUTCOMES = 1 << 11,
    REQUEST_OF_ANSWER = 1 << 12,
    REQUEST_BITS_END = 1 << 13
};

enum outcome_bits { OUTCOME_WAS = 1, OUTCOME_NOW = 2, OUTCOME_WAS_KEY = 4, OUTCOME_NOW_KEY = 8 };

enum inventory_bits {
    INVENTORY_COMMISSIONED = 1 << 0,
    INVENTORY_CHF = 1 << 1,
    INVENTORY_MPXN = 1 << 2,
    INVENTORY_MANUFACTURER = 1 << 3,
    INVENTORY_MODEL = 1 << 4,
    INVENTORY_FIRMWARE = 1 << 5,
    INVENTORY_REGION = 1 << 6,         /* CSP region and SMETS1 cohort */
    INVENTORY_COMMISSIONED_ON = 1 << 7 /* the instant stands for a day */
};

/* The low half of a cell's second byte; the high half is its cell usage. */
enum cell_bits {
    CELL_OK = 1,
    CELL_SUBJECT = 2,
    CELL_SAME_SUBJECT = 4, /* that of the cell before: the cells of one role mostly name one entity */
    CELL_KEY_ID = 8
};

enum cert_bits {
    CERT_NOT_BEFORE = 1,
    CERT_SUBJECT = 2,
    CERT_SAME_SUBJECT = 4, /* that of the certificate before */
    CERT_KEY_ID = 8,
    CERT_ISSUER = 16,
    CERT_SAME_ISSUER = 32,
    CERT_SERIAL = 64,
    CERT_BITS_END = 128
};

/* The numbers stored in half a byte each. */
_Static_assert(DEVICE_TYPES <= 16 && SMI_STATUSES <= 16 && CSP_REGIONS <= 16 && S1_COHORTS <= 16, "half a byte");
_Static_assert(USER_ROLES <= 16 && PARTY_ROLES <= 16 && KEY_USAGES <= 16 && CELL_USAGES <= 16, "half a byte");
#define COMMAND_VARIANT_MAX 8

/* Room that an item may take. */
#define ROOM_U64  10
#define ROOM_TIME 13
#define ROOM_SRV  6

static inline unsigned char *put_u64(unsigned char *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    *p++ = (unsigned char)v;
    return p;
}

static inline unsigned char *put_be64(unsigned char *p, uint64_t v)
{
    const uint64_t swapped = htobe64(v);

    memcpy(p, &swapped, sizeof(swapped));
    return p + sizeof(swapped);
}

/* An instant whose bytes sort as time does. */
static inline unsigned char *put_sorted_time(unsigned char *p, instant t)
{
    return put_be64(p, (uint64_t)t ^ UINT64_C(1) << 63);
}

/* Seconds, and the milliseconds only where there are any: logs mostly have whole seconds. Takes differences too. */
static inline unsigned char *put_time(unsigned char *p, int64_t t)
{
    int64_t seconds = t / INSTANT_SECOND;
    int64_t rest = t % INSTANT_SECOND;

    if (rest < 0) {
        rest += INSTANT_SECOND;
        seconds--;
    }

    const uint64_t zigzag = (uint64_t)seconds << 1 ^ (seconds < 0 ? UINT64_MAX : 0);

    p = put_u64(p, zigzag << 1 | (rest != 0));
    return rest != 0 ? put_u64(p, (uint64_t)rest) : p;
}

static inline unsigned char *put_halves(unsigned char *p, unsigned high, unsigned low)
{
    assert(high < 16 && low < 16);
    *p++ = (unsigned char)(high << 4 | low);
    return p;
}

static inline unsigned char *put_bytes(unsigned char *p, struct text t)
{
    if (t.len > 0)
        memcpy(p, t.ptr, t.len);
    return p + t.len;
}

static inline unsigned char *put_text(unsigned char *p, struct text t)
{
    return put_bytes(put_u64(p, t.len), t);
}

static inline uint64_t get_fail(struct packed_reader *u)
{
    u->failed = true;
    u->at = u->end;
    return 0;
}

static inline unsigned char get_byte(struct packed_reader *u)
{
    return u->at < u->end ? *u->at++ : (unsigned char)get_fail(u);
}

/* A number of two to eight bytes at once, where that many may be read: instants and counters are such. */
static inline bool get_eight(struct packed_reader *u, uint64_t *out)
{
    uint64_t w;

    if (u->end - u->at < (ptrdiff_t)sizeof(w))
        return false;
    memcpy(&w, u->at, sizeof(w));
    const uint64_t last = ~le64toh(w) & UINT64_C(0x8080808080808080); /* the lowest bit set ends the number */
    if (last == 0)
        return false;
    u->at += (__builtin_ctzll(last) + 1) / 8;
    w = le64toh(w) & (last ^ (last - 1)) & UINT64_C(0x7F7F7F7F7F7F7F7F);
    w = (w & UINT64_C(0x007F007F007F007F)) | (w >> 1 & UINT64_C(0x3F803F803F803F80));
    w = (w & UINT64_C(0x00003FFF00003FFF)) | (w >> 2 & UINT64_C(0x0FFFC0000FFFC000));
    *out = (w & 0x0FFFFFFF) | (w >> 4 & UINT64_C(0x00FFFFFFF0000000));
    return true;
}

static inline uint64_t get_u64(struct packed_reader *u)
{
    uint64_t v = 0;

    if (u->at < u->end && *u->at < 0x80)
        return *u->at++;
    if (get_eight(u, &v))
        return v;
    for (unsigned shift = 0; shift < 64 && u->at < u->end; shift += 7) {
        const unsigned char byte = *u->at++;

        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return v;
    }
    return get_fail(u);
}

static inline uint64_t get_be64(struct packed_reader *u)
{
    uint64_t v;

    if (u->end - u->at < (ptrdiff_t)sizeof(v))
        return get_fail(u);
    memcpy(&v, u->at, sizeof(v));
    u->at += sizeof(v);
    return be64toh(v);
}

static inline instant get_sorted_time(struct packed_reader *u)
{
    return (instant)(get_be64(u) ^ UINT64_C(1) << 63);
}

static inline int64_t get_time(struct packed_reader *u);

/* Of bytes that anything may have happened to: nothing that is computed from it overflows. */
static inline instant checked_instant(struct packed_reader *u, instant at)
{
    if (at != INSTANT_NONE && (at < INSTANT_FIRST || at > INSTANT_LAST))
        get_fail(u);
    return at;
}

static inline instant get_instant(struct packed_reader *u)
{
    return checked_instant(u, get_time(u));
}

static inline int64_t get_time(struct packed_reader *u)
{
    const uint64_t v = get_u64(u);
    const uint64_t zigzag = v >> 1;
    const uint64_t seconds = zigzag >> 1 ^ (0 - (zigzag & 1));
    const uint64_t rest = (v & 1) != 0 ? get_u64(u) : 0;

    if (rest >= (uint64_t)INSTANT_SECOND)
        get_fail(u);
    return (int64_t)(seconds * (uint64_t)INSTANT_SECOND + rest); /* wraps back to what was put, INSTANT_NONE too */
}

/* A number of a vocabulary of `count` words. */
static inline unsigned get_term(struct packed_reader *u, unsigned value, unsigned count)
{
    return value < count ? value : (unsigned)get_fail(u);
}

static inline struct text get_bytes(struct packed_reader *u, uint64_t len)
{
    const unsigned char *at = u->at;

    if (len > (uint64_t)(u->end - u->at)) {
        get_fail(u);
        return (struct text){NULL, 0};
    }
    if (len == 0)
        return (struct text){NULL, 0};
    u->at += len;
    return (struct text){(const char *)at, len};
}

static inline struct text get_text(struct packed_reader *u)
{
    return get_bytes(u, get_u64(u));
}

/* ---- Words that many records share, each stored as one byte ----
 *
 * The lists are part of the stored format. A word keeps its place for ever; and a word added at the end was spelt out
 * by stores written before, so adding one needs a migration that packs them anew, as any change of the format does. */

struct dictionary {
    const struct text *words;
    size_t count; /* at most 64, so that each fits one byte */
};

extern const struct dictionary dictionary_codes;    /* response codes */
extern const struct dictionary dictionary_statuses; /* words of the Execution Status */

static inline struct text get_word(struct packed_reader *u, const struct dictionary *d)
{
    const uint64_t v = get_u64(u);

    if ((v & 1) != 0)
        return get_bytes(u, v >> 1);
    if (v >> 1 < d->count)
        return d->words[v >> 1];
    get_fail(u);
    return (struct text){NULL, 0};
}

srv_code get_srv(struct packed_reader *u);

/* ---- Sets of extracts ---- */

#define ROOM_EXTRACT 14

/* As extracts_pack does with a set of one, into room for ROOM_EXTRACT bytes. */
unsigned char *extracts_put_one(unsigned char *p, instant at);

#endif
