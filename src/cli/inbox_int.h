/* The folder that `run` reads: what is in it, what of it is read, and what becomes of it. */
#ifndef PCREPORT_CLI_INBOX_INT_H
#define PCREPORT_CLI_INBOX_INT_H

#include "reading_int.h"
#include "store/inbox.h"

/* Why something in the folder is not read, or told of though it is. */
enum inbox_remark {
    INBOX_PLAIN,      /* nothing to remark */
    INBOX_FOLDER,     /* a folder, which is not read */
    INBOX_LINKED,     /* a link to a folder, which is not followed */
    INBOX_SPECIAL,    /* a pipe, a socket, a device */
    INBOX_UNFINISHED, /* named as an upload in progress */
    INBOX_SETTLING,   /* changed too short a time ago */
    INBOX_UNREADABLE, /* cannot be looked at */
    INBOX_CHANGED,    /* changed while it was read, which inbox_judge finds */
    INBOX_BY_LINK,    /* a file that is read through a link */
    INBOX_DROPPING,   /* hidden, or left by a program for itself: passed over without a memory of it */
    INBOX_REMARKS
};

#define DONE_FOLDER "done" /* of [run] after = move */

struct inbox_entry {
    struct inbox_file now; /* its path is owned; fate, why and since are known after inbox_judge */
    enum inbox_remark remark;
    const struct inbox_file *before; /* what is remembered of the path; NULL: nothing */
    bool is_read;                    /* it is to be read tonight: it is new, or has changed */
    bool is_input;                   /* something was made of it; else it only lies beside the inputs */
    bool is_new;                     /* what there is to tell was not told by a run of an earlier date */
};

struct inbox {
    const char *folder;      /* borrowed */
    struct inbox_entry *ptr; /* ascending by path */
    size_t count, cap;
    struct inbox_files memory;
    unsigned char read_with[DIGEST_SIZE];
    char *as_of_path; /* of its as-of.txt; NULL without one */
    uint64_t unchanged, refused_before, left_before;
    uint64_t refused_unread; /* told by inbox_tell */
};

/* What is in the folder, against what the store (NULL: none) remembers. ERR_NO_INPUT when the folder cannot be read or
 * searched; ERR_CONFIG for settings of [run] that are wrong. */
int inbox_list(struct inbox *out, const struct session *s, const char *folder, struct store *store, struct err *err);
/* Whether [run] after says something that can be done; before any work. */
int inbox_check(const struct session *s, struct err *err);
/* What as-of.txt says, INSTANT_NONE without one; ERR_DATA when it holds no instant. */
int inbox_as_of(const struct inbox *in, instant *out, struct err *err);
/* Reads what is to be read. */
int inbox_ingest(struct inbox *in, struct reading *r, struct err *err);
/* Decides what became of each entry, and what of it is new since the run as at `previous` (INSTANT_NONE: all). */
int inbox_judge(struct inbox *in, const struct reading *r, instant as_of, instant previous, struct err *err);
/* Remembers it in the store. */
int inbox_keep(const struct inbox *in, struct store *store, struct err *err);
/* Says what is new of what was left alone or refused before it could be read; and of what was refused on an earlier run
 * of this date. The reading tells what it refused itself. Returns whether there was anything. */
bool inbox_tell(const struct inbox *in, struct session *s);
void inbox_release(struct inbox *in);

/* ---- inbox_place.c ---- */

/* Whether the store and all that --out and --tickets name lie outside the inbox: ERR_USAGE. */
int inbox_check_paths(const struct session *s, const char *inbox, struct err *err);
/* Whether [run] after = move has a place for what it moves: ERR_CREATE, before anything is read. */
int inbox_check_done(const struct inbox *in, const struct session *s, instant as_of, struct err *err);
/* [run] after: moves what is stored into INBOX/done/DATE, or deletes it; not what is another file by now. */
int inbox_put_away(const struct inbox *in, struct session *s, instant as_of, struct err *err);

#endif
