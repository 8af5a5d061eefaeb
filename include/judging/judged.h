/* Every Device of the store judged as at one instant or two, and which of them a report is about. */
#ifndef PCREPORT_JUDGING_JUDGED_H
#define PCREPORT_JUDGING_JUDGED_H

#include "domain/cursor.h"
#include "rules/judge.h"
#include "store/store.h"

/* Which Devices a report is about; a zero member does not restrict. A Device matches when each restriction holds. */
struct device_filter {
    const uint64_t *devices; /* ascending */
    size_t device_count;
    bool only_these;               /* and no other Device need be looked at: nobody asks what `firmware_rejections`
                                      shows, which others of the same HAN have a part in */
    struct party supplier;         /* responsible or commissioning Supplier, or registered at as-of */
    struct party network_operator; /* registered at as-of, holding a cell or slot of its own, or able to correct one */
    unsigned regions;              /* bit 1 << enum csp_region */
    unsigned device_types;         /* bit 1 << enum device_type */
    unsigned verdicts;             /* bit 1 << enum verdict: revised */
    unsigned classifications;      /* bit 1 << enum classification */
    instant commissioned_from;     /* INSTANT_NONE: none */
    instant commissioned_to;       /* the first instant no longer in it; INSTANT_NONE: none */
};

struct judged; /* every Device with an inventory row, judged as at one instant, in ascending order of Device */

/* Judges the whole store on `threads` cores; verdicts go to an anonymous temporary file in temp_dir, so memory does not
 * grow with the population. `ctx` is borrowed and must outlive *out. The filter may be NULL. */
int store_judge(struct store *st, const struct judge_context *ctx, const struct device_filter *filter, unsigned threads,
                const char *temp_dir, store_progress progress, void *progress_ctx, struct judged **out,
                struct err *err);
/* The same as at two instants in one pass over the store: judged[i] by contexts[i]. A Device that matches the filter at
 * either instant is in both sets. */
int store_judge_both(struct store *st, const struct judge_context *const contexts[2],
                     const struct device_filter *filter, unsigned threads, const char *temp_dir,
                     store_progress progress, void *progress_ctx, struct judged *out[2], struct err *err);
/* A night (R11): judged[0] as at contexts[0], which remembers what the runs up to the day of contexts[1], the previous
 * run's, reported of each Device; judged[1] as at contexts[1] only those Devices that `changes` names for it. */
int store_judge_night(struct store *st, const struct judge_context *const contexts[2], unsigned threads,
                      const char *temp_dir, store_progress progress, void *progress_ctx, struct judged *out[2],
                      struct err *err);
void judged_destroy(struct judged *j);

/* ---- Rows of `devices` or `obligations` while Devices are judged ---- */

#define DEVICE_COLUMNS_MAX 64

/* Columns of the view `devices`, by number, or of `obligations`. */
struct device_columns {
    unsigned char columns[DEVICE_COLUMNS_MAX];
    size_t count;
    bool of_obligations; /* one row for each obligation that applies to a Device; false: one row a Device */
};

const char *device_column_name(const struct device_columns *columns, size_t place);
/* Whether a query is nothing but some columns of `devices`, in the order of the Devices; or of `obligations`, of those
 * that apply, in the order of the Devices and their own. */
bool device_columns_of(const char *sql, struct device_columns *out);

struct device_rows {
    struct device_columns columns;
    /* Appends what becomes of a row to `out`. Called on several threads at once; the row is there during the call. */
    int (*put)(const void *ctx, struct cursor *row, struct buf *out, struct err *err);
    /* What became of some rows, in the order of the Devices, on the thread that judges. */
    int (*take)(void *ctx, struct text rows, size_t count, struct err *err);
    void *ctx;
};

/* Judges as store_judge does, and gives each Device that the filter lets through to `rows`. *out has the totals, and of
 * the verdicts those alone that wait for a silence of the log (R10.4). */
int store_judge_rows(struct store *st, const struct judge_context *ctx, const struct device_filter *filter,
                     const struct device_rows *rows, unsigned threads, const char *temp_dir, store_progress progress,
                     void *progress_ctx, struct judged **out, struct err *err);

struct judged_totals {
    uint64_t devices;
    uint64_t verdicts[VERDICTS], legacy_verdicts[VERDICTS], classifications[CLASSIFICATIONS];
};
struct judged_totals judged_totals(const struct judged *j);

#endif
