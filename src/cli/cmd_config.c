/* pcreport config: every setting with its value and where it comes from, and whether all of it makes sense. */
#include "commands_int.h"
#include "fail_on_int.h"
#include "inbox_int.h"
#include "judging_int.h"
#include "reading_int.h"
#include "reports_int.h"
#include "tickets_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- show ---- */

/* What holds where the file says nothing, but for what the criteria say. What is not here is not set then. */
static const struct {
    const char *section, *key, *value;
} otherwise[] = {
    {"input", "max_rejects", MAX_REJECTS},
    {"criteria", "legacy", "as shipped"},
    {"criteria", "revised", "as shipped"},
    {"criteria", "codes", "as shipped"},
    {"registration", "extracts", "changes"},
    {"incidents", "criteria", "revised"},
    {"run", "settle", "0"},
    {"run", "recursive", "no"},
    {"run", "after", "leave"},
    {"report", "formats", "csv"},
};

static bool is(const struct config_setting *s, const char *section, const char *key)
{
    return strcmp(s->section, section) == 0 && strcmp(s->key, key) == 0;
}

/* Of the criteria, which outweigh nothing: the revised ones and, where they say otherwise, the legacy ones. */
static void add_span(struct buf *out, int64_t revised, int64_t legacy, int64_t unit)
{
    buf_printf(out, "%" PRId64, revised / unit);
    if (legacy != revised)
        buf_printf(out, " (legacy: %" PRId64 ")", legacy / unit);
}

static void add_otherwise(struct buf *out, const struct config_setting *s, const struct judging *j,
                          const struct session *session)
{
    for (size_t i = 0; i < ARRAY_LEN(otherwise); i++)
        if (is(s, otherwise[i].section, otherwise[i].key))
            buf_add_str(out, otherwise[i].value);
    if (is(s, "store", "db"))
        buf_add_str(out, session_db(session));
    else if (is(s, "criteria", "obligation_days"))
        add_span(out, j->revised.obligation_ms, j->legacy.obligation_ms, INSTANT_DAY);
    else if (is(s, "criteria", "response_window_hours"))
        add_span(out, j->revised.response_window_ms, j->legacy.response_window_ms, INSTANT_HOUR);
    else if (is(s, "criteria", "cos_grace_days"))
        add_span(out, j->revised.cos_grace_ms, j->legacy.cos_grace_ms, INSTANT_DAY);
    else if (is(s, "coverage", "silence_hours"))
        buf_printf(out, "%" PRId64, j->settings.silence_hours);
    else if (is(s, "coverage", "expected_requests"))
        buf_printf(out, "%" PRId64, j->settings.expected_requests);
    else if (is(s, "report", "own_seconds"))
        buf_printf(out, "%d", OWN_SECONDS);
    else if (is(s, "report", "own_rows"))
        buf_printf(out, "%d", OWN_ROWS);
    else if (is(s, "report", "correction_cost"))
        buf_printf(out, "%" PRId64, j->correction_gbp);
}

/* `line` 0: it does not come from the file. */
static void show_setting(const struct session *s, const char *section, const char *key, struct text value,
                         const char *origin, unsigned long line)
{
    const int width = (int)(strlen(key) + (value.len > 0 ? 3 + value.len : 0));
    struct event e;

    event_begin(&e, s, "setting");
    json_pair(&e.json, "section", section);
    json_pair(&e.json, "key", key);
    json_key(&e.json, "value");
    json_text(&e.json, value);
    json_pair(&e.json, "origin", origin);
    if (line > 0) {
        json_pair(&e.json, "file", s->config.path);
        json_count(&e.json, "line", line);
    }
    event_end(&e, s);
    if (s->json)
        return;
    printf("%s%s%s%.*s%*s ; ", value.len > 0 ? "" : "; ", key, value.len > 0 ? " = " : "", (int)value.len, value.ptr,
           width < 40 ? 40 - width - (value.len > 0 ? 0 : 2) : 0, "");
    if (line > 0)
        printf("%s:%lu\n", s->config.path, line);
    else
        printf("%s\n", value.len > 0 ? origin : "not set");
}

static void show_section(const struct session *s, const char *section, const char **last)
{
    if (!s->json && (*last == NULL || strcmp(*last, section) != 0))
        printf("%s[%s]\n", *last != NULL ? "\n" : "", section);
    *last = section;
}

/* 0: the file says nothing of it. */
static size_t show_given(const struct session *s, const struct config_setting *setting)
{
    size_t shown = 0;

    for (size_t i = 0; i < s->config.entry_count; i++) {
        const struct config_entry *const e = &s->config.entries[i];

        if (strcmp(e->section, setting->section) != 0 ||
            (strcmp(e->key, setting->key) != 0 && strcmp(setting->key, "*") != 0))
            continue;
        show_setting(s, e->section, e->key, text_of(e->value), "file", e->line);
        shown++;
    }
    return shown;
}

