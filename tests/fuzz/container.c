/* Compressed files and archives: whatever they hold, reading them ends, and the pieces read in are the same whole. */
#include "fuzz.h"

#include "container_int.h"
#include "memory_file.h"

#include <string.h>

#define CONTENT_MAX (1 << 20) /* of one content: a bomb goes on for long */
#define MEMBERS_MAX 50

/* Adds what is read in pieces of that size to *sum. A plain file is hashed before it is read, as one is whose size the
 * store knows: its content is the same then. */
static int read_content(struct container *c, size_t piece, uint64_t *sum, struct err *err)
{
    static unsigned char bytes[4096];
    unsigned char before[DIGEST_SIZE], after[DIGEST_SIZE];
    const char *const name = container_member(c);
    size_t read = piece;
    uint64_t size;
    const bool plain = container_is_plain(c, &size);
    int rc = plain ? container_prehash(c, before, err) : 0;

    MUST(name == NULL || text_is_utf8(text_of(name)));
    while (rc == 0 && read == piece && container_bytes(c) < CONTENT_MAX) {
        rc = container_read(c, bytes, piece, &read, err);
        digest_add(container_hash(c), bytes, rc < 0 ? 0 : read);
        for (size_t i = 0; rc == 0 && i < read; i++)
            *sum = *sum * 31 + bytes[i];
    }
    container_digest(c, after);
    if (rc == 0 && plain && read < piece)
        MUST(container_bytes(c) == size && memcmp(before, after, DIGEST_SIZE) == 0);
    return rc;
}

/* A sum over what is read in pieces of that size; *members: how many there were. */
static uint64_t read_all(const char *path, size_t piece, size_t *members)
{
    struct container *c = NULL;
    struct err err = {0};
    uint64_t sum = 0, total;
    int got = container_open(&c, path, &err);

    *members = 0;
    while (got >= 0 && *members < MEMBERS_MAX && (got = container_next(c, &err)) == 1) {
        ++*members;
        got = read_content(c, piece, &sum, &err);
    }
    if (got >= 0 && *members < MEMBERS_MAX)
        got = container_finish(c, &err);
    if (got < 0)
        must_explain(&err);
    if (c != NULL) {
        MUST(container_progress(c, &total) <= total);
        MUST(!container_changed(c));
        sum += container_passed_over(c);
    }
    container_close(c);
    return got < 0 ? 0 : sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, size, path);
    size_t many, few;
    const uint64_t sum = read_all(path, 4096, &many);

    MUST(read_all(path, 64, &few) == sum);
    MUST(many == few);
    close(fd);
    return 0;
}
