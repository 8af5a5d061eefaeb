/* Which columns of a table a terminal has room for, and how wide they are. */
#include "writers_int.h"

#define READS_WELL 40 /* columns of the terminal that a text has before what matters less is shown */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct fit_column *of_rank(struct fit_column *columns, size_t count, size_t rank)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i].rank == rank)
            return &columns[i];
    return NULL;
}

/* What a column gets where none that could be narrower is wider than `most`. */
static size_t share(const struct fit_column *c, size_t most)
{
    const size_t width = smaller(c->wanted, most);

    return c->given == 0 ? 0 : width > c->least ? width : c->least;
}

static size_t taken(const struct fit_column *columns, size_t count, size_t gap, size_t most)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        if (columns[i].given > 0)
            sum += (sum > 0 ? gap : 0) + share(&columns[i], most);
    return sum;
}

/* The widest that any may be so that all fit. */
static size_t widest(const struct fit_column *columns, size_t count, size_t gap, size_t terminal, size_t most)
{
    while (most > 1 && taken(columns, count, gap, most) > terminal)
        most--;
    return most;
}

/* Lets those of the ranks in that there is room for. */
static void choose(struct fit_column *columns, size_t count, size_t from, size_t to, size_t gap, size_t terminal)
{
    size_t used = taken(columns, count, gap, 1);

    for (size_t rank = from; rank < to; rank++) {
        struct fit_column *const c = of_rank(columns, count, rank);
        const size_t needs = c->least + (rank > 0 ? gap : 0);

        c->given = rank == 0 || used + needs <= terminal ? c->least : 0;
        used += c->given > 0 ? needs : 0;
    }
}

void fit_columns(struct fit_column *columns, size_t count, size_t important, size_t gap, size_t terminal)
{
    size_t most, left;

    for (size_t i = 0; i < count; i++)
        columns[i].given = 0;
    choose(columns, count, 0, important, gap, terminal);
    most = widest(columns, count, gap, terminal, READS_WELL);
    for (size_t i = 0; i < count; i++)
        if (columns[i].given > 0)
            columns[i].least = columns[i].given = share(&columns[i], most);
    choose(columns, count, important, count, gap, terminal);
    most = widest(columns, count, gap, terminal, terminal);
    left = terminal - smaller(taken(columns, count, gap, most), terminal);
    for (size_t i = 0; i < count; i++) {
        struct fit_column *const c = &columns[i];
        const size_t width = share(c, most);
        const size_t more = width > 0 ? smaller(c->wanted - width, left) : 0;

        c->given = width + more;
        left -= more;
    }
}
