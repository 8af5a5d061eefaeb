/* pcreport ingest: reads files into the store; pcreport check: the same reading, without a store. */
#include "commands_int.h"

#include "base/shipped.h"
#include "input/suggest.h"
#include "reading_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- pcreport ingest ---- */

static const struct option_spec ingest_specs[] = {
    {"dry-run", 0, NULL, "read and tell, but store nothing"},
};
static const struct option_group group_ingest = {"Ingesting", ingest_specs, ARRAY_LEN(ingest_specs)};
static const struct option_group *const ingest_groups[] = {&group_ingest, &group_reading, NULL};

static int read_all(struct reading *r, bool dry_run, struct err *err)
{
    const struct options *const o = &r->session->options;

    for (size_t i = 0; i < o->operand_count; i++)
        if (reading_path(r, o->operands[i], err) < 0)
            return -1;
    return dry_run ? 0 : reading_store(r, err);
}

static void summarise(struct session *s, const struct reading_totals *t, bool dry_run)
{
    char text[TOTALS_TEXT_SIZE];

    reading_json(&s->summary, t);
    json_key(&s->summary, "dry_run");
    json_bool(&s->summary, dry_run);
    reading_totals_text(t, !dry_run, text);
    if (dry_run)
        say_summary(s, SUMMARY_TO_STDOUT, "dry run, nothing stored: read %s", text);
    else if (t->files == 0 && t->refused == 0 && t->left == 0)
        say_summary(s, SUMMARY_TO_STDOUT, "nothing new: ingested %s", text);
    else
        say_summary(s, SUMMARY_TO_STDOUT, "ingested %s", text);
}

static int run_ingest(struct session *s, struct err *err)
{
    const bool dry_run = options_has(&s->options, "dry-run");
    struct store *store = NULL;
    struct reading reading = {0};
    bool is_new = false;
    int rc = -1;

    if (s->options.operand_count == 0)
        return err_set(err, ERR_USAGE, "name the files to ingest ('-' is standard input)");
    if (!dry_run && store_open(&store, session_db(s), STORE_WRITE, err) < 0)
        return -1;
    if (dry_run && access(session_db(s), F_OK) == 0 && store_open(&store, session_db(s), STORE_READ, err) < 0)
        return -1;
    if ((dry_run || store_is_empty(store, &is_new, err) == 0) &&
        reading_begin(&reading, s, store, TONE_FULL, err) == 0 && read_all(&reading, dry_run, err) == 0) {
        const struct reading_totals totals = reading_totals(&reading);

        if (is_new && totals.files > 0)
            session_note(s, "made the new store '%s'", session_db(s));
        reading_tell(&reading, !dry_run);
        summarise(s, &totals, dry_run);
        rc = 0;
    }
    reading_end(&reading);
    store_close(store);
    return rc;
}

const struct command command_ingest = {
    .name = "ingest",
    .usage = "[OPTION...] FILE...",
    .summary = "reads files into the store",
    .about = "Reads the Service Audit Trail, certificate snapshots and reference data into the store. Each FILE may be "
             "compressed or an archive, and is recognised from its content; '-' is standard input. A file is stored "
             "whole or not at all, and one that is stored already is skipped, so the same files may be given again.",
    .example = "  pcreport ingest sample-data/*                        everything in a folder\n"
               "  pcreport ingest --kind=inventory --extracted-at=2021-10-01 extract.csv.gz\n",
    .groups = ingest_groups,
    .run = run_ingest,
};

/* ---- pcreport check ---- */

#define LIMIT_DEFAULT 20

static const struct option_spec check_specs[] = {
    {"suggest", 0, NULL,
     "print the sections of a configuration that would make the files readable, and what their columns hold"},
    {"limit", 0, "N", "show at most this many rejects of a file (default: 20; 0: all)"},
};
static const struct option_group group_check = {"Checking", check_specs, ARRAY_LEN(check_specs)};
static const struct option_group *const check_groups[] = {&group_check, &group_reading, NULL};

static void print_shown(const char *label, const char *value)
{
    struct buf b = {0};

    show_text(&b, text_of(value));
    printf("  %-18s%s\n", label, buf_cstr(&b));
    buf_release(&b);
}

