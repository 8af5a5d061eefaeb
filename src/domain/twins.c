/* R7: requests without a RequestID that are the same as another of the Device, told by another system or with fewer
 * fields. They are kept apart in the store, and laid side by side when a Device is unpacked to be judged. */
#include "settle_int.h"
#include "twins_int.h"

#include "domain/service.h"

#include <stdlib.h>
#include <string.h>

static void fill_unit(struct unit *u, const struct unit *from)
{
    if (u->fraction == 0)
        u->fraction = from->fraction;
    if (u->credential_type == KEY_NONE)
        u->credential_type = from->credential_type;
    if (u->role == ROLE_NONE)
        u->role = from->role;
    if (u->execution_at == INSTANT_NONE)
        u->execution_at = from->execution_at;
    if (!u->id.present)
        u->id = from->id;
}

static struct unit unit_of_row(const struct request_row *row)
{
    struct unit u = {
        .place = {row->requested_at, row->user_id, row->srv}, /* an instant that is not told: like no other */
        .credential_type = row->credential_type,
        .role = row->remote_party_role,
        .execution_at = row->execution_at < row->requested_at ? INSTANT_NONE : row->execution_at, /* as if blank (R1) */
        .id = row->id,
    };

    if (row->requested_at != INSTANT_NONE) {
        u.fraction = (row->requested_at % INSTANT_SECOND + INSTANT_SECOND) % INSTANT_SECOND;
        u.place.second -= u.fraction;
    }
    return u;
}

/* The request that begins at rows[0]; the rows of an answer may lack what those of the request tell. */
static struct unit unit_of(const struct request_row *rows, size_t count)
{
    struct unit u = unit_of_row(&rows[0]);

    for (u.count = 1; u.count < count && request_same_identity(&rows[0], &rows[u.count]); u.count++) {
        const struct unit more = unit_of_row(&rows[u.count]);

        fill_unit(&u, &more);
        if (u.place.srv == 0)
            u.place.srv = more.place.srv;
        if (u.place.second == INSTANT_NONE)
            u.place.second = more.place.second;
    }
    u.astray =
        u.id.present && u.id.target != rows[0].device && u.place.srv != 0 && !service_ends_in_dcc_systems(u.place.srv);
    return u;
}

static int compare_ids(const struct request_id *a, const struct request_id *b)
{
    int order = ORDER(a->present, b->present);

    if (order == 0)
        order = ORDER(a->originator, b->originator);
    if (order == 0)
        order = ORDER(a->target, b->target);
    return order != 0 ? order : ORDER(a->counter, b->counter);
}

/* By what twins have in common. */
static int compare_places(const struct place *a, const struct place *b)
{
    int order = ORDER(a->srv, b->srv);

    if (order == 0)
        order = ORDER(a->user_id, b->user_id);
    return order != 0 ? order : ORDER(a->second, b->second);
}

/* Within that in the order of choice; what is not given comes first. */
static int compare_units(const void *left, const void *right)
{
    const struct unit *a = *(const struct unit *const *)left;
    const struct unit *b = *(const struct unit *const *)right;
    int order = compare_places(&a->place, &b->place);

    if (order == 0)
        order = ORDER(a->credential_type, b->credential_type);
    if (order == 0)
        order = ORDER(a->role, b->role);
    if (order == 0)
        order = ORDER(a->execution_at, b->execution_at);
    if (order == 0)
        order = compare_ids(&a->id, &b->id);
    return order != 0 ? order : ORDER(a->first, b->first);
}

#define DIFFER(a, b, blank) ((a) != (b) && (a) != (blank) && (b) != (blank))

static bool may_be_same(const struct unit *a, const struct unit *b)
{
    return !a->astray && !b->astray && !(a->id.present && b->id.present) && !DIFFER(a->fraction, b->fraction, 0) &&
           !DIFFER(a->credential_type, b->credential_type, KEY_NONE) && !DIFFER(a->role, b->role, ROLE_NONE) &&
           !DIFFER(a->execution_at, b->execution_at, INSTANT_NONE);
}

