/* Unpacks gzip and holds the content against its checksum and length, which libarchive's filter leaves unread: a
 * damaged file must not become evidence. Members one after another are one content; what follows the last is ignored.
 */
#ifndef PCREPORT_INPUT_GUNZIP_INT_H
#define PCREPORT_INPUT_GUNZIP_INT_H

#include "base/err.h"

#include <stddef.h>

struct gunzip;

/* Gives the packed bytes: fills `to` as far as there are any; *got < cap at the end. */
typedef int (*gunzip_source)(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err);

int gunzip_create(struct gunzip **out, gunzip_source source, void *ctx, struct err *err);
void gunzip_destroy(struct gunzip *g); /* NULL is allowed */

/* Fills `to` as far as the content goes: *got < cap means that it ends there. The message is the reason alone. */
int gunzip_read(struct gunzip *g, unsigned char *to, size_t cap, size_t *got, struct err *err);

#endif
