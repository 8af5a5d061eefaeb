#include "rules/change.h"

enum change change_between(const struct standing *before, const struct standing *now)
{
    const bool failed = before != NULL && before->verdict == VERDICT_FAIL;

    if (now->verdict == VERDICT_FAIL)
        return failed ? CHANGE_PERSISTING : CHANGE_NEW;
    if (failed && (now->verdict == VERDICT_PASS || now->verdict == VERDICT_EXCLUDED))
        return CHANGE_CLEARED;
    if (before != NULL && (before->verdict != now->verdict || before->classification != now->classification))
        return CHANGE_RECLASSIFIED;
    return CHANGE_NONE;
}

const char *change_word(enum change c)
{
    static const char *const words[CHANGES] = {"", "NEW", "CLEARED", "PERSISTING", "RECLASSIFIED"};

    return words[c];
}
