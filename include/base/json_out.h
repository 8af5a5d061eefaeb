/* JSON text, written in order: one object or value at a time into a buffer. Commas are its own business. Each text
 * begins with a struct of its own, (struct json_out){.buf = b}: what follows in a used one is taken for the next
 * element. */
#ifndef PCREPORT_BASE_JSON_OUT_H
#define PCREPORT_BASE_JSON_OUT_H

#include "base/instant.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct json_out {
    struct buf *buf; /* borrowed */
    bool comma;      /* a value stands before */
};

void json_open(struct json_out *j, char bracket);  /* '{' or '[' */
void json_close(struct json_out *j, char bracket); /* '}' or ']' */
void json_key(struct json_out *j, const char *key);
void json_text(struct json_out *j, struct text value);                  /* invalid UTF-8 becomes U+FFFD */
void json_str(struct json_out *j, const char *value);                   /* NULL becomes null */
void json_pair(struct json_out *j, const char *key, const char *value); /* both of them */
void json_int(struct json_out *j, int64_t value);
void json_bool(struct json_out *j, bool value);
void json_null(struct json_out *j);

/* A key with an instant as text, null for none; with a count. */
void json_instant(struct json_out *j, const char *key, instant at);
void json_count(struct json_out *j, const char *key, uint64_t n);

#endif
