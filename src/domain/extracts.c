/* How a set of instants is packed: flags, the first, how much later the last is, and the steps between them. A step is
 * told by how far it is from a day, and one that comes again by how often. */
#include "domain/extracts.h"

#include "base/array.h"
#include "packed_int.h"

#include <stdlib.h>

enum set_flags {
    SET_UNDATED = 1, /* an extract without an instant is among them */
    SET_DATED = 2,   /* the first follows */
    SET_STEPS = 4,   /* the last and the steps follow */
    SET_FLAGS_END = 8
};

/* A step, as a number: odd: the step before, so many times more; else its seconds more than a day, or STEP_OTHER. */
#define STEP_REPEATED 1
#define STEP_OTHER    2
#define STEP_BITS     2

#define ROOM_STEP (2 * ROOM_U64 + ROOM_TIME)

/* No Device and no registration is in as many extracts; without a limit a few damaged bytes could stand for any number.
 */
#define EXTRACTS_MAX (1 << 17)

void extracts_release(struct extracts *e)
{
    free(e->at);
    *e = (struct extracts){0};
}

/* ---- Packing ---- */

static unsigned char *put_step(unsigned char *p, int64_t step)
{
    const int64_t seconds = (step - INSTANT_DAY) / INSTANT_SECOND;

    if (step % INSTANT_SECOND != 0 || step > 2 * INSTANT_DAY)
        return put_time(put_u64(p, STEP_OTHER), step);
    return put_u64(p, ((uint64_t)seconds << 1 ^ (seconds < 0 ? UINT64_MAX : 0)) << STEP_BITS);
}

static void pack_steps(struct buf *b, const instant *at, size_t count)
{
    int64_t before = 0;
    uint64_t repeated = 0;

    for (size_t i = 1; i <= count; i++) {
        const int64_t step = i < count ? at[i] - at[i - 1] : 0;
        unsigned char bytes[ROOM_STEP], *p = bytes;

        if (i < count && step == before) {
            repeated++;
            continue;
        }
        if (repeated > 0)
            p = put_u64(p, repeated << 1 | STEP_REPEATED);
        if (i < count)
            p = put_step(p, step);
        buf_add(b, bytes, (size_t)(p - bytes));
        before = step;
        repeated = 0;
    }
}

_Static_assert(ROOM_EXTRACT >= 1 + ROOM_TIME, "flags and an instant");

unsigned char *extracts_put_one(unsigned char *p, instant at)
{
    if (at == INSTANT_NONE) {
        *p++ = SET_UNDATED;
        return p;
    }
    *p++ = SET_DATED;
    return put_time(p, at);
}

void extracts_pack(struct buf *b, const instant *at, size_t count)
{
    const bool undated = at[0] == INSTANT_NONE;
    const instant *const dated = undated ? at + 1 : at;
    const size_t n = undated ? count - 1 : count;
    unsigned char bytes[1 + 2 * ROOM_TIME], *p = bytes;

    *p++ = (unsigned char)((undated ? SET_UNDATED : 0) | (n > 0 ? SET_DATED : 0) | (n > 1 ? SET_STEPS : 0));
    if (n > 0)
        p = put_time(p, dated[0]);
    if (n > 1)
        p = put_time(p, dated[n - 1] - dated[0]);
    buf_add(b, bytes, (size_t)(p - bytes));
    if (n > 1)
        pack_steps(b, dated, n);
}

/* ---- Unpacking ---- */

/* A packed set, read as far as its ends. */
struct packed_set {
    struct packed_reader steps;
    bool undated, dated;
    instant first, last; /* of the dated ones */
};

static bool open_set(struct text packed, struct packed_set *out)
{
    const unsigned char *const at = (const unsigned char *)packed.ptr;
    struct packed_reader u = {at, packed.len > 0 ? at + packed.len : at, false};
    const unsigned flags = get_byte(&u);

    *out = (struct packed_set){.undated = (flags & SET_UNDATED) != 0, .dated = (flags & SET_DATED) != 0};
    if (flags == 0 || flags >= SET_FLAGS_END || ((flags & SET_STEPS) != 0 && !out->dated))
        return false;
    if (out->dated)
        out->first = out->last = get_instant(&u); /* not INSTANT_NONE: see below */
    if ((flags & SET_STEPS) != 0) {
        const int64_t length = get_time(&u);

        if (length <= 0 || length > INSTANT_LAST - out->first)
            return false;
        out->last = out->first + length;
    }
    out->steps = u;
    return !u.failed && out->first != INSTANT_NONE && ((flags & SET_STEPS) != 0) == (u.at < u.end);
}

/* The dated instants one after another. */
struct walk {
    const struct packed_set *set;
    struct packed_reader steps;
    instant now;
    int64_t step;
    uint64_t repeated;
};

