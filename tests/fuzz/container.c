/* Compressed files and archives: whatever they hold, reading them ends, and the pieces read in are the same whole. */
#include "fuzz.h"

#include "container_int.h"
#include "memory_file.h"

#define CONTENT_MAX (1 << 20) /* of one content: a bomb goes on for long */
#define MEMBERS_MAX 50

/* A sum over what is read in pieces of that size; *members: how many there were. */
static uint64_t read_all(const char *path, size_t piece, size_t *members)
{
    static unsigned char bytes[4096];
    struct container *c = NULL;
    struct err err = {0};
    uint64_t sum = 0;
    int got = container_open(&c, path, &err);

    *members = 0;
    while (got >= 0 && *members < MEMBERS_MAX && (got = container_next(c, &err)) == 1) {
        const char *const name = container_member(c);
        size_t read = piece;

        ++*members;
        MUST(name == NULL || text_is_utf8(text_of(name)));
        while (got >= 0 && read == piece && container_bytes(c) < CONTENT_MAX &&
               (got = container_read(c, bytes, piece, &read, &err)) >= 0)
            for (size_t i = 0; i < read; i++)
                sum = sum * 31 + bytes[i];
        got = got < 0 ? -1 : 0;
    }
    if (got >= 0 && *members < MEMBERS_MAX)
        got = container_finish(c, &err);
    if (got < 0)
        must_explain(&err);
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
