/* tar and zip archives, by libarchive. It stops at the end of the first of several zip archives, and tells nobody that
 * a tar archive has no end: both are looked at here. */
#include "members_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBER_NAME_MAX 255
#define ARCHIVE_BLOCK   65536
#define TAR_BLOCK       512

struct members {
    const char *path; /* borrowed, for messages */
    enum archive_form form;
    members_source source;
    void *ctx;
    struct archive *archive;
    struct archive_entry *entry; /* of that archive: its own may be missing where memory is short */
    /* What libarchive was given last, in turns: of a zip archive, what it left is needed once more. */
    unsigned char *blocks[2];
    size_t block_len[2];
    unsigned turn;        /* blocks given */
    uint64_t given;       /* bytes, of this archive */
    unsigned char *left;  /* behind the last member of a zip archive: what libarchive did not use */
    unsigned char *again; /* the bytes in it that come before those of the source */
    size_t again_len;
    size_t zeros_at_end; /* of what was given */
    struct err failed;   /* of the source, when libarchive wanted bytes */
    bool broken;         /* nothing more can be read */
    unsigned number;
    uint64_t passed_over;
    char name[MEMBER_NAME_MAX + 1];
};

/* The checksum of a tar header: its bytes, those of the checksum itself taken for blanks. */
static bool is_tar(struct text head)
{
    unsigned long sum = 8 * ' ', told = 0;
    size_t at = 148;

    if (head.len < ARCHIVE_HEAD)
        return false;
    for (size_t i = 0; i < ARCHIVE_HEAD; i++)
        sum += i < 148 || i >= 156 ? (unsigned char)head.ptr[i] : 0;
    while (at < 156 && head.ptr[at] == ' ')
        at++;
    for (; at < 156 && head.ptr[at] >= '0' && head.ptr[at] <= '7'; at++)
        told = told * 8 + (unsigned long)(head.ptr[at] - '0');
    return told == sum;
}

static bool is_zip(struct text head)
{
    return head.len >= 4 && (memcmp(head.ptr, "PK\x03\x04", 4) == 0 || memcmp(head.ptr, "PK\x05\x06", 4) == 0);
}

enum archive_form archive_form_of(struct text head)
{
    return is_zip(head) ? ARCHIVE_ZIP : is_tar(head) ? ARCHIVE_TAR : ARCHIVE_NONE;
}

static int fault_path(const struct members *m, const char *what, struct err *err)
{
    return err_set(err, ERR_DATA, "'%s' cannot be read to its end (%s); get a whole copy of it", m->path, what);
}

static void count_zeros(struct members *m, const unsigned char *p, size_t len)
{
    size_t n = 0;

    while (n < len && p[len - 1 - n] == 0)
        n++;
    m->zeros_at_end = n == len ? m->zeros_at_end + n : n;
}

static la_ssize_t archive_wants(struct archive *a, void *ctx, const void **out)
{
    struct members *const m = ctx;
    unsigned char *const block = m->blocks[m->turn % 2];
    size_t got = m->again_len;

    if (got > 0) {
        memcpy(block, m->again, got);
        m->again_len = 0;
    } else if (m->source(m->ctx, block, ARCHIVE_BLOCK, &got, &m->failed) < 0) {
        archive_set_error(a, EIO, "%s", m->failed.msg);
        return -1;
    }
    m->block_len[m->turn++ % 2] = got;
    m->given += got;
    count_zeros(m, block, got);
    *out = block;
    return (la_ssize_t)got;
}

static int fault_archive(const struct members *m, struct err *err)
{
    const char *const told = archive_error_string(m->archive); /* some end in a line end */
    const char *const why = told != NULL ? told : "it is damaged";

    if (m->failed.code != ERR_NONE)
        return err_copy(err, &m->failed);
    if (archive_errno(m->archive) == ENOMEM)
        return err_nomem(err);
    return err_set(err, ERR_DATA, "'%s%s%s' cannot be read to its end (%.*s); get a whole copy of it", m->path,
                   m->name[0] != '\0' ? ": " : "", m->name, (int)strcspn(why, "\n"), why);
}

