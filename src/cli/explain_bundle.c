/* The bundle of explain: found together, written, verified. */
#include "explain_files_int.h"

#include "base/array.h"
#include "base/ascii.h"
#include "base/shipped.h"
#include "commands_int.h"
#include "domain/eui64.h"
#include "judging/query.h"
#include "pack/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_place(const void *a, const void *b)
{
    const struct source *const x = a, *const y = b;

    return x->file != y->file ? (x->file < y->file ? -1 : 1) : (x->line > y->line) - (x->line < y->line);
}

/* Where the records of the Device were read, by file and line. */
struct places {
    struct source *ptr;
    size_t count, cap;
    bool failed;
};

static void take_place(void *ctx, struct source source)
{
    struct places *const p = ctx;

    p->failed = p->failed || !array_reserve(&p->ptr, &p->cap, p->count + 1, sizeof(*p->ptr));
    if (!p->failed && source.file != 0)
        p->ptr[p->count++] = source;
}

/* What is known of one input file. The texts are the caller's to free. */
static int read_original(struct store *store, uint32_t file, struct original *out, struct err *err)
{
    struct cursor *rows = NULL;
    char query[96];
    int got;

    snprintf(query, sizeof(query), "SELECT name, kind, sha256, bytes FROM files WHERE number = %u", file);
    got = store_query(store, NULL, "files", query, &rows, err);
    if (got == 0 && (got = cursor_next(rows, err)) > 0) {
        const struct text name = cursor_text(rows, 0), kind = cursor_text(rows, 1), hex = cursor_text(rows, 2);

        out->name = strndup(name.ptr, name.len);
        out->kind = strndup(kind.ptr, kind.len);
        out->bytes = (uint64_t)cursor_integer(rows, 3);
        for (size_t i = 0; i < DIGEST_SIZE && 2 * i + 1 < hex.len; i++)
            out->sha256[i] = (unsigned char)(hex_value(hex.ptr[2 * i]) << 4 | hex_value(hex.ptr[2 * i + 1]));
        got = out->name == NULL || out->kind == NULL ? err_nomem(err) : 0;
    }
    cursor_destroy(rows);
    return got;
}

/* The places by file: lines is one array that all of them share. */
static int group(const struct places *p, struct store *store, uint64_t device, struct original *originals,
                 uint64_t *lines, size_t *count, struct err *err)
{
    size_t line = 0, unnumbered = 0;

    for (size_t i = 0; i < p->count; i++)
        unnumbered += p->ptr[i].line == 0;

    for (size_t i = 0; i < p->count; i++) {
        const bool fresh = i == 0 || p->ptr[i].file != p->ptr[i - 1].file;

        if (fresh) {
            originals[*count] = (struct original){.lines = lines + line};
            if (read_original(store, p->ptr[i].file, &originals[(*count)++], err) < 0)
                return -1;
        }
        if (p->ptr[i].line == 0) {
            originals[*count - 1].device = device;
            originals[*count - 1].sure = unnumbered == 1;
        } else if (fresh || p->ptr[i].line != p->ptr[i - 1].line) {
            lines[line++] = p->ptr[i].line;
            originals[*count - 1].line_count++;
        }
    }
    return 0;
}

/* The file of criteria or codes with this digest, among those that were read: shipped, configured or named. */
static int find_criteria(const struct session *s, const char *shipped, const unsigned char sha256[DIGEST_SIZE],
                         struct buf *out, struct err *err)
{
    const struct config *const c = &s->config;
    const char *paths[16] = {c->legacy, c->revised, c->codes, options_value(&s->options, "codes")};
    const struct shipped *const file = shipped_find(shipped);
    unsigned char found[DIGEST_SIZE];
    size_t count = 4;

    for (size_t i = 0; i < options_count(&s->options, "criteria") && count < ARRAY_LEN(paths); i++)
        paths[count++] = options_nth(&s->options, "criteria", i);
    if (file != NULL)
        buf_add_text(out, file->text);
    for (size_t i = 0; i <= count; i++) {
        if (out->failed)
            return err_nomem(err);
        digest_of(out->ptr, out->len, found);
        if (memcmp(found, sha256, DIGEST_SIZE) == 0)
            return 0;
        buf_clear(out);
        if (i < count && paths[i] != NULL && read_small_file(paths[i], out, err) < 0)
            return -1;
    }
    return err_set(err, ERR_CONFIG, "the criteria changed while they were used; run it again");
}

