/* Rows on their way to a report: of a query (src/store), or of a table in memory (src/pack). Read by src/output. */
#ifndef PCREPORT_DOMAIN_CURSOR_H
#define PCREPORT_DOMAIN_CURSOR_H

#include "base/err.h"
#include "base/text.h"

enum cell_type { CELL_EMPTY, CELL_TEXT, CELL_INTEGER, CELL_REAL };

struct cursor {
    const struct cursor_ops *ops;
};

/* The texts of a row's cells, one after another, and where each ends. */
struct cursor_texts {
    struct text all;
    const size_t *ends;
};

struct cursor_ops {
    int (*column_count)(const struct cursor *c);
    const char *(*column_name)(const struct cursor *c, int column);
    int (*next)(struct cursor *c, struct err *err);
    enum cell_type (*cell_type)(struct cursor *c, int column);
    struct text (*text)(struct cursor *c, int column);
    int64_t (*integer)(struct cursor *c, int column);
    double (*real)(struct cursor *c, int column);
    struct cursor_texts (*texts)(struct cursor *c); /* NULL: cells are to be asked for one by one */
    void (*interrupt)(struct cursor *c);            /* NULL: a row never takes long */
    void (*destroy)(struct cursor *c);
};

static inline int cursor_column_count(const struct cursor *c)
{
    return c->ops->column_count(c);
}

static inline const char *cursor_column_name(const struct cursor *c, int column)
{
    return c->ops->column_name(c, column);
}

/* 1 with a row, 0 at the end, -1 on failure. */
static inline int cursor_next(struct cursor *c, struct err *err)
{
    return c->ops->next(c, err);
}

static inline enum cell_type cursor_cell_type(struct cursor *c, int column)
{
    return c->ops->cell_type(c, column);
}

/* Numbers too, in decimal. Borrowed until the next row. */
static inline struct text cursor_text(struct cursor *c, int column)
{
    return c->ops->text(c, column);
}

static inline int64_t cursor_integer(struct cursor *c, int column)
{
    return c->ops->integer(c, column);
}

static inline double cursor_real(struct cursor *c, int column)
{
    return c->ops->real(c, column);
}

/* What cursor_text gives for each column, all at once, where `ops->texts` is there. Borrowed until the next row. */
static inline struct cursor_texts cursor_texts(struct cursor *c)
{
    return c->ops->texts(c);
}

/* Makes a cursor_next that is under way fail soon. To be called from another thread, while the cursor is there. */
static inline void cursor_interrupt(struct cursor *c)
{
    if (c->ops->interrupt != NULL)
        c->ops->interrupt(c);
}

/* NULL is allowed. */
static inline void cursor_destroy(struct cursor *c)
{
    if (c != NULL)
        c->ops->destroy(c);
}

#endif
