/* A workbook: its sheets and their frames. libxlsxwriter has the whole of it but the rows (book_rows.c). */
#include "book_int.h"

#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local volatile unsigned in_library;
static _Thread_local bool said_no_memory; /* libxlsxwriter, which makes temporary files and forgets errno by it */

int book_fail(lxw_error code, struct err *err)
{
    if (code == LXW_ERROR_MEMORY_MALLOC_FAILED || code == LXW_ERROR_SHARED_STRING_INDEX_NOT_FOUND || errno == ENOMEM ||
        said_no_memory)
        return err_nomem(err);
    return err_set(err, ERR_IO, "cannot write the workbook: %s", lxw_strerror(code));
}

void library_enter(void)
{
    if (in_library++ == 0)
        errno = 0; /* what works does not set it */
}

int library_leave(int rc, struct err *err)
{
    const bool no_memory = said_no_memory || errno == ENOMEM;

    if (--in_library == 0)
        said_no_memory = false;
    if (!no_memory)
        return rc;
    *err = (struct err){0};
    return err_nomem(err);
}

void library_said(struct text words)
{
    static const char no_memory[] = "Memory allocation failed";

    if (memmem(words.ptr, words.len, no_memory, strlen(no_memory)) != NULL)
        said_no_memory = true;
}

bool book_in_library(void)
{
    return in_library > 0;
}

/* ---- The book ---- */

static int open_temporary(struct book *b, int *out, struct err *err)
{
    *out = nameless_open(b->temp_dir);
    return *out < 0 ? err_errno(err, ERR_CREATE, "cannot create a temporary file in '%s'", b->temp_dir) : 0;
}

static int open_workbook(struct book *b, const struct book_setup *setup, struct err *err)
{
    /* Its files have names for a moment, which a kill would leave: that is to be where nobody looks for reports. */
    const char *const usual = getenv("TMPDIR");
    lxw_workbook_options options = {.tmpdir = usual != NULL && *usual != '\0' ? (char *)(uintptr_t)usual : NULL};
    lxw_doc_properties properties = {.created = (time_t)(b->as_of / INSTANT_SECOND)};
    char path[64];

    if (open_temporary(b, &b->frame_fd, err) < 0 || open_temporary(b, &b->rows_fd, err) < 0)
        return -1;
    b->glossary = setup->glossary;
    b->glossary_count = setup->glossary_count;
    b->glossary_seen = calloc(setup->glossary_count + 1, sizeof(*b->glossary_seen));
    b->title = strdup(setup->title);
    b->header = setup->header != NULL ? strdup(setup->header) : NULL;
    if (b->glossary_seen == NULL || b->title == NULL || (setup->header != NULL && b->header == NULL))
        return err_nomem(err);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", b->frame_fd);
    b->workbook = workbook_new_opt(path, &options);
    if (b->workbook == NULL || !book_styles_make(b->workbook, b->formats))
        return err_nomem(err);
    properties.title = b->title;
    /* libxlsxwriter takes the date apart by gmtime, whose memory all threads share: that does no harm, since all
     * workbooks of a process are of one date. */
    return workbook_set_properties(b->workbook, &properties) == LXW_NO_ERROR ? 0 : err_nomem(err);
}

int book_create(struct book **out, const struct book_setup *setup, struct err *err)
{
    struct book *const b = calloc(1, sizeof(*b));
    int rc;

    *out = NULL;
    if (b == NULL)
        return err_nomem(err);
    b->frame_fd = b->rows_fd = -1;
    b->as_of = setup->as_of;
    b->only = setup->only;
    b->none = setup->none;
    b->cover_last = setup->cover_last;
    b->held = setup->held;
    b->temp_dir = setup->temp_dir != NULL ? setup->temp_dir : "/tmp";
    library_enter();
    rc = open_workbook(b, setup, err);
    rc = library_leave(rc, err);
    if (rc == 0 && words_init(&b->words, err) == 0 &&
        deflater_create(&b->deflater, b->rows_fd, b->temp_dir, err) == 0) {
        *out = b;
        return 0;
    }
    book_write(b, NULL, err);
    return -1;
}

lxw_worksheet *book_add_sheet(struct book *b, const char *name, struct err *err)
{
    struct book_sheet *const grown = reallocarray(b->sheets, b->sheet_count + 1, sizeof(*grown));
    lxw_worksheet *sheet;

    if (grown == NULL) {
        err_nomem(err);
        return NULL;
    }
    b->sheets = grown;
    library_enter();
    sheet = workbook_add_worksheet(b->workbook, name);
    if (sheet != NULL)
        b->sheets[b->sheet_count++] = (struct book_sheet){.sheet = sheet};
    else
        err_set(err, ERR_CONFIG, "a workbook cannot have a sheet named '%s': it has one already", name);
    return library_leave(sheet != NULL ? 0 : -1, err) == 0 ? sheet : NULL;
}

int book_put_text(struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, struct text t,
                  enum style style, struct err *err)
{
    bool cut;
    const char *const clean = book_text(&b->clean, t, &cut);
    lxw_error code;

    if (b->clean.failed)
        return err_nomem(err);
    if (*clean == '\0')
        return 0;
    sheet_sum_add(&b->sheets[sheet->index].sum, row, column, book_hash_text(text_of(clean)));
    code = worksheet_write_string(sheet, row, column, clean, b->formats[style]);
    return code == LXW_NO_ERROR ? 0 : book_fail(code, err);
}

/* ---- Sheets ---- */

/* A sheet's name: at most 31 characters, without what spreadsheets refuse. */
static void name_sheet(const struct book *b, char out[BOOK_NAME_MAX + 1])
{
    char suffix[16] = "";

    if (b->part > 1)
        snprintf(suffix, sizeof(suffix), " (%u)", b->part);
    snprintf(out, BOOK_NAME_MAX + 1, "%.*s%s", (int)(BOOK_NAME_MAX - strlen(suffix)), b->name, suffix);
}

