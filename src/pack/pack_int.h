/* A pack while it is made. */
#ifndef PCREPORT_PACK_PACK_INT_H
#define PCREPORT_PACK_PACK_INT_H

#include "output/outfile.h"
#include "output/table.h"
#include "pack/pack.h"
#include "pack/pseudonym.h"

/* The tables, in the order of the sheets. */
enum pack_table {
    PACK_SUMMARY,
    PACK_TREND,
    PACK_COHORTS,
    PACK_CHANGES, /* since the month before; no row where there is none */
    PACK_RESTATED,
    PACK_TOLERANCES, /* no row where there is no tolerances file */
    PACK_WAIVED,     /* no row where nothing is waived */
    PACK_WAIVERS,    /* no row where there is no waiver */
    PACK_SUPPLIERS,
    PACK_FALSE_POSITIVES,
    PACK_FAILURES,
    PACK_AGEING,
    PACK_INCIDENTS,
    PACK_AVOIDED,
    PACK_MISSED_LIST,
    PACK_FAILING_LIST,
    PACK_MISLED_LIST,
    PACK_UNVERIFIED,
    PACK_DATA_QUALITY,
    PACK_METHOD,
    PACK_GLOSSARY,
    PACK_INPUTS,
    PACK_TABLES
};

struct pack_source {
    const char *file;   /* "trend": its CSV is trend.csv */
    const char *sheet;  /* at most 31 characters */
    const char *folder; /* packs/FOLDER/FILE.sql; NULL: the report of the same name that every night writes */
};
extern const struct pack_source pack_sources[PACK_TABLES]; /* tables.c */

#define PACK_PERIOD_SIZE 8
struct pack {
    const struct pack_request *request;
    char period[PACK_PERIOD_SIZE]; /* "2021-09" */
    struct buf provisional;        /* why the pack is provisional; empty: it is not */
    struct buf scope;              /* R5: whose obligations alone are asked about; empty: everybody's */
    struct buf heading;            /* of every printed page: the marking, the period, and whether it is provisional */
    struct judge_context context;
    struct pseudonyms pseudonyms;
    struct report own[PACK_TABLES]; /* those of packs/ssc */
    struct table tables[PACK_TABLES];
    struct table shown[PACK_TABLES]; /* the same in plain words, for page and workbook */
    instant restated_at;             /* of the run that PACK_RESTATED is about; INSTANT_NONE: none */
};

/* ---- period.c ---- */

/* The first millisecond of the month in UTC. */
instant pack_period_begin(int year, int month);

#define PACK_DATE_SIZE 32
void pack_date_words(instant at, char out[PACK_DATE_SIZE]);          /* "30 September 2021"; "" for INSTANT_NONE */
void pack_month_words(struct text period, char out[PACK_DATE_SIZE]); /* of "2021-09": "September 2021" */

/* Whether a pack can be made of the period, and if so, what makes it provisional. ERR_USAGE: it is in the future, has
 * not ended or lies before the evidence begins, and no provisional pack is asked for. */
int pack_period_check(struct pack *p, struct err *err);

/* ---- head.c: what stands above the paper ---- */

int head_write(struct pack *p, struct err *err); /* fills p->scope and p->heading */

/* Calls `line` with each label and value of the head that there is. */
void head_lines(const struct pack *p, void (*line)(void *ctx, const char *label, const char *value), void *ctx);
/* What the marking asks of a reader; "" where its sentence is not known. */
const char *head_sentence(const struct pack *p);

/* ---- tables.c ---- */

int tables_load_reports(struct pack *p, struct err *err);
int tables_fill(struct pack *p, struct err *err); /* judges every month */

/* ---- words.c: codes in plain words ---- */

/* Appends the text with its words in plain language, if it is nothing but words joined by ';' ("TIMEOUT;IMPLIED": "no
 * answer in time; shown by the certificates"); else as it is. */
void plain_words_add(struct text t, struct buf *out);
/* R8: what the Incidents that only the criteria in force open are called, by whose verdict opens them. */
const char *pack_avoided_name(const struct pack *p);
int words_show_tables(struct pack *p, struct err *err);

/* Columns: word, meaning, code. */
extern const struct report glossary_report;
int glossary_write(struct pack *p, struct err *err); /* of the words in the tables that are filled */

/* ---- check.c ---- */

/* Holds the totals of the tables against one another. Calls `finding` for each that disagrees; returns their number, or
 * -1: no memory. */
int pack_check(const struct table tables[PACK_TABLES], void (*finding)(void *ctx, const char *what), void *ctx,
               struct err *err);

/* ---- book.c ---- */

/* `held`: to the address of a struct book_held, which gets what the workbook holds. */
int pack_book(const struct pack *p, const void *held, struct outfile *out, struct err *err);

/* ---- method.c: the method in words, made of the criteria that were used ---- */

/* Columns: topic, statement. */
extern const struct report method_report;

int method_write(struct table *t, const struct judge_context *ctx, struct err *err);

/* ---- page.c ---- */

void pack_page(const struct pack *p, struct buf *out);

#endif
