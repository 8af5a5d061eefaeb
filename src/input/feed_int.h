/* Reads one content and hands it to the workers in blocks of whole records. */
#ifndef PCREPORT_INPUT_FEED_INT_H
#define PCREPORT_INPUT_FEED_INT_H

#include "container_int.h"
#include "load_int.h"

/* Turning bytes of another encoding into UTF-8, by iconv. */
struct encoding;

bool encoding_is_known(const char *name);

/* The encoding that a byte order mark tells: "UTF-16LE", "UTF-16BE", "UTF-32LE"; NULL where there is none, or that of
 * UTF-8, which needs no turning. */
const char *encoding_marked(const unsigned char *bytes, size_t len);

/* Bytes on their way into UTF-8. */
struct turning {
    struct encoding *encoding; /* NULL: they are UTF-8 as they come */
    unsigned char *raw, *turned;
    size_t raw_len;
    size_t turned_at, turned_len;
    bool raw_ended;
};

/* The content being read: bytes that were read and not yet handed out lie before those still to come. */
struct feed {
    struct container *container;
    struct turning turning;
    struct block pending;
    size_t pending_at;
    bool ended;      /* the container has no more */
    uint64_t offset; /* of the next byte to hand out */
    uint64_t line;
    bool ended_in_cr; /* what was handed out last */
};

/* Reads the first bytes; *head is borrowed until feed_skip. -1: the content cannot be read. ERR_NOMEM: no memory. */
int feed_begin(struct feed *f, struct container *c, struct head *head, struct err *why);
void feed_skip(struct feed *f, size_t bytes); /* a heading, at most what is left of the head */

/* Before anything was skipped: takes the content for text of that encoding; places are those in the text from here on.
 * The head is read anew. -1: no such encoding (ERR_CONFIG), or the content cannot be read. */
int feed_turn(struct feed *f, const char *encoding, struct head *head, struct err *why);

enum feed_result { FEED_END, FEED_STOPPED, FEED_UNREADABLE, FEED_FAILED };

struct feeding {
    struct pipeline *pipeline;
    struct job *job;
    size_t block_size;
    bool (*go_on)(void *ctx); /* asked after every block; false stops */
    void *ctx;
};

/* Hands out all blocks; the workers may still be at them. `err` is set unless it ended or was stopped. */
enum feed_result feed_run(struct feed *f, const struct feeding *how, struct err *err);
void feed_release(struct feed *f);

#endif
