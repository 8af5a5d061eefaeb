/* pcreport simulate: a synthetic population, with the truth beside it. */
#include "base/file.h"
#include "commands_int.h"
#include "output/outfile.h"
#include "progress_int.h"
#include "simulate/simulate.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PERCENT_PPM (SIMULATE_PPM / 100)

static const struct option_spec specs[] = {
    {"devices", 0, "N", "how many Devices"},
    {"seed", 0, "S", "a number; the same one gives the same population (default: 1)"},
    {"out", 0, "DIR", "the folder to make; one that an earlier simulate made is replaced as a whole"},
    {"as-of", 0, "INSTANT", "where the story ends (default: 2025-10-01T06:00:00Z)"},
    {"legacy-failure-rate", 0, "N%", "of the Devices judged, how many fail under the legacy criteria (default: 7%)"},
    {"true-failure-rate", 0, "N%", "of the Devices judged, how many truly fail (default: 1%)"},
    {"nights", 0, "N", "lay it out as the inboxes of the last N nights, each with what arrives in it; some files late"},
    {"missing-nights", 0, "N", "leave N days out of the log, which missing-nights.txt then names"},
    {"log-from", 0, "INSTANT", "leave out of the log what was requested before"},
    {"gzip", 0, NULL, "compress the inputs"},
    {"duis", 0, NULL, "write the log also as DUIS documents with GBCS payloads, into the folder duis"},
    {"dry-run", 0, NULL, "count what would be written, but write nothing"},
};
static const struct option_group group_simulate = {"Simulating", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_simulate, NULL};

/* "7%", "0.25%", to four decimal places of a per cent. */
static bool parse_percent(const char *text, uint32_t *ppm)
{
    uint32_t worth = PERCENT_PPM; /* of the next digit behind the point */
    uint32_t whole = 0;
    const char *p = text;

    for (; *p >= '0' && *p <= '9' && whole <= 100; p++)
        whole = whole * 10 + (uint32_t)(*p - '0');
    *ppm = whole * PERCENT_PPM;
    if (p != text && *p == '.')
        for (p++; *p >= '0' && *p <= '9' && worth >= 10; p++) {
            worth /= 10;
            *ppm += worth * (uint32_t)(*p - '0');
        }
    return p != text && whole <= 100 && strcmp(p, "%") == 0;
}

static int read_rate(const struct options *o, const char *name, uint32_t *ppm, struct err *err)
{
    const char *const value = options_value(o, name);

    if (value == NULL || parse_percent(value, ppm))
        return 0;
    return err_set(err, ERR_USAGE, "--%s '%s': a percentage is wanted, such as 7%% or 0.25%%", name, value);
}

static int read_log_options(const struct options *o, struct simulation *what, struct err *err)
{
    uint64_t nights = 0;
    uint64_t missing = 0;

    if (options_number(o, "nights", 1, SIMULATE_NIGHTS_MAX, &nights, err) < 0 ||
        options_number(o, "missing-nights", 0, SIMULATE_PERIOD_DAYS - 1, &missing, err) < 0 ||
        options_instant(o, "log-from", DATE_FROM, INSTANT_NONE, &what->log_from, err) < 0)
        return -1;
    what->nights = (unsigned)nights;
    what->missing_nights = (unsigned)missing;
    return 0;
}

