/* --fail-on: limits on counts of verdicts. */
#include "fail_on_int.h"

#include "rules/wording.h"

#include <string.h>

static const struct option_spec specs[] = {
    {"fail-on", 0, "WHAT=N",
     "exit with 4 when more than N Devices have this verdict or classification (FAIL, "
     "UNVERIFIED, TRUE_FAILURE ...), or more than N records were rejected (rejects); may be "
     "repeated"},
};
const struct option_group group_limits = {"Limits", specs, ARRAY_LEN(specs)};

/* How many there are of the thing; false when there is no such thing. */
static bool count_of_thing(struct text what, const struct judged_totals *totals, uint64_t rejects, uint64_t *out)
{
    enum verdict verdict;
    enum classification class;

    if (text_same_word(what, TEXT_LITERAL("rejects")))
        *out = rejects;
    else if (verdict_parse(what, &verdict))
        *out = totals->verdicts[verdict];
    else if (classification_parse(what, &class))
        *out = totals->classifications[class];
    else
        return false;
    return true;
}

static bool split(const char *value, struct text *what, uint64_t *limit)
{
    const char *const equals = strchr(value, '=');

    if (equals == NULL)
        return false;
    *what = (struct text){value, (size_t)(equals - value)};
    return what->len > 0 && parse_number(equals + 1, UINT64_MAX, limit);
}

int fail_on_check(const struct options *o, struct err *err)
{
    static const struct judged_totals none;
    uint64_t ignored;

    for (size_t i = 0; i < options_count(o, "fail-on"); i++) {
        const char *const value = options_nth(o, "fail-on", i);
        struct text what;
        uint64_t limit;

        if (!split(value, &what, &limit))
            return err_set(err, ERR_USAGE, "--fail-on '%s': write it as WHAT=N, such as TRUE_FAILURE=0", value);
        if (!count_of_thing(what, &none, 0, &ignored))
            return err_set(err, ERR_USAGE,
                           "--fail-on '%s': WHAT is a verdict (PASS, FAIL, PENDING, UNVERIFIED, EXCLUDED), a "
                           "classification (FALSE_POSITIVE, TRUE_FAILURE, MISSED_BY_LEGACY, AGREED_PASS), or rejects",
                           value);
    }
    return 0;
}

unsigned fail_on_apply(struct session *s, const struct judged_totals *totals, uint64_t rejects)
{
    unsigned passed = 0;

    for (size_t i = 0; i < options_count(&s->options, "fail-on"); i++) {
        const char *const value = options_nth(&s->options, "fail-on", i);
        char n[2][COUNT_TEXT_SIZE];
        struct text what;
        uint64_t limit;
        uint64_t count = 0;

        if (!split(value, &what, &limit) || !count_of_thing(what, totals, rejects, &count) || count <= limit)
            continue;
        passed++;
        session_raise(s, EXIT_LIMIT);
        say_error(s, "limit passed: %s %.*s, more than the %s of --fail-on", count_text(count, n[0]), (int)what.len,
                  what.ptr, count_text(limit, n[1]));
    }
    return passed;
}
