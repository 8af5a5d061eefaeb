/* A workbook is read again before it is trusted. libxlsxwriter looks at no result of its own reads and writes: on a
 * full disk it ends well with rows missing. So the cells are summed as they are handed to it, and the finished file is
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

#define SHEET_PART "xl/worksheets/sheet"

/* FNV-1a, 64 bits: what is guarded against are rows that were lost, not a forger. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *const p = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001B3);
    return hash;
}

/* Sums do not depend on an order: the cover is added to while the rows of another sheet come. */
static void add_cell(struct sheet_sum *s, uint32_t row, uint32_t column, char type, struct text content)
{
    const uint32_t place[] = {row, column};
    uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), place, sizeof(place));

    hash = hash_bytes(hash, &type, 1);
    s->sum += hash_bytes(hash, content.ptr, content.len);
    s->cells++;
}

/* As a workbook holds it, with 16 digits. */
static void add_number(struct sheet_sum *s, uint32_t row, uint32_t column, const char *digits)
{
    const double value = strtod(digits, NULL);

    add_cell(s, row, column, 'n', (struct text){(const char *)&value, sizeof(value)});
}

void sheet_sum_text(struct sheet_sum *s, uint32_t row, uint32_t column, const char *text)
{
    add_cell(s, row, column, 't', text_of(text));
}

void sheet_sum_number(struct sheet_sum *s, uint32_t row, uint32_t column, double value)
{
    char digits[40];

    snprintf(digits, sizeof(digits), "%.16G", value);
    add_number(s, row, column, digits);
}

/* ---- Reading a part ---- */

struct part {
    struct sheet_sum sum;
    uint32_t row, column;
    char type; /* of the cell that is open: 't', 'n'; 0: none with content so far */
    bool inside;
    struct buf content;
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

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct part *const p = user;

    if (strcmp(name, "c") == 0) {
        read_place(p, attribute(attributes, "r"));
        p->type = 0;
        buf_clear(&p->content);
    } else if (strcmp(name, "t") == 0 || strcmp(name, "v") == 0) {
        p->type = name[0] == 't' ? 't' : 'n';
        p->inside = true;
    }
}

static void XMLCALL on_end(void *user, const char *name)
{
    struct part *const p = user;

    if (strcmp(name, "t") == 0 || strcmp(name, "v") == 0)
        p->inside = false;
    if (strcmp(name, "c") != 0 || p->type == 0)
        return;
    if (p->type == 't')
        add_cell(&p->sum, p->row, p->column, 't', buf_text(&p->content));
    else
        add_number(&p->sum, p->row, p->column, buf_cstr(&p->content));
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
    struct part *const p = user;

    if (p->inside)
        buf_add(&p->content, text, (size_t)len);
}

static int not_whole(struct err *err, const char *part, const char *why)
{
    return err_set(err, ERR_IO,
                   "the workbook did not come out whole (%s: %s), so it was not put in place; is the disk full?", part,
                   why);
}

/* Feeds one entry to the parser. */
static int parse_entry(struct archive *zip, const char *name, XML_Parser parser, struct err *err)
{
    const void *bytes;
    size_t len;
    la_int64_t at;
    int rc;

    while ((rc = archive_read_data_block(zip, &bytes, &len, &at)) == ARCHIVE_OK)
        if (XML_Parse(parser, bytes, (int)len, 0) != XML_STATUS_OK)
            return not_whole(err, name, XML_ErrorString(XML_GetErrorCode(parser)));
    if (rc != ARCHIVE_EOF)
        return not_whole(err, name, archive_error_string(zip));
    if (XML_Parse(parser, NULL, 0, 1) != XML_STATUS_OK)
        return not_whole(err, name, XML_ErrorString(XML_GetErrorCode(parser)));
    return 0;
}

static int read_part(struct archive *zip, const char *name, bool is_sheet, struct sheet_sum *out, struct err *err)
{
    const XML_Parser parser = XML_ParserCreate(NULL);
    struct part p = {.type = 0};
    int rc;

    if (parser == NULL)
        return err_nomem(err);
    if (is_sheet) {
        XML_SetUserData(parser, &p);
        XML_SetElementHandler(parser, on_start, on_end);
        XML_SetCharacterDataHandler(parser, on_text);
    }
    rc = parse_entry(zip, name, parser, err);
    if (rc == 0 && p.content.failed)
        rc = err_nomem(err);
    *out = p.sum;
    buf_release(&p.content);
    XML_ParserFree(parser);
    return rc;
}

/* ---- The whole ---- */

/* The number of the sheet, from 1; 0 where the part is none. */
static unsigned long sheet_number(const char *name)
{
    return strncmp(name, SHEET_PART, strlen(SHEET_PART)) == 0 ? strtoul(name + strlen(SHEET_PART), NULL, 10) : 0;
}

static int check_entry(struct archive *zip, struct archive_entry *entry, const struct sheet_sum *sheets, size_t count,
                       size_t *seen, struct err *err)
{
    const char *const name = archive_entry_pathname(entry);
    const unsigned long number = sheet_number(name);
    struct sheet_sum sum = {0};

    if (read_part(zip, name, number > 0, &sum, err) < 0)
        return -1;
    if (number == 0)
        return 0;
    ++*seen;
    if (number > count || sum.cells != sheets[number - 1].cells || sum.sum != sheets[number - 1].sum)
        return not_whole(err, name, "its cells are not those that were written");
    return 0;
}

int book_check(int fd, const struct sheet_sum *sheets, size_t count, struct err *err)
{
    struct archive *const zip = archive_read_new();
    struct archive_entry *entry;
    size_t seen = 0;
    int rc = 0, got = ARCHIVE_OK;

    if (zip == NULL)
        return err_nomem(err);
    archive_read_support_format_zip_seekable(zip);
    if (lseek(fd, 0, SEEK_SET) < 0 || archive_read_open_fd(zip, fd, 65536) != ARCHIVE_OK)
        rc = not_whole(err, "its frame", archive_errno(zip) != 0 ? archive_error_string(zip) : strerror(errno));
    while (rc == 0 && (got = archive_read_next_header(zip, &entry)) == ARCHIVE_OK)
        rc = check_entry(zip, entry, sheets, count, &seen, err);
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = not_whole(err, "its frame", archive_error_string(zip));
    if (rc == 0 && seen != count)
        rc = not_whole(err, "its frame", "a sheet is missing");
    archive_read_free(zip);
    return rc;
}
