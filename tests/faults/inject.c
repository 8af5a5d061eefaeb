/* Makes one call of a program go wrong, for LD_PRELOAD. $INJECT says which:
 *
 *     memory:N      allocation N fails
 *     memory-on:N   so do all that follow
 *     call:N:E      call N that opens, reads, writes, syncs or names a file fails with errno E, once
 *     disk:N:E      write N writes half of its bytes, and from then on nothing can be written or created: E
 *     kill:N        the process is killed (SIGKILL) before call N that changes something on the disk
 *     count         nothing goes wrong
 *
 * N counts from 0, over all threads; standard input, output and error are left alone. $INJECT_COUNTS names a file that
 * is told at the end how many calls of each class there were, "calls writes changes", and in further lines the numbers
 * of those allocations that were the first at their place: the functions that led to them. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_MEMORY, FAULT_MEMORY_ON, FAULT_CALL, FAULT_DISK, FAULT_KILL };

#define PLACES_MAX 65536 /* a power of two */
#define DEPTH      12    /* callers that tell one place from another */

static struct {
    enum fault fault;
    unsigned long number;
    int error;
    bool places; /* are gathered */
} plan;
static atomic_ulong allocations, calls, writes, changes;
static struct {
    atomic_ulong place; /* 0: free */
    unsigned long first;
} places[PLACES_MAX];
static _Thread_local bool looking; /* for the place: what that allocates is not counted */

/* What the next definition of a function does, which may be a sanitizer's. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void read_plan(void)
{
    static const struct {
        const char *word;
        enum fault fault;
    } faults[] = {{"memory", FAULT_MEMORY},
                  {"memory-on", FAULT_MEMORY_ON},
                  {"call", FAULT_CALL},
                  {"disk", FAULT_DISK},
                  {"kill", FAULT_KILL}};
    const char *const text = getenv("INJECT");
    const size_t len = text != NULL ? strcspn(text, ":") : 0;
    char *end = NULL;
    void *frame;

    looking = true;
    backtrace(&frame, 1); /* loads what it needs */
    looking = false;
    plan.places = getenv("INJECT_COUNTS") != NULL;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (len > 0 && strlen(faults[i].word) == len && strncmp(text, faults[i].word, len) == 0) {
            plan.fault = faults[i].fault;
            plan.number = strtoul(text + len + 1, &end, 10);
            plan.error = *end == ':' ? atoi(end + 1) : 0;
        }
}

__attribute__((destructor)) static void write_counts(void)
{
    const char *const path = getenv("INJECT_COUNTS");
    FILE *fp;

    plan.fault = FAULT_NONE;
    if (path == NULL || (fp = fopen(path, "w")) == NULL)
        return;
    fprintf(fp, "%lu %lu %lu\n", calls, writes, changes);
    for (size_t i = 0; i < PLACES_MAX; i++)
        if (places[i].place != 0)
            fprintf(fp, "%lu\n", places[i].first);
    fclose(fp);
}

/* ---- Memory ---- */

/* From where the callers stand in their files, which does not change from one run to the next. */
static unsigned long place_of(void *const *callers, int depth)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    Dl_info in;

    for (int i = 0; i < depth; i++) {
        const uintptr_t at = (uintptr_t)callers[i];
        const uintptr_t base = dladdr(callers[i], &in) != 0 ? (uintptr_t)in.dli_fbase : at;

        hash = (hash ^ (at - base)) * UINT64_C(1099511628211);
    }
    return hash | 1;
}

static void remember(unsigned long number)
{
    void *callers[DEPTH];
    unsigned long this;

    looking = true;
    this = place_of(callers, backtrace(callers, DEPTH));
    looking = false;
    for (size_t i = this % PLACES_MAX, tries = 0; tries < PLACES_MAX; i = (i + 1) % PLACES_MAX, tries++) {
        unsigned long none = 0;

        if (places[i].place == this)
            return;
        if (atomic_compare_exchange_strong(&places[i].place, &none, this)) {
            places[i].first = number;
            return;
        }
    }
}

static bool no_memory(void)
{
    unsigned long n;

    if (looking)
        return false;
    n = atomic_fetch_add(&allocations, 1);
    if (plan.places)
        remember(n);
    if (!(plan.fault == FAULT_MEMORY && n == plan.number) && !(plan.fault == FAULT_MEMORY_ON && n >= plan.number))
        return false;
    errno = ENOMEM;
    return true;
}