static void print_file(const struct intake_file *f)
{
    char from[INSTANT_TEXT_SIZE];
    char to[INSTANT_TEXT_SIZE];
    char n[2][COUNT_TEXT_SIZE];
    struct buf name = {0};

    show_text(&name, text_of(f->name));
    printf("%s\n", buf_cstr(&name));
    buf_release(&name);
    print_shown("kind", f->kind != NULL && *f->kind != '\0' ? f->kind : "not recognised");
    if (f->fate == FILE_KNOWN)
        print_shown("nothing new", "its content is that of a file before it");
    if (f->dialect != NULL)
        print_shown("dialect", f->dialect);
    if (f->titles > 0)
        printf("  %-18s%s, passed over\n", "title lines", count_text(f->titles, n[0]));
    if (f->ignored_columns != NULL)
        print_shown("columns ignored", f->ignored_columns);
    if (f->first != INSTANT_NONE) {
        instant_format(f->first, from);
        instant_format(f->last, to);
        printf("  %-18s%s to %s, on %s day%s\n", "instants", from, to, count_text(f->days, n[0]),
               f->days == 1 ? "" : "s");
    }
    printf("  %-18s%s, of them %s rejected\n", "rows", count_text(f->rows, n[0]), count_text(f->rejected, n[1]));
    if (f->fate == FILE_REFUSED || f->fate == FILE_LEFT)
        print_shown(f->fate == FILE_REFUSED ? "REFUSED" : "LEFT ALONE", f->why.msg);
}

static void reject_event(const struct session *s, const char *file, const struct reject *reject)
{
    struct event e;

    event_begin(&e, s, "reject");
    json_pair(&e.json, "file", file);
    json_count(&e.json, "line", reject->source.line);
    json_count(&e.json, "offset", reject->offset);
    json_key(&e.json, "column");
    json_text(&e.json, reject->column);
    json_key(&e.json, "reason");
    json_text(&e.json, reject->reason);
    json_key(&e.json, "bytes");
    json_text(&e.json, reject->bytes);
    event_end(&e, s);
}

static void print_reject(const struct session *s, const char *file, const struct reject *reject)
{
    struct buf line = {0};
    struct buf shown = {0};

    reject_event(s, file, reject);
    if (s->json)
        return;
    show_reject(&line, file, reject->source.line, reject->column, reject->reason);
    show_text(&shown, buf_text(&line));
    printf("%s\n", buf_cstr(&shown));
    buf_release(&shown);
    buf_release(&line);
}

static void print_more(const char *file, uint64_t limit)
{
    struct buf name = {0};

    show_text(&name, text_of(file));
    printf("%s: only the first %" PRIu64 " rejects are shown; --limit=0 shows all\n", buf_cstr(&name), limit);
    buf_release(&name);
}

static const char *file_name(const struct intake_files *files, uint32_t number)
{
    const uint32_t first = files->count > 0 ? files->ptr[0].number : 0; /* they are numbered in a row */

    return number >= first && number - first < files->count ? files->ptr[number - first].name : "";
}

/* Rejects are the last class of the merge, in order of file and line. */
static int list_rejects(const struct reading *r, uint64_t limit, struct err *err)
{
    struct sorter *const *sorters;
    const size_t count = load_sorters(r->load, &sorters);
    struct sorter_merge *merge = NULL;
    struct sorter_entry entry;
    struct reject reject;
    uint32_t file = 0;
    uint64_t shown = 0;
    int got;

    if (sorter_merge_create(&merge, sorters, count, err) < 0)
        return -1;
    while ((got = sorter_merge_next(merge, &entry, err)) == 1) {
        if (entry.class != INTAKE_REJECT ||
            !intake_unpack_reject((struct text){(const char *)entry.ptr, entry.len}, &reject))
            continue;
        shown = reject.source.file == file ? shown + 1 : 1;
        file = reject.source.file;
        if (limit == 0 || shown <= limit)
            print_reject(r->session, file_name(load_files(r->load), file), &reject);
        else if (shown == limit + 1 && !r->session->json)
            print_more(file_name(load_files(r->load), file), limit);
    }
    sorter_merge_destroy(merge);
    return got;
}

static int check_all(struct reading *r, uint64_t limit, struct err *err)
{
    struct session *const s = r->session;
    const struct intake_files *const files = load_files(r->load);
    struct reading_totals totals;
    char text[TOTALS_TEXT_SIZE];

    for (size_t i = 0; i < s->options.operand_count; i++)
        if (reading_path(r, s->options.operands[i], err) < 0)
            return -1;
    progress_clear(&r->progress);
    for (size_t i = 0; i < files->count && !s->json; i++)
        print_file(&files->ptr[i]);
    if (list_rejects(r, limit, err) < 0)
        return -1;
    reading_tell(r, false);
    totals = reading_totals(r);
    reading_json(&s->summary, &totals);
    say_summary(s, SUMMARY_TO_STDOUT, "checked %s; nothing was stored", reading_totals_text(&totals, false, text));
    return 0;
}

/* The section of a layout that ships, to be copied. */
static void suggest_layout(struct suggestion *suggestion, const char *file)
{
    const char *const layout = suggestion->layout;
    char name[64];
    const struct shipped *shipped;

    snprintf(name, sizeof(name), "layouts/%s.ini", layout);
    shipped = shipped_find(name);
    buf_printf(&suggestion->text, "; %s begins as [layout %s] has it: compare, and read it with --layout=%s\n", file,
               layout, layout);
    if (shipped != NULL)
        buf_add_text(&suggestion->text, shipped->text);
}

