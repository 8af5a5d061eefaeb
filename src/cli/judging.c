/* What a command judges by, read and put together; and the options that all of them share for it. */
#include "judging_int.h"

#include "base/shipped.h"
#include "commands_int.h"
#include "domain/eui64.h"
#include "input/criteria_json.h"
#include "rules/wording.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define DAY_MS  INSTANT_DAY
#define HOUR_MS INSTANT_HOUR

#define CORRECTION_GBP 2000 /* R9.2: what the DCC was known to charge for one */

static const struct option_spec specs[] = {
    {"as-of", 0, "INSTANT",
     "the instant the question is asked for, such as 2021-10-01, 2021-10-01T06:00:00Z, 2021-09 (the last "
     "millisecond of that month), yesterday or -7d (default: now)"},
    {"criteria", 0, "FILE",
     "judge by this criteria file; its name, legacy or revised, says which it replaces; may be "
     "repeated"},
    {"codes", 0, "FILE", "read response codes and status words by this file"},
    {"own", 0, "PARTY", "judge only what this party owes, since the log holds its requests alone; may be repeated"},
};
const struct option_group group_judging = {"Judging", specs, ARRAY_LEN(specs)};

static int read_shipped_criteria(const char *name, struct criteria *out, unsigned char sha256[DIGEST_SIZE],
                                 struct err *err)
{
    const struct shipped *const file = shipped_find(name);

    if (file == NULL)
        return err_set(err, ERR_BUG, "the program was built without '%s'", name);
    digest_of(file->text.ptr, file->text.len, sha256);
    return criteria_read(file->text, name, out, err);
}

static int read_codes(const char *path, struct code_map *out, unsigned char sha256[DIGEST_SIZE], struct err *err)
{
    static const char name[] = "criteria/codes.json";
    const struct shipped *const file = shipped_find(name);
    struct buf text = {0};
    int rc;

    if (path == NULL && file == NULL)
        return err_set(err, ERR_BUG, "the program was built without '%s'", name);
    rc = path != NULL ? read_small_file(path, &text, err) : 0;
    if (rc == 0) {
        const struct text json = path != NULL ? buf_text(&text) : file->text;

        digest_of(json.ptr, json.len, sha256);
        rc = code_map_read(json, path != NULL ? path : name, out, err);
    }
    buf_release(&text);
    return rc;
}

static int read_criteria(const char *path, struct criteria *out, unsigned char sha256[DIGEST_SIZE], struct err *err)
{
    struct buf text = {0};
    int rc = read_small_file(path, &text, err);

    digest_of(text.ptr, text.len, sha256);
    if (rc == 0)
        rc = criteria_read(buf_text(&text), path, out, err);
    buf_release(&text);
    return rc;
}

/* The name may go on after legacy or revised, so that variants can be told apart in reports. */
static bool is_called(const struct criteria *c, const char *name)
{
    return strncmp(c->name, name, strlen(name)) == 0;
}

static int bad_name(const char *path, const struct criteria *c, struct err *err)
{
    return err_set(err, ERR_CONFIG,
                   "%s: the name '%s' must begin with 'legacy' or 'revised': it says which criteria "
                   "the file replaces",
                   path, c->name);
}

static int take_criteria(struct judging *j, const char *path, struct err *err)
{
    unsigned char sha256[DIGEST_SIZE];
    struct criteria read;

    if (read_criteria(path, &read, sha256, err) < 0)
        return -1;
    if (is_called(&read, "legacy")) {
        j->legacy = read;
        memcpy(j->sha256[BY_LEGACY], sha256, DIGEST_SIZE);
        return 0;
    }
    if (!is_called(&read, "revised"))
        return bad_name(path, &read, err);
    j->revised = read;
    memcpy(j->sha256[BY_REVISED], sha256, DIGEST_SIZE);
    return 0;
}

static void override_limits(struct criteria *c, const struct config *config)
{
    if (config->obligation_days >= 0)
        c->obligation_ms = config->obligation_days * DAY_MS;
    if (config->response_window_hours >= 0)
        c->response_window_ms = config->response_window_hours * HOUR_MS;
    if (config->cos_grace_days >= 0)
        c->cos_grace_ms = config->cos_grace_days * DAY_MS;
}

