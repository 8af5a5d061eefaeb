/* Forms: how files are to be read that are not as pcreport would have them. A form is told by the configuration for a
 * kind
 * ([read.KIND], [columns.KIND], [words.KIND]) or for the files that a profile names ([profile NAME]), which then
 * outweighs that of their kind. */
#ifndef PCREPORT_INPUT_FORM_H
#define PCREPORT_INPUT_FORM_H

#include "base/err.h"
#include "base/text.h"

/* How 03/04/2021 is read. */
enum form_dates { DATES_NOT_TOLD, DATES_DAY_FIRST, DATES_MONTH_FIRST };

/* column = Heading, or column.word as it is written = word of the vocabulary */
struct form_pair {
    char *name, *value;
};

struct form_pairs {
    struct form_pair *ptr;
    size_t count;
};

struct form {
    char *profile;   /* its name; NULL: this is the form of a kind */
    char *kind;      /* NULL in a profile: to be recognised */
    char *match;     /* of a profile: a pattern for file names; NULL: named with --profile only */
    char *layout;    /* of a profile: records of several types, in this layout; NULL: rows under a heading */
    char *encoding;  /* as iconv knows it; NULL: UTF-8, or UTF-16 where a byte order mark says so */
    char *time_zone; /* of instants that tell none; NULL: UTC */
    enum form_dates dates;
    unsigned skip_lines; /* before the heading */
    struct form_pairs columns, words;
};

struct layout; /* layout.h */

/* All that the configuration says about forms. {0} is valid and empty. */
struct forms {
    struct form *ptr;
    size_t count;
    struct layout **layouts;
    size_t layout_count;
};

/* Whether a section of the configuration is about forms. */
bool forms_know(const char *section);

/* Takes one key of such a section. ERR_CONFIG tells what is wrong, without the place. */
int forms_take(struct forms *f, const char *section, const char *key, const char *value, struct err *err);

/* Once everything was taken: kinds, columns, encodings, time zones and layouts that are named must exist, and a layout
 * must be whole. Asks the time zone database (base/zone.h). */
int forms_check(const struct forms *f, struct err *err);
void forms_release(struct forms *f);

/* The profile of that name; the first whose pattern fits the file's name; the form of a kind. NULL: there is none. */
const struct form *forms_profile(const struct forms *f, const char *name);
const struct form *forms_match(const struct forms *f, const char *base_name);
const struct form *forms_of_kind(const struct forms *f, const char *kind);

#endif
