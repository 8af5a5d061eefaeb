/* What a nightly run remembers of the files of its inbox: those that have not changed are not read again, and what was
 * said of one is not said again as if it were new. */
#ifndef PCREPORT_STORE_INBOX_H
#define PCREPORT_STORE_INBOX_H

#include "store/store.h"

enum inbox_fate {
    INBOX_STORED,  /* all that is in it is stored */
    INBOX_REFUSED, /* it cannot be used as it is */
    INBOX_LEFT,    /* it was left alone: looked at again each night */
    INBOX_FATES
};

/* Whether it is the same file is told by path, size, time of change, inode and what it was read with. */
struct inbox_file {
    char *path;
    enum inbox_fate fate;
    uint64_t bytes, inode;
    int64_t changed_ns;                   /* since 1970, of the inode's last change */
    unsigned char read_with[DIGEST_SIZE]; /* of the settings */
    char *why;                            /* it was refused or left; NULL: stored */
    instant since;                        /* the as-of of the run that said so first */
};

struct inbox_files {
    struct inbox_file *ptr; /* ascending by path */
    size_t count, cap;
};

/* What the last run remembers. The caller releases it. */
int store_inbox_read(struct store *st, struct inbox_files *out, struct err *err);
/* Puts this in the place of what is remembered, in a transaction of its own; writes nothing where it is the same. */
int store_inbox_keep(struct store *st, const struct inbox_files *files, struct err *err);
void inbox_files_release(struct inbox_files *f);

#endif