static bool read_step(struct walk *w)
{
    const uint64_t token = get_u64(&w->steps);

    if ((token & STEP_REPEATED) != 0) {
        w->repeated = token >> 1;
        return w->repeated > 0 && w->step > 0;
    }
    if (token == STEP_OTHER) {
        w->step = get_time(&w->steps);
    } else {
        const uint64_t zigzag = token >> STEP_BITS;

        if ((token & STEP_OTHER) != 0 || zigzag > 2 * (uint64_t)(INSTANT_DAY / INSTANT_SECOND))
            return false;
        w->step = INSTANT_DAY + (int64_t)(zigzag >> 1 ^ (0 - (zigzag & 1))) * INSTANT_SECOND;
    }
    w->repeated = 1;
    return w->step > 0 && !w->steps.failed;
}

/* 1 with the next in w->now, 0 at the end, -1 when the bytes are malformed. */
static int walk_next(struct walk *w)
{
    if (w->repeated == 0) {
        if (w->steps.at == w->steps.end)
            return w->now == w->set->last ? 0 : -1;
        if (!read_step(w))
            return -1;
    }
    if (w->step > w->set->last - w->now)
        return -1;
    w->repeated--;
    w->now += w->step;
    return 1;
}

static struct walk walk_of(const struct packed_set *set)
{
    return (struct walk){.set = set, .steps = set->steps, .now = set->first};
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_DATA, "the instants of extraction of a row are damaged; restore the store from a backup");
}

static int add_instant(struct extracts *out, instant at, struct err *err)
{
    if (out->count == EXTRACTS_MAX)
        return damaged(err);
    if (!array_reserve(&out->at, &out->cap, out->count + 1, sizeof(*out->at)))
        return err_nomem(err);
    out->at[out->count++] = at;
    return 0;
}

int extracts_unpack(struct extracts *out, struct text packed, struct err *err)
{
    struct packed_set set;
    struct walk w;
    int got = 1;

    out->count = 0;
    if (!open_set(packed, &set))
        return damaged(err);
    if (set.undated && add_instant(out, INSTANT_NONE, err) < 0)
        return -1;
    if (!set.dated)
        return 0;
    for (w = walk_of(&set); got == 1; got = walk_next(&w))
        if (add_instant(out, w.now, err) < 0)
            return -1;
    return got < 0 ? damaged(err) : 0;
}

bool extracts_ends(struct text packed, instant *first, instant *last)
{
    struct packed_set set;

    if (!open_set(packed, &set))
        return false;
    *first = set.undated ? INSTANT_NONE : set.first;
    *last = set.dated ? set.last : INSTANT_NONE;
    return true;
}

void extracts_dated_ends(struct text packed, instant *first, instant *last)
{
    struct packed_set set;

    *first = *last = INSTANT_NONE;
    if (open_set(packed, &set) && set.dated) {
        *first = set.first;
        *last = set.last;
    }
}

bool extracts_counting(struct text packed, instant as_of, instant *out, bool *is_later)
{
    struct packed_set set;
    struct walk w;
    int got = 1;

    if (!open_set(packed, &set))
        return false;
    *is_later = !set.undated && set.first > as_of;
    *out = set.undated ? INSTANT_NONE : set.first;
    if (!set.dated || set.first > as_of)
        return true;
    *out = set.last;
    if (set.last <= as_of)
        return true;
    for (w = walk_of(&set); got == 1 && w.now <= as_of; got = walk_next(&w))
        *out = w.now;
    return got >= 0;
}

int extracts_unite(struct buf *out, struct text a, struct text b, struct extracts scratch[3], struct err *err)
{
    struct extracts *const left = &scratch[0], *const right = &scratch[1], *const both = &scratch[2];
    size_t i = 0, k = 0;

    if (extracts_unpack(left, a, err) < 0 || extracts_unpack(right, b, err) < 0)
        return -1;
    both->count = 0;
    while (i < left->count || k < right->count) {
        const bool from_left = k == right->count || (i < left->count && left->at[i] <= right->at[k]);
        const instant at = from_left ? left->at[i] : right->at[k];

        i += i < left->count && left->at[i] == at;
        k += k < right->count && right->at[k] == at;
        if (add_instant(both, at, err) < 0)
            return -1;
    }
    extracts_pack(out, both->at, both->count);
    return 0;
}

bool extracts_meet(struct text a, struct text b, struct extracts scratch[3])
{
    struct extracts *const left = &scratch[0], *const right = &scratch[1];
    size_t i = 0, k = 0;

    if (extracts_unpack(left, a, NULL) < 0 || extracts_unpack(right, b, NULL) < 0)
        return false;
    while (i < left->count && k < right->count && left->at[i] != right->at[k]) {
        if (left->at[i] < right->at[k])
            i++;
        else
            k++;
    }
    return i < left->count && k < right->count;
}
