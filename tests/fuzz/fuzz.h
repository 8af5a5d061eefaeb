/* What the fuzz drivers share. Each driver is one LLVMFuzzerTestOneInput: run by libFuzzer (run.sh), and by replay.c
 * over its corpus in every test run. */
#ifndef PCREPORT_TESTS_FUZZ_H
#define PCREPORT_TESTS_FUZZ_H

#include "base/err.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for any input; holds in builds without assert(), too. */
#define MUST(holds) ((holds) ? (void)0 : (fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds), abort()))

/* A failure has a code and a message fit to be printed. */
static inline void must_explain(const struct err *err)
{
    MUST(err->code != ERR_NONE);
    MUST(err->msg[0] != '\0');
}

#endif
