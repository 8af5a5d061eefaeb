/* Finds the records of a JSON input: the lines of NDJSON, or the objects of one array, which is never held whole. */
#ifndef PCREPORT_INPUT_JSON_CUT_INT_H
#define PCREPORT_INPUT_JSON_CUT_INT_H

#include "block_int.h"

#define FIRST_NAME_MAX 64

struct json_cutter {
    const struct text *names; /* with which an object of this kind may begin */
    size_t name_count;
    bool array;
    bool ended; /* the array was closed */
    bool lost;  /* dropping bytes until an object begins */
    bool told;  /* that the array is cut short was told */
    struct line_cutter lines;
    size_t first_name_len;           /* 0: not known */
    char first_name[FIRST_NAME_MAX]; /* the first name in the first whole object, with its quotes */
};

/* The result is that of reader_ops.cut. Every record is a span of the block, but for the lines of NDJSON: those are
 * what lies from b->from on. Where an object of an array is broken, or the array ends too early, reading goes on at the
 * next object that begins with one of the names, or as the first whole object did. */
ptrdiff_t json_cut(struct json_cutter *c, struct block *b, bool at_end);

#endif
