/* The limits that a run can be asked for: --fail-on on what was judged, --require on how old the evidence is. */
#include "fail_on_int.h"

#include "input/load.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <string.h>

/* ---- --fail-on ---- */

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

/* ---- --require: how old the newest evidence of a kind may be ---- */

#define HOURS_MAX 1000000

static bool split_required(const char *value, struct text *kind, uint64_t *hours)
{
    const char *const equals = strchr(value, '=');

    if (equals == NULL)
        return false;
    *kind = (struct text){value, (size_t)(equals - value)};
    return kind->len > 0 && parse_number(equals + 1, HOURS_MAX, hours);
}

static bool is_kind(struct text kind)
{
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(kind, text_of(kinds[i].name)))
            return true;
    return false;
}

static int check_one(const char *value, enum err_code code, const char *where, struct err *err)
{
    struct text kind;
    uint64_t hours;

    if (!split_required(value, &kind, &hours))
        return err_set(err, code, "%s '%s': write it as KIND=HOURS, such as srv-audit=36", where, value);
    if (!is_kind(kind))
        return err_set(err, code, "%s '%s': '%.*s' is no kind of input; 'pcreport ingest --help' lists them", where,
                       value, (int)kind.len, kind.ptr);
    return 0;
}

int require_check(const struct session *s, struct err *err)
{
    const struct value_list *const configured = &s->config.require;

    for (size_t i = 0; i < configured->count; i++)
        if (check_one(configured->items[i], ERR_CONFIG, "[run] require", err) < 0)
            return -1;
    for (size_t i = 0; i < options_count(&s->options, "require"); i++)
        if (check_one(options_nth(&s->options, "require", i), ERR_USAGE, "--require", err) < 0)
            return -1;
    return 0;
}

static int apply_one(struct session *s, struct store *store, instant as_of, const char *value, unsigned *passed,
                     struct err *err)
{
    char name[64], text[INSTANT_TEXT_SIZE];
    struct text kind;
    uint64_t hours;
    instant newest;

    if (!split_required(value, &kind, &hours) || kind.len >= sizeof(name))
        return 0;
    memcpy(name, kind.ptr, kind.len);
    name[kind.len] = '\0';
    if (store_newest(store, name, as_of, &newest, err) < 0)
        return -1;
    if (newest != INSTANT_NONE && newest >= as_of - (instant)hours * INSTANT_HOUR)
        return 0;
    instant_format(newest, text);
    ++*passed;
    session_raise(s, EXIT_LIMIT);
    if (newest == INSTANT_NONE)
        say_error(s, "limit passed: there is no evidence of kind %s, and %" PRIu64 " hours are required", name, hours);
    else
        say_error(s, "limit passed: the newest evidence of kind %s is of %s, older than the %" PRIu64 " hours required",
                  name, text, hours);
    return 0;
}

int require_apply(struct session *s, struct store *store, instant as_of, unsigned *passed, struct err *err)
{
    const struct value_list *const configured = &s->config.require;

    for (size_t i = 0; i < configured->count; i++)
        if (apply_one(s, store, as_of, configured->items[i], passed, err) < 0)
            return -1;
    for (size_t i = 0; i < options_count(&s->options, "require"); i++)
        if (apply_one(s, store, as_of, options_nth(&s->options, "require", i), passed, err) < 0)
            return -1;
    return 0;
}
