/* A pack that comes back as a .zip, to be verified: it is whole, has findings, or cannot be read. */
#include "fuzz.h"

#include "memory_file.h"
#include "pack/pack.h"

static void take(void *count, const char *what)
{
    MUST(what[0] != '\0');
    ++*(int *)count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, size, path);
    struct err err = {0};
    int told = 0;
    const int found = pack_verify(path, take, &told, &err);

    if (found < 0)
        must_explain(&err);
    else
        MUST(found == told);
    close(fd);
    return 0;
}
