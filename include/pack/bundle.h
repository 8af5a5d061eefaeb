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

/* A file that records of the Device were read from. */
struct original {
    const char *name, *kind;           /* as the store has them; "archive.zip: member.csv" for a member */
    unsigned char sha256[DIGEST_SIZE]; /* of its content after decompression, as it was read */
    const uint64_t *lines;             /* on which the records begin: ascending, each once */
    size_t line_count;
    uint64_t rows;   /* out: that were found again */
    const char *why; /* out: why none was (static text), NULL: they were */
};

struct bundle {
    const char *folder, *device, *version;
    instant as_of;
    const struct bundle_part *parts;
    size_t part_count;
    struct original *originals;
    size_t original_count;
};

/* Writes the folder, whole or not at all: the parts, the rows of the originals as they stand there, each file's heading
 * before them, and manifest.json with SHA-256 of every file. An original that is gone or another by now is told there.
 * ERR_CREATE where the folder is there and holds anything but a bundle: it is left as it is. */
int bundle_write(const struct bundle *b, uint64_t *files, struct err *err);

/* Checks the folder against its manifest. Calls `finding` for each fault; returns their number, -1 when it cannot be
 * read. */
int bundle_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, struct err *err);

#endif
