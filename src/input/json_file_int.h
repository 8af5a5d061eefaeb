/* Small JSON files: what json_guard has passed, as a tree of cJSON; names that are not known are an error here. */
#ifndef PCREPORT_INPUT_JSON_FILE_INT_H
#define PCREPORT_INPUT_JSON_FILE_INT_H

#include "base/text.h"

#include <cjson/cJSON.h>

#define JSON_FILE_MAX (1U << 20) /* bytes */

struct json_file {
    struct text json;
    const char *name; /* for messages */
    cJSON *root;
};

/* Errors are ERR_CONFIG, or ERR_NOMEM when there is no memory. Text and name are borrowed; items and what is got from
 * them live until json_file_release. */
int json_file_read(struct json_file *f, struct text json, const char *name, struct err *err);
void json_file_release(struct json_file *f);

/* -1 always: names the file, the item's line, and the keys that lead to it ("device_types.ESME", elements of arrays
 * counted from 0). */
int json_file_fault(const struct json_file *f, const cJSON *item, struct err *err, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* The members of the object, which may have no others; the first `required` ones must be there. found[i] is the value
 * of names[i], or NULL. */
int json_file_members(const struct json_file *f, const cJSON *object, const char *const *names, size_t count,
                      size_t required, const cJSON **found, struct err *err);

/* A string that is not empty, without the blanks around it, of at most `max` bytes. */
int json_file_text(const struct json_file *f, const cJSON *item, size_t max, struct text *out, struct err *err);
/* A whole number; min and max are within 2^53, up to which cJSON's doubles are exact. */
int json_file_number(const struct json_file *f, const cJSON *item, int64_t min, int64_t max, int64_t *out,
                     struct err *err);
int json_file_array(const struct json_file *f, const cJSON *item, struct err *err);

#endif
