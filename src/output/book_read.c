/* Reads a finished workbook: each of its parts is parsed, and the cells of each sheet are summed. */
#include "book_int.h"

#include "base/array.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define CHART_PART   "xl/charts/chart"
#define SHARED_PART  "xl/sharedStrings.xml"
#define ROWS_BEGIN   "<sheetData>"
#define ROW_BEGIN    "<row "
#define ROW_END      "</row>"
#define SCAN_ROW_MAX ((size_t)1 << 20) /* bytes; a longer row is the parser's */
/* Of a workbook that came from elsewhere: far more than any of ours has. */
#define TEXT_MAX     ((size_t)1 << 20)   /* bytes of a cell: what is longer is none of ours */
#define WAITING_MAX  ((size_t)64 << 20)  /* bytes, in which a row must end */
#define UNPACKED_MAX (UINT64_C(4) << 30) /* bytes */
#define SHARED_MAX   ((size_t)1 << 24)   /* shared texts */
#define SHEETS_MAX   10000

enum part_kind { PART_OTHER, PART_REFERS, PART_BOOK, PART_SHARED, PART_SHEET, PART_CHART };

/* Where in a sheet the bytes are: rows are scanned, all else is parsed. */
enum part_place { BEFORE_ROWS, IN_ROWS, BEHIND_ROWS };

struct part {
    struct book_reading *book;
    const char *name;
    enum part_kind kind;
    XML_Parser parser;
    struct sheet_sum sum;
    uint64_t rows;
    /* The cell that is open. */
    uint32_t row, column;
    uint32_t row_before; /* of the last cell, from 1 */
    char type;           /* 's': its content is the number of a shared text; 't': a text; 'n' */
    struct buf content, formula;
    struct buf *into;
    bool failed;
    int wanting;
    /* Bytes of the rows that are not read yet, from `at` on; up to `searched` there is no end of a row. */
    enum part_place place;
    struct buf waiting;
    size_t at, searched;
};

static const char *attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return "";
}

/* "AB12": row and column, from 0. */
static void read_place(struct part *p, const char *ref)
{
    p->row = p->column = 0;
    for (; *ref >= 'A' && *ref <= 'Z'; ref++)
        p->column = p->column * 26 + (uint32_t)(*ref - 'A' + 1);
    for (; *ref >= '0' && *ref <= '9'; ref++)
        p->row = p->row * 10 + (uint32_t)(*ref - '0');
    p->column--;
    p->row--;
}

/* Each pane has its selections, and each range of a chart what is in it. */
static int wants(const struct part *p, const char *name, const char **attributes)
{
    if (p->kind == PART_CHART)
        return (strcmp(name, "c:f") == 0) - (strcmp(name, "c:numCache") == 0 || strcmp(name, "c:strCache") == 0);
    if (strcmp(name, "selection") == 0)
        return -(*attribute(attributes, "pane") != '\0');
    if (strcmp(name, "pane") != 0)
        return 0;
    return *attribute(attributes, "xSplit") != '\0' && *attribute(attributes, "ySplit") != '\0' ? 3 : 1;
}

/* The sheet of that number, from 1; NULL: there is no such number, or no memory. */
static struct book_sheet_held *sheet_at(struct part *p, unsigned long number)
{
    struct book_held *const h = p->book->held;

    if (number == 0 || number > SHEETS_MAX)
        return NULL;
    if (!array_reserve(&h->sheets, &h->cap, number, sizeof(*h->sheets))) {
        p->failed = true;
        return NULL;
    }
    for (; h->count < number; h->count++)
        h->sheets[h->count] = (struct book_sheet_held){0};
    return &h->sheets[number - 1];
}

static void note_in_book(struct part *p, const char *name, const char **attributes)
{
    const char *const id = attribute(attributes, "r:id"), *const state = attribute(attributes, "state");
    struct book_sheet_held *sheet;

    p->book->names += strcmp(name, "definedName") == 0;
    if (strcmp(name, "sheet") != 0 || strncmp(id, "rId", 3) != 0 ||
        (sheet = sheet_at(p, strtoul(id + 3, NULL, 10))) == NULL)
        return;
    free(sheet->name);
    sheet->name = strdup(attribute(attributes, "name"));
    sheet->hidden = *state != '\0' && strcmp(state, "visible") != 0;
    p->failed = p->failed || sheet->name == NULL;
}

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct part *const p = user;

    if (p->kind == PART_REFERS)
        parts_refer(p->book->parts, attributes);
    else if (p->kind == PART_BOOK)
        note_in_book(p, name, attributes);
    else if (p->kind == PART_CHART)
        p->wanting += wants(p, name, attributes);
    else if (strcmp(name, "c") == 0 || strcmp(name, "si") == 0) {
        read_place(p, attribute(attributes, "r"));
        p->type = attribute(attributes, "t")[0] == 's' ? 's' : 0;
        buf_clear(&p->content);
        buf_clear(&p->formula);
    } else if (strcmp(name, "t") == 0 || strcmp(name, "v") == 0 || strcmp(name, "f") == 0) {
        if (name[0] != 'f' && p->type != 's')
            p->type = name[0] == 't' ? 't' : 'n';
        p->into = name[0] == 'f' ? &p->formula : &p->content;
    } else {
        p->wanting += wants(p, name, attributes);
    }
}

