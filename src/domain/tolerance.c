/* The measures that tolerances are about. */
#include "domain/tolerance.h"

static const struct {
    const char *word, *sentence;
    bool is_rate;
} measures[TOLERANCE_MEASURES] = {
#define RATE                              true
#define COUNT                             false
#define MEASURE(id, word, rate, sentence) [MEASURE_##id] = {word, sentence, rate},
#include "domain/measures.def"
#undef MEASURE
};

const char *tolerance_measure_word(enum tolerance_measure m)
{
    return measures[m].word;
}

const char *tolerance_measure_sentence(enum tolerance_measure m)
{
    return measures[m].sentence;
}

bool tolerance_measure_is_rate(enum tolerance_measure m)
{
    return measures[m].is_rate;
}

const char *tolerance_scope_word(enum tolerance_scope s)
{
    static const char *const words[TOLERANCE_SCOPES] = {
        [SCOPE_ALL] = "all", [SCOPE_TYPE] = "type", [SCOPE_REGION] = "region", [SCOPE_PARTY] = "party"};

    return words[s];
}
