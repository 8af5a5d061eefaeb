/* PEM (RFC 7468): blocks of Base64 between a BEGIN and an END line, and whatever text around them. */
#ifndef PCREPORT_INPUT_PEM_INT_H
#define PCREPORT_INPUT_PEM_INT_H

#include "base/text.h"

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

bool pem_is_private_key(struct text label);
bool pem_is_certificate(struct text label);

#endif
