/* Lets an allocation of a program fail, for LD_PRELOAD. $FAIL_ALLOCATION says which, counted from 0 over all threads:
 * "N" that one, "N+" that and all that follow. $ALLOCATIONS names a file that gets, at the end, a line for each place
 * from which something was allocated: the place, and the first and the last allocation there. A place is the functions
 * that led to it. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PLACES_MAX 65536 /* a power of two */
#define DEPTH      12    /* callers that tell one place from another */

static unsigned long fails = ULONG_MAX;
static bool and_all_after, places_wanted;
static atomic_ulong allocations;
static struct {
    atomic_ulong place; /* 0: free */
    atomic_ulong first, last;
} places[PLACES_MAX];
static _Thread_local bool looking; /* for the place: what that allocates is not counted */

/* What the next definition of a function does, which may be a sanitizer's. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void read_plan(void)
{
    const char *const text = getenv("FAIL_ALLOCATION");
    char *end = NULL;
    void *frame;

    looking = true;
    backtrace(&frame, 1); /* loads what it needs */
    looking = false;
    places_wanted = getenv("ALLOCATIONS") != NULL;
    if (text != NULL) {
        fails = strtoul(text, &end, 10);
        and_all_after = *end == '+';
    }
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
            fprintf(fp, "%lx %lu %lu\n", places[i].place, places[i].first, places[i].last);
    fclose(fp);
}

/* From where the callers stand in their files, which does not change from one run to the next. */
static unsigned long place_of(void *const *callers, int depth)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    struct dl_find_object in; /* dladdr would look for the symbol too, and most of a night would go by so */

    for (int i = 0; i < depth; i++) {
        const uintptr_t at = (uintptr_t)callers[i];
        const uintptr_t base = _dl_find_object(callers[i], &in) == 0 ? (uintptr_t)in.dlfo_map_start : at;

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

        if (atomic_compare_exchange_strong(&places[i].place, &none, this))
            places[i].first = number;
        else if (places[i].place != this)
            continue;
        places[i].last = number;
        return;
    }
}

static bool no_memory(void)
{
    unsigned long n;

    if (looking)
        return false;
    n = atomic_fetch_add(&allocations, 1);
    if (places_wanted)
        remember(n);
    if (n != fails && !(and_all_after && n > fails))
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

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    return no_memory() ? EAGAIN : NEXT(pthread_create)(thread, attr, start, arg);
}
