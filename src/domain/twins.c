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

struct twins {
    struct unit *units; /* in the order of their rows */
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

static int compare_groups(const void *left, const void *right)
{
    const struct unit *a = *(const struct unit *const *)left;
    const struct unit *b = *(const struct unit *const *)right;
    const int order = ORDER(a->stands_for, b->stands_for);

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

/* Puts the rows into `to`, those that are the same one after another. */
static void lay_side_by_side(const struct twins *t, const struct request_row *rows, struct request_row *to)
{
    const struct unit *before = NULL;
    bool unnamed_before = false; /* one without a RequestID */
    size_t at = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct unit *const u = t->order[i];
        const bool unnamed = !rows[u->first].id.present;

        memcpy(&to[at], &rows[u->first], u->count * sizeof(*to));
        if (before == NULL || u->stands_for != before->stands_for)
            unnamed_before = false;
        else
            to[at].twin = unnamed && unnamed_before ? TWIN_IN_DOUBT : TWIN;
        unnamed_before = unnamed_before || unnamed;
        at += u->count;
        before = u;
    }
}

static int reorder(struct twins *t, struct device_records *records, struct err *err)
{
    struct request_row *rows = malloc(records->request_count * sizeof(*rows));

    if (rows == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < t->count; i++)
        t->units[i].stands_for = (size_t)(standing_for(t, &t->units[i]) - t->units);
    qsort(t->order, t->count, sizeof(*t->order), compare_groups);
    lay_side_by_side(t, records->requests, rows);
    free(records->requests);
    records->requests = rows;
    records->request_cap = records->request_count;
    return 0;
}

int twins_join(struct device_records *records, struct err *err)
{
    struct twins t = {0};
    int rc = -1;

    t.units = malloc(records->request_count * sizeof(*t.units));
    t.order = malloc(records->request_count * sizeof(*t.order));
    if (t.units == NULL || t.order == NULL) {
        err_nomem(err);
        goto done;
    }
    for (size_t at = 0; at < records->request_count; at += t.units[t.count++].count) {
        t.units[t.count] = unit_of(&records->requests[at], records->request_count - at);
        t.units[t.count].first = at;
        t.units[t.count].stands_for = t.count;
        t.order[t.count] = &t.units[t.count];
    }
    qsort(t.order, t.count, sizeof(*t.order), compare_units);
    rc = join_all(&t) ? reorder(&t, records, err) : 0;
done:
    free(t.units);
    free(t.order);
    return rc;
}