/* Each line that is none as a comment: a configuration has a section once. */
static void print_as_comment(struct text t)
{
    for (size_t at = 0; at < t.len;) {
        const char *const end = memchr(t.ptr + at, '\n', t.len - at);
        const size_t len = end != NULL ? (size_t)(end - t.ptr) - at + 1 : t.len - at;

        if (t.ptr[at] != ';' && t.ptr[at] != '\n')
            fputs("; ", stdout);
        fwrite(t.ptr + at, 1, len, stdout);
        at += len;
    }
}

static void tell_suggestion(const struct session *s, const char *file, struct suggestion *suggestion, bool again)
{
    struct event e;

    if (suggestion->layout != NULL)
        suggest_layout(suggestion, file);
    if (!s->json && again) {
        printf("; %s: as comments, since these sections stand above; a [profile] may have them for it alone\n", file);
        print_as_comment(buf_text(&suggestion->text));
    } else if (!s->json) {
        fwrite(suggestion->text.ptr, 1, suggestion->text.len, stdout);
    }
    if (!s->json)
        return;
    event_begin(&e, s, "suggestion");
    json_pair(&e.json, "file", file);
    if (suggestion->kind != NULL)
        json_pair(&e.json, "kind", suggestion->kind);
    if (suggestion->layout != NULL)
        json_pair(&e.json, "layout", suggestion->layout);
    json_key(&e.json, "configuration");
    json_text(&e.json, buf_text(&suggestion->text));
    event_end(&e, s);
}

/* Whether its sections were suggested already; notes them. */
static bool told_before(const struct suggestion *suggestion, const char **told, size_t *count)
{
    const char *const name = suggestion->layout != NULL ? suggestion->layout : suggestion->kind;

    if (name == NULL ||
        (suggestion->layout == NULL && memmem(suggestion->text.ptr, suggestion->text.len, "\n[columns.", 10) == NULL))
        return false;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(told[i], name) == 0)
            return true;
    told[(*count)++] = name;
    return false;
}

/* One that cannot be looked at costs itself: that is said in its place, and the first of them is the error. */
static int suggest_one(const struct session *s, const char *file, const struct load_options *options, const char **told,
                       size_t *count, struct err *err)
{
    struct suggestion suggestion;
    struct err why = {0};
    const int rc = suggest_form(file, options, &suggestion, &why);

    if (rc < 0 && !err_is_ours(&why) && s->options.operand_count > 1) {
        buf_clear(&suggestion.text);
        buf_printf(&suggestion.text, "; %s\n", why.msg);
    }
    if (rc == 0 || suggestion.text.len > 0)
        tell_suggestion(s, file, &suggestion, rc == 0 && told_before(&suggestion, told, count));
    buf_release(&suggestion.text);
    if (rc < 0 && err->code == ERR_NONE)
        (void)err_copy(err, &why);
    return rc < 0 && err_is_ours(&why) ? -1 : 0;
}

static int suggest_all(struct session *s, struct err *err)
{
    struct load_options options;
    struct reading reading;
    size_t count = 0;
    int rc = 0;

    if (reading_options(&reading, s, &options, err) < 0)
        return -1;
    const char **told = calloc(s->options.operand_count, sizeof(*told));
    if (told == NULL)
        return err_nomem(err);
    for (size_t i = 0; rc == 0 && i < s->options.operand_count; i++)
        rc = suggest_one(s, s->options.operands[i], &options, told, &count, err);
    free(told);
    return err->code != ERR_NONE ? -1 : rc;
}

static int run_check(struct session *s, struct err *err)
{
    uint64_t limit = LIMIT_DEFAULT;
    struct reading reading = {0};
    int rc = -1;

    if (s->options.operand_count == 0)
        return err_set(err, ERR_USAGE, "name the files to check ('-' is standard input)");
    if (options_has(&s->options, "suggest"))
        return suggest_all(s, err);
    if (options_number(&s->options, "limit", 0, UINT32_MAX, &limit, err) < 0)
        return -1;
    if (reading_begin(&reading, s, NULL, TONE_CHECK, err) == 0)
        rc = check_all(&reading, limit, err);
    reading_end(&reading);
    return rc;
}

const struct command command_check = {
    .name = "check",
    .usage = "[OPTION...] FILE...",
    .summary = "reads files as ingest does and tells what it finds; stores nothing",
    .about =
        "Reads each FILE as ingest would, and shows its kind, dialect, ignored columns, first and last instant and "
        "rows, and each row that would be rejected with its line, column and reason. Stores nothing.",
    .example = "  pcreport check srv-audit-2021-09.csv.gz              would it be taken, and what is wrong with it\n"
               "  pcreport check --limit=0 --json inbox/*.csv          every reject, as JSON Lines\n"
               "  pcreport check --suggest theirs.csv                  what to put into the configuration to read it\n",
    .groups = check_groups,
    .run = run_check,
};