static int open_archive(struct members *m, struct err *err)
{
    archive_entry_free(m->entry);
    archive_read_free(m->archive);
    m->archive = archive_read_new();
    m->entry = m->archive != NULL ? archive_entry_new2(m->archive) : NULL;
    /* archive_read_open does not look whether there is memory for what it is given to call back with. */
    if (m->entry == NULL || archive_read_set_callback_data(m->archive, m) != ARCHIVE_OK ||
        (m->form == ARCHIVE_ZIP ? archive_read_support_format_zip_streamable(m->archive)
                                : archive_read_support_format_tar(m->archive)) != ARCHIVE_OK)
        return err_nomem(err);
    /* Archives put together with cat: libarchive would stop at the end of the first. */
    archive_read_set_options(m->archive, m->form == ARCHIVE_TAR ? "read_concatenated_archives" : "");
    m->given = 0;
    for (int i = 0; i < 2; i++)
        if (m->blocks[i] == NULL && (m->blocks[i] = malloc(ARCHIVE_BLOCK)) == NULL)
            return err_nomem(err);
    if (archive_read_open(m->archive, m, NULL, archive_wants, NULL) == ARCHIVE_OK)
        return 0;
    return m->failed.code != ERR_NONE ? err_copy(err, &m->failed) : err_nomem(err); /* no format was looked at yet */
}

/* ---- Behind the members of a zip archive: its directory, and perhaps another archive ---- */

/* Takes back what libarchive was given and did not use. */
static int take_back(struct members *m, struct err *err)
{
    const uint64_t used = (uint64_t)archive_filter_bytes(m->archive, 0);
    const unsigned last = (m->turn + 1) % 2, before = m->turn % 2; /* blocks */
    size_t len = m->turn > 0 ? m->block_len[last] : 0, unused = (size_t)(m->given - used);

    if (m->left == NULL && (m->left = malloc(2 * (size_t)ARCHIVE_BLOCK)) == NULL)
        return err_nomem(err);
    m->again = m->left;
    m->again_len = 0;
    if (unused > len && m->turn > 1) {
        const size_t more = unused - len;
        if (more > m->block_len[before])
            return fault_path(m, "its members do not end where they should", err);
        memcpy(m->left, m->blocks[before] + m->block_len[before] - more, more);
        m->again_len = more;
        unused = len;
    }
    memcpy(m->left + m->again_len, m->blocks[last] + len - unused, unused);
    m->again_len += unused;
    return 0;
}

static int read_behind(struct members *m, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    const size_t first = cap < m->again_len ? cap : m->again_len;

    if (to != NULL)
        memcpy(to, m->again, first);
    m->again += first;
    m->again_len -= first;
    *got = first;
    while (*got < cap) {
        unsigned char skipped[4096];
        unsigned char *const at = to != NULL ? to + *got : skipped;
        const size_t left = cap - *got, want = to != NULL || left < sizeof(skipped) ? left : sizeof(skipped);
        size_t n;

        if (m->source(m->ctx, at, want, &n, err) < 0)
            return -1;
        *got += n;
        if (n < want)
            break;
    }
    return 0;
}

static int skip_behind(struct members *m, uint64_t bytes, struct err *err)
{
    size_t got;

    if (read_behind(m, NULL, (size_t)bytes, &got, err) < 0)
        return -1;
    return got == bytes ? 0 : fault_path(m, "it is cut short", err);
}

static uint64_t little_endian(const unsigned char *p, size_t bytes)
{
    uint64_t n = 0;

    while (bytes-- > 0)
        n = n << 8 | p[bytes];
    return n;
}

/* The records that may stand behind the members: how long each is, by its signature, and where in it further lengths
 * stand. */
static const struct behind {
    struct text signature;
    size_t fixed; /* bytes behind the signature */
    size_t at[3]; /* of lengths of 2 bytes, from the signature; 0: none */
    bool last;
} behind[] = {
    {TEXT_LITERAL("PK\x01\x02"), 42, {28, 30, 32}, false}, /* a file of the directory */
    {TEXT_LITERAL("PK\x05\x05"), 2, {4}, false},           /* the directory's signature */
    {TEXT_LITERAL("PK\x06\x07"), 16, {0}, false},          /* where the large end record is */
    {TEXT_LITERAL("PK\x05\x06"), 18, {20}, true},          /* the end record */
};

