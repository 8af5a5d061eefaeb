/* inventory, as JSON: what its parts share. */
#ifndef PCREPORT_INPUT_INVENTORY_JSON_INT_H
#define PCREPORT_INPUT_INVENTORY_JSON_INT_H

#include "inventory_int.h"

#define JSON_DEPTH_MAX 64
#define NAMES_MAX      64

/* A name that the head of the file has: looked up once, since each object has it again. */
struct known_name {
    struct text name;
    int column; /* -1: none */
};

/* The brackets around the Devices: '{', '[', and 'D' for an array that has a Device among its elements. */
struct around {
    size_t depth;
    char open[JSON_DEPTH_MAX];
    bool lines; /* objects that stand in no bracket are Devices */
};

/* When the extract was taken, as a member outside the Devices says. */
struct beside {
    char value[INSTANT_TEXT_SIZE + 16]; /* as the head of the file has it; "": it does not say */
    bool opening;                       /* the head is being looked through for it */
    bool otherwise;                     /* it comes again and says otherwise, or behind the head */
};

struct inventory_json_state {
    struct heading heading; /* each column at its own number */
    struct known_name names[NAMES_MAX];
    size_t name_count;
    struct buf texts; /* of the names */
    /* The reading thread's own: */
    struct around around; /* up to where the last block ended */
    struct beside beside;
    bool any;           /* there was a Device, or what may be one */
    bool other_element; /* an array has an object that is none */
    bool gave_up;       /* on something broken: depths are not known any more */
    bool lost;          /* dropping bytes until an object begins */
    bool within_line;   /* the block before ended behind more than blanks of a line */
};

/* The column of a member's name; -1: none. */
int json_column(const struct inventory_json_state *state, const struct job *job, struct text name);

bool json_space(unsigned char c);
size_t json_begin(const struct head *head); /* of the first byte behind a byte order mark and blanks */

/* The end of the string whose opening quote is at `at`; `len` when it does not end. */
size_t json_string_end(const unsigned char *p, size_t len, size_t at);

/* The next string from *at on, where a colon follows it: a name. The empty text where none does. *end is behind it. */
struct text json_name(const unsigned char *p, size_t len, size_t *at, size_t *end);

/* What the file itself says of its instant of extraction outweighs its name and --extracted-at, as a column does. -1:
 * it is none. */
int json_date_extract(struct job *job, const struct head *head, struct err *why);

/* The functions of the reader (load_int.h). */
ptrdiff_t inventory_json_cut(struct job *job, struct block *b, bool at_end);
int inventory_json_parse(const struct job *job, struct worker *w, const struct block *b, struct err *err);

#endif
