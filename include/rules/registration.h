/* R1: what follows from the inventory: from when deadlines run, when a Device was first commissioned, and whose MPxN,
 * and so whose registrations, a gas proxy has. Pure. */
#ifndef PCREPORT_RULES_REGISTRATION_H
#define PCREPORT_RULES_REGISTRATION_H

#include "domain/evidence.h"
#include "domain/extracts.h"

/* The instant from which deadlines run: the commissioning instant, of a date without a time of day its end.
 * INSTANT_NONE where there is none. */
instant inventory_deadline_from(const struct inventory_row *row);

/* The first commissioning instant of a Device of which `row` counts: the earliest that a row with status Commissioned
 * gave before that of `row`, or that itself. INSTANT_NONE where there is none. */
instant inventory_first_commissioned_at(const struct device_records *records, const struct inventory_row *row);

/* R7: of the rows of one MPxN, ascending by effective_from, those that count at as_of, put first in the same order, one
 * for each effective_from; returns how many. `whole`: an extract says all there is of an MPxN, so only the rows of the
 * latest count. `conflict` tells whether another row of the extract that counts says otherwise. */
size_t registrations_counting(struct registration_row *rows, size_t count, instant as_of, bool whole);

/* Whether, by the row that counts, the Device is a GSME that has an MPxN for the GPFs of its hub, or a GPF that has
 * none of its own and looks for one there. NULL: it is in no inventory, and neither. */
bool inventory_lends_mpxn(const struct inventory_row *row);
bool inventory_borrows_mpxn(const struct inventory_row *row);

/* A GSME that could lend its MPxN to the GPFs of its hub. */
struct mpxn_lender {
    uint64_t device;
    mpxn_code mpxn;
    bool commissioned; /* in SMI status Commissioned */
};

static inline struct mpxn_lender mpxn_lender_of(const struct inventory_row *row)
{
    return (struct mpxn_lender){row->device, row->mpxn, row->status == SMI_COMMISSIONED};
}

/* Which of two on one hub lends: one in service before one that is not (a gas meter that was exchanged stays in the
 * inventory), then the least Device identifier. */
bool mpxn_lender_outranks(const struct mpxn_lender *a, const struct mpxn_lender *b);

#endif
