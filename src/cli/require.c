/* --require: how old the newest evidence of a kind may be. */
#include "require_int.h"

#include "input/load.h"

#include <inttypes.h>
#include <string.h>

#define HOURS_MAX 1000000

static bool split(const char *value, struct text *kind, uint64_t *hours)
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

    if (!split(value, &kind, &hours))
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

    if (!split(value, &kind, &hours) || kind.len >= sizeof(name))
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
