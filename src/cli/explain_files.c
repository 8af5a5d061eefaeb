/* What explain writes into files. */
#include "explain_files_int.h"

#include "base/array.h"
#include "base/ascii.h"
#include "base/shipped.h"
#include "commands_int.h"
#include "domain/eui64.h"
#include "judging/query.h"
#include "output/outfile.h"
#include "pack/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

int explain_wants_page(const struct session *s, bool *page, struct err *err)
{
    const char *const format = options_value(&s->options, "format"), *const out = options_value(&s->options, "out");

    *page = format != NULL ? strcmp(format, "html") == 0 : out != NULL && ends_in(out, ".html");
    if (format != NULL && !*page && strcmp(format, "text") != 0)
        return err_set(err, ERR_USAGE, "explain has no format '%s'; there are text and html", format);
    if (out != NULL && !*page)
        return err_set(err, ERR_USAGE, "--out is for a page: give it a name that ends in .html, or add --format=html");
    if (*page && s->json && (out == NULL || strcmp(out, "-") == 0))
        return err_set(err, ERR_USAGE, "--json puts events on standard output: give --out for the page");
    if (options_has(&s->options, "bundle") && (s->options.operand_count > 1 || *page))
        return err_set(err, ERR_USAGE, "a bundle is about one Device, and holds its page already");
    if (options_has(&s->options, "bundle") && options_has(&s->options, "pseudonymise"))
        return err_set(err, ERR_USAGE,
                       "a bundle holds original rows, in which nothing is replaced: leave out --pseudonymise");
    if (*page && s->options.operand_count > 1)
        return err_set(err, ERR_USAGE, "a page is about one Device; ask for each by itself, with an --out of its own");
    return 0;
}

int explain_write_page(const struct session *s, const struct explanation *e, struct store *store,
                       const struct pseudonyms *pseudonyms, struct err *err)
{
    struct outfile *file = NULL;
    struct buf page = {0}, shown = {0};
    int rc = outfile_create(&file, options_value(&s->options, "out"), err);

    if (rc == 0) {
        explain_html(e, options_has(&s->options, "all"), &page);
        pseudonym_add_html(pseudonyms, buf_text(&page), &shown);
        rc = page.failed || shown.failed ? err_nomem(err) : store_answered(store, err);
    }
    if (rc == 0)
        rc = outfile_write(file, shown.ptr, shown.len, err);
    buf_release(&page);
    buf_release(&shown);
    if (rc == 0)
        return outfile_commit(file, err);
    outfile_discard(file);
    return -1;
}

/* ---- Bundles ---- */

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

    snprintf(query, sizeof(query), "SELECT name, kind, sha256 FROM files WHERE number = %u", file);
    got = store_query(store, NULL, "files", query, &rows, err);
    if (got == 0 && (got = cursor_next(rows, err)) > 0) {
        const struct text name = cursor_text(rows, 0), kind = cursor_text(rows, 1), hex = cursor_text(rows, 2);

        out->name = strndup(name.ptr, name.len);
        out->kind = strndup(kind.ptr, kind.len);
        for (size_t i = 0; i < DIGEST_SIZE && 2 * i + 1 < hex.len; i++)
            out->sha256[i] = (unsigned char)(hex_value(hex.ptr[2 * i]) << 4 | hex_value(hex.ptr[2 * i + 1]));
        got = out->name == NULL || out->kind == NULL ? err_nomem(err) : 0;
    }
    cursor_destroy(rows);
    return got;
}

