/* R11.2: one step from what was reported of a Device to what is reported now. */
#include "rules/change.h"

struct standing standing_of(const struct judgement *j, instant as_of)
{
    const struct inventory_row *const row = j->inventory;

    return (struct standing){.verdict = j->verdict,
                             .classification = j->classification,
                             .commissioned = row->status == SMI_COMMISSIONED && row->commissioned_at != INSTANT_NONE &&
                                             row->commissioned_at <= as_of};
}

enum change change_between(const struct standing *before, const struct standing *now)
{
    const bool failed = before != NULL && before->verdict == VERDICT_FAIL;

    if (now->verdict == VERDICT_FAIL)
        return failed ? CHANGE_PERSISTING : CHANGE_NEW;
    if (failed && (now->verdict == VERDICT_PASS || now->verdict == VERDICT_EXCLUDED))
        return CHANGE_CLEARED;
    if (now->commissioned && (before == NULL || !before->commissioned))
        return CHANGE_COMMISSIONED;
    if (before == NULL || before->verdict != now->verdict || before->classification != now->classification)
        return CHANGE_RECLASSIFIED;
    return CHANGE_NONE;
}

enum change change_from_nothing(const struct standing *now)
{
    return now->verdict == VERDICT_FAIL ? CHANGE_NEW : CHANGE_NONE;
}

const char *change_word(enum change c)
{
    static const char *const words[CHANGES] = {"", "NEW", "PERSISTING", "CLEARED", "COMMISSIONED", "RECLASSIFIED"};

    return words[c];
}
