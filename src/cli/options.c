/* Options parsed by the tables that --help is printed from. */
#include "options_int.h"

#include "base/ascii.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 64
#define LONG_BASE   256 /* getopt's value of a long option: this + its place in the table */

/* The groups as getopt_long wants them. */
struct table {
    const struct option_spec *specs[OPTIONS_MAX];
    const char *names[OPTIONS_MAX];
    struct option longs[OPTIONS_MAX + 1];
    char letters[2 * OPTIONS_MAX + 2];
    size_t count;
};

static void table_fill(struct table *t, const struct option_group *const *groups)
{
    size_t letters = 0;

    memset(t, 0, sizeof(*t));
    t->letters[letters++] = ':'; /* tell a missing value from an unknown option */
    for (; *groups != NULL; groups++)
        for (size_t i = 0; i < (*groups)->count; i++) {
            const struct option_spec *spec = &(*groups)->specs[i];
            const int wants = spec->value != NULL ? required_argument : no_argument;

            assert(t->count < OPTIONS_MAX);
            t->specs[t->count] = spec;
            t->names[t->count] = spec->name;
            t->longs[t->count] = (struct option){spec->name, wants, NULL, LONG_BASE + (int)t->count};
            t->count++;
            if (spec->letter == 0)
                continue;
            t->letters[letters++] = spec->letter;
            if (spec->value != NULL)
                t->letters[letters++] = ':';
        }
}

static const struct option_spec *table_find(const struct table *t, int got)
{
    if (got >= LONG_BASE)
        return t->specs[got - LONG_BASE];
    for (size_t i = 0; i < t->count; i++)
        if (t->specs[i]->letter == got)
            return t->specs[i];
    return NULL;
}

static int unknown_long(const struct table *t, const char *arg, struct err *err)
{
    char name[64];
    const char *near;
    unsigned matches = 0;

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
    for (size_t i = 0; i < t->count; i++)
        matches += strncmp(t->names[i], name, strlen(name)) == 0;
    if (matches > 1)
        return err_set(err, ERR_USAGE, "'--%s' could be more than one option: write it out", name);
    near = text_nearest(name, t->names, t->count);
    if (near != NULL)
        return err_set(err, ERR_USAGE, "unknown option '--%s': did you mean '--%s'?", name, near);
    return err_set(err, ERR_USAGE, "unknown option '--%s': --help lists the options", name);
}

static int fault(const struct table *t, int got, const char *arg, struct err *err)
{
    const struct option_spec *spec = optopt != 0 ? table_find(t, optopt) : NULL;

    if (got == ':' && spec != NULL)
        return err_set(err, ERR_USAGE, "'--%s' needs a value: --%s=%s", spec->name, spec->name, spec->value);
    if (spec != NULL)
        return err_set(err, ERR_USAGE, "'--%s' takes no value", spec->name);
    if (strncmp(arg, "--", 2) == 0)
        return unknown_long(t, arg, err);
    return err_set(err, ERR_USAGE, "unknown option '-%c': --help lists the options", optopt);
}

int options_parse(struct options *out, const struct option_group *const *groups, int argc, char **argv, struct err *err)
{
    struct table t;
    int got;

    table_fill(&t, groups);
    out->groups = groups;
    out->given = calloc((size_t)argc, sizeof(*out->given));
    if (out->given == NULL)
        return err_nomem(err);
    optind = 0; /* getopt's own "from the start" */
    opterr = 0;
    while ((got = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
        if (got == '?' || got == ':')
            return fault(&t, got, argv[optind - 1], err);
        out->given[out->given_count++] = (struct option_given){table_find(&t, got), optarg};
    }
    out->operands = argv + optind;
    out->operand_count = (size_t)(argc - optind);
    return 0;
}

void options_release(struct options *o)
{
    free(o->given);
    memset(o, 0, sizeof(*o));
}

size_t options_count(const struct options *o, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < o->given_count; i++)
        n += strcmp(o->given[i].spec->name, name) == 0;
    return n;
}