#define ORIGINALS_MAX 16 /* folders of --originals */

#define PARTS (3 + JUDGING_FILES)

/* What is put together for one bundle, and what becomes of it. */
struct bundling {
    struct session *session;
    const struct explanation *explanation;
    const struct judging *judging;
    struct bundle bundle;
    struct original *originals;
    size_t original_count;
    struct buf contents[PARTS];
    bool dry_run;
};

static void release(struct bundling *b)
{
    for (size_t i = 0; i < b->original_count; i++) {
        free((char *)(uintptr_t)b->originals[i].name);
        free((char *)(uintptr_t)b->originals[i].kind);
        buf_release(&b->originals[i].text);
    }
    free(b->originals);
    for (unsigned i = 0; i < PARTS; i++)
        buf_release(&b->contents[i]);
}

static int find_originals(struct bundling *b, struct err *err)
{
    const struct options *const o = &b->session->options;
    const char *folders[ORIGINALS_MAX];
    const char *const db = session_db(b->session), *const slash = strrchr(db, '/');
    char *const store_folder = slash == NULL ? strdup(".") : strndup(db, (size_t)(slash - db) + 1);
    struct original_places places = {.folders = folders, .count = options_count(o, "originals")};
    int rc;

    if (store_folder == NULL)
        return err_nomem(err);
    places.store_folder = store_folder;
    places.count = places.count < ORIGINALS_MAX ? places.count : ORIGINALS_MAX;
    for (size_t i = 0; i < places.count; i++)
        folders[i] = options_nth(o, "originals", i);
    rc = originals_find(b->originals, b->original_count, &places, err);
    free(store_folder);
    return rc;
}

static int write_explanations(struct bundling *b, struct err *err)
{
    const struct explanation *const e = b->explanation;
    struct json_out json = {.buf = &b->contents[2]};
    struct told_original *const told = calloc(b->original_count + 1, sizeof(*told));
    struct buf *const names = calloc(b->original_count + 1, sizeof(*names));
    const struct told_originals originals = {told, b->original_count};

    for (size_t i = 0; told != NULL && names != NULL && i < b->original_count; i++) {
        const struct original *const o = &b->originals[i];

        original_add_file(o, i + 1, &names[i]);
        told[i] = (struct told_original){o->name, o->rows > 0 ? buf_cstr(&names[i]) : NULL, original_why(o),
                                         original_records(o), o->rows};
    }
    if (told != NULL && names != NULL) {
        explain_html(e, true, &originals, &b->contents[0]);
        explain_text(e, true, false, &originals, &b->contents[1]);
        json_open(&json, '{');
        explain_json(e, &json);
        json_close(&json, '}');
        buf_add_byte(&b->contents[2], '\n');
    }
    for (size_t i = 0; names != NULL && i < b->original_count; i++)
        buf_release(&names[i]);
    free(names);
    free(told);
    return told == NULL || names == NULL ? err_nomem(err) : 0;
}

static int write_bundle(struct bundling *b, uint64_t *files, struct err *err)
{
    static const char *const names[PARTS] = {"explanation.html",     "explanation.txt",       "explanation.json",
                                             "criteria/legacy.json", "criteria/revised.json", "criteria/codes.json"};
    struct bundle_part parts[PARTS];
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < JUDGING_FILES; i++)
        rc = find_criteria(b->session, names[3 + i], b->judging->sha256[i], &b->contents[3 + i], err);
    for (unsigned i = 0; i < PARTS; i++) {
        parts[i] = (struct bundle_part){names[i], buf_text(&b->contents[i])};
        rc = rc == 0 && b->contents[i].failed ? err_nomem(err) : rc;
    }
    b->bundle.parts = parts;
    b->bundle.part_count = PARTS;
    b->bundle.dry_run = b->dry_run;
    b->bundle.originals = b->originals;
    b->bundle.original_count = b->original_count;
    if (rc == 0)
        rc = bundle_write(&b->bundle, files, err);
    return rc;
}

