/* An input as a file, for what reads files. */
#ifndef PCREPORT_TESTS_FUZZ_MEMORY_FILE_H
#define PCREPORT_TESTS_FUZZ_MEMORY_FILE_H

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_FILE_PATH_SIZE 40

/* Returns the descriptor; `path` opens the same bytes until it is closed. */
static inline int memory_file(const uint8_t *data, size_t size, char path[MEMORY_FILE_PATH_SIZE])
{
    const int fd = memfd_create("input", MFD_CLOEXEC);

    MUST(fd >= 0);
    MUST(write(fd, data, size) == (ssize_t)size);
    snprintf(path, MEMORY_FILE_PATH_SIZE, "/proc/self/fd/%d", fd);
    return fd;
}

#endif
