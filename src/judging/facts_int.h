/* What judging needs of other Devices and of the reference data, brought to each Device in the order of the Devices. */
#ifndef PCREPORT_JUDGING_FACTS_INT_H
#define PCREPORT_JUDGING_FACTS_INT_H

#include "domain/record.h"
#include "store/store.h"

#define INSTANTS_MAX 2 /* for which Devices are judged in one pass */

/* A registration as it travels; the rules need no more of it. */
struct fact_registration {
    instant effective_from, effective_to;
    uint64_t supplier, network_operator;
    uint64_t seen; /* bit i: it counts as at instant i (R7) */
};

struct facts;

/* What is brought to a Device, as at one instant. */
struct found_facts {
    mpxn_code mpxn; /* 0: none is known */
    struct text
        registrations; /* an array of struct fact_registration as bytes, not aligned, ascending by effective_from */
};

/* Reads the inventory of every Device once, for all the instants (1 to INSTANTS_MAX); with `only`, a JSON array of the
 * keys of Devices (store/sql.h), of these alone. Sorts in bounded memory; spills to temp_dir. Everything later is read
 * in the transaction the caller holds. */
int facts_create(struct facts **out, struct store *st, const instant *as_of, unsigned instants, bool whole_extracts,
                 const char *only, const char *temp_dir, struct err *err);
void facts_destroy(struct facts *f); /* NULL is allowed */

/* To be asked for ascending Devices. Fills one of `out` for each instant, in their order; the texts are borrowed until
 * the next call, and the same text twice where nothing differs. */
int facts_of(struct facts *f, uint64_t device, struct found_facts *out, struct err *err);

/* One registration of the travelling bytes, as the rules take it. False when it does not count as at the instant. */
bool fact_registration_read(struct text registrations, size_t index, unsigned instant_index, mpxn_code mpxn,
                            struct registration_row *out);

#endif
