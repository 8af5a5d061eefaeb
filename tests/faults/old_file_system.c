/* To be loaded before a program: a file system that knows neither files without a name nor renaming with a condition,
 * as some network ones. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (flags == 0)
        return renameat(from_folder, from, to_folder, to);
    errno = EINVAL;
    return -1;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        int (*const real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);          \
        mode_t mode;                                                                                                   \
        va_list args;                                                                                                  \
                                                                                                                       \
        va_start(args, flags);                                                                                         \
        mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;                                        \
        va_end(args);                                                                                                  \
        if ((flags & O_TMPFILE) == O_TMPFILE) {                                                                        \
            errno = EOPNOTSUPP;                                                                                        \
            return -1;                                                                                                 \
        }                                                                                                              \
        return real(path, flags, mode);                                                                                \
    }

OPEN(open)
OPEN(open64)