static int require_terms(const struct criteria *c, bool legacy, struct err *err)
{
    enum device_type type;
    enum obligation o;

    if (!criteria_lack(c, legacy, &type, &o))
        return 0;
    return err_set(err, ERR_CONFIG, "criteria '%s': '%s' of %s needs '%s' in %s criteria", c->name, obligation_word(o),
                   term_word(&vocab_device_type, type), legacy ? "successes" : "cells", legacy ? "legacy" : "revised");
}

int judging_read_other(const char *path, struct criteria *out, bool *legacy, unsigned char sha256[DIGEST_SIZE],
                       struct err *err)
{
    if (read_criteria(path, out, sha256, err) < 0)
        return -1;
    *legacy = is_called(out, "legacy");
    if (!*legacy && !is_called(out, "revised"))
        return bad_name(path, out, err);
    return require_terms(out, *legacy, err);
}

int judging_begin(struct judging *j, const struct session *s, struct err *err)
{
    const struct config *const config = &s->config;
    const char *const codes = options_value(&s->options, "codes");

    *j = (struct judging){.correction_gbp = config->correction_gbp >= 0 ? config->correction_gbp : CORRECTION_GBP};
    if (settings_begin(j, config, err) < 0)
        return -1;
    if (read_shipped_criteria("criteria/legacy.json", &j->legacy, j->sha256[BY_LEGACY], err) < 0 ||
        read_shipped_criteria("criteria/revised.json", &j->revised, j->sha256[BY_REVISED], err) < 0)
        return -1;
    if (config->legacy != NULL && read_criteria(config->legacy, &j->legacy, j->sha256[BY_LEGACY], err) < 0)
        return -1;
    if (config->revised != NULL && read_criteria(config->revised, &j->revised, j->sha256[BY_REVISED], err) < 0)
        return -1;
    override_limits(&j->legacy, config);
    override_limits(&j->revised, config);
    for (size_t i = 0; i < options_count(&s->options, "criteria"); i++)
        if (take_criteria(j, options_nth(&s->options, "criteria", i), err) < 0)
            return -1;
    if (require_terms(&j->legacy, true, err) < 0 || require_terms(&j->revised, false, err) < 0)
        return -1;
    return read_codes(codes != NULL ? codes : config->codes, &j->codes, j->sha256[BY_CODES], err);
}

void judging_end(struct judging *j)
{
    directory_destroy(j->directory);
    coverage_release(&j->coverage);
    waivers_release(&j->waivers);
    context_at_release(&j->earlier);
    settings_end(j);
    *j = (struct judging){0};
}

static int64_t cost_of(int64_t configured)
{
    return configured > 0 ? configured : 0;
}

int judging_check_parties(struct judging *j, const struct session *s, struct store *store, instant as_of,
                          struct err *err)
{
    directory_destroy(j->directory);
    j->directory = NULL;
    if (store_directory(store, as_of, &j->directory, err) < 0)
        return -1;
    return directory_party_count(j->directory) > 0 ? settings_aim(j, s, err) : 0;
}

int judging_aim(struct judging *j, const struct session *s, struct store *store, instant as_of, struct err *err)
{
    directory_destroy(j->directory);
    j->directory = NULL;
    coverage_release(&j->coverage);
    waivers_release(&j->waivers);
    if (store_directory(store, as_of, &j->directory, err) < 0 || settings_aim(j, s, err) < 0 ||
        coverage_read(&j->coverage, store, &j->settings, as_of, err) < 0 ||
        waivers_read(&j->waivers, store, j->directory, err) < 0)
        return -1;
    j->context = (struct judge_context){.directory = j->directory,
                                        .legacy = &j->legacy,
                                        .revised = &j->revised,
                                        .codes = &j->codes,
                                        .as_of = as_of,
                                        .correction_gbp = j->correction_gbp,
                                        .costs = {.incident = cost_of(s->config.cost_incident),
                                                  .visit = cost_of(s->config.cost_visit),
                                                  .hour = cost_of(s->config.cost_hour)},
                                        .settings = &j->settings,
                                        .silences = j->coverage.silences,
                                        .silence_count = j->coverage.count,
                                        .waivers = j->waivers.ptr,
                                        .waiver_count = j->waivers.count};
    return 0;
}

