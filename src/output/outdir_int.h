/* The steps of putting a folder in place, open to the tests. */
#ifndef PCREPORT_OUTPUT_OUTDIR_INT_H
#define PCREPORT_OUTPUT_OUTDIR_INT_H

#include "place_int.h"

/* For file systems that cannot exchange two names in one step: what was there steps aside under the name p->old. */
int outdir_swap_in_steps(const struct place *p, struct err *err);

/* Mends what a process killed between those steps left, and removes an old folder that is no longer wanted. */
int outdir_mend(const struct place *p, struct err *err);

#endif
