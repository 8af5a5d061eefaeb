/* R7: requests without a RequestID that are the same as another of the Device, told by another system or with fewer
 * fields. They are kept apart in the store, and laid side by side when a Device is unpacked to be judged. */
#include "settle_int.h"

#include "domain/service.h"

#include <stdlib.h>
#include <string.h>

/* A request by R7's identity. The unit that stands for several has the fields that any of them gives. */
struct unit {
    size_t first, count; /* its rows */
    size_t stands_for;   /* the unit that stands for it; its own index: itself */
    srv_code srv;
    uint64_t user_id;
    int64_t second;
    int64_t fraction; /* of that second, in milliseconds; 0: not told */
    enum key_usage credential_type;
    enum party_role role;
    instant execution_at;
    struct request_id id;
    bool astray; /* its RequestID names another Device: evidence of nothing, and no twin of any */
};

/* Where a unit's twins can be: nearly every one is alone there. */
struct place {
    int64_t second;
    uint64_t user_id;
    srv_code srv;
    uint32_t first;
};

/* The units that are not alone at their place. */
struct twins {
    struct unit *units; /* by their place, and there in the order of their rows */
    struct unit **order;
    size_t count;
};

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
        .srv = row->srv,
        .user_id = row->user_id,
        .second = row->requested_at, /* not told: like no other */
        .credential_type = row->credential_type,
        .role = row->remote_party_role,
        .execution_at = row->execution_at < row->requested_at ? INSTANT_NONE : row->execution_at, /* as if blank (R1) */
        .id = row->id,
    };

    if (row->requested_at != INSTANT_NONE) {
        u.fraction = (row->requested_at % INSTANT_SECOND + INSTANT_SECOND) % INSTANT_SECOND;
        u.second -= u.fraction;
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
        if (u.srv == 0)
            u.srv = more.srv;
        if (u.second == INSTANT_NONE)
            u.second = more.second;
    }
    u.astray = u.id.present && u.id.target != rows[0].device && u.srv != 0 && !service_ends_in_dcc_systems(u.srv);
    return u;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

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
static int compare_places(const struct unit *a, const struct unit *b)
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
    int order = compare_places(a, b);

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

static struct unit *standing_for(const struct twins *t, const struct unit *u)
{
    while (&t->units[u->stands_for] != u)
        u = &t->units[u->stands_for];
    return &t->units[u->stands_for];
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
    struct unit *a = standing_for(t, which);

    for (size_t i = from; i < end; i++) {
        struct unit *b = standing_for(t, t->order[i]);

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
        for (end = i + 1; end < t->count && compare_places(t->order[i], t->order[end]) == 0;)
            end++;
        for (size_t k = i; end - i > 1 && k < end; k++)
            if (!t->order[k]->id.present)
                any = join_first(t, t->order[k], i, end) || any;
    }
    return any;
}

/* ---- Those that are the same, one after another ---- */

/* The units for which another stands: twice, to be walked from the end. */
struct followers {
    const struct unit *units;
    struct unit **by_leader; /* borrowed; in the order in which they are to lie */
    struct unit **by_row;
    size_t count;
    struct request_row *rows; /* of them all, by_leader */
    size_t row_count;
};

static const struct unit *leader_of(const struct unit *units, const struct unit *u)
{
    return &units[u->stands_for];
}

static int compare_rows(const void *left, const void *right)
{
    const struct unit *const a = *(const struct unit *const *)left;
    const struct unit *const b = *(const struct unit *const *)right;

    return ORDER(a->first, b->first);
}

static int compare_leaders(const void *left, const void *right, void *units)
{
    const struct unit *const a = *(const struct unit *const *)left;
    const struct unit *const b = *(const struct unit *const *)right;
    const int order = ORDER(leader_of(units, a)->first, leader_of(units, b)->first);

    return order != 0 ? order : ORDER(a->first, b->first);
}

/* Notes what is to be told of each, and copies its rows. */
static int put_by(struct followers *f, struct request_row *rows, struct err *err)
{
    const struct unit *leader = NULL;
    bool unnamed_before = false; /* one without a RequestID */
    size_t at = 0;

    f->rows = malloc(f->row_count * sizeof(*rows));
    if (f->rows == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < f->count; i++) {
        const struct unit *const u = f->by_leader[i];
        const bool unnamed = !rows[u->first].id.present;

        if (leader != leader_of(f->units, u)) {
            leader = leader_of(f->units, u);
            unnamed_before = !rows[leader->first].id.present;
        }
        rows[u->first].twin = unnamed && unnamed_before ? TWIN_IN_DOUBT : TWIN;
        unnamed_before = unnamed_before || unnamed;
        memcpy(&f->rows[at], &rows[u->first], u->count * sizeof(*rows));
        at += u->count;
    }
    return 0;
}

