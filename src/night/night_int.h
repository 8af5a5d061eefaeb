/* A night while its page and its data are made. */
#ifndef PCREPORT_NIGHT_NIGHT_INT_H
#define PCREPORT_NIGHT_NIGHT_INT_H

#include "base/digest.h"
#include "night/night.h"
#include "output/table.h"

/* The tables of a night: packs/night/NAME.sql, but for the summary, which is the pack's. */
enum night_table {
    NIGHT_SUMMARY,
    NIGHT_CHANGES,
    NIGHT_DAYS,
    NIGHT_SILENCES,
    NIGHT_EVIDENCE,
    NIGHT_INCIDENTS,
    NIGHT_AGEING,
    NIGHT_RUNS,
    NIGHT_FILES,
    NIGHT_INBOX,
    NIGHT_TOLERANCES,
    NIGHT_WAIVED,
    NIGHT_STRAYS,
    NIGHT_TABLES
};

/* A file of the folder, by its path below it. */
struct night_file {
    char *path;
    uint64_t bytes;
    unsigned char sha256[DIGEST_SIZE];
};

struct night {
    const struct night_request *request;
    struct report sources[NIGHT_TABLES];
    struct table tables[NIGHT_TABLES];
    struct night_file *files; /* ascending by path */
    size_t file_count, file_cap;
};

/* ---- night.c ---- */

/* Fills the table with the rows of a query that ships. Both are the caller's to release, whatever is returned. */
int night_fill(struct store *st, const struct query_source *from, const char *name, struct report *source,
               struct table *out, struct err *err);

/* ---- files.c ---- */

/* Every file below the folder, with its size and digest. */
int night_list_files(struct night *n, struct err *err);
/* One more, just written. */
int night_add_file(struct night *n, const char *name, struct err *err);
void night_release_files(struct night *n);

/* ---- page.c, data.c ---- */

struct text night_measure(struct text measure); /* in plain words */
/* A figure of a measure of tolerances: a percentage where the measure is a rate; and a level, as it was written. */
void night_measured(struct buf *out, struct text measure, double value);
void night_level(struct buf *out, struct text measure, double value);

void night_page(const struct night *n, struct buf *out);
void night_data(const struct night *n, struct buf *out);

#endif
