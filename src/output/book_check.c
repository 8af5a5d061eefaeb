/* A workbook is read again before it is trusted. libxlsxwriter looks at no result of its own reads and writes: on a
 * full disk it ends well with rows missing. So the cells are summed as they are written, and the finished file is
 * opened, each of its parts parsed, and the cells of each sheet summed again. */
#include "book_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHEET_PART   "xl/worksheets/sheet"
#define CHART_PART   "xl/charts/chart"
#define BOOK_PART    "xl/workbook.xml"
#define SHARED_PART  "xl/sharedStrings.xml"
#define ROWS_BEGIN   "<sheetData>"
#define ROW_BEGIN    "<row "
#define ROW_END      "</row>"
#define SCAN_ROW_MAX ((size_t)1 << 20) /* bytes; a longer row is the parser's */

#define ODD_1 UINT64_C(0x9E3779B97F4A7C15)
#define ODD_2 UINT64_C(0xD6E8FEB86659FD93)

/* Eight bytes at a time: what is guarded against are rows that were lost, not a forger. Never 0. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t word;

    hash += len * ODD_1;
    for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = (hash ^ word) * ODD_2;
        hash ^= hash >> 32;
    }
    word = 0;
    if (len > 0)
        memcpy(&word, p, len);
    hash = (hash ^ word) * ODD_2;
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

uint64_t book_hash_text(struct text t)
{
    return hash_bytes('t', t.ptr, t.len);
}

uint64_t book_hash_number(struct text digits)
{
    return hash_bytes('n', digits.ptr, digits.len);
}

uint64_t book_hash_formula(struct text formula, uint64_t value)
{
    return hash_bytes(value, formula.ptr, formula.len);
}

void sheet_sum_add(struct sheet_sum *s, uint32_t row, uint32_t column, uint64_t hash)
{
    hash = (hash ^ ((uint64_t)row << 16 | column)) * ODD_1;
    s->sum += (hash ^ hash >> 31) * ODD_2;
    s->cells++;
}

/* ---- Reading a part ---- */

enum part_kind { PART_OTHER, PART_REFERS, PART_BOOK, PART_SHARED, PART_SHEET, PART_CHART };

/* Where in a sheet the bytes are: rows are scanned, all else is parsed. */
enum part_place { BEFORE_ROWS, IN_ROWS, BEHIND_ROWS };

struct check {
    struct archive *zip;
    const struct book_sheet *sheets;
    size_t count, seen, names;
    uint64_t *shared; /* hashes of the shared texts, which come before the sheets */
    size_t shared_count, shared_cap;
    struct book_parts parts;
};

struct part {
    struct check *check;
    const char *name;
    enum part_kind kind;
    XML_Parser parser;
    struct sheet_sum sum;
    /* The cell that is open. */
    uint32_t row, column;
    char type; /* 's': its content is the number of a shared text; 't': a text; 'n' */
    struct buf content, formula;
    struct buf *into;
    bool failed;
    int wanting; /* elements without which libxlsxwriter goes on where memory is short */
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

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct part *const p = user;

    if (p->kind == PART_REFERS)
        parts_refer(&p->check->parts, attributes);
    else if (p->kind == PART_BOOK)
        p->check->names += strcmp(name, "definedName") == 0;
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
    struct check *const c = p->check;

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

        return index < p->check->shared_count ? p->check->shared[index] : 0; /* no text has that hash */
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
    else if (p->kind == PART_SHEET && strcmp(name, "c") == 0 && p->type != 0)
        sheet_sum_add(&p->sum, p->row, p->column, hash_of_cell(p));
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
    struct part *const p = user;

    if (p->into != NULL)
        buf_add(p->into, text, (size_t)len);
}

