/* What the files of the store share: the handle, and how it is opened. */
#ifndef PCREPORT_STORE_INT_H
#define PCREPORT_STORE_INT_H

#include "store/sql.h"

#include <pthread.h>

struct store {
    sqlite3 *db;
    char *path; /* as given, for messages */
    char *full; /* absolute */
    char *dir;  /* where the file lies; absorb spills there */
    enum store_mode mode;
    int lock_fd;            /* STORE_WRITE: holds the kernel lock; closed after the database, see there */
    bool created;           /* by this handle */
    pthread_mutex_t asking; /* the reading threads ask for digests and sizes */
    struct err asked_in_vain;
    sqlite3_stmt *by_digest, *by_size;
    struct buf name; /* what store_file_name returned last */
};

/* ---- schema.c ---- */

int schema_check(struct store *st, struct err *err);  /* whether it is a store, and one this program knows */
int schema_create(struct store *st, struct err *err); /* makes the tables of an empty store */

/* ---- lock.c ---- */

#define STORE_PAGE_SIZE "8192"

/* Opens the file for writing, creating it when missing, and takes the lock. Fills lock_fd and created. */
int lock_take(struct store *st, struct err *err);

#endif
