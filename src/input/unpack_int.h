/* Compressed streams: gzip, bzip2, xz and zstd, one stream or several one behind the other. Behind the last, zeros may
 * stand; anything else is a fault, as is a stream that is cut or damaged. */
#ifndef PCREPORT_INPUT_UNPACK_INT_H
#define PCREPORT_INPUT_UNPACK_INT_H

#include "base/text.h"

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_BZIP2, PACKING_XZ, PACKING_ZSTD };

/* How a file that begins so is compressed. */
enum packing packing_of(struct text head);

/* Fills `to` with packed bytes as far as there are some: *got < cap means that there are no more. */
typedef int (*unpack_source)(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err);

struct unpacker;
int unpacker_create(struct unpacker **out, enum packing packing, unpack_source source, void *ctx, struct err *err);
void unpacker_destroy(struct unpacker *u); /* NULL is allowed */

/* Fills `to` as far as the content goes: *got < cap means that it ends there, and that all was sound. ERR_DATA says
 * what is wrong, as in "it is cut short". */
int unpacker_read(struct unpacker *u, unsigned char *to, size_t cap, size_t *got, struct err *err);

#endif
