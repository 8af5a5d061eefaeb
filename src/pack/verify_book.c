/* Whether the workbook of a pack holds what was written into it. Its SHA-256 tells that it was edited; this tells
 * where, and tells it still where the SHA-256 in the manifest was edited with it. */
#include "archive_int.h"
#include "verify_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXTENSION ".xlsx"

bool verify_is_book(const char *name)
{
    const size_t len = strlen(name);

    return len > strlen(EXTENSION) && strcmp(name + len - strlen(EXTENSION), EXTENSION) == 0 &&
           strchr(name, '/') == NULL;
}

/* A workbook is a .zip. */
static int look_at_shape(struct text content, bool *plain, struct err *err)
{
    FILE *const fp = fmemopen((void *)(uintptr_t)content.ptr, content.len, "rb");
    int rc;

    if (fp == NULL)
        return err_nomem(err);
    rc = zip_is_plain(fp, "a workbook", plain, err);
    fclose(fp);
    return rc;
}

int verify_open_book(struct pack_file *file, struct text content, struct err *err)
{
    struct err why = {0};
    bool plain = true;

    if (content.len == 0)
        err_set(&why, ERR_DATA, "it is empty");
    else if (look_at_shape(content, &plain, err) < 0)
        return -1;
    else if (!plain)
        err_set(&why, ERR_DATA, "it holds more than its parts, or they lie otherwise than it lists them");
    else if (book_read(content, &file->held, &why) < 0 && err_is_ours(&why))
        return err_copy(err, &why);
    file->opened = why.code == ERR_NONE;
    file->why_not = file->opened ? NULL : strdup(why.msg);
    return file->opened || file->why_not != NULL ? 0 : err_nomem(err);
}

static const struct book_sheet_held *find_sheet(const struct book_held *h, const char *name)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->sheets[i].name != NULL && strcmp(h->sheets[i].name, name) == 0)
            return &h->sheets[i];
    return NULL;
}

static void compare_sheet(const char *book, const struct book_sheet_held *want, const struct book_sheet_held *is,
                          struct findings *f)
{
    char what[400];

    if (is == NULL)
        snprintf(what, sizeof(what), "lacks its sheet '%.100s'", want->name);
    else if (is->hidden)
        snprintf(what, sizeof(what), "hides its sheet '%.100s'", want->name);
    else if (is->rows != want->rows || is->cells != want->cells)
        snprintf(what, sizeof(what),
                 "has %" PRIu64 " cells in %" PRIu64 " rows on its sheet '%.100s', not the %" PRIu64 " in %" PRIu64
                 " that were written",
                 is->cells, is->rows, want->name, want->cells, want->rows);
    else if (is->sum != want->sum)
        snprintf(what, sizeof(what), "has other cells on its sheet '%.100s' than were written", want->name);
    else
        return;
    findings_tell(f, book, what);
}

static void compare_sheets(const char *book, const struct book_held *want, const struct book_held *is,
                           struct findings *f)
{
    for (size_t i = 0; i < want->count; i++)
        compare_sheet(book, &want->sheets[i], find_sheet(is, want->sheets[i].name), f);
    for (size_t i = 0; i < is->count; i++) {
        const char *const name = is->sheets[i].name;
        char what[200];

        if (name != NULL && find_sheet(want, name) != NULL)
            continue;
        if (name != NULL)
            snprintf(what, sizeof(what), "has a sheet '%.100s', which was not written", name);
        else
            snprintf(what, sizeof(what), "holds a sheet %zu that it does not tell of", i + 1);
        findings_tell(f, book, what);
    }
}

void verify_book(const struct pack_files *named, const struct pack_files *there, struct findings *f)
{
    char name[400];
    const struct pack_file *want, *is;
    const int told = f->count;

    snprintf(name, sizeof(name), "%.300s" EXTENSION, named->stem);
    want = pack_files_find(named, name);
    is = pack_files_find(there, name);
    if (want == NULL || is == NULL) /* which was told */
        return;
    f->cells_known = want->opened;
    if (!is->opened) {
        char what[600];

        snprintf(what, sizeof(what), "is no workbook that can be read: %s", is->why_not);
        findings_tell(f, name, what);
    } else if (want->opened) {
        compare_sheets(name, &want->held, &is->held, f);
        if (f->count == told && memcmp(is->sha256, want->sha256, DIGEST_SIZE) == 0 &&
            memcmp(is->held.parts, want->held.parts, DIGEST_SIZE) != 0)
            findings_tell(f, name,
                          "is not as it was made, though its cells are: what is hidden, the order of its sheets, its "
                          "links, charts, looks or what is printed around them");
    }
}