void judging_scope_names(const struct judge_context *ctx, struct buf *out)
{
    directory_party_names(ctx->directory, ctx->settings->scope, ctx->settings->scope_count, out);
}

static void tell_scope(struct session *s, const struct judging *j)
{
    struct buf names = {0};

    judging_scope_names(&j->context, &names);
    json_pair(&s->summary, "scope", names.len > 0 ? buf_cstr(&names) : NULL);
    if (names.len > 0)
        session_note(s, "only what is owed by %s", buf_cstr(&names));
    buf_release(&names);
}

int judging_tell_grounds(struct session *s, struct judging *j, struct store *store, struct err *err)
{
    struct evidence_end *const end = &j->evidence;
    struct buf told = {0};
    char text[INSTANT_TEXT_SIZE];

    tell_scope(s, j);
    if (evidence_end(store, j->context.as_of, end, err) < 0)
        return -1;
    json_instant(&s->summary, "evidence_ends", end->old ? end->at : INSTANT_NONE);
    if (!end->old)
        return 0;
    instant_format(end->at, text);
    if (end->at == INSTANT_NONE)
        buf_add_str(&told, "the store holds no evidence up to as-of");
    else
        buf_printf(&told, "the evidence ends at %s, over %d hours before as-of", text, EVIDENCE_FRESH_HOURS);
    say_warning(s, ABOUT(EVIDENCE_OLD), "%s: ingest what came later, or give the --%s that is meant", buf_cstr(&told),
                strcmp(s->command->name, "pack") == 0 ? "period" : "as-of");
    session_note(s, "%s", buf_cstr(&told));
    buf_release(&told);
    return 0;
}

static void json_waiting(struct json_out *j, bool counted, uint64_t devices)
{
    if (counted) {
        json_count(j, "devices_waiting", devices);
        return;
    }
    json_key(j, "devices_waiting");
    json_null(j);
}