static int begin_part(struct book *b, struct err *err)
{
    char name[BOOK_NAME_MAX + 1];

    b->part++;
    name_sheet(b, name);
    if (book_add_sheet(b, name, err) == NULL)
        return -1;
    b->sheet = b->sheet_count - 1;
    b->sheets[b->sheet].link_column = book_link_column(b->report);
    b->row = BOOK_HEADING_ROW;
    return 0;
}

int book_sheet(struct book *b, const char *name, const struct report *report, struct err *err)
{
    size_t len = 0;

    for (; *name != '\0' && len < BOOK_NAME_MAX; name++)
        b->name[len++] = strchr("[]:*?/\\'", *name) == NULL ? *name : '-';
    b->name[len] = '\0';
    b->report = report;
    b->part = 0;
    b->rows = b->rows_there = 0;
    return book_begin_rows(b, err) < 0 ? -1 : begin_part(b, err);
}

static int end_part(struct book *b, bool goes_on, struct err *err)
{
    lxw_worksheet *const sheet = b->sheets[b->sheet].sheet;
    int rc;

    library_enter();
    rc = frame_write(b, sheet, goes_on, err);
    if (library_leave(rc, err) < 0)
        return -1;
    if (frame_has_totals(b, goes_on)) {
        b->row++;
        sheet->dim_rowmax = b->row;
        if (book_put_totals(b, err) < 0)
            return -1;
        b->row--; /* charts and filters know the rows alone */
    }
    return deflater_end(b->deflater, &b->sheets[b->sheet].rows, err);
}

int book_row(struct book *b, struct cursor *row, struct err *err)
{
    if (b->row == BOOK_HEADING_ROW + BOOK_SHEET_ROWS_MAX && (end_part(b, true, err) < 0 || begin_part(b, err) < 0))
        return -1;
    b->row++;
    b->rows++;
    return book_put_row(b, row, err);
}

void book_rows_there(struct book *b, uint64_t rows)
{
    b->rows_there = rows;
}

int book_sheet_end(struct book *b, struct err *err)
{
    int rc;

    if (end_part(b, false, err) < 0)
        return -1;
    library_enter();
    rc = b->part == 1 && b->row > BOOK_HEADING_ROW ? book_charts(b, err) : 0;
    return library_leave(rc, err);
}

uint64_t book_cut_cells(const struct book *b)
{
    return b->cut;
}

/* ---- The file ---- */

static int copy_out(int fd, struct outfile *file, struct err *err)
{
    char chunk[65536];
    off_t at = 0;
    ssize_t got;

    while ((got = TEMP_FAILURE_RETRY(pread(fd, chunk, sizeof(chunk), at))) > 0) {
        if (outfile_write(file, chunk, (size_t)got, err) < 0)
            return -1;
        at += got;
    }
    return got < 0 ? err_errno(err, ERR_IO, "cannot read the workbook back") : 0;
}

/* Names that libxlsxwriter is to make on its own: where it has no memory for one it goes on without. */
static size_t count_names(const lxw_workbook *workbook)
{
    const lxw_worksheet *s;
    size_t count = 0;

    STAILQ_FOREACH(s, workbook->worksheets, list_pointers)
    count += (size_t)(s->autofilter.in_use != 0) + (s->print_area.in_use != 0) +
             (s->repeat_rows.in_use != 0 || s->repeat_cols.in_use != 0);
    return count;
}

/* The workbook is gone afterwards. */
static int close_workbook(struct book *b, struct err *err)
{
    lxw_workbook *const workbook = b->workbook;
    lxw_error code;

    b->workbook = NULL;
    code = workbook_close(workbook);
    return code == LXW_NO_ERROR ? 0 : book_fail(code, err);
}

static int finish(struct book *b, struct outfile *file, struct err *err)
{
    size_t names = 0;
    int fd = -1, rc;

    library_enter();
    rc = cover_write(b, err) < 0 || links_write(b, err) < 0 ? -1 : 0;
    if (rc == 0) {
        names = count_names(b->workbook);
        rc = close_workbook(b, err);
    }
    if (library_leave(rc, err) < 0)
        return -1;
    rc = -1;
    fd = nameless_open(b->temp_dir);
    if (fd < 0)
        return err_errno(err, ERR_CREATE, "cannot create a temporary file in '%s'", b->temp_dir);
    if (book_assemble(b, fd, err) == 0 && book_check(fd, b->sheets, b->sheet_count, names, b->held, err) == 0)
        rc = copy_out(fd, file, err);
    close(fd);
    return rc;
}

static void destroy(struct book *b)
{
    struct err untold = {0};

    library_enter();
    if (b->workbook != NULL)
        workbook_close(b->workbook); /* the only way to free it; what it writes is lost with its file */
    library_leave(0, &untold);
    deflater_destroy(b->deflater);
    words_release(&b->words);
    if (b->frame_fd >= 0)
        close(b->frame_fd);
    if (b->rows_fd >= 0)
        close(b->rows_fd);
    cover_destroy(b->cover);
    links_destroy(b->links);
    for (size_t i = 0; i < b->sheet_count; i++)
        buf_release(&b->sheets[i].links);
    free(b->glossary_seen);
    free(b->totals);
    free(b->title);
    free(b->header);
    free(b->sheets);
    free(b->columns);
    buf_release(&b->clean);
    buf_release(&b->named);
    free(b);
}

int book_write(struct book *b, struct outfile *file, struct err *err)
{
    const int rc = file != NULL ? finish(b, file, err) : 0;

    destroy(b);
    return rc;
}