static int show(struct session *s, const struct judging *j, struct err *err)
{
    const char *last = NULL;
    struct config_setting setting;

    if (!s->json)
        printf("; %s%s%s\n", s->config.path != NULL ? "read from " : "no configuration file was found",
               s->config.path != NULL ? s->config.path : "",
               s->config.path != NULL && getenv("PCREPORT_CONFIG") != NULL && !options_has(&s->options, "config")
                   ? " ($PCREPORT_CONFIG)"
                   : "");
    for (size_t i = 0; config_setting_at(i, &setting); i++) {
        struct buf value = {0};
        const bool by_option = is(&setting, "store", "db") && options_has(&s->options, "db");

        show_section(s, setting.section, &last);
        if (by_option || show_given(s, &setting) == 0) {
            add_otherwise(&value, &setting, j, s);
            if (value.failed)
                return err_nomem(err);
            show_setting(s, setting.section, setting.key, buf_text(&value),
                         by_option       ? "option"
                         : value.len > 0 ? "default"
                                         : "none",
                         0);
        }
        buf_release(&value);
    }
    for (size_t i = 0; i < s->config.entry_count; i++) {
        const struct config_entry *const e = &s->config.entries[i];

        if (config_is_form(e->section)) {
            show_section(s, e->section, &last);
            show_setting(s, e->section, e->key, text_of(e->value), "file", e->line);
        }
    }
    return 0;
}

/* ---- check ---- */

static int check_formats(struct session *s, struct err *err)
{
    struct formats formats;

    return formats_read(&formats, s, err);
}

static int check_reading(struct session *s, struct err *err)
{
    struct load_options options;
    struct reading reading;

    return reading_options(&reading, s, &options, err);
}

static int check_reports(struct session *s, struct err *err)
{
    struct reports reports;
    const int rc = reports_load(&reports, s, err);

    reports_release(&reports);
    return rc;
}

static int check_judging(struct session *s, struct err *err)
{
    struct judging j = {0};
    const int rc = judging_begin(&j, s, err);

    judging_end(&j);
    return rc;
}

static int check_inbox(struct session *s, struct err *err)
{
    return inbox_check(s, err);
}

static int check_require(struct session *s, struct err *err)
{
    return require_check(s, err);
}

static int check_tickets(struct session *s, struct err *err)
{
    return tickets_check(s, err);
}

/* Whether the parties are known can be told only where there is a store. */
static int check_scope(struct session *s, struct err *err)
{
    struct judging j = {0};
    struct store *store = NULL;
    struct err ignored = {0};
    int rc = 0;

    if ((s->config.scope.count > 0 || s->config.tolerances != NULL) && judging_begin(&j, s, &ignored) == 0 &&
        open_store(&store, s, &ignored) == 0)
        rc = judging_check_parties(&j, s, store, instant_now(), err);
    store_close(store);
    judging_end(&j);
    return rc;
}

/* Every part is looked at, so that one look tells all that there is to mend. */
static int check(struct session *s, struct err *err)
{
    static int (*const parts[])(struct session *, struct err *) = {
        check_reading, check_judging, check_scope,   check_reports,
        check_formats, check_inbox,   check_require, check_tickets,
    };
    struct err last = {0};
    unsigned wrong = 0;
    char n[COUNT_TEXT_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct err why = {0};

        if (parts[i](s, &why) == 0)
            continue;
        if (wrong++ > 0)
            say_error(s, ABOUT(CONFIG_FAULT), "%s", last.msg);
        last = why;
    }
    json_count(&s->summary, "settings", s->config.entry_count);
    json_count(&s->summary, "wrong", wrong);
    if (wrong > 0)
        return err_set(err, last.code == ERR_NOMEM ? ERR_NOMEM : ERR_CONFIG, "%s", last.msg);
    if (s->config.path == NULL)
        say_summary(s, SUMMARY_TO_STDOUT, "there is no configuration file, and all is as the manual says");
    else
        say_summary(s, SUMMARY_TO_STDOUT, "%s: %s, nothing wrong", s->config.path,
                    count_of(s->config.entry_count, "setting", "settings", n));
    return 0;
}

static int run(struct session *s, struct err *err)
{
    const char *const what = s->options.operand_count == 1 ? s->options.operands[0] : "";
    struct judging judging = {0};
    int rc;

    if (strcmp(what, "check") == 0)
        return check(s, err);
    if (strcmp(what, "show") != 0)
        return err_set(err, ERR_USAGE, "say 'config show' or 'config check'");
    rc = judging_begin(&judging, s, err);
    if (rc == 0)
        rc = show(s, &judging, err);
    judging_end(&judging);
    return rc;
}

const struct command command_config = {
    .name = "config",
    .usage = "[OPTION...] show|check",
    .summary = "shows every setting and where it comes from, or looks for what is wrong",
    .about =
        "'config show' lists every setting with its value and where that comes from: a line of the configuration, an "
        "option, or what holds by default. 'config check' looks at the configuration and at all files that it "
        "names (criteria, codes, tolerances, reports of your own), tells everything that is wrong, and ends with "
        "78 then.",
    .example = "  pcreport config show\n"
               "  pcreport config check --config=/etc/pcreport.ini\n",
    .run = run,
};
