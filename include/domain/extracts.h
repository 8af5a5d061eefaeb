/* R7: the extracts that say a row of reference data, as the set of their instants in few bytes: a row that an extract
 * each night repeats takes no more of them than one that two repeat, as long as the nights are evenly apart. */
#ifndef PCREPORT_DOMAIN_EXTRACTS_H
#define PCREPORT_DOMAIN_EXTRACTS_H

#include "base/err.h"
#include "base/instant.h"
#include "base/text.h"

/* Distinct instants, ascending. INSTANT_NONE, which is older than any other, stands for an extract of which nobody told
 * when it was taken. {0} is a valid empty set; its memory is reused. */
struct extracts {
    instant *at;
    size_t count, cap;
};

void extracts_release(struct extracts *e);

/* Appends the set, which is not empty. The same set always has the same bytes. */
void extracts_pack(struct buf *b, const instant *at, size_t count);

/* 0; -1 with ERR_DATA for bytes that are no packed set, or ERR_NOMEM. */
int extracts_unpack(struct extracts *out, struct text packed, struct err *err);

/* The first and the last instant, without looking at those between them. False for bytes that cannot begin a set. */
bool extracts_ends(struct text packed, instant *first, instant *last);

/* The same, of those that told when they were taken: INSTANT_NONE where none did, or the bytes are no packed set. */
void extracts_dated_ends(struct text packed, instant *first, instant *last);

/* Whether some extract is in both sets. */
bool extracts_meet(struct text a, struct text b, struct extracts scratch[3]);

/* Appends the union of two packed sets; `scratch` is reused. Returns as extracts_unpack. */
int extracts_unite(struct buf *out, struct text a, struct text b, struct extracts scratch[3], struct err *err);

/* The latest instant of the set that is not after as_of; where all are later, the earliest. *is_later tells which.
 * False when the bytes are no packed set. */
bool extracts_counting(struct text packed, instant as_of, instant *out, bool *is_later);

#endif
