/* A pack while it is made. */
#ifndef PCREPORT_PACK_PACK_INT_H
#define PCREPORT_PACK_PACK_INT_H

#include "output/outfile.h"
#include "output/table.h"
#include "pack/pack.h"
#include "pseudonym_int.h"

/* The tables, in the order of the sheets. */
enum pack_table {
    PACK_SUMMARY,
    PACK_TREND,
    PACK_SUPPLIERS,
    PACK_FALSE_POSITIVES,
    PACK_FAILURES,
    PACK_AGEING,
    PACK_INCIDENTS,
    PACK_AVOIDED,
    PACK_UNVERIFIED,
    PACK_DATA_QUALITY,
    PACK_METHOD,
    PACK_INPUTS,
    PACK_TABLES
};

struct pack_source {
    const char *file;  /* "trend": its CSV is trend.csv */
    const char *sheet; /* at most 31 characters */
    bool own;          /* packs/ssc/FILE.sql; else the report of the same name that every night writes */
};
extern const struct pack_source pack_sources[PACK_TABLES]; /* pack.c */

#define PACK_PERIOD_SIZE 8
struct pack {
    const struct pack_request *request;
    char period[PACK_PERIOD_SIZE]; /* "2021-09" */
    char heading[160];             /* of every printed page: the marking and the period */
    struct judge_context context;
    struct pseudonyms pseudonyms;
    struct report own[PACK_TABLES]; /* those of packs/ssc */
    struct table tables[PACK_TABLES];
};

/* ---- check.c ---- */

/* Holds the totals of the tables against one another. Calls `finding` for each that disagrees; returns their number. */
int pack_check(const struct table tables[PACK_TABLES], void (*finding)(void *ctx, const char *what), void *ctx);

/* ---- book.c ---- */

int pack_book(const struct pack *p, const void *unused, struct outfile *out, struct err *err);

/* ---- method.c: the method in words, made of the criteria that were used ---- */

/* Columns: topic, statement. */
extern const struct report method_report;

int method_write(struct table *t, const struct judge_context *ctx, struct err *err);

/* ---- html.c ---- */

void pack_html(const struct pack *p, struct buf *out);

#endif
