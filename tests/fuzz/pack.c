/* A pack or bundle that comes back as a .zip, to be verified: it is whole, has findings, or cannot be read. The input
 * is the .zip, or its files as `head` shows several: a line "==> NAME", and the content behind it, in which
 * a workbook has its parts in the same way, behind lines "++> NAME". */
#include "fuzz.h"

#include "memory_file.h"
#include "pack/bundle.h"
#include "pack/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define MARK         "==> "
#define PART_MARK    "++> "
#define WORKBOOK_MAX 8192 /* bytes of its parts in the input: in the .zip they take more */

static void take(void *count, const char *what)
{
    MUST(what[0] != '\0');
    ++*(int *)count;
}

static void add_file(struct archive *a, struct text name, struct text content)
{
    struct archive_entry *const entry = archive_entry_new();
    char path[200];

    MUST(entry != NULL);
    snprintf(path, sizeof(path), "%.*s", (int)(name.len < sizeof(path) ? name.len : 0), name.ptr);
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (int64_t)content.len);
    /* A name that cannot be told in UTF-8 is a warning; without any name libarchive writes no more. */
    if (path[0] != '\0') {
        MUST(archive_write_header(a, entry) >= ARCHIVE_WARN);
        MUST(archive_write_data(a, content.ptr, content.len) == (la_ssize_t)content.len);
    }
    archive_entry_free(entry);
}

static struct text line_at(struct text t)
{
    const char *const end = t.len > 0 ? memchr(t.ptr, '\n', t.len) : NULL;

    return (struct text){t.ptr, end != NULL ? (size_t)(end - t.ptr) : t.len};
}

/* What the files of such a text are, one behind another. */
static void add_files(struct archive *a, const char *mark, struct text t);

/* A workbook whose parts are told likewise, by "++> NAME". */
static void add_workbook(struct archive *a, struct text name, struct text parts)
{
    static char zip[1 << 20];
    struct archive *const inner = archive_write_new();
    size_t len = 0;

    MUST(inner != NULL && archive_write_set_format_zip(inner) == ARCHIVE_OK);
    MUST(archive_write_set_options(inner, "zip:compression=store") == ARCHIVE_OK);
    MUST(archive_write_open_memory(inner, zip, sizeof(zip), &len) == ARCHIVE_OK);
    add_files(inner, PART_MARK, parts);
    MUST(archive_write_free(inner) == ARCHIVE_OK);
    add_file(a, name, (struct text){zip, len});
}

static void add_files(struct archive *a, const char *mark, struct text t)
{
    char next_mark[8];

    snprintf(next_mark, sizeof(next_mark), "\n%s", mark);
    while (t.len > 0) {
        const struct text line = line_at(t), name = {line.ptr + strlen(mark), line.len - strlen(mark)};
        const char *const from = line.ptr + line.len + (line.len < t.len);
        const struct text rest = {from, (size_t)(t.ptr + t.len - from)};
        const char *const next = memmem(rest.ptr, rest.len, next_mark, strlen(next_mark));
        const struct text content = {from, next != NULL ? (size_t)(next + 1 - from) : rest.len};

        if (content.len > strlen(PART_MARK) && content.len < WORKBOOK_MAX && strcmp(mark, MARK) == 0 &&
            memcmp(content.ptr, PART_MARK, strlen(PART_MARK)) == 0)
            add_workbook(a, name, content);
        else
            add_file(a, name, content);
        t = (struct text){content.ptr + content.len, rest.len - content.len};
    }
}

static void write_zip(int fd, struct text t)
{
    struct archive *const a = archive_write_new();

    MUST(a != NULL && archive_write_set_format_zip(a) == ARCHIVE_OK);
    MUST(archive_write_set_options(a, "zip:compression=store") == ARCHIVE_OK);
    MUST(archive_write_open_fd(a, fd) == ARCHIVE_OK);
    add_files(a, MARK, t);
    MUST(archive_write_free(a) == ARCHIVE_OK);
}

static int verify_pack(const char *path, void (*finding)(void *, const char *), void *ctx, struct err *err)
{
    bool cells_known;

    return pack_verify(path, finding, ctx, &cells_known, err);
}

static void verify(int (*how)(const char *, void (*)(void *, const char *), void *, struct err *), const char *path)
{
    struct err err = {0};
    int told = 0;
    const int found = how(path, take, &told, &err);

    if (found < 0)
        must_explain(&err);
    else
        MUST(found == told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool files = size > strlen(MARK) && memcmp(data, MARK, strlen(MARK)) == 0;
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, files ? 0 : size, path);

    if (files)
        write_zip(fd, (struct text){(const char *)data, size});
    verify(verify_pack, path);
    verify(bundle_verify, path);
    close(fd);
    return 0;
}