const char *options_nth(const struct options *o, const char *name, size_t n)
{
    for (size_t i = 0; i < o->given_count; i++)
        if (strcmp(o->given[i].spec->name, name) == 0 && n-- == 0)
            return o->given[i].value;
    return NULL;
}

bool options_has(const struct options *o, const char *name)
{
    return options_count(o, name) > 0;
}

const char *options_value(const struct options *o, const char *name)
{
    const size_t n = options_count(o, name);

    return n == 0 ? NULL : options_nth(o, name, n - 1);
}

bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        const uint64_t digit = (uint64_t)(*text - '0');

        if (*text < '0' || *text > '9' || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return n <= max;
}

/* "-7d", "-36h": how far back; false where it is none. At most some 270 years. */
static bool read_back(struct text t, uint64_t *count, char *unit)
{
    char digits[8];

    if (t.len < 3 || t.len > sizeof(digits) + 1 || t.ptr[0] != '-')
        return false;
    *unit = ascii_lower(t.ptr[t.len - 1]);
    memcpy(digits, t.ptr + 1, t.len - 2);
    digits[t.len - 2] = '\0';
    return (*unit == 'd' || *unit == 'h') && parse_number(digits, *unit == 'd' ? 99999 : 999999, count);
}

/* "2021-09" */
static bool read_month(struct text t, enum option_date date, instant *out)
{
    char day[] = "2021-09-01", next[INSTANT_TEXT_SIZE];
    const char *why;

    if (t.len != 7 || t.ptr[4] != '-')
        return false;
    memcpy(day, t.ptr, t.len);
    if (instant_parse(text_of(day), ZONE_UTC, DATE_START, out, &why) < 0)
        return false;
    if (date == DATE_FROM)
        return true;
    instant_format_date(*out + 31 * INSTANT_DAY, next); /* a day of the month behind it */
    memcpy(next + 8, "01", 2);
    if (instant_parse(text_of(next), ZONE_UTC, DATE_START, out, &why) < 0)
        return false;
    *out -= date == DATE_AT; /* the month behind it begins a millisecond later */
    return true;
}

static bool read_relative(struct text t, enum option_date date, instant base, instant *out)
{
    const instant now = instant_now(), today = now - now % INSTANT_DAY;
    uint64_t back = 0;
    char unit = 'd';

    if (text_equal_nocase(t, TEXT_LITERAL("now"))) {
        *out = now;
        return true;
    }
    if (text_equal_nocase(t, TEXT_LITERAL("yesterday")))
        back = 1;
    else if (!text_equal_nocase(t, TEXT_LITERAL("today"))) {
        if (!read_back(t, &back, &unit))
            return read_month(t, date, out);
        if (base != INSTANT_NONE || unit == 'h') {
            *out = (base != INSTANT_NONE ? base : now) - (instant)back * (unit == 'd' ? INSTANT_DAY : INSTANT_HOUR);
            return true;
        }
    }
    *out = today - (instant)back * INSTANT_DAY + (date == DATE_TO ? INSTANT_DAY : 0);
    return true;
}

int options_instant(const struct options *o, const char *name, enum option_date date, instant base, instant *out,
                    struct err *err)
{
    const char *value = options_value(o, name);
    const char *why = NULL;

    if (value == NULL || read_relative(text_of(value), date, base, out))
        return 0;
    if (instant_parse(text_of(value), ZONE_UTC, date == DATE_TO ? DATE_END : DATE_START, out, &why) < 0)
        return err_set(err, ERR_USAGE,
                       "--%s '%s': %s; write it as 2021-10-01, 2021-10-01T00:00:00Z, 2021-09, yesterday or -7d", name,
                       value, why);
    return 0;
}

int options_number(const struct options *o, const char *name, uint64_t min, uint64_t max, uint64_t *out,
                   struct err *err)
{
    const char *value = options_value(o, name);
    uint64_t n = 0;

    if (value == NULL)
        return 0;
    if (!parse_number(value, max, &n) || n < min)
        return err_set(err, ERR_USAGE, "--%s '%s': a whole number from %" PRIu64 " to %" PRIu64 " is wanted", name,
                       value, min, max);
    *out = n;
    return 0;
}
