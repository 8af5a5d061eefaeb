/* Declares every reader, so that each definition is checked against it. */
#ifndef PCREPORT_INPUT_READERS_INT_H
#define PCREPORT_INPUT_READERS_INT_H

#include "load_int.h"

#define READER(symbol, name, summary) extern const struct reader_ops reader_##symbol;
#include "readers.def"
#undef READER

enum {
#define READER(symbol, name, summary) READER_##symbol,
#include "readers.def"
#undef READER
    READER_COUNT
};

extern const struct load_kind reader_kinds[READER_COUNT + 1];

#endif
