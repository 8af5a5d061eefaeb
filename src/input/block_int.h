/* Blocks of whole records on their way from the thread that reads to the threads that parse. */
#ifndef PCREPORT_INPUT_BLOCK_INT_H
#define PCREPORT_INPUT_BLOCK_INT_H

#include "split_int.h"

#include "base/digest.h"

#define BLOCK_SLACK 16 /* readable bytes behind the last, for parsers that look at words of 16 bytes */
#define RECORD_MAX  (1024 * 1024)

struct heading;

/* A record within a block, where the reading thread has to find it. */
struct span {
    size_t at, len;
    const char *fault; /* why it is no record (static text), NULL when it is one */
};

struct block {
    unsigned char *ptr;
    size_t len, cap;
    uint64_t offset;               /* of the first byte in the file */
    uint64_t line;                 /* of the first byte, from 1 */
    size_t from;                   /* bytes before it are the rest of something given up: they hold no records */
    const struct heading *heading; /* CSV: that of its rows; owned by the reader's state */
    bool open_end;                 /* CSV: the last row of the file has no line end */
    size_t headings;               /* CSV: the block is nothing but one more heading, so many times; 0: it is rows */
    bool one_too_many;             /* and it is that of no rows, as there are too many in the file */
    struct byte_marks marks;       /* of its bytes; flags may come from what was put back behind it */
    struct span *spans;
    size_t span_count, span_cap;
    struct block *next; /* to be worked on, or free */
    struct digest *hash;
    struct block *next_hashed;
    bool worked_on;
};

bool block_reserve(struct block *b, size_t cap); /* room for `cap` bytes and the slack; false: no memory */
bool block_add_span(struct block *b, size_t at, size_t len, const char *fault); /* false: no memory */
void block_release(struct block *b);

/* Cuts a block at its last line end. A line over RECORD_MAX becomes a span with a fault, and what follows of it is
 * dropped. The result is that of reader_ops.cut. */
struct line_cutter {
    bool dropping; /* the rest of an over-long line is to come */
};
ptrdiff_t lines_cut(struct line_cutter *c, struct block *b, bool at_end);

/* The parts of lines_cut, for cutters that know more than lines: the bytes to drop at the start (b->from is set), what
 * comes after that, and what to take when no record ends in the block. */
size_t lines_drop(struct line_cutter *c, struct block *b, bool at_end);
ptrdiff_t lines_cut_on(struct line_cutter *c, struct block *b, bool at_end);
ptrdiff_t lines_give_up(struct line_cutter *c, struct block *b, bool at_end);

/* A fixed number of blocks, and threads that work on those submitted. A block is hashed, too, where there is a hash: in
 * the order of submission, by whichever thread is free, so that neither reading nor parsing waits for it. */
struct pipeline;

/* Works on one block in thread number `worker`. After a -1 no further block is worked on. */
typedef int (*block_work)(void *ctx, unsigned worker, const struct block *b, struct err *err);

int pipeline_create(struct pipeline **out, unsigned threads, block_work work, void *ctx, struct err *err);
void pipeline_destroy(struct pipeline *p); /* NULL is allowed */

/* Waits for a free block, empty but with its memory. */
struct block *pipeline_take(struct pipeline *p);
/* `hash` may be NULL; it is added to until the pipeline is drained. */
void pipeline_submit(struct pipeline *p, struct block *b, struct digest *hash);
void pipeline_give_back(struct pipeline *p, struct block *b);
/* Works on the block at once, in the calling thread, where none is being worked on; for contents of one block, of which
 * an archive may have 100,000. */
void pipeline_work_here(struct pipeline *p, struct block *b, struct digest *hash);
/* Waits until no block is being worked on or hashed; -1 with the first error of a worker. */
int pipeline_drain(struct pipeline *p, struct err *err);
bool pipeline_failed(struct pipeline *p);

#endif
