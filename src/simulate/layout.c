#include "layout_int.h"

#include "dice_int.h"
#include "duis_out_int.h"
#include "put_int.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LATE_ONE_IN 7 /* files of the nights after the first */
#define LATE_NIGHTS 3 /* at most */

struct layout {
    const struct simulation *what;
    int64_t end_s;
    unsigned nights; /* at least 1 */
    uint64_t bytes;
    struct sink *earlier; /* the inventory extract of earlier lives */
    struct sink **sinks;  /* of each night, one for each kind; NULL: the kind has none of that night */
};

static const struct file {
    const char *name, *ending, *heading;
    bool nightly, dated, input; /* inputs may be compressed */
} files[OUTPUTS] = {
    [OUT_INVENTORY] = {"inventory", ".csv",
                       "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region,manufacturer,model,"
                       "firmware,s1_cohort\n",
                       true, true, true},
    [OUT_REGISTRATION] = {"registration", ".csv", "mpxn,supplier_id,effective_from,effective_to,network_operator_id\n",
                          true, false, true},
    [OUT_ORGANISATIONS] = {"organisations", ".csv", "", false, false, true},
    [OUT_CHECKS] = {"dsp-checks", ".csv", "device_id,checked_at,check,result\n", true, false, true},
    [OUT_CERTIFICATES] = {"certificates", ".ndjson", "", true, false, true},
    [OUT_TRUTH] =
        {"truth", ".csv",
         "device_id,device_type,issue_credentials,device_certificates,network_operator_credentials,"
         "supplier_credentials,communicating,recovery_cell,true_verdict,legacy_expected,decidable,story,related\n",
         false, false, false},
};
#define KIND_LOG OUTPUTS /* as a number beside those of the files above */

static int64_t night_ends(const struct layout *l, unsigned night)
{
    return l->end_s - (l->nights - 1 - night) * DAY_S;
}

static void format_day(int64_t at_s, char out[INSTANT_TEXT_SIZE])
{
    instant_format_date(at_s * INSTANT_SECOND, out);
}

/* The night in which the file of a kind of a night arrives. The first night brings all that was before it, and is not
 * late. */
static unsigned arrives(const struct layout *l, unsigned night, unsigned kind)
{
    struct dice d = dice_for(l->what->seed, night * (KIND_LOG + 1) + kind, FOR_ARRIVAL);
    const bool is_late = night > 0 && dice_below(&d, LATE_ONE_IN) == 0;
    const unsigned late = is_late ? (unsigned)dice_between(&d, 1, LATE_NIGHTS) : 0;

    return night + late < l->nights ? night + late : l->nights - 1;
}

/* The folder of a night, or the only one. */
static int put_folder(const struct layout *l, unsigned night, char out[PATH_MAX], struct err *err)
{
    char day[INSTANT_TEXT_SIZE];
    int len;

    format_day(night_ends(l, night), day);
    len = l->what->nights == 0 ? snprintf(out, PATH_MAX, "%s", l->what->folder)
                               : snprintf(out, PATH_MAX, "%s/inbox/%s", l->what->folder, day);
    if (len < 0 || len >= PATH_MAX)
        return err_set(err, ERR_CREATE, "cannot create a file in '%s': the path is too long", l->what->folder);
    return 0;
}

static int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0750) < 0)
        return err_errno(err, ERR_CREATE, "cannot create folder '%s'", path);
    return 0;
}

static int make_folders(const struct layout *l, struct err *err)
{
    char path[PATH_MAX];

    if (l->what->nights == 0 || l->what->folder == NULL)
        return 0;
    if (snprintf(path, sizeof(path), "%s/inbox", l->what->folder) >= (int)sizeof(path))
        return err_set(err, ERR_CREATE, "cannot create folder '%s/inbox': the path is too long", l->what->folder);
    if (make_folder(path, err) < 0)
        return -1;
    for (unsigned night = 0; night < l->nights; night++)
        if (put_folder(l, night, path, err) < 0 || make_folder(path, err) < 0)
            return -1;
    return 0;
}

