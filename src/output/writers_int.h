/* What the writers share. Each writer_NAME.c includes it, so that its definition is checked against the list. */
#ifndef PCREPORT_OUTPUT_WRITERS_INT_H
#define PCREPORT_OUTPUT_WRITERS_INT_H

#include "output/writer.h"

#define WRITER(name) extern const struct writer_ops writer_##name;
#include "writers.def"
#undef WRITER

/* Numbers in the same text on every machine. A real is written in the fewest digits that give it back; one that is no
 * number (infinite) is written as nothing, and false is returned. */
void number_add_integer(struct buf *b, int64_t value);
bool number_add_real(struct buf *b, double value);

#endif
