/* What a decoder shows of a message or a document: one field after the other, in the order of the bytes. */
#ifndef PCREPORT_CODEC_DECODED_H
#define PCREPORT_CODEC_DECODED_H

#include <stddef.h>

struct decoded_field {
    unsigned depth;
    size_t at, len; /* bytes of what is decoded, from 0 */
    const char *name;
    const char *value; /* "" for one that only holds others */
};
typedef void (*decoded_visit)(void *ctx, const struct decoded_field *field);

#endif