/* From the end on, so that each row goes to a place that was read before: a leader is the first of its rows. */
static void lay_side_by_side(const struct followers *f, struct request_row *rows, size_t count)
{
    size_t to = count, from = count, skipped = f->count, left = f->count, rows_left = f->row_count;

    while (left > 0) {
        const struct unit *const leader = leader_of(f->units, f->by_leader[left - 1]);

        while (from > leader->first + leader->count) {
            if (skipped > 0 && f->by_row[skipped - 1]->first + f->by_row[skipped - 1]->count == from)
                from = f->by_row[--skipped]->first;
            else
                rows[--to] = rows[--from];
        }
        for (; left > 0 && leader_of(f->units, f->by_leader[left - 1]) == leader; left--) {
            const size_t n = f->by_leader[left - 1]->count;

            to -= n;
            rows_left -= n;
            memcpy(&rows[to], &f->rows[rows_left], n * sizeof(*rows));
        }
    }
}

static int reorder(struct twins *t, struct device_records *records, struct err *err)
{
    struct followers f = {.units = t->units, .by_leader = t->order};
    int rc = -1;

    for (size_t i = 0; i < t->count; i++)
        t->units[i].stands_for = (size_t)(standing_for(t, &t->units[i]) - t->units);
    for (size_t i = 0; i < t->count; i++)
        if (t->units[i].stands_for != i) {
            t->order[f.count++] = &t->units[i];
            f.row_count += t->units[i].count;
        }
    f.by_row = malloc(f.count * sizeof(struct unit *));
    if (f.by_row == NULL)
        return err_nomem(err);
    memcpy(f.by_row, f.by_leader, f.count * sizeof(struct unit *));
    qsort(f.by_row, f.count, sizeof(struct unit *), compare_rows);
    qsort_r(f.by_leader, f.count, sizeof(struct unit *), compare_leaders, t->units);
    if (put_by(&f, records->requests, err) == 0) {
        lay_side_by_side(&f, records->requests, records->request_count);
        rc = 0;
    }
    free(f.rows);
    free(f.by_row);
    return rc;
}

/* ---- Those that may be ---- */

static int compare_places_of_rows(const void *left, const void *right)
{
    const struct place *const a = left, *const b = right;
    int order = ORDER(a->srv, b->srv);

    if (order == 0)
        order = ORDER(a->user_id, b->user_id);
    if (order == 0)
        order = ORDER(a->second, b->second);
    return order != 0 ? order : ORDER(a->first, b->first);
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->srv == b->srv && a->user_id == b->user_id && a->second == b->second;
}

/* All places, sorted. */
static struct place *places_of(const struct device_records *records, size_t *count)
{
    struct place *const places = malloc(records->request_count * sizeof(*places));
    size_t n = 0, rows;

    for (size_t at = 0; places != NULL && at < records->request_count; at += rows) {
        const struct unit u = unit_of(&records->requests[at], records->request_count - at);

        rows = u.count;
        places[n++] = (struct place){u.second, u.user_id, u.srv, (uint32_t)at};
    }
    if (places != NULL)
        qsort(places, n, sizeof(*places), compare_places_of_rows);
    *count = n;
    return places;
}

/* Leaves those at which there are several. */
static size_t drop_lonely(struct place *places, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && same_place(&places[i], &places[end]);)
            end++;
        for (size_t k = i; end - i > 1 && k < end; k++)
            places[kept++] = places[k];
    }
    return kept;
}

static bool make_units(struct twins *t, const struct device_records *records, const struct place *places)
{
    t->units = malloc(t->count * sizeof(*t->units));
    t->order = malloc(t->count * sizeof(*t->order));
    if (t->units == NULL || t->order == NULL)
        return false;
    for (size_t i = 0; i < t->count; i++) {
        const size_t at = places[i].first;

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
    struct place *const places = records->request_count <= UINT32_MAX ? places_of(records, &count) : NULL;
    int rc = 0;

    if (places == NULL)
        return err_nomem(err);
    t.count = drop_lonely(places, count);
    const bool made = t.count == 0 || make_units(&t, records, places);
    free(places);
    if (!made)
        rc = err_nomem(err);
    else if (join_all(&t))
        rc = reorder(&t, records, err);
    free(t.units);
    free(t.order);
    return rc;
}
