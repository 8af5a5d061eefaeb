/* How an intake gets into the store: a feeder thread reads the sorted stream in batches, and one writer puts them away.
 */
#ifndef PCREPORT_STORE_ABSORB_INT_H
#define PCREPORT_STORE_ABSORB_INT_H

#include "domain/extracts.h"
#include "domain/merge.h"
#include "store/sums.h"
#include "store_int.h"

/* ---- absorb.c: the files of an intake by their numbers ---- */

struct account {
    struct intake_files *files;
    struct intake_file **by_number; /* index: number - first; NULL where no file has it */
    uint32_t first;
    size_t span;
};

/* The file, when its entries count; else NULL. */
struct intake_file *account_file(const struct account *a, uint32_t number);

/* Counts of stored and merged records. The feeder and the writer count side by side, so each has a counter of its own.
 */
struct file_count {
    uint64_t stored, merged;
};
struct counter {
    const struct account *account;
    struct file_count *counts; /* as account.by_number */
};

int counter_create(struct counter *c, const struct account *account, struct err *err);
void counter_release(struct counter *c);
void counter_count(void *counter, uint32_t file, bool stored); /* a merge_counted */

/* ---- batch.c: a bounded queue of batches between the feeder and the writer ---- */

struct batch_item {
    enum intake_class class;
    uint64_t key;
    size_t at, len; /* in the bytes of the batch */
};

/* Items in the order of class and key; those of one class and key are always in one batch. An item of INTAKE_DEVICE
 * holds all records of the Device: fresh ones in any order, or merged ones where the feeder merges. */
struct batch {
    struct batch_item *items;
    size_t count, cap;
    struct buf bytes;
};

struct feed;

/* Starts the thread. `merging` is NULL or merges each Device on the thread (for a store without Devices); everything is
 * borrowed until feed_end. */
struct merging;
int feed_start(struct feed **out, struct sorter *const *sorters, size_t count, const struct account *account,
               struct merging *merging, struct err *err);
/* 1 with a batch, borrowed until the next call; 0 at the end; -1 when the feeder failed. */
int feed_next(struct feed *f, const struct batch **out, struct err *err);
void feed_end(struct feed *f); /* at any time; NULL is allowed */

/* ---- put.c: the records of one Device ---- */

struct merging {
    struct merger *merger;
    struct counter counter;
    struct buf out; /* the merged Device */
};

int merging_create(struct merging *m, const struct account *account, struct err *err);
void merging_release(struct merging *m);
/* Merges into m->out. */
int merging_run(struct merging *m, struct text existing, struct text fresh, bool *changed, struct err *err);

/* ---- shared.c: R10.1, requests that may be held by several Devices ---- */

/* How many Devices say that a request was made just then by that sender; while they are gathered, how many more. */
struct shared_made {
    uint64_t target, counter, originator; /* its RequestID */
    uint64_t own;                         /* 1: the Device is its target */
    instant at;
    uint64_t sender;
    int64_t devices;
};

struct shared {
    struct store *store;
    struct sorter *changes;
    sqlite3_stmt *of_target, *of_request, *earliest;
    bool blank;             /* nothing was stored when it was made */
    uint64_t targets[1024]; /* a bit for each target that is stored, by a hash of it */
};

int shared_create(struct shared *s, struct store *st, struct err *err);
void shared_release(struct shared *s);
/* 1 where requests to the Device are stored as held by others, or just that one; else 0. */
int shared_is_target(struct shared *s, uint64_t device, struct err *err);
int shared_holds(struct shared *s, const struct request_id *id, struct err *err);
int shared_change(struct shared *s, const struct shared_made *difference, struct err *err);

/* Calls `each` for the sums of the differences, with those of a request together. Nothing can be added any more. */
typedef int shared_visit(void *ctx, const struct shared_made *differences, size_t count, struct err *err);
int shared_each(struct shared *s, shared_visit *each, void *ctx, struct err *err);

/* Counts a request `sign` times by what others than its target say earliest, beside its target's own (NULL: it has
 * none), which counts with that Device; the same as stored, 1 where it is stored and else 0; and all that are stored.
 */
struct traffic;
int shared_count(struct traffic *t, const struct shared_made *others, const struct shared_made *own, int sign,
                 struct err *err);
int shared_count_stored(struct traffic *t, const struct request_id *id, int sign, struct err *err);
int shared_count_all(struct traffic *t, struct err *err);

/* ---- traffic.c: R10.1, when requests were made; gathered in bounded memory, settled at the end ---- */

/* Counts of one hour of all senders (sender 0, `slot` an hour since 1970), or of one sender's day. */
struct traffic_count {
    uint64_t sender;
    int64_t slot;
    int64_t requests, on_the_hour; /* differences while they are gathered */
};

struct traffic_page;

struct traffic {
    struct traffic_page *pages; /* a table addressed by hash */
    size_t size, used;
    struct sorter *spilled;
    struct shared shared;
};

