/* The whole population: opens the files, tells one premises after the other, then writes the log in order. */
#include "simulate/simulate.h"

#include "duis_out_int.h"
#include "life_int.h"

#include <stdio.h>
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
    return 0;
}

static const struct file {
    const char *name, *heading;
    bool input; /* may be compressed */
} files[OUTPUTS] = {
    [OUT_INVENTORY] = {NULL,
                       "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region,manufacturer,model,"
                       "firmware,s1_cohort\n",
                       true},
    [OUT_REGISTRATION] = {"registration.csv", "mpxn,supplier_id,effective_from,effective_to,network_operator_id\n",
                          true},
    [OUT_ORGANISATIONS] = {"organisations.csv", "", true},
    [OUT_CHECKS] = {"dsp-checks.csv", "device_id,checked_at,check,result\n", true},
    [OUT_CERTIFICATES] = {"certificates.ndjson", "", true},
    [OUT_TRUTH] =
        {"truth.csv",
         "device_id,device_type,issue_credentials,device_certificates,network_operator_credentials,"
         "supplier_credentials,communicating,recovery_cell,true_verdict,legacy_expected,decidable,story,related\n",
         false},
};

static int open_files(struct world *w, struct err *err)
{
    const struct simulation *const what = w->what;
    char inventory[64];
    char day[INSTANT_TEXT_SIZE];

    instant_format_date(what->as_of, day);
    snprintf(inventory, sizeof(inventory), "inventory-%s.csv", day);
    for (int i = 0; i < OUTPUTS; i++) {
        const struct file *const f = &files[i];

        if (sink_create(&w->out[i], what->folder, f->name != NULL ? f->name : inventory, what->gzip && f->input, err) <
            0)
            return -1;
        if (*f->heading != '\0')
            sink_end(w->out[i], put_str(sink_line(w->out[i]), f->heading));
    }
    return log_create(&w->log, what->folder, w->end_s, err);
}

/* 0, or -1 for the first failure there was. */
static int close_sink(struct world *w, struct sink **s, int rc, struct err *err)
{
    struct sink *const closing = *s;

    *s = NULL;
    if (closing == NULL)
        return rc;
    w->done->bytes += sink_bytes(closing);
    return sink_close(closing, err) < 0 ? -1 : rc;
}

static bool any_failed(const struct world *w)
{
    bool failed = w->failed;

    for (int i = 0; i < OUTPUTS; i++)
        failed |= sink_failed(w->out[i]);
    return failed;
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
    int rc = 0;

    for (uint64_t number = 1; told < devices && !any_failed(w); number++) {
        const uint64_t left = devices - told;

        told += premises_tell(w, number, told + 1, left < 8 ? (unsigned)left : 8);
        if (number % TOLD_EVERY == 0)
            tell(w, "inventing Devices", told, devices);
    }
    if (w->failed)
        return -1;
    for (int i = 0; i < OUTPUTS; i++)
        rc = close_sink(w, &w->out[i], rc, err);
    return rc;
}

static void tell_log(void *ctx, uint64_t rows)
{
    const struct world *const w = ctx;

    tell(w, "writing the log", rows, log_count(w->log));
}

static int write_log(struct world *w, struct err *err)
{
    struct duis_out *duis = NULL;
    struct sink *s = NULL;
    int rc;

    if (sink_create(&s, w->what->folder, "srv-audit.csv", w->what->gzip, err) < 0)
        return -1;
    if (w->what->duis && duis_out_create(&duis, w->what->folder, w->what->gzip, err) < 0) {
        sink_discard(s);
        return -1;
    }
    rc = log_write(w->log, s, duis, tell_log, w, err);
    w->done->requests = log_count(w->log);
    if (duis != NULL) {
        w->done->bytes += duis_out_bytes(duis);
        if (duis_out_close(duis, rc == 0 ? err : &(struct err){0}) < 0)
            rc = -1;
    }
    return close_sink(w, &s, rc, err);
}

static int write_as_of(struct world *w, struct err *err)
{
    struct sink *s = NULL;
    char text[INSTANT_TEXT_SIZE];

    if (sink_create(&s, w->what->folder, "as-of.txt", false, err) < 0)
        return -1;
    instant_format(w->what->as_of, text);
    sink_end(s, put_char(put_str(sink_line(s), text), '\n'));
    return close_sink(w, &s, 0, err);
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
    shares_set(&w->shares, what->legacy_failed_ppm, what->truly_failed_ppm, PERIOD_DAYS);
    if (open_files(w, err) == 0) {
        world_write_organisations(w->out[OUT_ORGANISATIONS]);
        if (tell_all(w, err) == 0 && write_log(w, err) == 0)
            rc = write_as_of(w, err);
    }
    for (int i = 0; i < OUTPUTS; i++)
        sink_discard(w->out[i]);
    log_destroy(w->log);
    free(w);
    return rc;
}
