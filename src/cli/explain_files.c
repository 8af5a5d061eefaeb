/* What explain writes into files. */
#include "explain_files_int.h"

#include "output/outfile.h"

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
