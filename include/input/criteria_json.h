/* Reads criteria files and code maps (JSON; man: pcreport-criteria). */
#ifndef PCREPORT_INPUT_CRITERIA_JSON_H
#define PCREPORT_INPUT_CRITERIA_JSON_H

#include "base/err.h"
#include "domain/criteria.h"

/* `name` is the file's name, for messages: they say where (line) and which key (the path that leads to it). Unknown
 * keys, unknown words and missing keys are errors (ERR_CONFIG), and so is a file of more than 1 MiB. */
int criteria_read(struct text json, const char *name, struct criteria *out, struct err *err);
int code_map_read(struct text json, const char *name, struct code_map *out, struct err *err);

#endif