/* Looked up once: a dlsym for each allocation would take its time. */
#define NEXT_ALLOCATOR(name, params, args)                                                                             \
    static void *next_##name params                                                                                    \
    {                                                                                                                  \
        static __typeof__(&name) next;                                                                                 \
        if (next == NULL)                                                                                              \
            next = NEXT(name);                                                                                         \
        return next args;                                                                                              \
    }
NEXT_ALLOCATOR(malloc, (size_t size), (size))
NEXT_ALLOCATOR(calloc, (size_t count, size_t size), (count, size))
NEXT_ALLOCATOR(realloc, (void *ptr, size_t size), (ptr, size))

void *malloc(size_t size)
{
    return no_memory() ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return no_memory() ? NULL : next_calloc(count, size);
}

void *realloc(void *ptr, size_t size)
{
    return no_memory() ? NULL : next_realloc(ptr, size);
}

void *reallocarray(void *ptr, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(ptr, bytes);
}

/* ---- Files ---- */

enum kind { READS, CHANGES };

/* True with errno set when this call is to fail. */
static bool goes_wrong(enum kind kind)
{
    const unsigned long call = atomic_fetch_add(&calls, 1);
    const unsigned long change = kind == CHANGES ? atomic_fetch_add(&changes, 1) : 0;

    if (plan.fault == FAULT_KILL && kind == CHANGES && change == plan.number)
        raise(SIGKILL);
    if (!(plan.fault == FAULT_CALL && call == plan.number) &&
        !(plan.fault == FAULT_DISK && kind == CHANGES && writes > plan.number))
        return false;
    errno = plan.error;
    return true;
}

/* How much of a write is to be done. */
static size_t allowed(size_t len)
{
    const unsigned long n = atomic_fetch_add(&writes, 1);

    return plan.fault == FAULT_DISK && n == plan.number && len > 1 ? len / 2 : len;
}

static bool is_ours(int fd)
{
    return fd > STDERR_FILENO;
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(args, int) : 0;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list args;                                                                                                  \
        va_start(args, flags);                                                                                         \
        const mode_t mode = mode_of(flags, args);                                                                      \
        va_end(args);                                                                                                  \
        if (goes_wrong(flags & (O_CREAT | __O_TMPFILE) ? CHANGES : READS))                                             \
            return -1;                                                                                                 \
        return NEXT(name)(path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

FILE *fopen(const char *path, const char *mode)
{
    return goes_wrong(READS) ? NULL : NEXT(fopen)(path, mode);
}

DIR *opendir(const char *path)
{
    return goes_wrong(READS) ? NULL : NEXT(opendir)(path);
}

ssize_t read(int fd, void *to, size_t len)
{
    return is_ours(fd) && goes_wrong(READS) ? -1 : NEXT(read)(fd, to, len);
}

#define PREAD(name, offset)                                                                                            \
    ssize_t name(int fd, void *to, size_t len, offset at)                                                              \
    {                                                                                                                  \
        return goes_wrong(READS) ? -1 : NEXT(name)(fd, to, len, at);                                                   \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t write(int fd, const void *from, size_t len)
{
    if (!is_ours(fd))
        return NEXT(write)(fd, from, len);
    return goes_wrong(CHANGES) ? -1 : NEXT(write)(fd, from, allowed(len));
}

#define PWRITE(name, offset)                                                                                           \
    ssize_t name(int fd, const void *from, size_t len, offset at)                                                      \
    {                                                                                                                  \
        return goes_wrong(CHANGES) ? -1 : NEXT(name)(fd, from, allowed(len), at);                                      \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset)                                                                                         \
    int name(int fd, offset len)                                                                                       \
    {                                                                                                                  \
        return goes_wrong(CHANGES) ? -1 : NEXT(name)(fd, len);                                                         \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int fsync(int fd)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(fdatasync)(fd);
}

int mkostemp(char *pattern, int flags)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(mkostemp)(pattern, flags);
}

int mkdir(const char *path, mode_t mode)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(mkdir)(path, mode);
}

int rename(const char *from, const char *to)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(rename)(from, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(renameat2)(from_dir, from, to_dir, to, flags);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return goes_wrong(CHANGES) ? -1 : NEXT(linkat)(from_dir, from, to_dir, to, flags);
}

/* A full disk lets files be removed. */
static bool removal_goes_wrong(void)
{
    return plan.fault == FAULT_DISK ? false : goes_wrong(CHANGES);
}

int unlink(const char *path)
{
    return removal_goes_wrong() ? -1 : NEXT(unlink)(path);
}

int rmdir(const char *path)
{
    return removal_goes_wrong() ? -1 : NEXT(rmdir)(path);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    return no_memory() ? EAGAIN : NEXT(pthread_create)(thread, attr, start, arg);
}
