/* Runs a fuzz driver over the files of a folder: fuzz_NAME FOLDER. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

static void replay(const char *path)
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
    buf_release(&content);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    char path[4096];
    int count;

    MUST(argc == 2);
    count = scandir(argv[1], &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
            fprintf(stderr, "%s\n", path); /* the last one shown is the one it fell over */
            replay(path);
        }
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    return count > 2 ? EXIT_SUCCESS : EXIT_FAILURE; /* an empty corpus tests nothing */
}
