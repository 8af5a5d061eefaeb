/* Options and hooks with which input files are read. */
#include "reading_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More would only be more to bring in from memory: sorted runs of what the caches hold are merged as fast. */
#define SORT_MEMORY_BYTES ((size_t)32 << 20)

static const struct option_spec specs[] = {
    {"kind", 0, "KIND", "what the files are, where it is not to be recognised from their content: {words}"},
    {"profile", 0, "NAME", "read with the configuration's [profile NAME], whatever the files are called"},
    {"layout", 0, "NAME", "read records of several types by [layout NAME], of the configuration or one that ships"},
    {"encoding", 0, "NAME", "the encoding of the text, such as windows-1252, where it is not UTF-8"},
    {"extracted-at", 0, "INSTANT", "when extracts of reference data that do not say so were taken"},
    {"max-rejects", 0, "N|N%", "more bad rows than this make a refused file (default: 10% of its rows)"},
};
const struct option_group group_reading = {"Reading", specs, ARRAY_LEN(specs)};

static const char *folder_if_writable(const char *path)
{
    return path != NULL && *path != '\0' && access(path, W_OK | X_OK) == 0 ? path : NULL;
}

char *temp_folder(const char *db)
{
    const char *const slash = strrchr(db, '/');
    char *const own = slash == NULL ? strdup(".") : strndup(db, slash == db ? 1 : (size_t)(slash - db));
    const char *other;

    if (own == NULL || folder_if_writable(own) != NULL)
        return own;
    free(own);
    other = folder_if_writable(getenv("TMPDIR"));
    return strdup(other != NULL ? other : "/tmp");
}

/* as-of.txt, truth.csv, missing-nights.txt and README.md lie beside the inputs of a population and are none themselves.
 */
static bool passes_over(const char *path)
{
    static const char *const names[] = {"as-of.txt", "truth.csv", "missing-nights.txt", "README.md"};
    const char *const slash = strrchr(path, '/');
    const char *const base = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(base, names[i]) == 0)
            return true;
    return false;
}

/* "100" or "2.5%". */
static int parse_max_rejects(const char *text, const char *where, enum err_code code, struct load_options *o,
                             struct err *err)
{
    char *end;
    double n;

    errno = 0;
    n = strtod(text, &end);
    o->rejects_are_percent = *end == '%';
    end += o->rejects_are_percent;
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || (o->rejects_are_percent && n > 100))
        return err_set(err, code, "%s '%s': a number of rows or a percentage is wanted, such as 100 or 2.5%%", where,
                       text);
    o->max_rejects = n;
    return 0;
}

static int check_kind(const char *kind, struct err *err)
{
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);
    struct buf names = {0};

    for (size_t i = 0; i < count; i++) {
        if (strcmp(kinds[i].name, kind) == 0) {
            buf_release(&names);
            return 0;
        }
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", kinds[i].name);
    }
    err_set(err, ERR_USAGE, "--kind '%s': there are %s", kind, buf_cstr(&names));
    buf_release(&names);
    return -1;
}

static bool known_content(void *ctx, const unsigned char sha256[DIGEST_SIZE])
{
    const struct reading *const r = ctx;

    return store_knows_content(r->store, sha256);
}

static bool known_file(void *ctx, struct intake_file *file)
{
    const struct reading *const r = ctx;

    return store_knows_file(r->store, file);
}

static bool known_size(void *ctx, uint64_t bytes)
{
    const struct reading *const r = ctx;

    return store_knows_size(r->store, bytes);
}

static void show_progress(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows)
{
    struct reading *const r = ctx;

    progress_reading(&r->progress, file, bytes, total, rows);
}

static int fill_options(struct reading *r, struct load_options *o, struct err *err)
{
    const struct session *const s = r->session;
    const char *const given = options_value(&s->options, "max-rejects");

    *o = (struct load_options){.kind = options_value(&s->options, "kind"),
                               .temp_dir = r->temp_dir,
                               .memory_bytes = SORT_MEMORY_BYTES,
                               .threads = session_threads(s),
                               .extracted_at = INSTANT_NONE,
                               .forms = &s->config.forms,
                               .profile = options_value(&s->options, "profile"),
                               .layout = options_value(&s->options, "layout"),
                               .encoding = options_value(&s->options, "encoding"),
                               .count_days = r->tone == TONE_CHECK,
                               .first_file = 1,
                               .known_file = r->store != NULL ? known_file : NULL,
                               .known_content = r->store != NULL ? known_content : NULL,
                               .known_size = r->store != NULL ? known_size : NULL,
                               .progress = show_progress,
                               .ctx = r};
    if (r->store != NULL && store_next_file(r->store, &o->first_file, err) < 0)
        return -1;
    if (o->first_file == 1) { /* the store has none */
        o->known_file = NULL;
        o->known_content = NULL;
        o->known_size = NULL;
    }
    if (o->kind != NULL && check_kind(o->kind, err) < 0)
        return -1;
    if (options_instant(&s->options, "extracted-at", DATE_AT, INSTANT_NONE, &o->extracted_at, err) < 0)
        return -1;
    if (given == NULL && s->config.max_rejects != NULL)
        return parse_max_rejects(s->config.max_rejects, "[input] max_rejects", ERR_CONFIG, o, err);
    return parse_max_rejects(given != NULL ? given : MAX_REJECTS, "--max-rejects", ERR_USAGE, o, err);
}

int reading_options(struct reading *r, struct session *s, struct load_options *out, struct err *err)
{
    *r = (struct reading){.session = s};
    return fill_options(r, out, err);
}

int reading_begin(struct reading *r, struct session *s, struct store *store, enum reading_tone tone, struct err *err)
{
    struct load_options options;

    *r = (struct reading){.session = s, .store = store, .tone = tone, .temp_dir = temp_folder(session_db(s))};
    if (r->temp_dir == NULL)
        return err_nomem(err);
    progress_begin(&r->progress, s);
    if (fill_options(r, &options, err) < 0 || load_create(&r->load, &options, err) < 0)
        return -1;
    return 0;
}

void reading_end(struct reading *r)
{
    progress_clear(&r->progress);
    load_destroy(r->load);
    free(r->temp_dir);
    *r = (struct reading){0};
}

int reading_path(struct reading *r, const char *path, struct err *err)
{
    if (passes_over(path)) {
        r->passed_over++;
        if (r->tone == TONE_FULL)
            say_warning(r->session, ABOUT_FILE(FILE_KNOWN, path, 0),
                        "%s: passed over: it goes with the inputs, but is none", path);
        return 0;
    }
    return load_path(r->load, path, err);
}

int reading_store(struct reading *r, struct err *err)
{
    struct sorter *const *sorters;
    const size_t count = load_sorters(r->load, &sorters);

    return store_absorb(r->store, sorters, count, load_files_mutable(r->load), progress_phase, &r->progress, err);
}

struct reading_totals reading_totals(const struct reading *r)
{
    const struct intake_files *const files = load_files(r->load);
    struct reading_totals t = {.entries = load_passed_over(r->load)};

    for (size_t i = 0; i < files->count; i++) {
        const struct intake_file *const f = &files->ptr[i];

        if (f->fate == FILE_KNOWN) {
            t.known++;
        } else if (f->fate == FILE_REFUSED || f->fate == FILE_LEFT) {
            t.refused += f->fate == FILE_REFUSED;
            t.left += f->fate == FILE_LEFT;
        } else {
            t.files++;
            t.rows += f->rows;
            t.stored += f->stored;
            t.merged += f->merged;
            t.rejected += f->rejected;
            t.passed_over += f->passed_over;
        }
    }
    return t;
}
