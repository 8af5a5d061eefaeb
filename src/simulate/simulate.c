/* The whole population: opens the files, tells one premises after the other, then writes the log in order. */
#include "simulate/simulate.h"

#include "life_int.h"
#include "missing_int.h"

#include <stdlib.h>

#define EARLIEST   INT64_C(946684800000)   /* 2000-01-01 */
#define LATEST     INT64_C(32503680000000) /* 3000-01-01 */
#define TOLD_EVERY 4096                    /* premises */

static int check(const struct simulation *what, struct err *err)
{
    if (what->devices < 1 || what->devices > SIMULATE_DEVICES_MAX)
        return err_set(err, ERR_USAGE, "a population has 1 to %llu Devices", (unsigned long long)SIMULATE_DEVICES_MAX);
    if (what->as_of < EARLIEST || what->as_of >= LATEST)
        return err_set(err, ERR_USAGE, "a population ends in one of the years 2000 to 2999");
    if (what->legacy_failed_ppm > SIMULATE_PPM / 2)
        return err_set(err, ERR_USAGE, "at most half of the Devices can fail under the legacy criteria");
    if (what->truly_failed_ppm > what->legacy_failed_ppm)
        return err_set(err, ERR_USAGE, "no more Devices can truly fail than fail under the legacy criteria");
    if (what->nights > SIMULATE_NIGHTS_MAX)
        return err_set(err, ERR_USAGE, "a population is laid out in up to %d nights", SIMULATE_NIGHTS_MAX);
    if (what->nights > 0 && what->duis)
        return err_set(err, ERR_USAGE, "DUIS documents are not laid out in nights: give --nights or --duis");
    if (what->missing_nights >= (what->nights > 0 ? what->nights : SIMULATE_PERIOD_DAYS))
        return err_set(err, ERR_USAGE, "fewer nights can be missing than there are (%u)",
                       what->nights > 0 ? what->nights : SIMULATE_PERIOD_DAYS);
    return 0;
}

static void tell(const struct world *w, const char *phase, uint64_t done, uint64_t total)
{
    if (w->what->progress != NULL)
        w->what->progress(w->what->ctx, phase, done, total);
}

static int tell_all(struct world *w, struct err *err)
{
    const uint64_t devices = w->what->devices;
    uint64_t told = 0;

    world_write_organisations(layout_sink(w->layout, OUT_ORGANISATIONS, w->end_s));
    for (uint64_t number = 1; told < devices && !w->failed && !layout_failed(w->layout); number++) {
        const uint64_t left = devices - told;

        told += premises_tell(w, number, told + 1, left < 8 ? (unsigned)left : 8);
        if (number % TOLD_EVERY == 0)
            tell(w, "inventing Devices", told, devices);
    }
    return w->failed ? -1 : layout_close(w->layout, err);
}

static void tell_log(void *ctx, uint64_t rows)
{
    const struct world *const w = ctx;

    tell(w, "writing the log", rows, log_count(w->log));
}

static int write_all(struct world *w, struct err *err)
{
    uint64_t bytes = 0;

    if (tell_all(w, err) < 0 || layout_write_log(w->layout, w->log, tell_log, w, err) < 0 ||
        layout_write_instants(w->layout, err) < 0 || missing_write(w->what, w->done, &bytes, err) < 0)
        return -1;
    w->done->requests = log_count(w->log);
    w->done->bytes = layout_bytes(w->layout) + bytes;
    return 0;
}

int simulate(const struct simulation *what, struct simulated *out, struct err *err)
{
    struct world *w;
    int rc = -1;

    *out = (struct simulated){0};
    if (check(what, err) < 0)
        return -1;
    w = calloc(1, sizeof(*w));
    if (w == NULL)
        return err_nomem(err);
    w->what = what;
    w->done = out;
    w->err = err;
    w->end_s = what->as_of / INSTANT_SECOND;
    w->end_day = what->as_of / INSTANT_DAY;
    shares_set(&w->shares, what->legacy_failed_ppm, what->truly_failed_ppm, SIMULATE_PERIOD_DAYS);
    missing_draw(what, out);
    if (layout_create(&w->layout, what, err) == 0 && log_create(&w->log, what->folder, w->end_s, err) == 0)
        rc = write_all(w, err);
    layout_discard(w->layout);
    log_destroy(w->log);
    free(w);
    return rc;
}
