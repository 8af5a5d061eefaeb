/* The waivers of the store. */
#include "judging/waivers.h"

#include "base/array.h"
#include "domain/eui64.h"
#include "domain/obligation.h"
#include "store/sql.h"

#include <stdlib.h>

static instant instant_of(struct text t, instant otherwise)
{
    const char *why;
    instant at;

    return t.len > 0 && instant_parse(t, ZONE_UTC, DATE_START, &at, &why) == 0 ? at : otherwise;
}

static void read_party(struct waiver *w, struct text t, const struct directory *directory)
{
    uint64_t id;

    w->for_party = t.len > 0;
    if (!w->for_party)
        return;
    w->party = directory_find(directory, t);
    if (w->party.kind == PARTY_NONE && eui64_parse(t, &id))
        w->party = (struct party){id, PARTY_UNKNOWN};
}

/* The model is an offset until all are there. */
static void read_row(sqlite3_stmt *stmt, const struct directory *directory, struct waivers *all, struct waiver *w)
{
    const struct text device = sql_text(stmt, 0), model = sql_text(stmt, 1), obligation = sql_text(stmt, 3);

    *w = (struct waiver){.obligation = -1,
                         .model = {(const char *)(uintptr_t)all->models.len, model.len},
                         .from = instant_of(sql_text(stmt, 4), INSTANT_NONE),
                         .until = instant_of(sql_text(stmt, 5), INSTANT_NONE)};
    buf_add_text(&all->models, model);
    if (device.len > 0)
        (void)eui64_parse(device, &w->device); /* as the reader wrote it */
    read_party(w, sql_text(stmt, 2), directory);
    for (int o = 0; o < OBLIGATIONS; o++)
        if (text_equal(obligation, text_of(obligation_word((enum obligation)o))))
            w->obligation = o;
}

int waivers_read(struct waivers *out, struct store *st, const struct directory *directory, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt,
                          "SELECT device_id, model, party, obligation, valid_from, expires FROM waiver"
                          " ORDER BY device_id, model, party, obligation, valid_from, expires",
                          err);

    *out = (struct waivers){0};
    while (got == 0 && (got = sql_step(st, stmt, err)) == 1) {
        got = array_reserve(&out->ptr, &out->cap, out->count + 1, sizeof(*out->ptr)) ? 0 : err_nomem(err);
        if (got == 0)
            read_row(stmt, directory, out, &out->ptr[out->count++]);
    }
    sqlite3_finalize(stmt);
    if (got == 0 && out->models.failed)
        got = err_nomem(err);
    for (size_t i = 0; i < out->count; i++)
        out->ptr[i].model.ptr = (const char *)out->models.ptr + (uintptr_t)out->ptr[i].model.ptr;
    return got;
}

void waivers_release(struct waivers *w)
{
    free(w->ptr);
    buf_release(&w->models);
    *w = (struct waivers){0};
}
