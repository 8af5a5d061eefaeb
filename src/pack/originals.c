/* The files that records were read from: found again by their names, known by their SHA-256. */
#include "bundle_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The content of the file, or of its member of this name, without compression: 1, 0: it cannot be read, -1: no memory.
 * `a` is to be freed. */
static int open_original(struct archive *a, const char *path, const char *member, struct err *err)
{
    struct archive_entry *const entry = a != NULL ? archive_entry_new2(a) : NULL;
    int got = 0;

    errno = 0;
    /* That a filter is left to another program is a warning. */
    if (entry == NULL || archive_read_support_filter_all(a) < ARCHIVE_WARN ||
        (member != NULL ? archive_read_support_format_all(a) : archive_read_support_format_raw(a)) < ARCHIVE_WARN)
        got = err_nomem(err);
    else if (archive_read_open_filename(a, path, 65536) == ARCHIVE_OK)
        while (got == 0 && archive_read_next_header2(a, entry) == ARCHIVE_OK)
            got = member == NULL || strcmp(archive_entry_pathname(entry), member) == 0;
    if (got == 0 && (archive_errno(a) == ENOMEM || errno == ENOMEM)) /* libarchive does not tell of all that it lacks */
        got = err_nomem(err);
    archive_entry_free(entry);
    return got;
}

/* An uncompressed file of another length is another: it need not be read to know. */
static bool may_be(const struct original *o, const char *path, const char *member, struct archive *a)
{
    struct stat there;

    return member != NULL || archive_filter_count(a) > 1 || stat(path, &there) < 0 ||
           (uint64_t)there.st_size == o->bytes;
}

/* The form in which its name is looked for: as a whole, or as that of an archive with a member behind ": ". */
struct wanted {
    struct original *original;
    const char *member;
};

static int take_file(void *ctx, const char *path, struct err *err)
{
    struct wanted *const w = ctx;
    struct original *const o = w->original;
    unsigned char sha256[DIGEST_SIZE] = {0};
    struct archive *const a = archive_read_new();
    const int got = open_original(a, path, w->member, err);
    int rc = 0;

    if (got > 0) {
        o->fate = ORIGINAL_ANOTHER;
        rc = may_be(o, path, w->member, a) ? original_read(o, a, &o->text, sha256, err) : 0;
    }
    archive_read_free(a);
    if (got <= 0)
        return got;
    if (rc == 0 && memcmp(sha256, o->sha256, DIGEST_SIZE) == 0) {
        o->fate = o->rows == original_records(o) ? ORIGINAL_FOUND : ORIGINAL_ROWS_ELSEWHERE;
        return 1;
    }
    buf_clear(&o->text);
    o->rows = o->named = 0;
    return rc;
}

static int find_one(struct original *o, const struct original_places *places, struct err *err)
{
    const char *const colon = strstr(o->name, ": ");
    struct wanted w = {.original = o};
    char *outer;
    int got = places_try(places, o->name, take_file, &w, err);

    if (got != 0 || colon == NULL)
        return got;
    outer = strndup(o->name, (size_t)(colon - o->name));
    if (outer == NULL)
        return err_nomem(err);
    w.member = colon + 2;
    got = places_try(places, outer, take_file, &w, err);
    free(outer);
    return got;
}

uint64_t original_records(const struct original *o)
{
    return o->line_count + (o->named == 0 && o->sure ? 1 : o->named);
}

const char *original_why(const struct original *o)
{
    switch (o->fate) {
    case ORIGINAL_FOUND:
        break;
    case ORIGINAL_GONE:
        return strcmp(o->name, "-") == 0 ? "it came from standard input" : "it is not there any more";
    case ORIGINAL_ANOTHER:
        return "what has its name is another file by now";
    case ORIGINAL_ROWS_ELSEWHERE:
        return "some of its rows are not where they were";
    }
    return NULL;
}

int originals_find(struct original *originals, size_t count, const struct original_places *places, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        originals[i].fate = ORIGINAL_GONE;
        if (find_one(&originals[i], places, err) < 0)
            return -1;
    }
    return 0;
}
