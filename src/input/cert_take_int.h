/* PEM, and from a certificate to a record: of an organisation, or of what a Device holds. */
#ifndef PCREPORT_INPUT_CERT_TAKE_INT_H
#define PCREPORT_INPUT_CERT_TAKE_INT_H

#include "load_int.h"

/* PEM (RFC 7468): blocks of Base64 between a BEGIN and an END line, and whatever text around them. */
struct pem_block {
    size_t at, len;    /* from the BEGIN line to behind the END line, in the text */
    struct text label; /* "CERTIFICATE" */
    struct text body;
    const char *fault; /* why it is no block (static text); NULL when it is one */
};

enum pem_result {
    PEM_BLOCK,
    PEM_NONE, /* none begins any more */
    PEM_OPEN  /* one begins at out->at, and the text ends before it does */
};

/* The first block from `from` on; lines end with LF, CR LF or CR. */
enum pem_result pem_next(struct text t, size_t from, struct pem_block *out);

bool pem_is_certificate(struct text label);

/* Where a certificate was found. */
struct cert_place {
    const struct job *job;
    struct worker *worker;
    struct place at;
};

/* One PEM block to the sorter. A certificate of no use to anybody here (of an issuing authority, or of a key that signs
 * XML, which is in no trust anchor cell) is passed over and is no row. `original` is what the rejects keep, unless it
 * may hold a private key. -1 when nothing can go on. */
int cert_take_pem(const struct cert_place *p, const struct pem_block *block, struct text original, struct err *err);

/* Rejects without the bytes, which may be those of a private key. The reason says so. */
int cert_reject_unkept(const struct cert_place *p, const char *reason, struct err *err);

#endif
