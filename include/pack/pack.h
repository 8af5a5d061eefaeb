/* The Security Sub-Committee submission pack: a folder, and the same as a .zip, for one month. */
#ifndef PCREPORT_PACK_PACK_H
#define PCREPORT_PACK_PACK_H

#include "base/digest.h"
#include "judging/query.h"
#include "output/report.h"

/* The head of the paper. NULL: not told. */
struct pack_head {
    const char *reference; /* of the paper */
    const char *action;    /* "for decision", "for information" */
    const char *purpose;   /* a sentence */
    const char *author;
    const char *recommendation; /* what the readers are asked to do */
    const char *marking;        /* "SEC Panel Amber", "TLP:GREEN" or words of one's own; on every sheet and page */
    const char *sentence;       /* what the marking asks of a reader; NULL: that of the template */
};

struct pack_request {
    struct store *store;
    const struct judge_context *context; /* as_of is that of pack_as_of */
    struct coverage *coverage;           /* of the same as-of; who waits is counted; NULL: not told */
    int year, month;                     /* the period */
    instant now;                         /* by which the month has ended or not */
    bool provisional;                    /* make a pack of a month that has not ended, or that has no evidence */
    struct pack_head head;
    const char *out;      /* the folder that gets OUT/ssc-YYYY-MM and OUT/ssc-YYYY-MM.zip; NULL: a dry run */
    const char *key_file; /* of the pseudonyms; NULL: none */
    const char *version;  /* of the program */
    const unsigned char (*criteria)[DIGEST_SIZE]; /* SHA-256 of the files of legacy, revised and codes, as read */
    const struct report *(*find_report)(void *ctx, const char *name, struct err *err); /* shipped and own reports */
    void *find_ctx;
    unsigned threads;
    const char *temp_dir;
    store_progress progress;
    void *progress_ctx;
};

struct pack_account {
    char *folder, *zip; /* the caller frees them */
    char *provisional;  /* why the pack is; "" where it is not; the caller frees it */
    uint64_t files, judged, legacy_failed, revised_failed, unverified;
};

/* The last millisecond of the month in UTC. */
instant pack_period_end(int year, int month);
/* What a pack made at `now` shows: the state at the end of the month, or where that has not come, of the day before. */
instant pack_as_of(int year, int month, instant now);
/* "2021-09"; false: no such month, or none between 2000 and 9998. */
bool pack_period_parse(struct text t, int *year, int *month);

/* Writes the pack; both appear whole or not at all. ERR_USAGE where no pack can be made of the period, unless a
 * provisional one is asked for. ERR_BUG where totals that should agree do not: nothing is written then. ERR_CREATE
 * where the folder of the month is there and holds anything but a pack: it is left as it is. */
int pack_write(const struct pack_request *r, struct pack_account *out, struct err *err);

/* Checks a pack, folder or .zip, against its manifest: each file's size and SHA-256, nothing missing and nothing more,
 * the cells of the workbook and the rows of the CSV files as they were written, and the totals recomputed from the CSV
 * files. Calls `finding` for each fault; returns their number, -1 when the pack cannot be read. *cells_known: the
 * manifest tells of the cells; those of earlier versions do not. */
int pack_verify(const char *path, void (*finding)(void *ctx, const char *what), void *ctx, bool *cells_known,
                struct err *err);

#endif