/* A file of a night, in the folder of the night in which it arrives; `day_s` gives its name a date, unless NO_TIME. */
static int open_file(const struct layout *l, struct sink **out, unsigned night, const char *name, const char *ending,
                     int64_t day_s, bool input, struct err *err)
{
    char folder[PATH_MAX];
    char day[INSTANT_TEXT_SIZE] = "";
    char whole[64];

    if (day_s != NO_TIME)
        format_day(day_s, day);
    snprintf(whole, sizeof(whole), "%s%s%s%s", name, day_s != NO_TIME ? "-" : "", day, ending);
    if (l->what->folder != NULL && put_folder(l, night, folder, err) < 0)
        return -1;
    return sink_create(out, l->what->folder != NULL ? folder : NULL, whole, l->what->gzip && input, err);
}

static int open_kind(struct layout *l, unsigned night, enum output kind, struct err *err)
{
    const struct file *const f = &files[kind];
    struct sink **const out = &l->sinks[night * OUTPUTS + kind];
    const bool dated = f->dated || (f->nightly && l->what->nights > 0);

    if (kind == OUT_TRUTH) {
        if (sink_create(out, l->what->folder, "truth.csv", false, err) < 0)
            return -1;
    } else if (open_file(l, out, arrives(l, night, kind), f->name, f->ending, dated ? night_ends(l, night) : NO_TIME,
                         f->input, err) < 0) {
        return -1;
    }
    sink_end(*out, put_str(sink_line(*out), f->heading));
    return 0;
}

static int open_files(struct layout *l, struct err *err)
{
    const struct file *const inventory = &files[OUT_INVENTORY];

    for (unsigned night = 0; night < l->nights; night++)
        for (unsigned kind = 0; kind < OUTPUTS; kind++)
            if ((files[kind].nightly || night == 0) && open_kind(l, night, (enum output)kind, err) < 0)
                return -1;
    if (open_file(l, &l->earlier, 0, "earlier-inventory", inventory->ending, l->end_s - EARLIER_EXTRACT_DAYS * DAY_S,
                  true, err) < 0)
        return -1;
    sink_end(l->earlier, put_str(sink_line(l->earlier), inventory->heading));
    return 0;
}

int layout_create(struct layout **out, const struct simulation *what, struct err *err)
{
    struct layout *const l = calloc(1, sizeof(*l));

    *out = NULL;
    if (l == NULL)
        return err_nomem(err);
    l->what = what;
    l->end_s = what->as_of / INSTANT_SECOND;
    l->nights = what->nights > 0 ? what->nights : 1;
    l->sinks = calloc((size_t)l->nights * OUTPUTS, sizeof(struct sink *));
    if (l->sinks == NULL) {
        free(l);
        return err_nomem(err);
    }
    if (make_folders(l, err) < 0 || open_files(l, err) < 0) {
        layout_discard(l);
        return -1;
    }
    *out = l;
    return 0;
}

void layout_discard(struct layout *l)
{
    if (l == NULL)
        return;
    for (unsigned i = 0; i < l->nights * OUTPUTS; i++)
        sink_discard(l->sinks[i]);
    sink_discard(l->earlier);
    free(l->sinks);
    free(l);
}

/* 0, or -1 for the first failure there was. */
static int close_sink(struct layout *l, struct sink **s, int rc, struct err *err)
{
    struct sink *const closing = *s;
    struct err *const first = rc == 0 ? err : &(struct err){0};

    *s = NULL;
    if (closing == NULL)
        return rc;
    if (l->what->nights > 0 && sink_bytes(closing) == 0) /* a night without a look at any Device */
        return sink_withdraw(closing, first) < 0 ? -1 : rc;
    l->bytes += sink_bytes(closing);
    return sink_close(closing, first) < 0 ? -1 : rc;
}

