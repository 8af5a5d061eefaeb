/* Reads a certificate snapshot from a JSON object. */
#ifndef PCREPORT_INPUT_SNAPSHOT_INT_H
#define PCREPORT_INPUT_SNAPSHOT_INT_H

#include "load_int.h"

/* The names that a snapshot may have. */
#define SNAPSHOT_NAMES 6
extern const struct text snapshot_names[SNAPSHOT_NAMES];

/* `out` borrows from the record, the tape and the parts. False with `fault` when the record is bad: its column is the
 * path of the name at fault, as in cells[2].role. The source is left to the caller.
 * `times` tells how instants are read, `file` the name of the file, for messages. */
bool snapshot_read(struct tape *tape, struct snapshot_parts *parts, struct text record,
                   const struct instant_form *times, const char *file, struct snapshot *out, struct fault *fault);

#endif
