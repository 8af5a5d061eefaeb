/* manifest.json: what a pack holds and what it was made from. */
#ifndef PCREPORT_PACK_MANIFEST_INT_H
#define PCREPORT_PACK_MANIFEST_INT_H

#include "pack_int.h"

#include "base/digest.h"
#include "output/book.h"

#define MANIFEST_NAME   "manifest.json"
#define MANIFEST_FORMAT 1
#define MANIFEST_MAX    ((size_t)64 << 20) /* bytes */

/* A file of the pack, by its path below the folder. */
struct pack_file {
    char *name;
    uint64_t bytes;
    unsigned char sha256[DIGEST_SIZE];
    bool counted;  /* its rows are known, as of a .csv */
    uint64_t rows; /* below the heading */
    bool opened;   /* what it holds is known, as of a workbook */
    struct book_held held;
    char *why_not; /* why a workbook could not be opened; NULL: it could, or is none */
};
struct pack_files {
    struct pack_file *ptr;
    size_t count, cap;
    char *stem; /* of a pack's manifest: what its folder and its files are named after, "ssc-2021-09" */
};
int pack_files_add(struct pack_files *list, const char *name, uint64_t bytes, const unsigned char sha256[DIGEST_SIZE],
                   struct err *err);
const struct pack_file *pack_files_find(const struct pack_files *list, const char *name); /* NULL: it is not there */
void pack_files_release(struct pack_files *list);

/* The whole text of the manifest: period, tool and libraries, criteria, inputs, files. */
int manifest_write(const struct pack *p, const struct pack_files *files, struct buf *out, struct err *err);

/* The files that a manifest names. ERR_DATA where it is no manifest of the kind: "pack", "bundle". */
int manifest_read(struct text json, const char *kind, struct pack_files *out, struct err *err);

/* ---- replace.c ---- */

/* Whether a pack or bundle (the kind) may take the place of what is there: nothing, an empty folder, or one with the
 * manifest of that kind and no file that it does not name. ERR_CREATE where it may not; nothing is touched. */
int replace_check(const char *folder, const char *kind, struct err *err);

#endif
