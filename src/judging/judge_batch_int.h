/* Judging on many threads: batches of Devices go round a ring. The main thread reads them from the store and writes the
 * verdicts down, both in the order of the Devices; workers judge in between. */
#ifndef PCREPORT_JUDGING_JUDGE_BATCH_INT_H
#define PCREPORT_JUDGING_JUDGE_BATCH_INT_H

#include "device_rows_int.h"
#include "facts_int.h"
#include "judged_set_int.h"

bool filter_restricts(const struct device_filter *f); /* NULL does not */

/* What only one of the instants knows. */
struct judge_facts {
    mpxn_code mpxn;
    size_t registrations_at, registrations_len;
};

struct judge_item {
    uint64_t device;
    uint32_t checksum;
    size_t packed_at, packed_len;
    said_code said; /* R11 */
    struct judge_facts facts[INSTANTS_MAX];
};

/* The verdicts as at one instant. */
struct judge_verdicts {
    struct buf records;
    uint64_t first; /* Device of the first record */
    struct judged_totals totals;
};

enum judge_state { BATCH_FREE, BATCH_FILLED, BATCH_JUDGED };

struct judge_batch {
    enum judge_state state;
    struct judge_item *items;
    size_t count;
    struct buf packed, registrations;
    /* What the worker makes of it: */
    struct judge_verdicts verdicts[INSTANTS_MAX];
    struct buf firmware; /* R9.3, as at the first instant */
    struct buf suspects; /* likewise */
    struct buf rows;     /* what became of rows that are wanted */
    size_t row_count;
    struct err err;
};

#define JUDGE_BATCH_ITEMS 512
#define JUDGE_BATCH_BYTES (1 << 20) /* a batch is full with this many bytes of evidence */

int judge_batch_create(struct judge_batch *b, struct err *err);
void judge_batch_release(struct judge_batch *b);
void judge_batch_clear(struct judge_batch *b);

/* What one worker keeps from one Device to the next. */
struct judge_worker {
    const struct store *store; /* for messages */
    const struct judge_context *const *contexts;
    unsigned instants; /* 1 or 2 */
    bool is_night;     /* R11: as at the second instant only Devices of which otherwise was reported */
    const struct device_filter *filter;
    struct device_records records;
    struct registration_row *registrations;
    size_t registration_cap;
    struct judge_scratch scratch, related;
    struct buf record;
    const struct device_rows *rows; /* NULL: none are wanted */
    struct device_row row;
};

void judge_worker_release(struct judge_worker *w);
/* Judges the items of a batch; what went wrong is in b->err. */
void judge_batch_run(struct judge_worker *w, struct judge_batch *b);

#endif
