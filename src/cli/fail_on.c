/* What a run is asked to raise an alarm about: --fail-on on what was judged, --require on how old the evidence is. */
#include "fail_on_int.h"

#include "base/array.h"
#include "input/load.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Alarms ---- */

int alarms_add(struct alarms *a, const char *sort, struct err *err, const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    int len;

    va_start(args, fmt);
    len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0 || !array_reserve(&a->ptr, &a->cap, a->count + 1, sizeof(*a->ptr))) {
        if (len >= 0)
            free(text);
        return err_nomem(err);
    }
    a->ptr[a->count++] = (struct night_alarm){sort, text};
    return 0;
}

void alarms_tell(const struct alarms *a, struct session *s)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->ptr[i].sort, ALARM_LIMIT) == 0) {
            session_raise(s, EXIT_LIMIT);
            say_error(s, ABOUT(LIMIT_PASSED), "%s", a->ptr[i].text);
        }
}

void alarms_release(struct alarms *a)
{
    for (size_t i = 0; i < a->count; i++)
        free((char *)(uintptr_t)a->ptr[i].text);
    free(a->ptr);
    *a = (struct alarms){0};
}

/* ---- --fail-on ---- */

static const struct option_spec specs[] = {
    {"fail-on", 0, "WHAT=N",
     "exit with 4 when more than N Devices, or with N% more than this share of those judged, have this verdict or "
     "classification (FAIL, FAIL_AT_MOST with UNVERIFIED, TRUE_FAILURE ...), when more than N records were rejected "
     "(rejects), when more than N Devices fail that did not in the last run (NEW_FAILURE), or when a tolerance is "
     "breached (TOLERANCE); may be repeated"},
};
const struct option_group group_limits = {"Limits", specs, ARRAY_LEN(specs)};

#define SHARE_UNITS  INT64_C(1000000) /* of a percent: as many decimals as anybody writes */
#define SHARE_DIGITS 6

struct limit {
    struct text what;
    uint64_t most; /* a count, or of a share millionths of a percent */
    bool is_share;
    bool is_tolerance;
};