/* One record, or 0 at the end record, 1 to go on. */
static int pass_record(struct members *m, struct err *err)
{
    unsigned char r[64];
    size_t got;

    if (read_behind(m, r, 4, &got, err) < 0)
        return -1;
    if (got == 4 && memcmp(r, "PK\x06\x06", 4) == 0) { /* the large end record tells its length in 8 bytes */
        if (read_behind(m, r, 8, &got, err) < 0)
            return -1;
        const uint64_t len = got == 8 ? little_endian(r, 8) : UINT32_MAX;
        if (len >= UINT32_MAX)
            return fault_path(m, "its directory is damaged", err);
        return skip_behind(m, len, err) < 0 ? -1 : 1;
    }
    for (size_t i = 0; got == 4 && i < ARRAY_LEN(behind); i++) {
        const struct behind *const b = &behind[i];
        uint64_t more = 0;

        if (memcmp(r, b->signature.ptr, 4) != 0)
            continue;
        if (read_behind(m, r + 4, b->fixed, &got, err) < 0)
            return -1;
        if (got < b->fixed)
            return fault_path(m, "it is cut short", err);
        for (size_t k = 0; k < ARRAY_LEN(b->at) && b->at[k] != 0; k++)
            more += little_endian(r + b->at[k], 2);
        return skip_behind(m, more, err) < 0 ? -1 : b->last ? 0 : 1;
    }
    return fault_path(m, got < 4 ? "it is cut short" : "its directory is damaged", err);
}

/* Behind an archive: 1 where another one begins, whose first bytes are given back; 0 at the end of the path. */
static int another_zip(struct members *m, struct err *err)
{
    unsigned char first[4] = {0};
    size_t got = 1;

    while (got == 1 && first[0] == 0)
        if (read_behind(m, first, 1, &got, err) < 0)
            return -1;
    if (got == 0)
        return 0;
    if (read_behind(m, first + 1, 3, &got, err) < 0)
        return -1;
    if (got < 3 || !is_zip((struct text){(const char *)first, 4}))
        return fault_path(m, "something that is no archive stands behind its end", err);
    if (m->again_len == 0)
        m->again = m->left + 4;
    if (m->again < m->left + 4) { /* at the very start of what was taken back */
        memmove(m->left + 4, m->again, m->again_len);
        m->again = m->left + 4;
    }
    m->again -= 4;
    m->again_len += 4;
    memcpy(m->again, first, 4);
    return 1;
}

static int end_of_zip(struct members *m, struct err *err)
{
    int more;

    if (take_back(m, err) < 0)
        return -1;
    while ((more = pass_record(m, err)) > 0)
        continue;
    if (more < 0)
        return -1;
    more = another_zip(m, err);
    return more > 0 && open_archive(m, err) < 0 ? -1 : more;
}

/* Names come from strangers: nothing in them may act on a terminal or break a line of a report. */
static void take_member_name(struct members *m, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    char number[32];
    size_t n = 0;

    if (name == NULL || *name == '\0') {
        snprintf(number, sizeof(number), "member %u", m->number);
        name = number;
    }
    const bool readable = text_is_utf8(text_of(name));
    for (; n < MEMBER_NAME_MAX && name[n] != '\0'; n++) {
        const unsigned char ch = (unsigned char)name[n];
        m->name[n] = ch < 0x20 || ch == 0x7f || (ch >= 0x80 && !readable) ? '?' : name[n];
    }
    while (readable && n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80)
        n--; /* not cut through the middle of a character */
    m->name[n] = '\0';
}

/* What a packer adds of its own, and entries that are no files. */
static bool is_no_content(struct archive_entry *entry)
{
    static const char *const droppings[] = {".DS_Store", "Thumbs.db", "desktop.ini"};
    const char *const name = archive_entry_pathname(entry);
    const char *const slash = name != NULL ? strrchr(name, '/') : NULL;
    const char *const base = slash != NULL ? slash + 1 : name;

    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL)
        return true;
    if (name == NULL)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(droppings); i++)
        if (text_equal_nocase(text_of(base), text_of(droppings[i])))
            return true;
    return strncmp(name, "__MACOSX/", 9) == 0 || strstr(name, "/__MACOSX/") != NULL || strncmp(base, "._", 2) == 0;
}

