/* The folder that `run` reads. */
#ifndef PCREPORT_CLI_INBOX_INT_H
#define PCREPORT_CLI_INBOX_INT_H

#include "base/instant.h"
#include "session_int.h"

/* Why something in the folder is not read. */
enum inbox_left {
    INBOX_FOLDER,
    INBOX_SPECIAL,    /* a pipe, a socket, a device */
    INBOX_UNFINISHED, /* named as an upload in progress */
    INBOX_SETTLING,   /* changed too short a time ago */
    INBOX_DROPPING,   /* hidden, or left by a program for itself */
    INBOX_LEFT_COUNT
};

struct inbox {
    char **paths; /* of the files to read, ascending by name */
    size_t count, cap;
    char *as_of_path; /* of its as-of.txt, which is among the paths too; borrowed from them, NULL without one */
    struct buf left[INBOX_LEFT_COUNT]; /* the names of what is not read, the first ones joined by ", " */
    size_t left_count[INBOX_LEFT_COUNT];
    struct buf unreadable; /* a line for each name that cannot be looked at */
};

/* ERR_NO_INPUT when the folder cannot be read or searched. `settle`: files that changed less than so many seconds ago
 * are left alone. */
int inbox_list(struct inbox *out, const char *folder, int64_t settle, struct err *err);
/* Says what of the folder is not read; what cannot be looked at ends the run with EXIT_NO_INPUT. */
void inbox_tell(const struct inbox *in, struct session *s);
/* What as-of.txt says, INSTANT_NONE without one; ERR_DATA when it holds no instant. */
int inbox_as_of(const struct inbox *in, instant *out, struct err *err);
void inbox_release(struct inbox *in);

#endif
