/* The facts of the obligations, from their list. */
#include "domain/obligation.h"

enum { NO_CELLS, CELLS };

static const struct obligation_facts facts[OBLIGATIONS] = {
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks)            \
    {word, column, legacy_srv, CHECK_##legacy_check, read, cells == CELLS, plain, asks, legacy_asks},
#include "domain/obligations.def"
#undef OBLIGATION
};

const struct obligation_facts *obligation_facts(enum obligation o)
{
    return &facts[o];
}

const char *obligation_word(enum obligation o)
{
    return facts[o].word;
}

const char *obligation_column(enum obligation o)
{
    return facts[o].column;
}