/* The end of an archive: 1 when another one follows. */
static int end_of_archive(struct members *m, struct err *err)
{
    if (m->form == ARCHIVE_ZIP)
        return end_of_zip(m, err);
    if (m->zeros_at_end >= TAR_BLOCK || m->broken)
        return 0;
    return err_set(err, ERR_DATA,
                   "'%s' ends without the mark that ends an archive: it may be cut between two members, and what came "
                   "behind is missing; get a whole copy of it",
                   m->path);
}

/* The next entry of the archive: 1, 0 after the last, -1. */
static int next_entry(struct members *m, struct err *err)
{
    for (;;) {
        const int rc = archive_read_next_header2(m->archive, m->entry);
        if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
            return 1;
        m->name[0] = '\0';
        if (rc != ARCHIVE_EOF)
            return fault_archive(m, err);
        const int more = end_of_archive(m, err);
        if (more <= 0)
            return more;
    }
}

/* A zip archive whose first member tells that it is a document: -1 with what would mend it. */
static int refuse_document(const struct members *m, struct archive_entry *entry, struct err *err)
{
    static const struct {
        const char *begins, *is;
    } documents[] = {
        {"[Content_Types].xml", "an Excel workbook (.xlsx) or another document of Office; save the sheet as CSV UTF-8"},
        {"_rels/", "an Excel workbook (.xlsx) or another document of Office; save the sheet as CSV UTF-8"},
        {"xl/", "an Excel workbook (.xlsx); save the sheet as CSV UTF-8"},
        {"docProps/", "an Excel workbook (.xlsx) or another document of Office; save the sheet as CSV UTF-8"},
        {"Index/", "a Numbers spreadsheet or another document of iWork; export it as CSV"},
        {"mimetype", "an OpenDocument spreadsheet (.ods) or another document; save the sheet as CSV UTF-8"},
    };
    const char *const name = archive_entry_pathname(entry);

    for (size_t i = 0; name != NULL && i < ARRAY_LEN(documents); i++)
        if (strncmp(name, documents[i].begins, strlen(documents[i].begins)) == 0)
            return err_set(err, ERR_DATA, "'%s' is %s", m->path, documents[i].is);
    return 0;
}

int members_next(struct members *m, struct err *err)
{
    int got = 0;

    while (!m->broken && (got = next_entry(m, err)) > 0) {
        struct archive_entry *const entry = m->entry; /* a new one where another archive follows */

        m->number++;
        if (m->form == ARCHIVE_ZIP && m->number == 1 && (got = refuse_document(m, entry, err)) < 0)
            break;
        got = 1;
        if (archive_entry_is_encrypted(entry)) {
            got = err_set(err, ERR_DATA, "'%s' is encrypted; unpack it with its password, and read what was in it",
                          m->path);
            break;
        }
        if (!is_no_content(entry))
            break;
        m->passed_over += archive_entry_filetype(entry) != AE_IFDIR;
    }
    m->broken |= got <= 0;
    if (got <= 0)
        return got;
    take_member_name(m, m->entry);
    return 1;
}

int members_read(struct members *m, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    while (*got < cap) {
        const la_ssize_t n = archive_read_data(m->archive, to + *got, cap - *got);
        if (n == 0)
            break;
        if (n < 0) {
            m->broken = n == ARCHIVE_FATAL;
            return fault_archive(m, err);
        }
        *got += (size_t)n;
    }
    return 0;
}

int members_open(struct members **out, enum archive_form form, const char *path, members_source source, void *ctx,
                 struct err *err)
{
    struct members *m = calloc(1, sizeof(*m));

    *out = m;
    if (m == NULL)
        return err_nomem(err);
    m->path = path;
    m->form = form;
    m->source = source;
    m->ctx = ctx;
    return open_archive(m, err);
}

void members_close(struct members *m)
{
    if (m == NULL)
        return;
    archive_entry_free(m->entry);
    archive_read_free(m->archive);
    free(m->blocks[0]);
    free(m->blocks[1]);
    free(m->left);
    free(m);
}

const char *members_name(const struct members *m)
{
    return m->name[0] != '\0' ? m->name : NULL;
}

uint64_t members_passed_over(const struct members *m)
{
    return m->passed_over;
}

int members_fault(const struct members *m, struct err *err)
{
    return m->failed.code != ERR_NONE ? err_copy(err, &m->failed) : 0;
}
