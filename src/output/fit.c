/* Which columns of a table a terminal has room for, and how wide they are. */
#include "writers_int.h"

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

static void choose(struct fit_column *columns, size_t count, size_t gap, size_t terminal)
{
    size_t used = 0;

    for (size_t rank = 0; rank < count; rank++) {
        struct fit_column *const c = of_rank(columns, count, rank);
        const size_t needs = c->least + (rank > 0 ? gap : 0);

        c->given = rank == 0 || used + needs <= terminal ? c->least : 0;
        used += c->given > 0 ? needs : 0;
    }
}

void fit_columns(struct fit_column *columns, size_t count, size_t gap, size_t terminal)
{
    size_t most = terminal, left;

    choose(columns, count, gap, terminal);
    while (most > 1 && taken(columns, count, gap, most) > terminal)
        most--;
    left = terminal - smaller(taken(columns, count, gap, most), terminal);
    for (size_t i = 0; i < count; i++) {
        struct fit_column *const c = &columns[i];
        const size_t width = share(c, most);
        const size_t more = width > 0 ? smaller(c->wanted - width, left) : 0;

        c->given = width + more;
        left -= more;
    }
}
