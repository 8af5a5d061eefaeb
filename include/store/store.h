/* The evidence store: one SQLite file, one writer at a time under a kernel lock, readers at any time. */
#ifndef PCREPORT_STORE_STORE_H
#define PCREPORT_STORE_STORE_H

#include "base/sorter.h"
#include "domain/cursor.h"
#include "domain/directory.h"
#include "domain/intake.h"
#include "rules/incident.h"
#include "rules/judge.h"

struct store;

enum store_mode {
    STORE_READ, /* the file must exist */
    STORE_WRITE /* created when missing (0640 less umask); ERR_BUSY at once when another process writes */
};

/* Opens, and in STORE_WRITE brings the schema up to date (numbered migrations). A file that is no store, or one of a
 * newer version, is ERR_DATA. */
int store_open(struct store **out, const char *path, enum store_mode mode, struct err *err);
/* NULL is allowed. Removes a file that store_open created and nothing was put in. */
void store_close(struct store *st);

/* Whether there is a file of this digest, or size. Where the store cannot be read it is false, and store_absorb fails.
 */
bool store_knows_digest(struct store *st, const unsigned char sha256[DIGEST_SIZE]);
bool store_knows_size(struct store *st, uint64_t bytes);
/* The number for the next file, from 1. */
int store_next_file(struct store *st, uint32_t *out, struct err *err);

typedef void (*store_progress)(void *ctx, const char *phase, uint64_t done, uint64_t total);

/* Merges the sorters into the store in one transaction (R7), with an account of each file of fate FILE_READ, its
 * rejects, and its counts in `files`. All or nothing: after -1 the store is as it was. */
int store_absorb(struct store *st, struct sorter *const *sorters, size_t sorter_count, struct intake_files *files,
                 store_progress progress, void *ctx, struct err *err);

int store_directory(struct store *st, struct directory **out, struct err *err);

/* ---- Judging ---- */

/* Which Devices a report is about; a zero member does not restrict. A Device matches when each restriction holds. */
struct device_filter {
    const uint64_t *devices; /* ascending */
    size_t device_count;
    struct party supplier;         /* responsible or commissioning Supplier, or registered at as-of */
    struct party network_operator; /* registered at as-of */
    enum csp_region region;
    unsigned device_types;     /* bit 1 << enum device_type */
    unsigned verdicts;         /* bit 1 << enum verdict: revised */
    unsigned classifications;  /* bit 1 << enum classification */
    instant commissioned_from; /* INSTANT_NONE: none */
    instant commissioned_to;   /* the first instant no longer in it; INSTANT_NONE: none */
};

struct judged; /* every Device with an inventory row, judged as at one instant, in ascending order of Device */

/* Judges the whole store on `threads` cores; verdicts go to an anonymous temporary file in temp_dir, so memory does not
 * grow with the population. `ctx` is borrowed and must outlive *out. The filter may be NULL. */
int store_judge(struct store *st, const struct judge_context *ctx, const struct device_filter *filter, unsigned threads,
                const char *temp_dir, store_progress progress, void *progress_ctx, struct judged **out,
                struct err *err);
/* The same as at two instants in one pass over the store: judged[i] by contexts[i]. A Device that matches the filter at
 * either instant is in both sets. */
int store_judge_both(struct store *st, const struct judge_context *const contexts[2],
                     const struct device_filter *filter, unsigned threads, const char *temp_dir,
                     store_progress progress, void *progress_ctx, struct judged *out[2], struct err *err);
void judged_destroy(struct judged *j);

struct judged_totals {
    uint64_t devices;
    uint64_t verdicts[VERDICTS], legacy_verdicts[VERDICTS], classifications[CLASSIFICATIONS];
};
struct judged_totals judged_totals(const struct judged *j);

/* Everything about one Device, for `explain`. Arrays live until device_story_release. */
struct device_story {
    struct device_facts facts;
    struct device_records records;
    struct registration_row *registrations;
    size_t registration_count;
    void *packed;
};
/* 1 when the store knows the Device, 0 when not, -1 on failure. as_of decides which MPxN counts. */
int store_device(struct store *st, uint64_t device, instant as_of, struct device_story *out, struct err *err);
void device_story_release(struct device_story *s);

/* Name of an input file by its number; "" when unknown. Borrowed until the next call. */
const char *store_file_name(struct store *st, uint32_t number);

/* ---- Queries ---- */

/* What a query can see beside the tables of the store: Devices judged as at as-of, and as at an earlier instant. What
 * is NULL is not there. :since is NULL unless the earlier instant was asked for. */
struct query_source {
    const struct judged *now;    /* rows of `devices`, `obligations`, `incidents` ..., and the value of :as_of */
    const struct judged *before; /* rows of `devices_before`, and with `now` of `changes` */
    bool from_nothing;           /* there is no earlier instant to compare with: `devices_before` is empty */
    bool since_asked;            /* :since is the instant of `before` */
    /* Where `now` is NULL: what the views of records (`requests`, `evidence`, `certificates`) and :as_of go by. */
    const struct judge_context *context;

    /* Asked often while the query runs: true ends it with ERR_DATA. NULL: nothing does. */
    bool (*stop)(void *stop_ctx);
    void *stop_ctx;
    int64_t memory_max_bytes; /* of all that SQLite takes in this process, from now on; 0: no limit */
};

/* Runs a report's query, read-only for sure. `source` is copied; NULL does for queries of what is stored. Several
 * statements, writes, attach and pragmas are ERR_CONFIG. The query may use the parameters :as_of and :since (ISO 8601
 * text). The caller destroys *out before the store and what `source` points to. */
int store_query(struct store *st, const struct query_source *source, const char *name, const char *sql,
                struct cursor **out, struct err *err);

/* Whether a query can be run at all (`since`: beside an earlier instant), and whether it needs judged Devices. Quick:
 * nothing is judged, no row is read. */
int store_query_check(struct store *st, const struct judge_context *ctx, bool since, const char *name, const char *sql,
                      bool *needs_verdicts, struct err *err);

/* ---- Incidents (R8) and runs ---- */

struct run_account {
    instant as_of;
    uint64_t opened, resolved, open;
    bool history_untouched; /* as_of is earlier than the last run's: nothing was changed */
    bool changed;           /* false: a run for this as-of was there and nothing is different */
};
/* One transaction: steps every CHF's Incident and records the run. With dry_run nothing is kept. */
int store_run(struct store *st, const struct judged *j, bool dry_run, struct run_account *out, struct err *err);

/* The as-of of the latest run recorded for an earlier instant; INSTANT_NONE where there is none. */
int store_previous_run(struct store *st, instant as_of, instant *out, struct err *err);

/* ---- Keeping ---- */

struct store_status {
    uint64_t files, rejects, devices, inventory_devices, requests, snapshots, checks, registrations, organisations;
    uint64_t incidents_open, incidents, runs, bytes;
    instant last_run, first_instant, last_instant;
    int schema_version;
};
/* Quick: from the accounts of the files and tallies kept with the Devices (store_verify holds them against the
 * Devices). */
int store_status_read(struct store *st, struct store_status *out, struct err *err);

/* Whether the store is whole: SQLite's integrity check, every packed Device readable and in order, every source known,
 * the accounts of the files balanced. Calls `finding` for each fault; returns their number, -1 when it cannot be read.
 */
int store_verify(struct store *st, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err);

#endif
