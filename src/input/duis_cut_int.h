/* Finds the documents of a stream of XML documents, one behind the other. */
#ifndef PCREPORT_INPUT_DUIS_CUT_INT_H
#define PCREPORT_INPUT_DUIS_CUT_INT_H

#include "block_int.h"

struct duis_cutter {
    bool lost; /* dropping bytes until a document begins */
};

/* The result is that of reader_ops.cut. Every document is a span of the block: from its XML declaration, or what else
 * it begins with, to the end of its root. Where one is broken, reading goes on where the next one begins: at an XML
 * declaration, or at a root of DUIS. */
ptrdiff_t duis_cut(struct duis_cutter *c, struct block *b, bool at_end);

#endif
