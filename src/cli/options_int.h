/* Options as tables: they parse the command line and print --help, so the two cannot differ. */
#ifndef PCREPORT_CLI_OPTIONS_INT_H
#define PCREPORT_CLI_OPTIONS_INT_H

#include "base/instant.h"

struct option_spec {
    const char *name;  /* without the dashes */
    char letter;       /* the short form; 0: none */
    const char *value; /* what stands for the value in --help; NULL: a flag */
    const char *help;  /* "{words}" in it: the words it takes, as the tables have them */
};

struct option_group {
    const char *title;
    const struct option_spec *specs;
    size_t count;
};

struct option_given {
    const struct option_spec *spec;
    const char *value; /* borrowed from argv; NULL for a flag */
};

struct options {
    const struct option_group *const *groups; /* ended by NULL */
    struct option_given *given;               /* in the order of the command line */
    size_t given_count;
    char **operands; /* borrowed from argv */
    size_t operand_count;
};

/* Parses argv[1] onwards by the GNU conventions; argv is put in order as getopt_long does. ERR_USAGE names the option
 * at fault and the nearest one. {0} is a valid empty struct. */
int options_parse(struct options *out, const struct option_group *const *groups, int argc, char **argv,
                  struct err *err);
void options_release(struct options *o);

/* `name` must be in one of the groups. */
bool options_has(const struct options *o, const char *name);
const char *options_value(const struct options *o, const char *name); /* the last one given; NULL when there is none */
size_t options_count(const struct options *o, const char *name);
const char *options_nth(const struct options *o, const char *name, size_t n);

/* What an option means by a day or a month without more. */
enum option_date {
    DATE_AT,   /* an instant to look from: the beginning of a day, the last millisecond of a month */
    DATE_FROM, /* the beginning of either */
    DATE_TO    /* the end of either: the first instant no longer in it */
};

/* Each leaves *out alone when the option was not given; ERR_USAGE when it has no such value.
 * An instant is any that instant_parse reads, "2021-09" (a month), "now", "today", "yesterday", or "-7d" and "-36h": so
 * many days or hours before `base`; where that is INSTANT_NONE, days count from today (all days are UTC), hours from
 * now. */
int options_instant(const struct options *o, const char *name, enum option_date date, instant base, instant *out,
                    struct err *err);
int options_number(const struct options *o, const char *name, uint64_t min, uint64_t max, uint64_t *out,
                   struct err *err);

/* A whole number in decimal digits; false when it is none or over max. */
bool parse_number(const char *text, uint64_t max, uint64_t *out);

#endif
