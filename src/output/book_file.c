/* A workbook's file: the parts that libxlsxwriter wrote, and the rows, put into the parts of their sheets as they are,
 * deflated. minizip writes it. */
#include "book_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <minizip/zip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define ROWS_END    "</sheetData>"
#define LINKS_END   "<pageMargins"              /* what follows the links of a sheet */
#define DATE_1980   ((1UL << 21) | (1UL << 16)) /* the first of January: the same question gives the same bytes */
#define PLAIN_LIMIT UINT32_MAX                  /* beyond it a part's sizes need the longer form */

struct assembly {
    const struct book *book;
    zipFile zip;
    struct buf part;
    struct buf packed;
};

static int cannot_write(const struct assembly *a, struct err *err)
{
    if (errno == ENOMEM)
        return err_nomem(err);
    return err_set(err, ERR_IO, "cannot put the workbook together in '%s': %s; is there room?", a->book->temp_dir,
                   errno != 0 ? strerror(errno) : "its file takes no more");
}

static int open_part(struct assembly *a, const char *name, bool deflated, uint64_t size, struct err *err)
{
    const zip_fileinfo info = {.dosDate = DATE_1980};

    int got;

    library_enter(); /* minizip writes to what it could not allocate */
    got = zipOpenNewFileInZip2_64(a->zip, name, &info, NULL, 0, NULL, 0, NULL, Z_DEFLATED, Z_DEFAULT_COMPRESSION,
                                  deflated, size >= PLAIN_LIMIT);
    return library_leave(got == ZIP_OK ? 0 : cannot_write(a, err), err);
}

static int write_bytes(struct assembly *a, const void *bytes, size_t len, struct err *err)
{
    return zipWriteInFileInZip(a->zip, bytes, (unsigned)len) == ZIP_OK ? 0 : cannot_write(a, err);
}

/* A part that did not come out at all has no bytes. */
static const unsigned char *find_in(const struct buf *part, const char *what)
{
    return part->len > 0 ? memmem(part->ptr, part->len, what, strlen(what)) : NULL;
}

/* ---- A part as it is ---- */

static int write_part(struct assembly *a, const char *name, struct err *err)
{
    if (open_part(a, name, false, a->part.len, err) < 0 || write_bytes(a, a->part.ptr, a->part.len, err) < 0)
        return -1;
    return zipCloseFileInZip(a->zip) == ZIP_OK ? 0 : cannot_write(a, err);
}

/* ---- A part with rows ---- */

/* Deflates all of it into a->packed. Z_SYNC_FLUSH: more blocks follow. */
static int deflate_all(struct assembly *a, const unsigned char *bytes, size_t len, int flush, struct err *err)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)len};
    size_t room;

    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_nomem(err);
    room = deflateBound(&z, (uLong)len) + 16; /* of the marker that a flush leaves */
    buf_clear(&a->packed);
    if (buf_reserve(&a->packed, room)) {
        z.next_out = a->packed.ptr;
        z.avail_out = (uInt)room;
        deflate(&z, flush);
        a->packed.len = z.total_out;
    }
    deflateEnd(&z);
    return a->packed.failed ? err_nomem(err) : 0;
}

static int copy_rows(struct assembly *a, const struct deflated *rows, struct err *err)
{
    unsigned char chunk[65536];

    for (uint64_t done = 0; done < rows->packed;) {
        const uint64_t left = rows->packed - done;
        const size_t len = left < sizeof(chunk) ? (size_t)left : sizeof(chunk);
        const ssize_t got = TEMP_FAILURE_RETRY(pread(a->book->rows_fd, chunk, len, rows->at + (off_t)done));

        if (got <= 0)
            return err_set(err, ERR_IO, "cannot read a temporary file in '%s' back: %s", a->book->temp_dir,
                           strerror(got < 0 ? errno : EIO));
        if (write_bytes(a, chunk, (size_t)got, err) < 0)
            return -1;
        done += (uint64_t)got;
    }
    return 0;
}

/* Links come into the part as libxlsxwriter wrote it. */
static int add_links(struct assembly *a, const char *name, const struct buf *links, struct err *err)
{
    const unsigned char *const place = find_in(&a->part, LINKS_END);
    struct buf whole = {0};

    if (links->failed)
        return err_nomem(err);
    if (links->len == 0)
        return 0;
    if (place == NULL)
        return err_set(err, ERR_IO, "the workbook did not come out whole (%s has no place for links)", name);
    buf_add(&whole, a->part.ptr, (size_t)(place - a->part.ptr));
    buf_add_str(&whole, "<hyperlinks>");
    buf_add(&whole, links->ptr, links->len);
    buf_add_str(&whole, "</hyperlinks>");
    buf_add(&whole, place, a->part.len - (size_t)(place - a->part.ptr));
    buf_release(&a->part);
    a->part = whole;
    return whole.failed ? err_nomem(err) : 0;
}

