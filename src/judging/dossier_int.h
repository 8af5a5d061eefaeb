/* A dossier within a transaction of the caller's. */
#ifndef PCREPORT_JUDGING_DOSSIER_INT_H
#define PCREPORT_JUDGING_DOSSIER_INT_H

#include "judging/dossier.h"

/* As dossier_read; to be released whatever it returns. */
int dossier_find(struct store *st, uint64_t device, instant as_of, bool whole_extracts, struct dossier *out,
                 struct err *err);

#endif
