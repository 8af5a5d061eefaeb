/* CSV kinds: their columns, and how the heading of a file is matched with them. */
#ifndef PCREPORT_INPUT_TABLE_INT_H
#define PCREPORT_INPUT_TABLE_INT_H

#include "domain/terms.h"
#include "readers_int.h"

#include <pthread.h>

#define KIND_COLUMNS_MAX  24
#define HEADING_CONSTANTS SPLIT_CONSTANTS

/* What the values of a column look like, for telling headings that are not known. */
enum holds { HOLDS_TEXT, HOLDS_EUI64, HOLDS_PARTY, HOLDS_SRV, HOLDS_MPXN, HOLDS_REQUEST_ID, HOLDS_KEY_ID };

struct column {
    const char *name;
    bool required;
    bool may_be_blank; /* required of the heading, and of those rows that the kind says */
    bool free_text;    /* words such as "N/A" stand for themselves */
    bool any_text;     /* any text is a value: such a word is looked for in every row */
    bool has_digits;   /* a value that has none is odd, though it is taken */
    bool date;         /* an instant or a date */
    enum holds holds;
    const struct vocabulary *words; /* of which its values are; NULL: of none */
};

/* Whether not every text is a value. */
static inline bool column_is_typed(const struct column *c)
{
    return c->words != NULL || c->date || c->holds != HOLDS_TEXT;
}

/* A row on its way to a record. */
struct row {
    const struct text *fields;
    const struct heading *heading;
    const struct job *job;
    struct source source;
    struct fault *fault;
    struct tally *tally; /* of the worker, for what the row shows of the file */
};

struct table_kind {
    const struct column *columns;
    size_t column_count;
    /* Packs the record of a row. False with row->fault when a value is bad. */
    bool (*pack)(const struct row *row, struct buf *packed, struct parcel *out);
    /* Packs record number `n` (1 and on) of the same row; false: there are no more. What it needs was looked at by
     * pack. NULL: a row is one record. */
    bool (*pack_more)(const struct row *row, unsigned n, struct buf *packed, struct parcel *out);
};

/* A word of a column that means another (a form's [words]). */
struct heading_word {
    unsigned column;
    struct text seen, meant; /* borrowed from the form */
};

/* What the rows under a heading show, for all workers. */
struct heading_rows {
    pthread_mutex_t lock;
    struct refusal doubt; /* the first by line that may be a heading itself; it counts where a record is taken below */
    uint64_t last_taken;  /* line of the last row of which a record was taken */
};

struct heading {
    char delimiter;
    size_t field_count;
    const struct column *columns; /* of the kind */
    size_t column_count;
    uint16_t position[KIND_COLUMNS_MAX]; /* of each column in a row; field_count where the file lacks it */
    uint16_t required[KIND_COLUMNS_MAX]; /* the columns that no row may leave blank */
    size_t required_count;
    struct text name[KIND_COLUMNS_MAX]; /* as the heading has it, or as the kind has it */
    struct buf names;                   /* what name[] points into */
    struct heading_word *words;
    size_t word_count;
    uint16_t nullable[KIND_COLUMNS_MAX]; /* positions of the columns in which NULL and the like are blank */
    size_t nullable_count;
    size_t any_text_count; /* of these, the first, in which they are looked for even where the row seems good */
    /* Where a row tells of several things (premises_int.h): the heading of each. Their positions beyond field_count are
     * those of the constants. */
    struct heading *parts;
    size_t part_count;
    uint32_t own;  /* of a part: the columns that tell of its Device alone (bit 1 << column); else those of them all */
    char lost[64]; /* a column of identifiers of further Devices, which can be no part; "": none */
    struct text constants[HEADING_CONSTANTS];
    size_t constant_count;
    uint16_t with_digits[KIND_COLUMNS_MAX]; /* positions of the columns that hold digits as a rule */
    size_t with_digits_count;
    uint16_t unnamed[KIND_COLUMNS_MAX]; /* positions of columns without a name, as many as there is room for */
    size_t unnamed_count;
    bool rows_are_wider;       /* by what is blank: a row that is tells nothing by it */
    bool ends_in_text;         /* the last field may hold any text */
    uint64_t titles;           /* lines before it, which were passed over */
    bool mended;               /* its names are read otherwise than its quotes and delimiters have them */
    char lacks[160];           /* a heading further on in the file: the required columns that it lacks; "": none */
    struct heading_rows *rows; /* NULL: of a part */
};

/* Splits the first line from `from` on that is not blank (and not Excel's "sep=;", which is obeyed), telling its
 * delimiter. *consumed: the bytes up to the line behind it. False with `why` (static text). */
bool heading_split(struct splitter *s, const struct head *head, size_t from, char *delimiter, size_t *consumed,
                   const char **why);

/* The column that a name fits best, or -1. */
int heading_column(const struct reader_ops *ops, const struct job *job, struct text name);

/* Reads the heading of a kind. *consumed: the bytes up to the first row. Names of unknown columns go to `ignored`,
 * joined by ", ". -1: the heading does not fit. */
