/* The configuration. */
#include "fuzz.h"

#include "config_int.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, size, path);
    struct config config;
    struct err err = {0};

    config_init(&config);
    if (config_read(&config, path, &err) < 0)
        must_explain(&err);
    config_release(&config);
    close(fd);
    return 0;
}
