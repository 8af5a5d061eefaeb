/* Turns bytes of another encoding into UTF-8, by iconv. */
#ifndef PCREPORT_INPUT_ENCODING_INT_H
#define PCREPORT_INPUT_ENCODING_INT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct encoding;

bool encoding_is_known(const char *name);

/* The encoding that a byte order mark tells: "UTF-16LE", "UTF-16BE", "UTF-32LE"; NULL where there is none, or that of
 * UTF-8, which needs no turning. */
const char *encoding_marked(const unsigned char *bytes, size_t len);

/* ERR_CONFIG: no such encoding. */
int encoding_create(struct encoding **out, const char *name, struct err *err);
void encoding_destroy(struct encoding *e);

/* Turns as much of the input as there is room for; both pointers and lengths move on. What is no character becomes a
 * byte that no UTF-8 has, so that its row is a bad one. at_end: no input follows this. Returns false when more input is
 * needed before more can be written. */
bool encoding_turn(struct encoding *e, const unsigned char **in, size_t *in_len, bool at_end, unsigned char **out,
                   size_t *out_len);

#endif
