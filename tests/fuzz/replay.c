/* Runs a fuzz driver over the files of a folder: fuzz_NAME FOLDER [COUNT]. With a count that many are mutated too,
 * alike in every run: so a comparison with another program can be held to a number of inputs, and needs no clang. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

/* Its content goes to `seed`, where that is not NULL. */
static void replay(const char *path, struct buf *seed)
{
    FILE *const fp = fopen(path, "rb");
    struct buf content = {0};
    unsigned char chunk[4096];
    size_t got;

    MUST(fp != NULL);
    while ((got = fread(chunk, 1, sizeof(chunk), fp)) > 0)
        buf_add(&content, chunk, got);
    MUST(!ferror(fp) && !content.failed);
    fclose(fp);
    /* In memory of exactly its size, so that a byte read beyond it is found. */
    unsigned char *const exact = malloc(content.len + (content.len == 0));
    MUST(exact != NULL);
    if (content.len > 0)
        memcpy(exact, content.ptr, content.len);
    LLVMFuzzerTestOneInput(exact, content.len);
    free(exact);
    if (seed != NULL)
        *seed = content;
    else
        buf_release(&content);
}

static uint64_t next_number(uint64_t *state) /* xorshift */
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define MUTANT_MAX 4096

/* Changes some bytes, mostly into those that mean something, and copies, drops or doubles parts. */
static size_t mutate(unsigned char *bytes, size_t len, uint64_t *state)
{
    static const char special[] = "\"\"\"\"\"\n\r,;\t| \0\xFF\xEF\xBB\xBF#'0";

    for (uint64_t n = 1 + next_number(state) % 8; n > 0 && len > 0; n--) {
        const uint64_t r = next_number(state);
        const size_t at = (size_t)(r >> 8) % len, part = 1 + (size_t)(r >> 40) % 16;

        if ((r & 7) < 5) {
            bytes[at] =
                (r & 64) != 0 ? (unsigned char)(r >> 32) : (unsigned char)special[(r >> 32) % (sizeof(special) - 1)];
        } else if ((r & 7) == 5 && len > part) {
            const size_t from = at < len - part ? at : len - part;
            memmove(bytes + from, bytes + from + part, len - from - part);
            len -= part;
        } else if (len + part <= MUTANT_MAX && at + part <= len) {
            memmove(bytes + at + part, bytes + at, len - at);
            len += part;
        }
    }
    return len;
}

static void run_mutated(const struct buf *seeds, size_t seed_count, unsigned long count)
{
    unsigned char bytes[MUTANT_MAX];
    uint64_t state = UINT64_C(0x9E3779B97F4A7C15);

    for (unsigned long i = 0; i < count; i++) {
        const struct buf *const seed = &seeds[i % seed_count];
        size_t len = seed->len < MUTANT_MAX ? seed->len : MUTANT_MAX;

        if (len > 0)
            memcpy(bytes, seed->ptr, len);
        len = mutate(bytes, len, &state);
        unsigned char *const exact = malloc(len + (len == 0));
        MUST(exact != NULL);
        memcpy(exact, bytes, len);
        LLVMFuzzerTestOneInput(exact, len);
        free(exact);
    }
    fprintf(stderr, "%lu mutated inputs\n", count);
}

int main(int argc, char **argv)
{
    static struct buf seeds[1024];
    size_t seed_count = 0;
    struct dirent **entries;
    char path[4096];
    int count;

    MUST(argc == 2 || argc == 3);
    count = scandir(argv[1], &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
            fprintf(stderr, "%s\n", path); /* the last one shown is the one it fell over */
            replay(path, argc == 3 && seed_count < sizeof(seeds) / sizeof(seeds[0]) ? &seeds[seed_count++] : NULL);
        }
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    if (seed_count > 0)
        run_mutated(seeds, seed_count, strtoul(argv[2], NULL, 10));
    for (size_t i = 0; i < seed_count; i++)
        buf_release(&seeds[i]);
    return count > 2 ? EXIT_SUCCESS : EXIT_FAILURE; /* an empty corpus tests nothing */
}