/* An input that is not there any more costs its rows, as a file of an inbox costs itself: the bundle is written. */
static uint64_t tell_missing(const struct bundling *b, uint64_t *rows)
{
    uint64_t missing = 0;

    for (size_t i = 0; i < b->original_count; i++) {
        const struct original *const o = &b->originals[i];

        *rows += o->rows;
        if (o->fate == ORIGINAL_FOUND)
            continue;
        missing++;
        say_error(b->session, ABOUT_FILE(ORIGINAL_MISSING, o->name, 0),
                  "%s: %s; say with --originals=DIR below which folder it lies", o->name, original_why(o));
        session_raise(b->session, o->fate == ORIGINAL_GONE ? EXIT_NO_INPUT : EXIT_DATA);
    }
    return missing;
}

static void tell(const struct bundling *b, uint64_t files)
{
    struct session *const s = b->session;
    uint64_t rows = 0;
    const uint64_t missing = tell_missing(b, &rows);
    char n[3][COUNT_TEXT_SIZE];
    struct buf lack = {0};

    if (missing > 0)
        buf_printf(&lack, "; of %s rows are missing", count_of(missing, "input file", "input files", n[0]));
    json_pair(&s->summary, "folder", b->dry_run ? NULL : b->bundle.folder);
    json_count(&s->summary, "files", files);
    json_count(&s->summary, "rows", rows);
    json_count(&s->summary, "files_missing", missing);
    say_summary(s, SUMMARY_TO_STDOUT, "%sbundle of Device %s%s%s: %s, with %s%s",
                b->dry_run ? "dry run, nothing written: " : "", b->bundle.device, b->dry_run ? "" : " in ",
                b->dry_run ? "" : b->bundle.folder, count_of(files, "file", "files", n[1]),
                count_of(rows, "original row", "original rows", n[2]), buf_cstr(&lack));
    buf_release(&lack);
}

static int gather(struct bundling *b, struct store *store, uint64_t device, uint64_t **lines, struct err *err)
{
    struct places places = {0};
    int rc;

    explanation_sources(b->explanation, take_place, &places);
    if (places.count > 0)
        qsort(places.ptr, places.count, sizeof(*places.ptr), by_place);
    b->originals = calloc(places.count + 1, sizeof(*b->originals));
    *lines = calloc(places.count + 1, sizeof(**lines));
    if (places.failed || b->originals == NULL || *lines == NULL)
        rc = err_nomem(err);
    else if ((rc = group(&places, store, device, b->originals, *lines, &b->original_count, err)) == 0)
        rc = store_answered(store, err);
    free(places.ptr);
    return rc;
}

int explain_write_bundle(struct session *s, const struct explanation *e, struct store *store,
                         const struct judging *judging, uint64_t device, struct err *err)
{
    char id[EUI64_TEXT_SIZE];
    struct bundling b = {.session = s,
                         .explanation = e,
                         .judging = judging,
                         .bundle = {.folder = options_value(&s->options, "bundle"),
                                    .device = id,
                                    .version = PCREPORT_VERSION,
                                    .as_of = judging->context.as_of},
                         .dry_run = options_has(&s->options, "dry-run")};
    uint64_t *lines = NULL, files = 0, rows = 0;
    int rc = -1;

    eui64_format(device, id);
    if (gather(&b, store, device, &lines, err) == 0 && find_originals(&b, err) == 0 &&
        write_explanations(&b, err) == 0 && store_answered(store, err) == 0) {
        rc = write_bundle(&b, &files, err);
        if (rc == 0)
            tell(&b, files);
        else if (err->code == ERR_NO_INPUT)
            tell_missing(&b, &rows);
    }
    release(&b);
    free(lines);
    return rc;
}

int explain_verify(struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    int faults;

    if (o->operand_count != 2)
        return err_set(err, ERR_USAGE, "name one bundle: pcreport explain verify DIR");
    faults = bundle_verify(o->operands[1], tell_fault, s, err);
    if (faults < 0)
        return -1;
    json_count(&s->summary, "findings", (uint64_t)faults);
    if (faults > 0)
        return err_set(err, ERR_DATA, "the bundle '%s' is not as it was made: %d fault%s", o->operands[1], faults,
                       faults == 1 ? "" : "s");
    say_summary(s, SUMMARY_TO_STDOUT, "the bundle '%s' is whole: every file is as its manifest says", o->operands[1]);
    return 0;
}