static int parse(struct part *p, const void *bytes, size_t len, bool last, struct err *err)
{
    enum XML_Error why;

    if (XML_Parse(p->parser, bytes, (int)len, last) == XML_STATUS_OK)
        return 0;
    why = XML_GetErrorCode(p->parser);
    return why == XML_ERROR_NO_MEMORY ? err_nomem(err) : book_not_whole(err, p->name, XML_ErrorString(why));
}

/* ---- Rows ---- */

/* Gives the parser what waits, as long as is told. */
static int parse_waiting(struct part *p, size_t len, struct err *err)
{
    const unsigned char *const from = p->waiting.ptr + p->at;

    p->at += len;
    return parse(p, from, len, false, err);
}

/* 1: a row was read; 0: what waits does not begin with a whole row. */
static int read_row(struct part *p, struct err *err)
{
    const struct text left = buf_part(&p->waiting, p->at, p->waiting.len - p->at);
    const size_t from = p->searched > p->at ? p->searched - p->at : 0;
    const size_t scanned = left.len < SCAN_ROW_MAX || from == 0
                               ? book_scan_row(left, p->check->shared, p->check->shared_count, &p->sum)
                               : 0;
    const char *end;

    p->at += scanned;
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
    const int rc = book_unzip(p->check->zip, entry, read_bytes, p, err);

    if (rc > 0)
        return book_cannot_unpack(err, p->name, p->check->zip);
    if (rc < 0 || parse_waiting(p, p->waiting.len - p->at, err) < 0 || parse(p, NULL, 0, true, err) < 0)
        return -1;
    return p->failed || p->content.failed || p->formula.failed || p->wanting != 0 ? err_nomem(err) : 0;
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

static int check_entry(struct check *c, struct archive_entry *entry, struct err *err)
{
    const char *const name = archive_entry_pathname(entry);
    const unsigned long number = sheet_number(name);
    struct part p = {
        .check = c,
        .name = name,
        .kind = parts_note(&c->parts, name)                          ? PART_REFERS
                : number > 0                                         ? PART_SHEET
                : strcmp(name, SHARED_PART) == 0                     ? PART_SHARED
                : strcmp(name, BOOK_PART) == 0                       ? PART_BOOK
                : strncmp(name, CHART_PART, strlen(CHART_PART)) == 0 ? PART_CHART
                                                                     : PART_OTHER,
    };
    const struct sheet_sum *want;

    if (read_part(&p, entry, err) < 0)
        return -1;
    if (p.kind != PART_SHEET)
        return 0;
    c->seen++;
    want = number <= c->count ? &c->sheets[number - 1].sum : NULL;
    if (want == NULL || p.sum.cells != want->cells || p.sum.sum != want->sum)
        return book_not_whole(err, name, "its cells are not those that were written");
    return 0;
}

int book_check(int fd, const struct book_sheet *sheets, size_t count, size_t names, struct err *err)
{
    struct check c = {.zip = archive_read_new(), .sheets = sheets, .count = count};
    struct archive_entry *const entry = c.zip != NULL ? archive_entry_new2(c.zip) : NULL;
    const char *unknown;
    int rc, got = ARCHIVE_OK;

    rc = entry != NULL ? book_open_zip(c.zip, fd, err) : err_nomem(err);
    while (rc == 0 && (got = archive_read_next_header2(c.zip, entry)) == ARCHIVE_OK)
        rc = check_entry(&c, entry, err);
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = book_cannot_unpack(err, "its frame", c.zip);
    if (rc == 0 && c.seen != count)
        rc = book_not_whole(err, "its frame", "a sheet is missing");
    if (rc == 0 && c.names != names)
        rc = book_not_whole(err, BOOK_PART, "titles to print, or a filter, are missing");
    unknown = parts_unknown(&c.parts);
    if (rc == 0 && unknown != NULL)
        rc = book_not_whole(err, unknown, "no other part knows it");
    if (!parts_release(&c.parts) && rc == 0)
        rc = err_nomem(err);
    archive_entry_free(entry);
    archive_read_free(c.zip);
    free(c.shared);
    return rc;
}
