/* What the parts of a load share: the file being read, the parsing threads, and the readers that know the kinds.
 *
 * One thread reads and cuts a file into blocks of whole records; `threads` workers parse the blocks, each into a sorter
 * of its own. A reader is one kind of input: a table of functions (see readers.def). */
#ifndef PCREPORT_INPUT_LOAD_INT_H
#define PCREPORT_INPUT_LOAD_INT_H

#include "base/json_tape.h"
#include "input/load.h"

#include "block_int.h"
#include "fault_int.h"
#include "split_int.h"

#include <stdatomic.h>

#define HEAD_MAX        65536 /* bytes that readers may look at to tell a kind */
#define SAMPLES_MAX     3     /* rejects named in the message of a refused file */
#define SAMPLE_TEXT_MAX 240

/* A reject, kept for a message. */
struct sample {
    uint64_t line;
    char text[SAMPLE_TEXT_MAX];
};

/* What refuses the whole file; line 0: nothing. */
struct refusal {
    uint64_t line;
    char text[360];
};

/* Memory for the parts of a snapshot, reused from one to the next. */
struct snapshot_parts {
    struct cell *cells;
    struct device_cert *certs;
    size_t cell_cap, cert_cap;
    bool no_memory; /* stays true: a record may have been taken for a bad one */
};

/* What one worker counted in the file being read. */
struct tally {
    uint64_t rows, rejected, passed_over;
    uint64_t rejected_bytes; /* that rejects take until they are stored */
    instant first, last;
    struct found found[FILE_FINDINGS];
    struct sample samples[SAMPLES_MAX]; /* the first ones by line, ascending */
    size_t sample_count;
    struct refusal wrong; /* the first by line */
};

struct worker {
    struct sorter *sorter;
    struct tally tally;
    struct buf packed; /* scratch */
    struct buf kept;   /* of a rejected record */
    struct text_end {
        char bytes[23];
        uint8_t len;
    } no_names[16]; /* what rows end in that is no name of a column: most of them alike */
    struct fault fault;
    struct splitter split;
    struct refusal doubt; /* of the rows of the block, as in struct heading_rows */
    uint64_t last_taken;
    struct tape tape;
    struct snapshot_parts parts;
    struct duis_parser *duis; /* NULL until it is needed */
    uint64_t *days; /* a bit for each day of DAYS from 1970 on which records have instants; NULL: not counted */
};

#define DAYS_MAX 47488 /* to 2100 */

struct job;
/* How sure a reader is that a content is of its kind. */
#define BID_SURE 1000 /* and more: nothing it needs is missing */
struct bid {
    int score;       /* 0: not at all; below BID_SURE: near, but something is missing */
    char lacks[200]; /* what is missing, for people */
    bool no_memory;  /* to look at the content */
};

/* What the CSV kinds bid for the heading that was seen last: small files of one heading come by the thousand. */
#define READERS_MAX   16
#define HEADING_LEAST 16 /* bytes: of a shorter one, what stands behind it is looked at too */
struct known_bids {
    struct buf heading; /* with its line end; empty: none */
    const struct form *profile;
    struct bid bids[READERS_MAX];
};

struct head {
    struct text bytes; /* the first ones of the content, at most HEAD_MAX */
    bool whole;        /* there are no more */
    bool titles;       /* lines may stand before the heading */
};

struct reader_ops {
    const struct load_kind *kind;
    const struct table_kind *table; /* the columns of a CSV kind; NULL for others */

    void (*bid)(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out);

    /* Makes job->state from the head, and tells how many bytes of it are no records (a heading). -1: the file is
     * refused. err_is_ours(why): the run cannot go on. */
    int (*open)(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file, struct err *why);

    /* Reading thread: how many bytes at the start of the block are whole records; the others are offered again with
     * more behind them. 0: more is needed. All of them at the end. -1: no memory. */
    ptrdiff_t (*cut)(struct job *job, struct block *b, bool at_end);

    /* Worker: parses the records of a block. -1 when nothing can go on. */
    int (*parse)(const struct job *job, struct worker *w, const struct block *b, struct err *err);

    /* Once all was cut and parsed: -1 when the file turns out not to be whole. NULL: nothing to look at. */
    int (*finish)(const struct job *job, struct err *why);

