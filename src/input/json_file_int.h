/* Strict reading of a small JSON file: unknown, missing and misspelt names are errors that tell the line. */
#ifndef PCREPORT_INPUT_JSON_FILE_INT_H
#define PCREPORT_INPUT_JSON_FILE_INT_H

#include "tape_int.h"

struct json_file {
    struct text json;
    const char *name; /* for messages */
    struct tape tape;
};

/* All errors are ERR_CONFIG. The text is borrowed. */
int json_file_read(struct json_file *f, struct text json, const char *name, struct err *err);
void json_file_release(struct json_file *f);

/* -1 always: names the file, and the line of the item. */
int json_file_fault(const struct json_file *f, uint32_t item, struct err *err, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The members of the object at `item`, which may have no others; the first `required` ones must be there. */
int json_file_members(const struct json_file *f, uint32_t item, const struct text *names, size_t count, size_t required,
                      uint32_t *found, struct err *err);

int json_file_text(const struct json_file *f, uint32_t item, size_t max, struct text *out, struct err *err);
int json_file_number(const struct json_file *f, uint32_t item, int64_t min, int64_t max, int64_t *out, struct err *err);
int json_file_expect(const struct json_file *f, uint32_t item, enum tape_type type, struct err *err);

#endif
