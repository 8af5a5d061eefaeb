/* The first rows of a file whose form is not known: names, and the values under them. */
#ifndef PCREPORT_INPUT_GLIMPSE_INT_H
#define PCREPORT_INPUT_GLIMPSE_INT_H

#include "load_int.h"

#define GLIMPSE_ROWS   2000
#define GLIMPSE_FIELDS 64

struct glimpse_field {
    struct text name;
    bool twice;                       /* another has the same name: no configuration can tell them apart */
    bool again;                       /* of these, not the first */
    struct text values[GLIMPSE_ROWS]; /* "": blank, or a word for nothing */
};

struct glimpse {
    struct glimpse_field *fields;
    size_t count, rows;
    bool json;        /* members of objects */
    struct buf texts; /* what all names and values point into */
};

/* Of CSV: the rows under that of the first lines that is a heading, or has most fields; of JSON: the objects with
 * values of their own. -1: there are none, or no memory. glimpse_release either way. */
int glimpse_take(struct glimpse *out, const struct job *job, const struct head *head);
void glimpse_release(struct glimpse *s);

/* What a value looks like, whatever it is under. */
enum look { LOOK_TEXT, LOOK_EUI64, LOOK_SRV, LOOK_MPXN, LOOK_INSTANT, LOOK_REQUEST_ID, LOOKS };
enum look glimpse_look(struct text value);

#endif
