/* An output file, plain or gzip, written a line at a time. */
#ifndef PCREPORT_SIMULATE_SINK_INT_H
#define PCREPORT_SIMULATE_SINK_INT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SINK_LINE_MAX 8192

struct sink;

/* A new file folder/name (with .gz behind it where it is to be compressed), 0640 less umask. With a NULL folder nothing
 * is written, only counted. */
int sink_create(struct sink **out, const char *folder, const char *name, bool gzip, struct err *err);

/* Room for a line of up to SINK_LINE_MAX bytes, and the end of that line. A failed write is kept and told by
 * sink_close, so that lines need no checks of their own; sink_failed tells early. */
char *sink_line(struct sink *s);
void sink_end(struct sink *s, const char *end);
bool sink_failed(const struct sink *s);

uint64_t sink_lines(const struct sink *s); /* written so far */
uint64_t sink_bytes(const struct sink *s); /* of them, before compression */

/* Flushes and syncs. ERR_IO names the file. The handle is gone in any case. */
int sink_close(struct sink *s, struct err *err);
int sink_withdraw(struct sink *s, struct err *err); /* takes the file away again, otherwise the same */
void sink_discard(struct sink *s);                  /* NULL is allowed */

#endif