int layout_close(struct layout *l, struct err *err)
{
    int rc = 0;

    if (sink_lines(l->earlier) == 1) { /* its heading: no Device had an earlier life */
        rc = sink_withdraw(l->earlier, err);
        l->earlier = NULL;
    }
    rc = close_sink(l, &l->earlier, rc, err);
    for (unsigned i = 0; i < l->nights * OUTPUTS; i++)
        rc = close_sink(l, &l->sinks[i], rc, err);
    return rc;
}

bool layout_failed(const struct layout *l)
{
    bool failed = sink_failed(l->earlier);

    for (unsigned i = 0; i < l->nights * OUTPUTS; i++)
        failed |= l->sinks[i] != NULL && sink_failed(l->sinks[i]);
    return failed;
}

uint64_t layout_bytes(const struct layout *l)
{
    return l->bytes;
}

unsigned layout_night(const struct layout *l, int64_t at_s)
{
    const int64_t first_s = night_ends(l, 0);
    const int64_t nights = at_s <= first_s ? 0 : (at_s - first_s + DAY_S - 1) / DAY_S;

    return nights < (int64_t)l->nights ? (unsigned)nights : l->nights - 1;
}

struct sink *layout_sink(const struct layout *l, enum output kind, int64_t at_s)
{
    return l->sinks[(files[kind].nightly ? layout_night(l, at_s) : 0) * OUTPUTS + kind];
}

unsigned layout_extracts(const struct layout *l)
{
    return l->nights + 1;
}

struct sink *layout_extract(const struct layout *l, unsigned i, int64_t *made_s)
{
    /* What an extract says is as of the midnight that its name tells. */
    const int64_t at_s = i == 0 ? l->end_s - EARLIER_EXTRACT_DAYS * DAY_S : night_ends(l, i - 1);

    *made_s = i == l->nights ? INT64_MAX : at_s - at_s % DAY_S;
    return i == 0 ? l->earlier : l->sinks[(i - 1) * OUTPUTS + OUT_INVENTORY];
}

static int write_night(struct layout *l, struct log *log, unsigned night, log_progress progress, void *ctx,
                       struct err *err)
{
    const bool nightly = l->what->nights > 0;
    struct duis_out *duis = NULL;
    struct sink *s = NULL;
    int rc;

    if (open_file(l, &s, arrives(l, night, KIND_LOG), "srv-audit", ".csv", nightly ? night_ends(l, night) : NO_TIME,
                  true, err) < 0)
        return -1;
    if (l->what->duis && duis_out_create(&duis, l->what->folder, l->what->gzip, err) < 0) {
        sink_discard(s);
        return -1;
    }
    rc = log_write(log, night + 1 == l->nights ? INT64_MAX : night_ends(l, night), s, duis, progress, ctx, err);
    if (duis != NULL) {
        l->bytes += duis_out_bytes(duis);
        if (duis_out_close(duis, rc == 0 ? err : &(struct err){0}) < 0)
            rc = -1;
    }
    return close_sink(l, &s, rc, err);
}

int layout_write_log(struct layout *l, struct log *log, log_progress progress, void *ctx, struct err *err)
{
    for (unsigned night = 0; night < l->nights; night++)
        if (write_night(l, log, night, progress, ctx, err) < 0)
            return -1;
    return 0;
}

static int write_instant(struct layout *l, const char *folder, instant at, struct err *err)
{
    struct sink *s = NULL;
    char text[INSTANT_TEXT_SIZE];

    if (sink_create(&s, folder, "as-of.txt", false, err) < 0)
        return -1;
    instant_format(at, text);
    sink_end(s, put_char(put_str(sink_line(s), text), '\n'));
    return close_sink(l, &s, 0, err);
}

int layout_write_instants(struct layout *l, struct err *err)
{
    char folder[PATH_MAX];

    for (unsigned night = 0; l->what->nights > 0 && l->what->folder != NULL && night < l->nights; night++)
        if (put_folder(l, night, folder, err) < 0 ||
            write_instant(l, folder, night_ends(l, night) * INSTANT_SECOND, err) < 0)
            return -1;
    return write_instant(l, l->what->folder, l->what->as_of, err);
}
