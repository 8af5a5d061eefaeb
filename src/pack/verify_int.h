/* The parts of verifying. */
#ifndef PCREPORT_PACK_VERIFY_INT_H
#define PCREPORT_PACK_VERIFY_INT_H

#include "manifest_int.h"

struct findings {
    void (*tell)(void *ctx, const char *what);
    void *ctx;
    int count;
    bool cells_known; /* the manifest tells what the workbook held */
};
void findings_tell(struct findings *f, const char *name, const char *what); /* 'NAME' WHAT */

/* ---- verify_totals.c ---- */

int verify_totals(const struct buf csv[PACK_TABLES], const struct pack_files *named, struct findings *f,
                  struct err *err);

/* ---- verify_book.c ---- */

bool verify_is_book(const char *name);
/* Reads what a workbook holds; file->opened stays false where it is none. -1: no memory. */
int verify_open_book(struct pack_file *file, struct text content, struct err *err);
void verify_book(const struct pack_files *named, const struct pack_files *there, struct findings *f);

#endif