static void add_shared(struct part *p)
{
    struct book_reading *const c = p->book;

    if (c->shared_count == SHARED_MAX)
        return;
    if (c->shared_count == c->shared_cap) {
        const size_t cap = c->shared_cap * 2 + 256;
        uint64_t *const grown = reallocarray(c->shared, cap, sizeof(*grown));

        if (grown == NULL) {
            p->failed = true;
            return;
        }
        c->shared = grown;
        c->shared_cap = cap;
    }
    c->shared[c->shared_count++] = book_hash_text(buf_text(&p->content));
}

static uint64_t hash_of_cell(struct part *p)
{
    uint64_t hash;

    if (p->type == 's') {
        const size_t index = strtoul(buf_cstr(&p->content), NULL, 10);

        return index < p->book->shared_count ? p->book->shared[index] : 0; /* no text has that hash */
    }
    hash = p->type == 't' ? book_hash_text(buf_text(&p->content)) : book_hash_number(buf_text(&p->content));
    return p->formula.len > 0 ? book_hash_formula(buf_text(&p->formula), hash) : hash;
}

static void XMLCALL on_end(void *user, const char *name)
{
    struct part *const p = user;

    if (strcmp(name, "t") == 0 || strcmp(name, "v") == 0 || strcmp(name, "f") == 0)
        p->into = NULL;
    else if (p->kind == PART_SHARED && strcmp(name, "si") == 0)
        add_shared(p);
    else if (p->kind == PART_SHEET && strcmp(name, "c") == 0 && p->type != 0) {
        sheet_sum_add(&p->sum, p->row, p->column, hash_of_cell(p));
        p->rows += p->row + 1 != p->row_before;
        p->row_before = p->row + 1;
    }
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
    struct part *const p = user;

    if (p->into != NULL && p->into->len < TEXT_MAX)
        buf_add(p->into, text, (size_t)len);
}

static int parse(struct part *p, const void *bytes, size_t len, bool last, struct err *err)
{
    enum XML_Error why;

    if (XML_Parse(p->parser, bytes, (int)len, last) == XML_STATUS_OK)
        return 0;
    why = XML_GetErrorCode(p->parser);
    return why == XML_ERROR_NO_MEMORY ? err_nomem(err) : book_odd(err, p->name, XML_ErrorString(why));
}

/* ---- Rows ---- */

/* Gives the parser what waits, as long as is told. */
static int parse_waiting(struct part *p, size_t len, struct err *err)
{
    const size_t from = p->at;

    p->at += len;
    return len > 0 ? parse(p, p->waiting.ptr + from, len, false, err) : 0;
}

/* 1: a row was read; 0: what waits does not begin with a whole row. */
static int read_row(struct part *p, struct err *err)
{
    const struct text left = buf_part(&p->waiting, p->at, p->waiting.len - p->at);
    const size_t from = p->searched > p->at ? p->searched - p->at : 0;
    const uint64_t cells = p->sum.cells;
    const size_t scanned =
        left.len < SCAN_ROW_MAX || from == 0 ? book_scan_row(left, p->book->shared, p->book->shared_count, &p->sum) : 0;
    const char *end;

    p->at += scanned;
    p->rows += p->sum.cells > cells;
    if (scanned > 0)
        return 1;
    if (left.len < strlen(ROW_BEGIN) || memcmp(left.ptr, ROW_BEGIN, strlen(ROW_BEGIN)) != 0)
        return 0;
    end = memmem(left.ptr + from, left.len - from, ROW_END, strlen(ROW_END));
    if (end != NULL)
        return parse_waiting(p, (size_t)(end - left.ptr) + strlen(ROW_END), err) < 0 ? -1 : 1;
    p->searched = p->waiting.len - (strlen(ROW_END) - 1);
    return 0;
}

/* What begins a row, or may. */
static bool may_be_row(const struct part *p)
{
    const size_t left = p->waiting.len - p->at, len = left < strlen(ROW_BEGIN) ? left : strlen(ROW_BEGIN);

    return memcmp(p->waiting.ptr + p->at, ROW_BEGIN, len) == 0;
}

static int read_rows(struct part *p, struct err *err)
{
    int got;

    while (p->at < p->waiting.len && (got = read_row(p, err)) != 0)
        if (got < 0)
            return -1;
    if (p->at < p->waiting.len && !may_be_row(p)) {
        p->place = BEHIND_ROWS;
        return parse_waiting(p, p->waiting.len - p->at, err);
    }
    /* What is left of a row that is not whole comes to the front. */
    memmove(p->waiting.ptr, p->waiting.ptr + p->at, p->waiting.len - p->at);
    p->waiting.len -= p->at;
    p->searched = p->searched > p->at ? p->searched - p->at : 0;
    p->at = 0;
    return 0;
}