/* "1.5%" in millionths of a percent; false: it is none. */
static bool read_share(struct text t, uint64_t *out)
{
    uint64_t value = 0;
    size_t decimals = 0;
    bool point = false;

    if (t.len < 2 || t.ptr[t.len - 1] != '%' || t.ptr[0] < '0' || t.ptr[0] > '9')
        return false;
    for (size_t i = 0; i + 1 < t.len; i++) {
        if (t.ptr[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (t.ptr[i] < '0' || t.ptr[i] > '9' || value > 1000 * (uint64_t)SHARE_UNITS || decimals == SHARE_DIGITS)
            return false;
        value = value * 10 + (uint64_t)(t.ptr[i] - '0');
        decimals += point;
    }
    for (; decimals < SHARE_DIGITS; decimals++)
        value *= 10;
    *out = value;
    return value <= 100 * (uint64_t)SHARE_UNITS;
}

static bool read_limit(const char *value, struct limit *out)
{
    const char *const equals = strchr(value, '=');

    *out = (struct limit){0};
    if (equals == NULL) {
        out->is_tolerance = text_same_word(text_of(value), TEXT_LITERAL("TOLERANCE"));
        return out->is_tolerance;
    }
    out->what = (struct text){value, (size_t)(equals - value)};
    out->is_share = read_share(text_of(equals + 1), &out->most);
    return out->what.len > 0 && (out->is_share || parse_number(equals + 1, UINT64_MAX, &out->most));
}

/* How many there are of the thing, and of how many; false when there is no such thing. */
static bool count_of_thing(struct text what, const struct limit_facts *f, uint64_t *out, uint64_t *of)
{
    const struct judged_totals *const t = &f->totals;
    enum verdict verdict;
    enum classification class;

    *of = t->devices - t->verdicts[VERDICT_EXCLUDED] - t->verdicts[VERDICT_PENDING];
    if (text_same_word(what, TEXT_LITERAL("rejects"))) {
        *out = f->rejects;
        *of = f->rows;
    } else if (text_same_word(what, TEXT_LITERAL("NEW_FAILURE"))) {
        *out = f->new_failures;
    } else if (text_same_word(what, TEXT_LITERAL("FAIL_AT_MOST"))) {
        *out = t->verdicts[VERDICT_FAIL] + t->verdicts[VERDICT_UNVERIFIED];
    } else if (verdict_parse(what, &verdict)) {
        *out = t->verdicts[verdict];
        if (verdict == VERDICT_EXCLUDED || verdict == VERDICT_PENDING)
            *of = t->devices;
    } else if (classification_parse(what, &class)) {
        *out = t->classifications[class];
    } else {
        return false;
    }
    return true;
}

int fail_on_check(const struct session *s, bool compares, struct err *err)
{
    static const struct limit_facts none;
    const struct options *const o = &s->options;
    uint64_t ignored[2];

    for (size_t i = 0; i < options_count(o, "fail-on"); i++) {
        const char *const value = options_nth(o, "fail-on", i);
        struct limit limit;

        if (!read_limit(value, &limit))
            return err_set(err, ERR_USAGE,
                           "--fail-on '%s': write it as WHAT=N, WHAT=N%% or TOLERANCE, such as TRUE_FAILURE=0 or "
                           "FAIL=1.5%%",
                           value);
        if (limit.is_tolerance && s->config.tolerances == NULL)
            return err_set(err, ERR_USAGE,
                           "--fail-on TOLERANCE: the configuration names no file of them; give "
                           "[reports] tolerances = FILE");
        if (limit.is_tolerance)
            continue;
        if (!compares && text_same_word(limit.what, TEXT_LITERAL("NEW_FAILURE")))
            return err_set(err, ERR_USAGE, "--fail-on '%s': only 'run' and 'changes' know what is new", value);
        if (!count_of_thing(limit.what, &none, &ignored[0], &ignored[1]))
            return err_set(
                err, ERR_USAGE,
                "--fail-on '%s': WHAT is a verdict (PASS, FAIL, PENDING, UNVERIFIED, EXCLUDED), FAIL_AT_MOST, "
                "a classification (FALSE_POSITIVE, TRUE_FAILURE, MISSED_BY_LEGACY, AGREED_PASS), NEW_FAILURE "
                "or rejects",
                value);
    }
    return 0;
}

static void add_share(struct buf *b, uint64_t units)
{
    uint64_t rest = units % (uint64_t)SHARE_UNITS;
    char digits[SHARE_DIGITS + 1];
    size_t len = SHARE_DIGITS;

    snprintf(digits, sizeof(digits), "%06" PRIu64, rest % (uint64_t)SHARE_UNITS);
    while (len > 0 && digits[len - 1] == '0')
        len--;
    buf_printf(b, "%" PRIu64 "%s%.*s%%", units / (uint64_t)SHARE_UNITS, len > 0 ? "." : "", (int)len, digits);
}

static int apply_share(const struct limit *limit, uint64_t count, uint64_t of, struct alarms *alarms, struct err *err)
{
    const uint64_t hundred = 100 * (uint64_t)SHARE_UNITS;
    char n[2][COUNT_TEXT_SIZE];
    struct buf share = {0}, most = {0};
    int rc = 0;

    if ((__uint128_t)count * hundred > (__uint128_t)limit->most * of) {
        add_share(&share, (uint64_t)((__uint128_t)count * 10000 / (of > 0 ? of : 1)) * (hundred / 10000));
        add_share(&most, limit->most);
        rc = alarms_add(alarms, ALARM_LIMIT, err, "limit passed: %.*s is %s of %s, %s, more than the %s of --fail-on",
                        (int)limit->what.len, limit->what.ptr, count_text(count, n[0]), count_text(of, n[1]),
                        buf_cstr(&share), buf_cstr(&most));
    }
    buf_release(&share);
    buf_release(&most);
    return rc;
}

static int apply_limit(const char *value, const struct limit_facts *facts, struct alarms *alarms, struct err *err)
{
    uint64_t count = 0, of = 0;
    char n[2][COUNT_TEXT_SIZE];
    struct limit limit;

    if (!read_limit(value, &limit))
        return 0;
    if (limit.is_tolerance && facts->breached != NULL && *facts->breached != '\0')
        return alarms_add(alarms, ALARM_LIMIT, err, "limit passed: %s", facts->breached);
    if (limit.is_tolerance || !count_of_thing(limit.what, facts, &count, &of))
        return 0;
    if (limit.is_share)
        return apply_share(&limit, count, of, alarms, err);
    if (count <= limit.most)
        return 0;
    return alarms_add(alarms, ALARM_LIMIT, err, "limit passed: %s %.*s, more than the %s of --fail-on",
                      count_text(count, n[0]), (int)limit.what.len, limit.what.ptr, count_text(limit.most, n[1]));
}

bool fail_on_tolerance(const struct options *o)
{
    struct limit limit;

    for (size_t i = 0; i < options_count(o, "fail-on"); i++)
        if (read_limit(options_nth(o, "fail-on", i), &limit) && limit.is_tolerance)
            return true;
    return false;
}

int fail_on_apply(const struct session *s, const struct limit_facts *facts, struct alarms *alarms, struct err *err)
{
    for (size_t i = 0; i < options_count(&s->options, "fail-on"); i++)
        if (apply_limit(options_nth(&s->options, "fail-on", i), facts, alarms, err) < 0)
            return -1;
    return 0;
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

static int apply_one(struct store *store, instant as_of, const char *value, struct alarms *alarms, struct err *err)
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
    if (newest == INSTANT_NONE)
        return alarms_add(alarms, ALARM_LIMIT, err,
                          "limit passed: there is no evidence of kind %s, and %" PRIu64 " hours are required", name,
                          hours);
    return alarms_add(alarms, ALARM_LIMIT, err,
                      "limit passed: the newest evidence of kind %s is of %s, older than the %" PRIu64
                      " hours required",
                      name, text, hours);
}

int require_apply(const struct session *s, struct store *store, instant as_of, struct alarms *alarms, struct err *err)
{
    const struct value_list *const configured = &s->config.require;

    for (size_t i = 0; i < configured->count; i++)
        if (apply_one(store, as_of, configured->items[i], alarms, err) < 0)
            return -1;
    for (size_t i = 0; i < options_count(&s->options, "require"); i++)
        if (apply_one(store, as_of, options_nth(&s->options, "require", i), alarms, err) < 0)
            return -1;
    return 0;
}
