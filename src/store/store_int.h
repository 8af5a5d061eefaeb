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
    uint32_t named;  /* the file that has it; 0: none */
};

/* ---- pages.c: a sum in each page ---- */

#define STORE_PAGE_BYTES    8192
#define STORE_PAGE_SIZE     "8192"
#define STORE_PAGE_RESERVED 8 /* bytes at the end of a page, for its sum */

/* Asks for the room that sums take in a database that is to be made; a code of SQLite. */
int pages_reserve(sqlite3 *db);
/* Makes the sums of a database that lies in memory. */
void pages_seal(unsigned char *image, size_t len);
/* Whether the database that was opened, of which something was read, carries sums. */
bool pages_are_summed(sqlite3 *db);
/* Reads every page and names those that are not what was written; a code of SQLite. */
int pages_check(sqlite3 *db, void (*damaged)(void *ctx, uint32_t page), void *ctx);

/* ---- schema.c ---- */

int schema_check(struct store *st, struct err *err);         /* whether it is a store, and one this program knows */
int schema_foreign(const struct store *st, struct err *err); /* ERR_DATA: it is none */
int schema_create(struct store *st, struct err *err);        /* makes the tables of an empty store */

/* ---- lock.c ---- */

/* Opens the file for writing, creating it when missing, and takes the lock. Fills lock_fd and created. */
int lock_take(struct store *st, struct err *err);
/* A folder, a device or a pipe of the store's name. */
int not_a_file(const struct store *st, enum err_code code, struct err *err);
/* Whether the locked file is still the one of that name. */
bool lock_holds(const struct store *st);

#endif
