/* To be loaded before a program: of its reads and writes each third is interrupted by a signal, and the others do less
 * than was asked for. */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_uint calls;

/* How much of it is done; 0: nothing, for a signal came. */
static size_t some(size_t len)
{
    const unsigned call = ++calls;

    if (call % 3 == 0) {
        errno = EINTR;
        return 0;
    }
    return len > 1 ? 1 + call * 7919 % (len > 5000 ? 5000 : len) : len;
}

#define LESS_OF(type, name, parameters, ...)                                                                           \
    type name parameters                                                                                               \
    {                                                                                                                  \
        type(*const real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name);                                    \
        const size_t wanted = len;                                                                                     \
        len = some(len);                                                                                               \
        return len == 0 && wanted > 0 ? -1 : real(__VA_ARGS__);                                                        \
    }

LESS_OF(ssize_t, read, (int fd, void *ptr, size_t len), fd, ptr, len)
LESS_OF(ssize_t, write, (int fd, const void *ptr, size_t len), fd, ptr, len)
LESS_OF(ssize_t, pread, (int fd, void *ptr, size_t len, off_t at), fd, ptr, len, at)
LESS_OF(ssize_t, pread64, (int fd, void *ptr, size_t len, off_t at), fd, ptr, len, at)
LESS_OF(ssize_t, pwrite, (int fd, const void *ptr, size_t len, off_t at), fd, ptr, len, at)
LESS_OF(ssize_t, pwrite64, (int fd, const void *ptr, size_t len, off_t at), fd, ptr, len, at)
