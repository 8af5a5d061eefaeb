/* A strict JSON reader: one record in, a flat list of its values out, without an allocation a record.
 *
 * Snapshots come by the million, and a tree library takes several times as long and lets through what must not pass:
 * here strings with an escaped NUL, invalid UTF-8, lone surrogates, duplicate names in one object, and nesting deeper
 * than TAPE_DEPTH_MAX are faults; numbers keep every digit, since they stay text; and names are told apart by case.
 * Small files need no such speed and are read with cJSON, once this reader has found nothing wrong with them. */
#ifndef PCREPORT_BASE_JSON_TAPE_H
#define PCREPORT_BASE_JSON_TAPE_H

#include "base/text.h"

#define TAPE_DEPTH_MAX 16
#define TAPE_NAMES_MAX 256 /* names in one object */

enum tape_type { TAPE_NULL, TAPE_TRUE, TAPE_FALSE, TAPE_NUMBER, TAPE_STRING, TAPE_ARRAY, TAPE_OBJECT };

/* The items of an array follow it one by one; those of an object as name (a string), value, name, value... */
struct tape_item {
    enum tape_type type;
    uint32_t next;    /* index of the item behind this one and all that it holds */
    uint32_t at;      /* where it begins in the record */
    struct text text; /* a string's value, a number as it is written; borrowed from the record or from the tape */
};

struct tape {
    struct tape_item *items; /* items[0] is the record */
    uint32_t count, cap;
    struct buf unescaped;
    bool no_memory; /* stays true: a record may have been taken for a bad one */
};

struct tape_fault {
    size_t at; /* where in the record */
    char what[128];
};

/* {0} is a valid empty tape. The record is borrowed and shorter than 4 GiB. */
bool tape_read(struct tape *t, struct text record, struct tape_fault *fault);
void tape_release(struct tape *t);

/* Whether a small file, behind a byte order mark, is strict JSON: what a tree library may be given. Else -1 and an
 * error of `code` that names the file, the line and what is wrong; ERR_BUG: no memory. */
int json_guard(struct text json, const char *name, enum err_code code, struct err *err);

/* Looks up the members of the object at `object`: found[i] is the index of the value of names[i], or 0. */
void tape_members(const struct tape *t, uint32_t object, const struct text *names, size_t count, uint32_t *found);

/* Steps through the elements of the array, or the names of the object, at `parent`: 0 for `at` gives the first; 0 is
 * returned after the last. */
uint32_t tape_step(const struct tape *t, uint32_t parent, uint32_t at);

/* The number of bytes before the first that a JSON string does not hold as it stands, or that is not ASCII: a quote, a
 * backslash, a control character, a byte beyond 0x7F; len when there is none. */
size_t json_plain(const char *ptr, size_t len);

#endif