static int find_rows(struct part *p, struct err *err)
{
    const char *const begin = memmem(p->waiting.ptr, p->waiting.len, ROWS_BEGIN, strlen(ROWS_BEGIN));

    if (begin == NULL)
        return 0;
    p->place = IN_ROWS;
    if (parse_waiting(p, (size_t)(begin - (const char *)p->waiting.ptr) + strlen(ROWS_BEGIN), err) < 0)
        return -1;
    return read_rows(p, err);
}

static int read_bytes(void *ctx, const void *bytes, size_t len, struct err *err)
{
    struct part *const p = ctx;

    digest_add(p->book->digest, bytes, len);
    p->book->unpacked += len;
    if (p->book->foreign && (p->book->unpacked > UNPACKED_MAX || p->waiting.len > WAITING_MAX))
        return book_odd(err, p->name, "it is larger than any that is written here");
    if (p->kind != PART_SHEET || p->place == BEHIND_ROWS)
        return parse(p, bytes, len, false, err);
    buf_add(&p->waiting, bytes, len);
    if (p->waiting.failed)
        return err_nomem(err);
    return p->place == BEFORE_ROWS ? find_rows(p, err) : read_rows(p, err);
}

/* ---- The whole ---- */

static int read_entry(struct part *p, struct archive_entry *entry, struct err *err)
{
    const int rc = book_unzip(p->book->zip, entry, read_bytes, p, err);

    if (rc > 0)
        return book_cannot_unpack(err, p->name, p->book->zip);
    if (rc < 0 || parse_waiting(p, p->waiting.len - p->at, err) < 0 || parse(p, NULL, 0, true, err) < 0)
        return -1;
    p->book->wanting = p->book->wanting || p->wanting != 0;
    return p->failed || p->content.failed || p->formula.failed ? err_nomem(err) : 0;
}

static int read_part(struct part *p, struct archive_entry *entry, struct err *err)
{
    int rc;

    p->parser = XML_ParserCreate(NULL);
    if (p->parser == NULL)
        return err_nomem(err);
    if (p->kind != PART_OTHER) {
        XML_SetUserData(p->parser, p);
        XML_SetElementHandler(p->parser, on_start, on_end);
        XML_SetCharacterDataHandler(p->parser, on_text);
    }
    rc = read_entry(p, entry, err);
    XML_ParserFree(p->parser);
    buf_release(&p->content);
    buf_release(&p->formula);
    buf_release(&p->waiting);
    return rc;
}

/* The number of the sheet, from 1; 0 where the part is none. */
static unsigned long sheet_number(const char *name)
{
    return strncmp(name, SHEET_PART, strlen(SHEET_PART)) == 0 ? strtoul(name + strlen(SHEET_PART), NULL, 10) : 0;
}

static enum part_kind kind_of(const struct book_reading *c, const char *name)
{
    if (c->parts != NULL && parts_note(c->parts, name))
        return PART_REFERS;
    if (sheet_number(name) > 0)
        return PART_SHEET;
    if (strcmp(name, SHARED_PART) == 0)
        return PART_SHARED;
    if (strcmp(name, BOOK_PART) == 0)
        return PART_BOOK;
    return strncmp(name, CHART_PART, strlen(CHART_PART)) == 0 ? PART_CHART : PART_OTHER;
}

static int note_sheet(struct part *p, struct err *err)
{
    struct book_sheet_held *const sheet = sheet_at(p, sheet_number(p->name));

    if (sheet == NULL)
        return p->failed ? err_nomem(err) : book_odd(err, p->name, "no workbook has so many sheets");
    sheet->rows = p->rows;
    sheet->cells = p->sum.cells;
    sheet->sum = p->sum.sum;
    p->book->seen++;
    return 0;
}

static int read_member(struct book_reading *c, struct archive_entry *entry, struct err *err)
{
    const char *const name = archive_entry_pathname(entry);
    struct part p = {.book = c, .name = name};

    if (name == NULL)
        return book_odd(err, "its frame", "a part has no name");
    p.kind = kind_of(c, name);
    digest_add(c->digest, name, strlen(name) + 1);
    if (read_part(&p, entry, err) < 0)
        return -1;
    digest_add(c->digest, "", 1);
    return p.kind == PART_SHEET ? note_sheet(&p, err) : 0;
}

int book_read_back(struct book_reading *c, int fd, struct text bytes, struct err *err)
{
    struct archive_entry *entry;
    int rc, got = ARCHIVE_OK;

    c->zip = archive_read_new();
    entry = c->zip != NULL ? archive_entry_new2(c->zip) : NULL;
    rc = entry != NULL ? book_open_zip(c->zip, fd, bytes, err) : err_nomem(err);
    while (rc == 0 && (got = archive_read_next_header2(c->zip, entry)) == ARCHIVE_OK)
        rc = read_member(c, entry, err);
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = book_cannot_unpack(err, "its frame", c->zip);
    archive_entry_free(entry);
    archive_read_free(c->zip);
    free(c->shared);
    return rc;
}
