/* R7: lays requests that are the same one after another. */
#include "twins_int.h"

#include <stdlib.h>
#include <string.h>

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
    size_t to = count, from = count, left = f->count, rows_left = f->row_count;
    size_t skipped = left;

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

int twins_reorder(struct twins *t, struct device_records *records, struct err *err)
{
    struct followers f = {.units = t->units, .by_leader = t->order};
    int rc = -1;

    for (size_t i = 0; i < t->count; i++)
        t->units[i].stands_for = (size_t)(twins_standing_for(t, &t->units[i]) - t->units);
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
