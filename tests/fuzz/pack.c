/* A pack or bundle that comes back as a .zip, to be verified: it is whole, has findings, or cannot be read. The input
 * is the .zip, or its files as `head` shows several: a line "==> NAME", and the content behind it. */
#include "fuzz.h"

#include "memory_file.h"
#include "pack/bundle.h"
#include "pack/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define MARK "==> "

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

static void write_zip(int fd, struct text t)
{
    struct archive *const a = archive_write_new();

    MUST(a != NULL && archive_write_set_format_zip(a) == ARCHIVE_OK);
    MUST(archive_write_set_options(a, "zip:compression=store") == ARCHIVE_OK);
    MUST(archive_write_open_fd(a, fd) == ARCHIVE_OK);
    while (t.len > 0) {
        const struct text line = line_at(t), name = {line.ptr + strlen(MARK), line.len - strlen(MARK)};
        const char *const from = line.ptr + line.len + (line.len < t.len);
        const struct text rest = {from, (size_t)(t.ptr + t.len - from)};
        const char *const next = memmem(rest.ptr, rest.len, "\n" MARK, strlen("\n" MARK));
        const struct text content = {from, next != NULL ? (size_t)(next + 1 - from) : rest.len};

        add_file(a, name, content);
        t = (struct text){content.ptr + content.len, rest.len - content.len};
    }
    MUST(archive_write_free(a) == ARCHIVE_OK);
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
    verify(pack_verify, path);
    verify(bundle_verify, path);
    close(fd);
    return 0;
}