int traffic_create(struct traffic *t, struct store *st, struct err *err);
void traffic_release(struct traffic *t);
int traffic_count(struct traffic *t, const struct traffic_count *difference, struct err *err);
/* Counts a request `sign` times, in the hour and in the sender's day. */
int traffic_count_request(struct traffic *t, instant at, uint64_t sender, int sign, struct err *err);
enum tally { TALLY_DEVICES, TALLY_INVENTORY_DEVICES, TALLY_REQUESTS, TALLY_SNAPSHOTS, TALLY_CHECKS, TALLIES };
extern const char *const tally_names[TALLIES];

/* Adds what a packed Device holds to the tally, and its requests to those of hours and senders or to the shared ones,
 * `sign` times. *inventory: whether an inventory row is among it. Malformed bytes are ERR_DATA. */
int traffic_add(struct traffic *t, uint64_t device, int64_t tally[TALLIES], struct text packed, int sign,
                bool *inventory, struct err *err);

/* A request of a packed Device: it was made when the earliest of its rows says, by whom that one says; INSTANT_NONE
 * where none says. */
struct request_made {
    struct text identity;
    bool open;      /* while rows are taken in */
    bool elsewhere; /* its RequestID names another than the Device */
    instant at;
    uint64_t sender;
};
int requests_made_each(struct text packed, int (*each)(void *ctx, const struct request_made *r, struct err *err),
                       void *ctx, struct err *err);
extern const char store_malformed[]; /* what is said of malformed bytes */
/* Calls `each` for the sums, first those of the hours, ascending, then those of the senders, ascending by sender and
 * day. Nothing can be added any more. */
int traffic_each(struct traffic *t, int (*each)(void *ctx, const struct traffic_count *c, struct err *err), void *ctx,
                 struct err *err);

/* ---- put.c: what is kept about all Devices together; gathered by the writer ---- */

struct notes {
    struct sorter *hubs; /* CHF -> GSME, of every inventory row that came */
    struct device_records records;
    int64_t tally[TALLIES];
    struct traffic traffic;
};

int notes_create(struct notes *n, struct store *st, struct err *err);
void notes_release(struct notes *n);

/* ---- put_rows.c: requests that end in DCC systems, and the answers that name no Device ---- */

struct put;
int put_asked(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes, struct err *err);
int put_answers(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                struct err *err);
/* At the end: gives the Devices of each request the answer, where one of the two is new. Changes Devices. */
int put_answered(struct put *p, struct err *err);

/* ---- put_reference.c: the rows of reference data that claim one identity ---- */

struct told {
    struct buf row;      /* as registration_pack or organisation_pack writes it */
    struct buf extracts; /* a packed set */
    struct source source;
    bool conflict;
    bool known;   /* it is in the store, as number its index */
    bool changed; /* it is to be written */
    uint64_t sum_before;
};

struct told_rows {
    struct told *ptr;
    size_t count, cap;
    struct extracts scratch[3];
    struct buf united;
};

void told_release(struct told_rows *t);

/* ---- reference.c: whom the registrations name ---- */

struct registrants {
    struct registrant *ptr; /* a hash table by id; 0: no entry */
    size_t cap, count;
};

struct registrant {
    uint64_t id;
    instant supplier_from, network_operator_from; /* INSTANT_NONE: never */
    bool changed;
};

int registrants_read(struct registrants *r, struct store *st, struct err *err);
int registrants_note(struct registrants *r, const struct registration_row *row, struct err *err);
int registrants_write(const struct registrants *r, struct store *st, struct err *err);
void registrants_release(struct registrants *r);

/* ---- put.c: writing one group of items ---- */

struct put {
    struct store *store;
    struct counter counter; /* of reference data */
    struct merging *merging;
    struct notes *notes;
    struct sums sums;
    bool merged_before; /* the feeder merged */
    bool had_registrations, had_organisations;
    sqlite3_stmt *find_device, *add_device, *change_device;
    sqlite3_stmt *find_registration, *put_registration;
    sqlite3_stmt *find_organisation, *put_organisation;
    sqlite3_stmt *add_reject;
    sqlite3_stmt *add_asked, *add_answer; /* NULL until they are needed */
    sqlite3_stmt *put_listed[LISTS];      /* prepared when the first row comes */
    void *rows;                           /* scratch: the group, unpacked */
    size_t rows_size;
    struct told_rows told; /* the rows of one identity */
    struct buf packed;     /* one of them */
    struct registrants registrants;
};

/* Scratch memory for the rows of a group; NULL: no memory. */
void *put_scratch(struct put *p, size_t size, struct err *err);
int put_unreadable(struct err *err); /* ERR_BUG */
int compare_sources(const struct source *a, const struct source *b);

int put_create(struct put *p, struct store *st, const struct account *account, struct merging *merging,
               struct notes *notes, struct err *err);
void put_release(struct put *p);
int put_device(struct put *p, const struct batch_item *item, const unsigned char *bytes, struct err *err);
int put_registrations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err);
int put_organisations(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                      struct err *err);
int put_listed(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
               struct err *err);
int put_rejects(struct put *p, const struct batch_item *items, size_t count, const unsigned char *bytes,
                struct err *err);
/* At the end: the hubs, the shared requests, the traffic and the tally; the sums are left to sums_end. */
int put_hubs(struct put *p, struct err *err);
int put_shared(struct put *p, struct err *err);
int put_traffic(struct put *p, struct err *err);
int put_tally(struct put *p, struct err *err);

#endif
