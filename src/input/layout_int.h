/* Layouts: files of records of several types, told apart by a field of theirs, with a header, a trailer that counts,
 * and perhaps parents whose values count for the records behind them. The configuration tells one as [layout NAME]. */
#ifndef PCREPORT_INPUT_LAYOUT_INT_H
#define PCREPORT_INPUT_LAYOUT_INT_H

#include "input/form.h"
#include "load_int.h"

#define LAYOUT_FIELDS_MAX 64
#define LAYOUT_TITLES_MAX 19 /* lines before the header */
#define LAYOUT_TYPES_MAX  8

/* Where a value stands: field `from` of a record with separators, or its bytes `from` to `to`; both count from 1. */
struct layout_place {
    unsigned from, to; /* from 0: nowhere */
};

/* A value of one of our columns. */
struct layout_field {
    char *type;   /* of the records that hold it */
    char *column; /* of the kind */
    struct layout_place place;
};

/* What the trailer counts. */
enum layout_counts { COUNTS_BETWEEN, COUNTS_ALL, COUNTS_RECORDS };

/* The form of the dates in it. */
enum layout_dates { LAYOUT_DATES_ANY, LAYOUT_DATES_YYYYMMDD, LAYOUT_DATES_DDMMYYYY };

struct layout {
    char *name, *kind;
    char separator; /* 0: fixed widths */
    bool separated; /* told */
    struct layout_place type, count;
    enum layout_counts counts;
    enum layout_dates dates;
    bool by_name_only; /* not recognised from the content */
    char *header, *trailer, *parent;
    char *records[LAYOUT_TYPES_MAX]; /* the types that become rows */
    size_t record_count;
    struct layout_field fields[LAYOUT_FIELDS_MAX];
    size_t field_count;
};

int flat_create(struct layout **out, struct text name, struct err *err);
void flat_destroy(struct layout *l);
const char *flat_name(const struct layout *l);

/* As forms_take and forms_check. */
int flat_take(struct layout *l, const char *key, const char *value, struct err *err);
int flat_check(const struct layout *l, struct err *err);

const struct layout *layouts_find(const struct forms *f, const char *name);

/* The layout whose header and records the content begins with; NULL: none. */
const struct layout *layouts_recognise(const struct forms *f, const struct head *head, bool by_name_only);

/* Where the header stands: at the beginning, or behind some lines, such as a title, that are no records of the layout.
 * *titles: how many of these are not blank. False: it is nowhere. */
bool layout_start(const struct layout *l, const struct head *head, size_t *at, uint64_t *titles);

/* Splits a record. False with `why` when it cannot be split. The fields are in s->fields where the layout has
 * separators. */
bool flat_split(const struct layout *l, struct splitter *s, struct text record, const char **why);
struct text flat_value(const struct layout *l, const struct splitter *s, struct text record, struct layout_place place);

/* The type of a record, without splitting it whole. */
struct text flat_type(const struct layout *l, struct text record);

/* The reader of files in this layout: a copy of that of the kind with other functions. job->layout must be set. */
void flat_reader(const struct layout *l, struct reader_ops *out);

#endif
