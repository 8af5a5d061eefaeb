/* What explain writes into files. */
#include "explain_files_int.h"

#include "output/outfile.h"

#include <stdio.h>
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
    if (options_has(&s->options, "originals") && !options_has(&s->options, "bundle"))
        return err_set(err, ERR_USAGE, "--originals says where the rows of a bundle are: give --bundle=DIR too");
    if (options_has(&s->options, "dry-run") && !options_has(&s->options, "bundle") && !*page)
        return err_set(err, ERR_USAGE, "--dry-run is for what is written, a page (--out) or a bundle (--bundle)");
    if (*page && s->options.operand_count > 1)
        return err_set(err, ERR_USAGE, "a page is about one Device; ask for each by itself, with an --out of its own");
    return 0;
}

static int write_piece(const struct passing *p, struct text piece)
{
    if (p->nowhere)
        return 0;
    if (p->file != NULL)
        return outfile_write(p->file, piece.ptr, piece.len, p->err);
    write_stdout(piece);
    return 0;
}

void explain_pass(void *passing, struct buf *told)
{
    struct passing *const p = passing;

    if (p->rc == 0) {
        p->shown.len = 0;
        buf_add_text(&p->shown, p->before);
        p->before.len = 0;
        p->replace(p->pseudonyms, buf_text(told), &p->shown);
        p->rc = told->failed || p->shown.failed ? err_nomem(p->err) : store_answered(p->store, p->err);
    }
    if (p->rc == 0)
        p->rc = write_piece(p, buf_text(&p->shown));
    buf_clear(told);
}

int explain_write_page(const struct session *s, struct explanation *e, struct store *store,
                       const struct pseudonyms *pseudonyms, struct err *err)
{
    const bool dry_run = options_has(&s->options, "dry-run");
    struct passing passing = {
        .store = store, .pseudonyms = pseudonyms, .replace = pseudonym_add_html, .nowhere = dry_run, .err = err};
    struct outfile *file = NULL;
    struct buf page = {0};
    int rc = dry_run ? 0 : outfile_create(&file, options_value(&s->options, "out"), err);

    if (rc == 0) {
        passing.file = file;
        explanation_pass_to(e, explain_pass, &passing);
        explain_html(e, options_has(&s->options, "all"), NULL, &page);
        explain_pass(&passing, &page);
        rc = passing.rc;
    }
    buf_release(&page);
    buf_release(&passing.shown);
    if (rc == 0 && !dry_run)
        return outfile_commit(file, err);
    outfile_discard(file); /* none in a dry run */
    return rc;
}
