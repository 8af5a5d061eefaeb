/* What of a report's rows is shown, and how it is shown to somebody who sits before a terminal. */
#ifndef PCREPORT_CLI_SHOWING_INT_H
#define PCREPORT_CLI_SHOWING_INT_H

#include "domain/cursor.h"
#include "output/report.h"
#include "output/writer.h"
#include "session_int.h"

extern const struct option_group group_showing;  /* --columns, --limit, --vertical, --no-pager */
extern const struct option_group group_terminal; /* the last two, for commands whose rows are not a report's */
extern const struct option_group group_pager;    /* the last one */

/* Whether results go to a terminal, and how wide it is ($COLUMNS, or as it says itself); 0: they do not. */
unsigned terminal_columns(void);

struct showing {
    const char **columns; /* NULL: all of them; texts borrowed from `list` */
    size_t column_count;
    uint64_t limit; /* rows; 0: all */
    bool stops;     /* at the first row beyond: those after it are not counted */
    char *list;
    unsigned changes; /* rows whose column `change` is one of these, bit 1 << enum change; 0: all */
};

/* ERR_USAGE: a limit or a kind of change that is none. */
int showing_read(struct showing *out, const struct session *s, struct err *err);
void showing_release(struct showing *s);
/* Whether the report has the columns: ERR_USAGE names the nearest. */
int showing_check(const struct showing *s, const struct report *report, struct err *err);
bool showing_restricts(const struct showing *s);

/* "12 rows", or "the first 3 of 12 rows" where --limit left some out. Returns out. */
const char *rows_text(uint64_t rows, uint64_t there, char out[COUNT_TEXT_SIZE]);

/* A report, and its rows, as they are asked for. */
struct shown {
    struct cursor base;   /* the rows; cursor_destroy does nothing: shown_end */
    struct cursor *rows;  /* borrowed: of the query, with every column */
    struct report report; /* without charts; points into the whole one and into this */
    size_t *place;        /* of each column in the rows */
    uint64_t left;        /* rows that may still come */
    bool limited, stops;
    uint64_t there;   /* rows there are; all of them are counted once no more come */
    unsigned changes; /* as in struct showing */
    int change;       /* the place of that column in the rows */
};
int shown_begin(struct shown *out, const struct showing *s, const struct report *report, struct cursor *rows,
                struct err *err);
void shown_end(struct shown *s);

/* Where results go to a terminal and nobody said --no-pager, what is written to standard output between the two goes
 * through $PAGER, or less where there is one. pager_end waits until it was left; until then nothing may be said on
 * standard error. Without a pager both do nothing. */
struct pager {
    int pid;   /* 0: none */
    int saved; /* standard output as it was */
    void (*interrupt)(int);
};
void pager_begin(struct pager *p, const struct session *s);
void pager_end(struct pager *p, const struct session *s);

#endif
