/* A bundle: what is said of one Device with all it rests on, for a dispute. A folder that can be verified by itself. */
#ifndef PCREPORT_PACK_BUNDLE_H
#define PCREPORT_PACK_BUNDLE_H

#include "base/digest.h"
#include "base/instant.h"
#include "base/text.h"

/* A file of the bundle. */
struct bundle_part {
    const char *name; /* its path below the folder: "explanation.txt", "criteria/legacy.json" */
    struct text content;
};

/* What became of a file that records were read from. */
enum original_fate {
    ORIGINAL_FOUND,
    ORIGINAL_GONE,
    ORIGINAL_ANOTHER,       /* what has its name is another by now */
    ORIGINAL_ROWS_ELSEWHERE /* the very file, but not every row is told by its line */
};

/* A file that records of the Device were read from. */
struct original {
    const char *name, *kind;           /* as the store has them; "archive.zip: member.csv" for a member */
    unsigned char sha256[DIGEST_SIZE]; /* of its content after decompression, as it was read */
    uint64_t bytes;                    /* of the same */
    const uint64_t *lines;             /* on which the records begin: ascending, each once */
    size_t line_count;
    uint64_t device;         /* rows that name it are asked for, too: before any other Device, if any does; 0: none */
    bool sure;               /* there is such a row */
    enum original_fate fate; /* out: of originals_find, as what follows */
    uint64_t rows;           /* that were found again, those that name the Device among them */
    uint64_t named;          /* the latter */
    struct buf text;         /* the heading and they; the caller releases it */
};

/* Where originals are looked for: in the folders and all below them, where their names say (from the working folder,
 * then from that of the store), and in the folder "done" there. They may be compressed since; one that came from
 * standard input may have any name, in the folders. */
struct original_places {
    const char *const *folders;
    size_t count;
    const char *store_folder;
};

/* Finds the rows of the originals as they stand in the files, the heading of each before them. A file is the one only
 * if its SHA-256 is. -1 for no memory alone. */
int originals_find(struct original *originals, size_t count, const struct original_places *places, struct err *err);
/* How many rows were asked for, as far as that is known. */
uint64_t original_records(const struct original *o);
/* Why not every row of it was found; NULL: they were. */
const char *original_why(const struct original *o);
/* Appends the name of its rows below the folder: "rows/03-srv-audit.csv". `number` from 1. */
void original_add_file(const struct original *o, size_t number, struct buf *out);

struct bundle {
    const char *folder, *device, *version;
    instant as_of;
    const struct bundle_part *parts;
    size_t part_count;
    const struct original *originals; /* after originals_find */
    size_t original_count;
    bool dry_run; /* look whether the folder may be written, count, and write nothing */
};

/* Writes the folder, whole or not at all: the parts, the rows of the originals, and manifest.json with SHA-256 of every
 * file, and with why rows are missing. The folder is left as it is where it holds anything but a bundle, or the bundle
 * of another Device (ERR_CREATE), and where rows are missing and the bundle there has more of them (ERR_NO_INPUT). */
int bundle_write(const struct bundle *b, uint64_t *files, struct err *err);

/* Checks the folder against its manifest. Calls `finding` for each fault; returns their number, -1 when it cannot be
 * read. */
int bundle_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err);

#endif
