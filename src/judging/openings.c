/* R8: what each CHF that has an Incident open was when it was opened, by what is known now. */
#include "base/array.h"
#include "dossier_int.h"
#include "judging/coverage.h"
#include "rules/incident.h"
#include "runs_int.h"

#include <stdlib.h>

static int judge_then(const struct run *r, const struct judge_context *then, enum incident_criteria by,
                      struct opening *o, struct err *err)
{
    struct judge_scratch scratch = {0};
    struct dossier d = {0};
    struct judgement j;
    int got = dossier_find(r->store, o->device, then->as_of, then->settings->whole_extracts, &d, err);

    if (got == 1 && d.records.inventory_count > 0) {
        scratch.size = judge_scratch_size(&d.facts);
        scratch.ptr = malloc(scratch.size > 0 ? scratch.size : 1);
        if (scratch.ptr == NULL) {
            got = err_nomem(err);
        } else {
            judge_device(&d.facts, then, &scratch, &j);
            o->verdict = incident_verdict(&j, by);
        }
    }
    free(scratch.ptr);
    dossier_release(&d);
    return got < 0 ? -1 : 0;
}

static int compare_devices(const void *a, const void *b)
{
    const uint64_t x = ((const struct opening *)a)->device, y = ((const struct opening *)b)->device;

    return (x > y) - (x < y);
}

/* Many Incidents are opened in one night, and what a night knew is read once for them all. */
int openings_judge(struct openings *out, const struct run *r, struct err *err)
{
    struct context_at then = {.context = {.as_of = INSTANT_NONE}};
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    int got = sql_prepare(r->store, &stmt,
                          "SELECT device, opened_at, opened_by FROM incident WHERE resolved_at IS NULL"
                          " ORDER BY opened_at, device",
                          err);

    *out = (struct openings){0};
    while (got == 0 && (got = sql_step(r->store, stmt, err)) == 1) {
        struct opening *o;

        if (!array_reserve(&out->ptr, &cap, out->count + 1, sizeof(*out->ptr))) {
            got = err_nomem(err);
            break;
        }
        o = &out->ptr[out->count++];
        *o = (struct opening){id_of(sqlite3_column_int64(stmt, 0)), VERDICTS};
        got = 0;
        if (then.context.as_of != sql_instant(stmt, 1)) {
            context_at_release(&then);
            got = context_at(&then, r->store, r->judged->ctx, sql_instant(stmt, 1), err);
        }
        if (got == 0)
            got = judge_then(r, &then.context, (enum incident_criteria)sqlite3_column_int(stmt, 2), o, err);
    }
    sqlite3_finalize(stmt);
    context_at_release(&then);
    if (out->count > 1)
        qsort(out->ptr, out->count, sizeof(*out->ptr), compare_devices);
    return got;
}

enum verdict openings_verdict(const struct openings *o, uint64_t device)
{
    const struct opening wanted = {.device = device}, *const found = o->count == 0
                                                                         ? NULL
                                                                         : bsearch(&wanted, o->ptr, o->count,
                                                                                   sizeof(*o->ptr), compare_devices);

    return found != NULL ? found->verdict : VERDICTS;
}

void openings_release(struct openings *o)
{
    free(o->ptr);
    *o = (struct openings){0};
}
