/* From a certificate to a record: of an organisation, or of what a Device holds. */
#ifndef PCREPORT_INPUT_CERT_TAKE_INT_H
#define PCREPORT_INPUT_CERT_TAKE_INT_H

#include "load_int.h"
#include "pem_int.h"

/* Where a certificate was found. */
struct cert_place {
    const struct job *job;
    struct worker *worker;
    struct place at;
};

/* One certificate in DER, or one PEM block, to the sorter. Those of no use to anybody here (issuing authorities, and
 * keys that sign XML, which are in no trust anchor cell) are passed over and are no rows. `original` is what the
 * rejects keep, unless it may hold a private key. -1 when nothing can go on. */
int cert_take_der(const struct cert_place *p, struct text der, struct text original, struct err *err);
int cert_take_pem(const struct cert_place *p, const struct pem_block *block, struct text original, struct err *err);

/* Rejects without the bytes, which may be those of a private key. The reason says so. */
int cert_reject_unkept(const struct cert_place *p, const char *reason, struct err *err);

#endif