void json_silences(struct json_out *j, const struct coverage *c)
{
    json_key(j, "silences");
    json_open(j, '[');
    for (size_t i = 0; i < c->count; i++) {
        json_open(j, '{');
        json_instant(j, "from", c->found[i].span.from);
        json_instant(j, "to", c->found[i].span.to);
        if (c->found[i].expected >= 0)
            json_count(j, "expected", (uint64_t)c->found[i].expected);
        json_waiting(j, c->counted, c->waiting[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_waiting(j, c->counted, c->waiting_devices);
}

int judging_coverage_line(struct judging *j, struct session *s, const struct judged *now, struct buf *out,
                          struct err *err)
{
    if (now != NULL && coverage_count_waiting(&j->coverage, now, err) < 0)
        return -1;
    json_silences(&s->summary, &j->coverage);
    coverage_tell(&j->coverage, out);
    return out->failed ? err_nomem(err) : 0;
}

int judging_tell_coverage(struct judging *j, struct session *s, const struct judged *now, struct err *err)
{
    struct buf line = {0};
    const int rc = judging_coverage_line(j, s, now, &line, err);

    if (rc == 0 && line.len > 0)
        session_note(s, "%s", buf_cstr(&line));
    buf_release(&line);
    return rc;
}

static int aim_earlier(struct judging *j, struct store *store, instant at, struct err *err)
{
    context_at_release(&j->earlier);
    return context_at(&j->earlier, store, &j->context, at, err);
}

int judging_judge(struct judging *j, struct store *store, instant since, const struct device_filter *filter,
                  const struct judging_means *means, struct verdicts *out, struct err *err)
{
    const struct judge_context *const contexts[2] = {&j->context, &j->earlier.context};
    struct judged *both[2];

    *out = (struct verdicts){NULL, NULL};
    if (since == INSTANT_NONE && means->rows != NULL)
        return store_judge_rows(store, &j->context, filter, means->rows, means->threads, means->temp_dir,
                                means->progress, means->progress_ctx, &out->now, err);
    if (since == INSTANT_NONE)
        return store_judge(store, &j->context, filter, means->threads, means->temp_dir, means->progress,
                           means->progress_ctx, &out->now, err);
    if (aim_earlier(j, store, since, err) < 0 ||
        store_judge_both(store, contexts, filter, means->threads, means->temp_dir, means->progress, means->progress_ctx,
                         both, err) < 0)
        return -1;
    *out = (struct verdicts){both[0], both[1]};
    return 0;
}

int judging_judge_night(struct judging *j, struct store *store, instant previous, const struct judging_means *means,
                        struct verdicts *out, struct err *err)
{
    const struct judge_context *const contexts[2] = {&j->context, &j->earlier.context};
    struct judged *both[2];

    if (previous == INSTANT_NONE)
        return judging_judge(j, store, INSTANT_NONE, NULL, means, out, err);
    *out = (struct verdicts){NULL, NULL};
    if (aim_earlier(j, store, previous, err) < 0 ||
        store_judge_night(store, contexts, means->threads, means->temp_dir, means->progress, means->progress_ctx, both,
                          err) < 0)
        return -1;
    *out = (struct verdicts){both[0], both[1]};
    return 0;
}

void verdicts_release(struct verdicts *v)
{
    judged_destroy(v->now);
    judged_destroy(v->before);
    *v = (struct verdicts){NULL, NULL};
}

int judging_since(const struct session *s, instant as_of, instant *out, struct err *err)
{
    char text[INSTANT_TEXT_SIZE];

    *out = INSTANT_NONE;
    if (options_instant(&s->options, "since", DATE_AT, as_of, out, err) < 0)
        return -1;
    if (*out == INSTANT_NONE || *out < as_of)
        return 0;
    instant_format(as_of, text);
    return err_set(err, ERR_USAGE, "--since must be earlier than as-of, which is %s", text);
}

int judging_as_of(const struct session *s, instant fallback, instant *out, struct err *err)
{
    *out = fallback != INSTANT_NONE ? fallback : instant_now();
    return options_instant(&s->options, "as-of", DATE_AT, INSTANT_NONE, out, err);
}

void json_totals(struct json_out *j, const struct judged_totals *t)
{
    json_count(j, "devices", t->devices);
    json_key(j, "verdicts");
    json_open(j, '{');
    for (unsigned v = 0; v < VERDICTS; v++)
        json_count(j, verdict_word((enum verdict)v), t->verdicts[v]);
    json_close(j, '}');
    json_key(j, "legacy_verdicts");
    json_open(j, '{');
    for (unsigned v = 0; v < VERDICTS; v++)
        json_count(j, verdict_word((enum verdict)v), t->legacy_verdicts[v]);
    json_close(j, '}');
    json_key(j, "classifications");
    json_open(j, '{');
    for (unsigned c = 0; c < CLASSIFICATIONS; c++)
        json_count(j, classification_word((enum classification)c), t->classifications[c]);
    json_close(j, '}');
}

int open_store(struct store **out, const struct session *s, struct err *err)
{
    const char *const db = session_db(s);
    struct stat file;
    const bool there = stat(db, &file) == 0;

    *out = NULL;
    if (!there && errno == ENOENT)
        return err_set(err, ERR_NO_INPUT,
                       "there is no store '%s': run 'pcreport ingest FILE...' first, or name another "
                       "with --db",
                       db);
    if (there && S_ISREG(file.st_mode) && file.st_size == 0)
        return err_set(err, ERR_NO_INPUT, "the store '%s' is empty: run 'pcreport ingest FILE...' first", db);
    return store_open(out, db, STORE_READ, err);
}

int open_filled_store(struct store **out, const struct session *s, struct err *err)
{
    uint32_t next;

    if (open_store(out, s, err) < 0)
        return -1;
    if (store_next_file(*out, &next, err) == 0 && next > 1)
        return 0;
    store_close(*out);
    *out = NULL;
    return err_set(err, ERR_NO_INPUT, "the store '%s' is empty: run 'pcreport ingest FILE...' first", session_db(s));
}