    /* Once all that was cut was parsed: what refuses the file for what was read behind it; NULL: nothing. */
    const struct refusal *(*doubt)(const struct job *job);

    void (*close)(struct job *job); /* releases job->state, which may be NULL */
};

/* The file being read. Workers read it only, but for the counters. */
struct job {
    uint32_t number;
    const char *name; /* as in struct intake_file */
    const struct load_options *options;
    const struct form *profile;   /* NULL: none */
    const struct form *kind_form; /* of the kind, once it is known; NULL: none */
    const char *encoding;         /* from which the text was turned into UTF-8; NULL: it was not */
    const struct zone *clock;     /* of times without a zone; NULL: UTC */
    bool month_first;
    struct known_bids *known_bids; /* NULL: they are not kept */
    const struct layout *layout;   /* NULL: rows under a heading, or what else the kind is */
    struct reader_ops layout_ops;  /* of a layout, or of another form of a kind */
    const struct reader_ops *ops;
    void *state;          /* of the reader; NULL when it has none */
    instant extracted_at; /* of rows that do not say: --extracted-at, else the name's; INSTANT_NONE */
    struct buf
        settings; /* what of the configuration the reading depends on, a line each; part of the file's identity */
    atomic_ullong rows, rejected, rejected_bytes;
};

const struct reader_ops *readers_find(const char *kind); /* NULL: no such kind */

/* -1 with `why` for a file of a form that is no input and is told by its first bytes: a workbook, a PDF, a page of
 * HTML. */
int readers_refuse_other(const char *name, struct text head, struct err *why);

/* The reader of a content: the one asked for, else the surest. NULL with `why` when none fits. */
const struct reader_ops *readers_pick(const struct job *job, const struct head *head, struct err *why);

/* The file of a job's name as a word of a command, that of the archive for a member; FILE where it cannot be one, as
 * for standard input. */
#define FILE_WORD_SIZE 120
void file_word(const char *name, char *out, size_t size);

/* Hands what a worker packed (w->packed) to its sorter, and counts the row. */
struct parcel {
    enum intake_class class;
    uint64_t key;
    instant at; /* of the record; INSTANT_NONE: it has none */
};
int worker_keep(struct worker *w, const struct parcel *parcel, struct err *err);

/* The same without counting a row: for what the store needs beside the records. */
int worker_add(struct worker *w, const struct parcel *parcel, struct err *err);

/* Hands a reject to the sorter, with w->fault as the reason, and counts the row. `bytes` is the record without its line
 * end. */
struct place {
    uint64_t line, offset;
};
int worker_reject(const struct job *job, struct worker *w, struct place at, struct text bytes, struct err *err);

/* Moves `at` to span i of the block: from the one before it, or for the first from the beginning of the block. */
void place_to_span(struct place *at, const struct block *b, size_t i);

/* Each span of a block: one at fault is a reject, any other goes to `take`. */
typedef int span_taker(const struct job *job, struct worker *w, struct place at, struct text record, struct err *err);
int worker_take_spans(const struct job *job, struct worker *w, const struct block *b, span_taker *take,
                      struct err *err);

/* A date proves that the month comes first: then other dates of the file were taken for those of other days, and it is
 * refused. */
void worker_refuse_month_first(const struct job *job, struct worker *w, uint64_t line, struct text column,
                               struct text value);

/* Counts a row that carries nothing. */
void worker_pass_over(struct worker *w);

/* Notes what refuses the file as a whole. */
void tally_refuse(struct tally *t, uint64_t line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, noted elsewhere. */
void refusal_note(struct refusal *r, uint64_t line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Makes the sum the first of both by line. */
void refusal_join(struct refusal *sum, const struct refusal *r);

/* Counts a finding about the file. */
void tally_note(struct tally *t, enum file_finding finding, uint64_t line, struct text example);

/* Adds what one worker counted to the sum over all of them; the samples and what refuses the file are the first by
 * line.
 */
void tally_join(struct tally *sum, const struct tally *t);

void worker_release(struct worker *w);

/* For tests: the size of the blocks in which files are read. */
void load_set_block_size(struct load *l, size_t bytes);

#endif
