/* The evidence store: one SQLite file, one writer at a time under a kernel lock, readers at any time. */
#ifndef PCREPORT_STORE_STORE_H
#define PCREPORT_STORE_STORE_H

#include "base/sorter.h"
#include "domain/directory.h"
#include "domain/intake.h"

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

/* Whether it holds no file and no run. */
int store_is_empty(struct store *st, bool *out, struct err *err);

/* Whether there is a file of this content, or of this size; and whether there is this very file, known by its content,
 * kind, instant of extraction and settings (where only the content is there, the file says so afterwards: same_as,
 * differs). Where the store cannot be read they are false, and store_absorb fails. */
bool store_knows_content(struct store *st, const unsigned char sha256[DIGEST_SIZE]);
bool store_knows_size(struct store *st, uint64_t bytes);
bool store_knows_file(struct store *st, struct intake_file *file);
/* The number for the next file, from 1. */
int store_next_file(struct store *st, uint32_t *out, struct err *err);

typedef void (*store_progress)(void *ctx, const char *phase, uint64_t done, uint64_t total);

/* Merges the sorters into the store in one transaction (R7), with an account of each file of fate FILE_READ, its
 * rejects, and its counts in `files`. All or nothing: after -1 the store is as it was. */
int store_absorb(struct store *st, struct sorter *const *sorters, size_t sorter_count, struct intake_files *files,
                 store_progress progress, void *ctx, struct err *err);

/* The organisations as at as_of (R1, R7). */
int store_directory(struct store *st, instant as_of, struct directory **out, struct err *err);

/* Name of an input file by its number; "" when unknown, or when the store cannot be read. Borrowed until the next call.
 */
const char *store_file_name(struct store *st, uint32_t number);

/* -1 where one of those questions that cannot fail (store_knows_..., store_file_name) met a store that cannot be read.
 */
int store_answered(const struct store *st, struct err *err);

/* R10.1: how many requests of the log were made from `from` up to `to`, both included, by R7's identity. Reads every
 * Device. */
int store_requests_made(struct store *st, instant from, instant to, int64_t *out, struct err *err);

/* The instant of the newest evidence of a kind of input up to as_of, by the accounts of its files; INSTANT_NONE: there
 * is none. A file that goes on beyond as_of counts as one that ends with it. */
int store_newest(struct store *st, const char *kind, instant as_of, instant *out, struct err *err);

/* ---- Keeping ---- */

struct store_status {
    uint64_t files, rows, rejects, devices, inventory_devices, requests, snapshots, checks, registrations,
        organisations;
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