/* Joins a unit without a RequestID to the first, in order, of those at its place that it may be. */
static bool join_first(const struct twins *t, const struct unit *which, size_t from, size_t end)
{
    struct unit *a = twins_standing_for(t, which);

    for (size_t i = from; i < end; i++) {
        struct unit *b = twins_standing_for(t, t->order[i]);

        if (b == a || !may_be_same(a, b))
            continue;
        if (b < a) {
            struct unit *const later = a;

            a = b;
            b = later;
        }
        b->stands_for = a->stands_for;
        fill_unit(a, b);
        return true;
    }
    return false;
}

/* Whether any are the same. */
static bool join_all(const struct twins *t)
{
    bool any = false;
    size_t end;

    for (size_t i = 0; i < t->count; i = end) {
        for (end = i + 1; end < t->count && compare_places(&t->order[i]->place, &t->order[end]->place) == 0;)
            end++;
        for (size_t k = i; end - i > 1 && k < end; k++)
            if (!t->order[k]->id.present)
                any = join_first(t, t->order[k], i, end) || any;
    }
    return any;
}

/* ---- Those that may be ---- */

static uint32_t hash_of(const struct place *p)
{
    uint64_t h = (uint64_t)p->second;

    h = (h ^ p->user_id) * 0x9E3779B97F4A7C15U;
    h = (h ^ (h >> 32) ^ p->srv) * 0xBF58476D1CE4E5B9U;
    return (uint32_t)(h >> 32);
}

static int compare_keys(const void *left, const void *right)
{
    return ORDER(*(const uint64_t *)left, *(const uint64_t *)right);
}

/* Of each unit the hash of its place, and its first row: eight bytes where Devices have a million of them. */
static uint64_t *keys_of(const struct device_records *records, size_t *count)
{
    uint64_t *const keys = malloc(records->request_count * sizeof(*keys));
    size_t n = 0, rows;

    for (size_t at = 0; keys != NULL && at < records->request_count; at += rows) {
        const struct unit u = unit_of(&records->requests[at], records->request_count - at);

        keys[n++] = (uint64_t)hash_of(&u.place) << 32 | at;
        rows = u.count;
    }
    if (keys != NULL)
        qsort(keys, n, sizeof(*keys), compare_keys);
    *count = n;
    return keys;
}

/* Leaves those whose hash others have, too. */
static size_t drop_lonely(uint64_t *keys, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && keys[end] >> 32 == keys[i] >> 32;)
            end++;
        for (size_t k = i; end - i > 1 && k < end; k++)
            keys[kept++] = keys[k];
    }
    return kept;
}

static bool make_units(struct twins *t, const struct device_records *records, const uint64_t *keys)
{
    t->units = malloc(t->count * sizeof(*t->units));
    t->order = malloc(t->count * sizeof(*t->order));
    if (t->units == NULL || t->order == NULL)
        return false;
    for (size_t i = 0; i < t->count; i++) {
        const size_t at = (uint32_t)keys[i];

        t->units[i] = unit_of(&records->requests[at], records->request_count - at);
        t->units[i].first = at;
        t->units[i].stands_for = i;
        t->order[i] = &t->units[i];
    }
    qsort(t->order, t->count, sizeof(*t->order), compare_units);
    return true;
}

int twins_join(struct device_records *records, struct err *err)
{
    struct twins t = {0};
    size_t count;
    uint64_t *const keys = records->request_count <= UINT32_MAX ? keys_of(records, &count) : NULL;
    int rc = 0;

    if (keys == NULL)
        return err_nomem(err);
    t.count = drop_lonely(keys, count);
    const bool made = t.count == 0 || make_units(&t, records, keys);
    free(keys);
    if (!made)
        rc = err_nomem(err);
    else if (join_all(&t))
        rc = twins_reorder(&t, records, err);
    free(t.units);
    free(t.order);
    return rc;
}