/* What stands before the rows, the rows, and what stands behind: three runs of blocks, and one part. */
static int write_sheet(struct assembly *a, const char *name, const struct deflated *rows, struct err *err)
{
    const unsigned char *const end = find_in(&a->part, ROWS_END);
    const size_t before = end == NULL ? 0 : (size_t)(end - a->part.ptr), behind = a->part.len - before;
    const uint64_t size = a->part.len + rows->plain;
    uLong crc;

    if (end == NULL)
        return err_set(err, ERR_IO, "the workbook did not come out whole (%s has no rows)", name);
    crc = crc32(0, a->part.ptr, (uInt)before);
    crc = crc32_combine(crc, rows->crc, (z_off_t)rows->plain);
    crc = crc32_combine(crc, crc32(0, end, (uInt)behind), (z_off_t)behind);
    if (open_part(a, name, true, size, err) < 0 || deflate_all(a, a->part.ptr, before, Z_SYNC_FLUSH, err) < 0 ||
        write_bytes(a, a->packed.ptr, a->packed.len, err) < 0 || copy_rows(a, rows, err) < 0 ||
        deflate_all(a, end, behind, Z_FINISH, err) < 0 || write_bytes(a, a->packed.ptr, a->packed.len, err) < 0)
        return -1;
    return zipCloseFileInZipRaw64(a->zip, size, crc) == ZIP_OK ? 0 : cannot_write(a, err);
}

/* ---- All of them ---- */

static int read_part(struct assembly *a, struct archive *from, struct err *err)
{
    char chunk[16384];
    la_ssize_t got;

    buf_clear(&a->part);
    while ((got = archive_read_data(from, chunk, sizeof(chunk))) > 0)
        buf_add(&a->part, chunk, (size_t)got);
    if (got < 0)
        return book_cannot_unpack(err, "a part", from);
    return a->part.failed ? err_nomem(err) : 0;
}

static int bring_part(struct assembly *a, struct archive *from, const char *name, struct err *err)
{
    const unsigned long number =
        strncmp(name, SHEET_PART, strlen(SHEET_PART)) == 0 ? strtoul(name + strlen(SHEET_PART), NULL, 10) : 0;

    if (read_part(a, from, err) < 0)
        return -1;
    if (number == 0 || number > a->book->sheet_count)
        return write_part(a, name, err);
    if (add_links(a, name, &a->book->sheets[number - 1].links, err) < 0)
        return -1;
    if (a->book->sheets[number - 1].rows.plain == 0)
        return write_part(a, name, err);
    return write_sheet(a, name, &a->book->sheets[number - 1].rows, err);
}

/* The sheets come last: whoever reads the file from its beginning has the shared texts by then. */
static int bring_parts(struct assembly *a, bool sheets, struct err *err)
{
    struct archive *const from = archive_read_new();
    struct archive_entry *const entry = from != NULL ? archive_entry_new2(from) : NULL;
    int rc = entry != NULL ? book_open_zip(from, a->book->frame_fd, (struct text){0}, err) : err_nomem(err),
        got = ARCHIVE_OK;

    while (rc == 0 && (got = archive_read_next_header2(from, entry)) == ARCHIVE_OK) {
        const char *const name = archive_entry_pathname(entry);

        if ((strncmp(name, SHEET_PART, strlen(SHEET_PART)) == 0) == sheets)
            rc = bring_part(a, from, name, err);
    }
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = book_cannot_unpack(err, "its frame", from);
    archive_entry_free(entry);
    archive_read_free(from);
    return rc;
}

int book_assemble(const struct book *b, int fd, struct err *err)
{
    struct assembly a = {.book = b};
    char path[64];
    int rc;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    errno = 0;
    a.zip = zipOpen64(path, APPEND_STATUS_CREATE);
    if (a.zip == NULL)
        return cannot_write(&a, err);
    rc = bring_parts(&a, false, err);
    if (rc == 0)
        rc = bring_parts(&a, true, err);
    if (rc < 0)
        rc = book_not_whole(err);
    if (zipClose(a.zip, NULL) != ZIP_OK && rc == 0)
        rc = cannot_write(&a, err);
    buf_release(&a.part);
    buf_release(&a.packed);
    return rc;
}