static int read_options(const struct options *o, struct simulation *what, struct err *err)
{
    if (o->operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: simulate reads no files", o->operands[0]);
    if (options_value(o, "devices") == NULL || options_value(o, "out") == NULL)
        return err_set(err, ERR_USAGE, "give both --devices=N and --out=DIR, the folder to make");
    if (read_log_options(o, what, err) < 0)
        return -1;
    what->gzip = options_has(o, "gzip");
    what->duis = options_has(o, "duis");
    if (options_number(o, "devices", 1, SIMULATE_DEVICES_MAX, &what->devices, err) < 0 ||
        options_number(o, "seed", 0, UINT64_MAX, &what->seed, err) < 0 ||
        options_instant(o, "as-of", DATE_AT, INSTANT_NONE, &what->as_of, err) < 0 ||
        read_rate(o, "legacy-failure-rate", &what->legacy_failed_ppm, err) < 0 ||
        read_rate(o, "true-failure-rate", &what->truly_failed_ppm, err) < 0)
        return -1;
    return 0;
}

static bool is_population(const char *folder, struct err *err)
{
    char *const truth = path_join(folder, "truth.csv", err);
    const bool there = truth != NULL && access(truth, F_OK) == 0;

    free(truth);
    return there;
}

/* The folder is replaced as a whole, so it must be ours or empty. */
static int check_folder(const char *folder, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry;
    bool empty = true;

    if (dir == NULL && errno == ENOENT)
        return 0;
    if (dir == NULL)
        return err_errno(err, ERR_CREATE, "cannot create folder '%s'", folder);
    while (empty && (entry = readdir(dir)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(dir);
    if (empty || is_population(folder, err))
        return 0;
    return err_set(err, ERR_CREATE, "'%s' holds something else than a simulated population: name a new folder", folder);
}

/* The days that the log lacks, into the summary; *b is for the sentence. */
static void tell_missing(struct json_out *j, const struct simulated *done, struct buf *b)
{
    char day[INSTANT_TEXT_SIZE];

    json_key(j, "missing_nights");
    json_open(j, '[');
    for (unsigned i = 0; i < done->missing_count; i++) {
        instant_format_date(done->missing[i], day);
        json_str(j, day);
        buf_printf(b, "%s%s", i == 0 ? "; the log lacks " : ", ", day);
    }
    json_close(j, ']');
}

static void summarise(struct session *s, const struct simulated *done, const char *out)
{
    char n[9][COUNT_TEXT_SIZE];
    struct json_out *const j = &s->summary;
    struct buf missing = {0};

    json_count(j, "devices", done->devices);
    json_count(j, "requests", done->requests);
    json_count(j, "snapshots", done->snapshots);
    json_count(j, "checks", done->checks);
    json_count(j, "registrations", done->registrations);
    json_count(j, "bytes", done->bytes);
    json_count(j, "truly_pass", done->pass);
    json_count(j, "truly_fail", done->fail);
    json_count(j, "truly_pending", done->pending);
    json_count(j, "truly_excluded", done->excluded);
    json_count(j, "decidable", done->decidable);
    tell_missing(j, done, &missing);
    say_summary(
        s, SUMMARY_TO_STDOUT, "%s: %s with %s, %s, %s and %s; truly %s pass, %s fail, %s pending, %s excluded%s%s%s",
        out != NULL ? "simulated" : "dry run", count_of(done->devices, "Device", "Devices", n[0]),
        count_of(done->requests, "log row", "log rows", n[1]), count_of(done->snapshots, "snapshot", "snapshots", n[2]),
        count_of(done->checks, "check", "checks", n[3]),
        count_of(done->registrations, "registration", "registrations", n[4]), count_text(done->pass, n[5]),
        count_text(done->fail, n[6]), count_text(done->pending, n[7]), count_text(done->excluded, n[8]),
        buf_cstr(&missing), out != NULL ? "; in " : "; nothing was written", out != NULL ? out : "");
    buf_release(&missing);
}

/* With a NULL `out` it is only counted. */
static int write_population(const char *out, struct simulation *what, struct simulated *done, struct err *err)
{
    struct outdir *dir = NULL;

    if (out == NULL)
        return simulate(what, done, err);
    if (check_folder(out, err) < 0 || outdir_create(&dir, out, err) < 0)
        return -1;
    what->folder = outdir_path(dir);
    if (simulate(what, done, err) < 0) {
        outdir_discard(dir);
        return -1;
    }
    return outdir_commit(dir, NULL, err);
}

static int run(struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    struct simulation what = {.seed = 1,
                              .as_of = SIMULATE_AS_OF,
                              .log_from = INSTANT_NONE,
                              .legacy_failed_ppm = SIMULATE_LEGACY_FAILED,
                              .truly_failed_ppm = SIMULATE_TRULY_FAILED};
    struct simulated done = {0};
    struct progress progress;
    const char *out;
    int rc;

    if (read_options(o, &what, err) < 0)
        return -1;
    out = options_has(o, "dry-run") ? NULL : options_value(o, "out");
    progress_begin(&progress, s);
    what.progress = progress_phase;
    what.ctx = &progress;
    rc = write_population(out, &what, &done, err);
    progress_clear(&progress);
    if (rc < 0)
        return -1;
    json_instant(&s->summary, "as_of", what.as_of);
    summarise(s, &done, out);
    return 0;
}

const struct command command_simulate = {
    .name = "simulate",
    .usage = "--devices=N --out=DIR [OPTION...]",
    .summary = "a synthetic population in every input kind, with the truth beside it",
    .about =
        "Invents a population of Devices and writes what would be known of it: the Service Audit Trail, inventory, "
        "registration, organisations, DSP checks and certificate snapshots. 'as-of.txt' holds the instant at which "
        "the story ends, 'truth.csv' what each Device really holds and whether the evidence suffices to show it. "
        "The same options give the same bytes on every machine. The folder appears whole or not at all, and can be "
        "fed to 'run' as it is.",
    .example = "  pcreport simulate --devices=10000 --out=practice\n"
               "  pcreport run --db=practice.db --inbox=practice --out=practice-reports\n",
    .groups = groups,
    .run = run,
};