/* The places by file: lines is one array that all of them share. */
static int group(const struct places *p, struct store *store, struct original *originals, uint64_t *lines,
                 size_t *count, struct err *err)
{
    size_t line = 0;

    for (size_t i = 0; i < p->count; i++) {
        const bool fresh = i == 0 || p->ptr[i].file != p->ptr[i - 1].file;

        if (fresh) {
            originals[*count] = (struct original){.lines = lines + line};
            if (read_original(store, p->ptr[i].file, &originals[(*count)++], err) < 0)
                return -1;
        }
        if (fresh || p->ptr[i].line != p->ptr[i - 1].line) {
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
        digest_of(out->ptr, out->len, found);
        if (memcmp(found, sha256, DIGEST_SIZE) == 0)
            return out->failed ? err_nomem(err) : 0;
        buf_clear(out);
        if (i < count && paths[i] != NULL && read_small_file(paths[i], out, err) < 0)
            return -1;
    }
    return err_set(err, ERR_CONFIG, "the criteria changed while they were used; run it again");
}

#define PARTS (3 + JUDGING_FILES)

static void write_parts(const struct explanation *e, struct buf contents[PARTS])
{
    struct json_out json = {.buf = &contents[2]};

    explain_html(e, true, &contents[0]);
    explain_text(e, true, false, &contents[1]);
    json_open(&json, '{');
    explain_json(e, &json);
    json_close(&json, '}');
    buf_add_byte(&contents[2], '\n');
}

static int fill_bundle(struct session *s, const struct judging *judging, struct bundle *b, struct buf contents[PARTS],
                       struct err *err)
{
    static const char *const names[PARTS] = {"explanation.html",     "explanation.txt",       "explanation.json",
                                             "criteria/legacy.json", "criteria/revised.json", "criteria/codes.json"};
    struct bundle_part parts[PARTS];
    uint64_t files, rows = 0, missing = 0;
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < JUDGING_FILES; i++)
        rc = find_criteria(s, names[3 + i], judging->sha256[i], &contents[3 + i], err);
    for (unsigned i = 0; i < PARTS; i++) {
        parts[i] = (struct bundle_part){names[i], buf_text(&contents[i])};
        rc = rc == 0 && contents[i].failed ? err_nomem(err) : rc;
    }
    b->parts = parts;
    b->part_count = PARTS;
    if (rc < 0 || bundle_write(b, &files, err) < 0)
        return -1;
    for (size_t i = 0; i < b->original_count; i++) {
        rows += b->originals[i].rows;
        missing += b->originals[i].rows < b->originals[i].line_count;
    }
    json_pair(&s->summary, "folder", b->folder);
    json_count(&s->summary, "files", files);
    json_count(&s->summary, "rows", rows);
    json_count(&s->summary, "files_missing", missing);
    say_summary(s, SUMMARY_TO_STDOUT, "bundle of Device %s in %s: %llu files, with %llu original rows%s", b->device,
                b->folder, (unsigned long long)files, (unsigned long long)rows,
                missing > 0 ? "; some input files are gone or others by now: see manifest.json" : "");
    return 0;
}

int explain_write_bundle(struct session *s, const struct explanation *e, struct store *store,
                         const struct judging *judging, uint64_t device, struct err *err)
{
    struct buf contents[PARTS] = {{0}};
    char id[EUI64_TEXT_SIZE];
    struct bundle b = {.folder = options_value(&s->options, "bundle"),
                       .device = id,
                       .version = PCREPORT_VERSION,
                       .as_of = judging->context.as_of};
    struct places places = {0};
    uint64_t *lines;
    int rc = -1;

    eui64_format(device, id);
    explanation_sources(e, take_place, &places);
    if (places.count > 0)
        qsort(places.ptr, places.count, sizeof(*places.ptr), by_place);
    b.originals = calloc(places.count + 1, sizeof(*b.originals));
    lines = calloc(places.count + 1, sizeof(*lines));
    write_parts(e, contents);
    if (places.failed || b.originals == NULL || lines == NULL)
        err_nomem(err);
    else if (group(&places, store, b.originals, lines, &b.original_count, err) == 0 && store_answered(store, err) == 0)
        rc = fill_bundle(s, judging, &b, contents, err);
    for (size_t i = 0; i < b.original_count; i++) {
        free((char *)(uintptr_t)b.originals[i].name);
        free((char *)(uintptr_t)b.originals[i].kind);
    }
    free(b.originals);
    free(lines);
    free(places.ptr);
    for (unsigned i = 0; i < PARTS; i++)
        buf_release(&contents[i]);
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
    say_summary(s, SUMMARY_TO_STDOUT, "the bundle '%s' is whole: every file is as it was made", o->operands[1]);
    return 0;
}
