/* Lets an allocation of a program fail, for LD_PRELOAD. $FAIL_ALLOCATION says which: "PLACE CALLER SIZE NTH", the NTH
 * at that place, and where "+" follows, all allocations after it too. CALLER and SIZE only say where to look for the
 * place, which takes its time; SIZE 0 is any. $FAILED_ALLOCATION names a file that gets the functions that led to it,
 * once it failed. $ALLOCATIONS names a file that gets, at the end, a line for each place from which something was
 * allocated: the place, its caller, the size of its first allocation, the number of that one over all threads, and how
 * many there were.
 *
 * A place is the functions that led to it: up to eight of the program, and of each library the three next to it. SQLite
 * alone would make thousands of places else that the program cannot tell apart. The numbers differ from one run to the
 * next, where there are threads; the places do not. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PLACES_MAX 65536 /* a power of two */
#define DEPTH      32    /* functions that are looked at */
#define OWN        8     /* of this file, and of a sanitizer, before them */
#define OF_PROGRAM 8
#define OF_LIBRARY 3

static struct {
    unsigned long place, caller, size, nth;
    bool and_all_after;
} plan;
static const char *failed_path; /* NULL: nothing is to fail */
static bool places_wanted;
static atomic_ulong allocations, met; /* of the place that is to fail */
static atomic_bool failed;
static struct {
    atomic_ulong place; /* 0: free */
    atomic_ulong caller, size, first, count;
} places[PLACES_MAX];
static _Thread_local bool looking; /* for the place: what that allocates is not counted */

/* What the next definition of a function does, which may be a sanitizer's. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void read_plan(void)
{
    const char *const text = getenv("FAIL_ALLOCATION");
    char after = '\0';
    void *frame;

    looking = true;
    backtrace(&frame, 1); /* loads what it needs */
    places_wanted = getenv("ALLOCATIONS") != NULL;
    if (text != NULL &&
        sscanf(text, "%lx %lx %lu %lu%c", &plan.place, &plan.caller, &plan.size, &plan.nth, &after) >= 4)
        failed_path = getenv("FAILED_ALLOCATION");
    plan.and_all_after = after == '+';
    looking = false;
}

__attribute__((destructor)) static void write_places(void)
{
    const char *const path = getenv("ALLOCATIONS");
    FILE *fp;

    looking = true;
    if (path == NULL || (fp = fopen(path, "w")) == NULL)
        return;
    for (size_t i = 0; i < PLACES_MAX; i++)
        if (places[i].place != 0)
            fprintf(fp, "%lx %lx %lu %lu %lu\n", places[i].place, places[i].caller, places[i].size, places[i].first,
                    places[i].count);
    fclose(fp);
}

/* Where it stands in its file, which does not change from one run to the next. */
static unsigned long in_file(void *at, struct dl_find_object *file)
{
    /* dladdr would look for the symbol too, and most of a night would go by so */
    if (_dl_find_object(at, file) != 0)
        *file = (struct dl_find_object){0};
    return (uintptr_t)at - (uintptr_t)file->dlfo_map_start;
}

static bool is_program(const struct dl_find_object *file)
{
    return file->dlfo_link_map != NULL && file->dlfo_link_map->l_name[0] == '\0';
}

static unsigned long place_of(void *caller)
{
    void *callers[DEPTH + OWN], *library = NULL;
    uint64_t hash = UINT64_C(14695981039346656037);
    unsigned of_library = 0, of_program = 0;
    int depth, own = 0;

    looking = true;
    depth = backtrace(callers, DEPTH + OWN);
    looking = false;
    while (own < OWN && own < depth && callers[own] != caller)
        own++;
    for (int i = own; i < depth && i < own + DEPTH; i++) {
        struct dl_find_object file;
        const unsigned long at = in_file(callers[i], &file);

        if (is_program(&file)) {
            library = NULL;
            if (of_program++ >= OF_PROGRAM)
                break;
        } else {
            of_library = library == file.dlfo_map_start ? of_library + 1 : 0;
            library = file.dlfo_map_start;
            if (of_library >= OF_LIBRARY)
                continue;
        }
        hash = (hash ^ at) * UINT64_C(1099511628211);
    }
    return hash | 1;
}

static void remember(void *caller, size_t size, unsigned long number)
{
    const unsigned long this = place_of(caller);
    struct dl_find_object file;

    for (size_t i = this % PLACES_MAX, tries = 0; tries < PLACES_MAX; i = (i + 1) % PLACES_MAX, tries++) {
        unsigned long none = 0;

        if (atomic_compare_exchange_strong(&places[i].place, &none, this)) {
            places[i].caller = in_file(caller, &file);
            places[i].size = size;
            places[i].first = number;
        } else if (places[i].place != this) {
            continue;
        }
        places[i].count++;
        return;
    }
}

static bool is_to_fail(void *caller, size_t size)
{
    void *callers[DEPTH];
    struct dl_find_object file;
    int fd;

    if (failed)
        return plan.and_all_after;
    if ((plan.size != 0 && size != plan.size) || in_file(caller, &file) != plan.caller ||
        place_of(caller) != plan.place)
        return false;
    if (atomic_fetch_add(&met, 1) + 1 != plan.nth)
        return false;
    failed = true;
    if ((fd = open(failed_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) >= 0) {
        looking = true;
        backtrace_symbols_fd(callers, backtrace(callers, DEPTH), fd);
        looking = false;
        close(fd);
    }
    return true;
}

static bool no_memory(void *caller, size_t size)
{
    if (looking)
        return false;
    if (places_wanted)
        remember(caller, size, atomic_fetch_add(&allocations, 1));
    if (failed_path == NULL || !is_to_fail(caller, size))
        return false;
    errno = ENOMEM;
    return true;
}

/* By the one that calls the function in which it stands. */
#define NO_MEMORY(size) no_memory(__builtin_return_address(0), size)

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
NEXT_ALLOCATOR(aligned_alloc, (size_t alignment, size_t size), (alignment, size))

void *malloc(size_t size)
{
    return NO_MEMORY(size) ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return NO_MEMORY(count * size) ? NULL : next_calloc(count, size);
}

void *realloc(void *ptr, size_t size)
{
    return NO_MEMORY(size) ? NULL : next_realloc(ptr, size);
}

void *reallocarray(void *ptr, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return NO_MEMORY(bytes) ? NULL : next_realloc(ptr, bytes);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return NO_MEMORY(size) ? NULL : next_aligned_alloc(alignment, size);
}

int posix_memalign(void **ptr, size_t alignment, size_t size)
{
    return NO_MEMORY(size) ? ENOMEM : NEXT(posix_memalign)(ptr, alignment, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    return NO_MEMORY(0) ? EAGAIN : NEXT(pthread_create)(thread, attr, start, arg);
}