int heading_read(struct heading *out, struct job *job, const struct head *head, size_t *consumed, struct buf *ignored,
                 struct err *why);
/* Whether it is one of premises (premises_int.h). */
bool heading_is_of_premises(const struct reader_ops *ops, const struct job *job, const struct head *head);
void heading_release(struct heading *h);

/* Whether most of the first rows below it have a blank field too many, as where every row ends in a delimiter; so it
 * may be where there are none. */
bool heading_rows_are_wider(const struct heading *h, struct text below, bool whole);

/* Whether a line within the file is a heading of the kind, as of files that were put together: half of its names at
 * least are columns, and more than one. Then it is in *out, which may lack required columns (out->lacks), and its
 * unknown ones go to `ignored`. -1: no memory. */
int heading_again(struct heading *out, struct job *job, struct text line, struct buf *ignored);

/* Refuses the file where a row that does not seem good is, or holds, a heading that cannot be taken as one: glued to a
 * row, as where two files were put together with no line end between them; of another kind; or, where rows are taken
 * behind it, of names that are not known: every required column has a word of its own, and no column one of its
 * values. `look`: whether w->split has its fields, and whether they may be names. */
enum row_look { ROW_UNSPLIT, ROW_SPLIT, ROW_NAMES };
void row_look_for_heading(const struct job *job, const struct heading *h, struct worker *w, uint64_t line,
                          struct text record, enum row_look look);

/* Whether nothing in a row of a kind that takes any text speaks for its being none of names. */
bool row_lacks_digits(const struct heading *h, const struct text *fields);

/* Whether the last field of a row that seems good ends in the name of a column, as a heading glued to it may. */
bool row_ends_in_name(const struct job *job, struct worker *w, const struct heading *h);

/* Adds the name of an unknown column to the list that is shown, once; what looks like key material is left out. */
void heading_note_ignored(struct buf *ignored, struct text name);

/* The columns in which NULL and the like are blank, and whether the last field may hold any text, once the positions
 * are known. */
void heading_note_nullable(struct heading *h);

/* Notes which of the form's words and headings count for the columns that the file has; -1: no memory. */
int heading_take_form(struct heading *h, struct job *job);

/* What a value of a column means by the form's words: mostly itself. */
struct text heading_meaning(const struct heading *h, size_t column, struct text t);
/* Puts what the form's words mean into the fields. */
void heading_change_words(const struct heading *h, struct text *fields);

/* What a column of the kind holds in this row; the empty text where the file lacks the column. */
static inline struct text row_field(const struct row *r, unsigned column)
{
    return r->fields[r->heading->position[column]];
}

/* Whether it is what databases and people write into a cell that has no value. */
bool table_is_null_word(struct text t);
/* Blanks what databases and people write into a cell that has no value. False: there was nothing like that. */
bool table_blank_words(const struct heading *h, struct text *fields);

/* Makes a record of the fields of a row, placed as the heading has them: keeps it or rejects it. What the form's words
 * mean is put into the fields. */
int table_take_fields(const struct job *job, const struct heading *h, struct worker *w, struct text *fields,
                      struct place at, struct text record, struct err *err);

/* Rejects a row for w->fault, or passes it over where it is a comment, a footer or the like. */
int table_reject(const struct job *job, const struct heading *h, struct worker *w, struct place at, struct text record,
                 struct err *err);

/* Makes a record of the bytes of a row, which has no line end. */
int table_take_record(const struct job *job, const struct heading *h, struct worker *w, const struct byte_marks *marks,
                      struct place at, struct text record, struct err *err);

/* The functions of every CSV kind. */
void table_bid(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out);
int table_open(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file, struct err *why);
/* The same for extracts: the file is one of the instant that --extracted-at or its name tells. */
int table_open_extract(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                       struct err *why);
const struct refusal *table_doubt(const struct job *job);
ptrdiff_t table_cut(struct job *job, struct block *b, bool at_end);
int table_parse(const struct job *job, struct worker *w, const struct block *b, struct err *err);
void table_close(struct job *job);

/* Whether the file of the job has the column. */
bool table_has_column(const struct job *job, unsigned column);

/* Defines the reader of a CSV kind. */
#define TABLE_READER(symbol, table_kind)   READER_OF_TABLE(symbol, table_kind, table_open)
#define EXTRACT_READER(symbol, table_kind) READER_OF_TABLE(symbol, table_kind, table_open_extract)
#define READER_OF_TABLE(symbol, table_kind, opens)                                                                     \
    const struct reader_ops reader_##symbol = {.kind = &reader_kinds[READER_##symbol],                                 \
                                               .table = &(table_kind),                                                 \
                                               .bid = table_bid,                                                       \
                                               .open = opens,                                                          \
                                               .cut = table_cut,                                                       \
                                               .parse = table_parse,                                                   \
                                               .doubt = table_doubt,                                                   \
                                               .close = table_close}

#endif
