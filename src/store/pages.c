/* A sum at the end of each page of the store, beneath SQLite: what a disk changed is found by whoever reads it,
 * whichever table or index it belongs to.
 *
 * SQLite leaves as many bytes at the end of each page alone as a database asks for; there lies the sum over the rest of
 * the page and its number, so that a page in another's place is found as well. It is made when a page is written and
 * looked at when one is read. SQLite itself, without this layer, reads such a file as any other; what it writes into
 * one is found as damage. */
#include "store_int.h"

#include <endian.h>
#include <string.h>

#define PAGE     STORE_PAGE_BYTES
#define SUM_SIZE STORE_PAGE_RESERVED

#define SECTOR 512 /* the least size of a page */

/* In the header of a database, which is in its first page. */
#define HEADER_RESERVED 20

struct page_file {
    sqlite3_file base;
    bool is_summed;      /* its pages carry sums */
    uint32_t damaged;    /* the page that was found so last; 0: none */
    sqlite3_file *inner; /* behind this struct */
    unsigned char page[PAGE];
};

_Static_assert(sizeof(uint64_t) == SUM_SIZE, "the sum is what is reserved");
_Static_assert((PAGE - SUM_SIZE) % sizeof(uint64_t) == 0, "a page is summed by words");

static uint64_t mix(uint64_t sum, uint64_t word)
{
    /* A bijection of either: one changed word always changes the sum. */
    sum = (sum ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
    return sum ^ sum >> 32;
}

static uint64_t word_at(const unsigned char *page, size_t word)
{
    uint64_t value;

    memcpy(&value, page + word * sizeof(value), sizeof(value));
    return le64toh(value);
}

/* Four sums side by side, which a processor adds to at the same time. */
static uint64_t sum_of_words(const unsigned char *page, uint32_t number)
{
    const size_t words = (PAGE - SUM_SIZE) / sizeof(uint64_t);
    uint64_t lanes[4] = {number, UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xD1B54A32D192ED03), number};
    size_t i = 0;

    for (; i + 4 <= words; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            lanes[lane] = mix(lanes[lane], word_at(page, i + lane));
    for (; i < words; i++)
        lanes[0] = mix(lanes[0], word_at(page, i));
    return mix(mix(mix(lanes[0], lanes[1]), lanes[2]), lanes[3]);
}

/* A copy that SQLite makes of a database (.backup) differs in the counters of its changes, which say nothing. */
static uint64_t sum_of_first(const unsigned char *page)
{
    static const struct {
        size_t at, len;
    } counters[] = {{24, 4}, {40, 4}, {92, 8}};
    unsigned char copy[PAGE];

    memcpy(copy, page, sizeof(copy));
    for (size_t i = 0; i < ARRAY_LEN(counters); i++)
        memset(copy + counters[i].at, 0, counters[i].len);
    return sum_of_words(copy, 1);
}

static void seal(unsigned char *page, uint32_t number)
{
    const uint64_t sum = htole64(number == 1 ? sum_of_first(page) : sum_of_words(page, number));

    memcpy(page + PAGE - SUM_SIZE, &sum, SUM_SIZE);
}

static bool is_sealed(const unsigned char *page, uint32_t number)
{
    uint64_t sum;

    memcpy(&sum, page + PAGE - SUM_SIZE, SUM_SIZE);
    return le64toh(sum) == (number == 1 ? sum_of_first(page) : sum_of_words(page, number));
}

void pages_seal(unsigned char *image, size_t len)
{
    for (size_t at = 0; at + PAGE <= len; at += PAGE)
        seal(image + at, (uint32_t)(at / PAGE + 1));
}

static struct page_file *page_file(sqlite3_file *file)
{
    return (struct page_file *)(void *)file;
}

static sqlite3_file *inner(sqlite3_file *file)
{
    return page_file(file)->inner;
}

/* Pages are read and written as wholes; other sizes are of the header, or of a page size that is not ours. */
static bool is_page(int len, sqlite3_int64 at)
{
    return len == PAGE && at % PAGE == 0;
}

static bool is_power_of_two(int n)
{
    return (n & (n - 1)) == 0;
}

/* Whether the file ends within what was to be read, and not before it. */
static bool is_cut(struct page_file *f, int len, sqlite3_int64 at)
{
    sqlite3_int64 size = 0;

    return f->is_summed && len >= SECTOR && f->inner->pMethods->xFileSize(f->inner, &size) == SQLITE_OK && size > at;
}

static int page_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    struct page_file *const f = page_file(file);
    const unsigned char *const bytes = to;
    int rc = f->inner->pMethods->xRead(f->inner, to, len, at);

    if (rc == SQLITE_IOERR_SHORT_READ && is_cut(f, len, at))
        rc = SQLITE_OK; /* the rest is zeros, which is not what was written */
    if (rc != SQLITE_OK)
        return rc;
    if (at == 0 && len > HEADER_RESERVED)
        f->is_summed = bytes[HEADER_RESERVED] == SUM_SIZE;
    if (!f->is_summed || len < SECTOR || !is_power_of_two(len))
        return SQLITE_OK;
    if (is_page(len, at) && is_sealed(bytes, (uint32_t)(at / PAGE + 1)))
        return SQLITE_OK;
    f->damaged = (uint32_t)(at / PAGE + 1);
    return SQLITE_IOERR_DATA;
}

static int page_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    struct page_file *const f = page_file(file);

    if (at == 0 && len > HEADER_RESERVED)
        f->is_summed = ((const unsigned char *)from)[HEADER_RESERVED] == SUM_SIZE;
    if (!f->is_summed || !is_page(len, at))
        return f->inner->pMethods->xWrite(f->inner, from, len, at);
    memcpy(f->page, from, PAGE);
    seal(f->page, (uint32_t)(at / PAGE + 1));
    return f->inner->pMethods->xWrite(f->inner, f->page, len, at);
}

/* ---- What is only handed on ---- */

static int page_close(sqlite3_file *file)
{
    return inner(file)->pMethods->xClose(inner(file));
}

static int page_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return inner(file)->pMethods->xTruncate(inner(file), size);
}

static int page_sync(sqlite3_file *file, int flags)
{
    return inner(file)->pMethods->xSync(inner(file), flags);
}

static int page_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return inner(file)->pMethods->xFileSize(inner(file), size);
}

static int page_lock(sqlite3_file *file, int lock)
{
    return inner(file)->pMethods->xLock(inner(file), lock);
}

static int page_unlock(sqlite3_file *file, int lock)
{
    return inner(file)->pMethods->xUnlock(inner(file), lock);
}

static int page_check_lock(sqlite3_file *file, int *is_reserved)
{
    return inner(file)->pMethods->xCheckReservedLock(inner(file), is_reserved);
}

static int page_control(sqlite3_file *file, int op, void *value)
{
    return inner(file)->pMethods->xFileControl(inner(file), op, value);
}

static int page_sector(sqlite3_file *file)
{
    return inner(file)->pMethods->xSectorSize(inner(file));
}

static int page_traits(sqlite3_file *file)
{
    return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}

/* Of the first version: no memory shared with other processes and none mapped, which would be read past this layer. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = page_close,
    .xRead = page_read,
    .xWrite = page_write,
    .xTruncate = page_truncate,
    .xSync = page_sync,
    .xFileSize = page_size,
    .xLock = page_lock,
    .xUnlock = page_unlock,
    .xCheckReservedLock = page_check_lock,
    .xFileControl = page_control,
    .xSectorSize = page_sector,
    .xDeviceCharacteristics = page_traits,
};

static sqlite3_vfs *system_vfs; /* SQLite's own; set once */

/* Journals and temporary files are the system's own; only the database has sums. */
static int page_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *given)
{
    struct page_file *const f = page_file(file);
    sqlite3_int64 size = 0;
    int rc;

    (void)vfs;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return system_vfs->xOpen(system_vfs, path, file, flags, given);
    *f = (struct page_file){.inner = (sqlite3_file *)(void *)(f + 1)};
    rc = system_vfs->xOpen(system_vfs, path, f->inner, flags, given);
    if (rc != SQLITE_OK)
        return rc;
    f->base.pMethods = &methods;
    rc = f->inner->pMethods->xFileSize(f->inner, &size);
    f->is_summed = size == 0; /* a new one will be */
    if (rc != SQLITE_OK) {
        f->inner->pMethods->xClose(f->inner);
        f->base.pMethods = NULL;
    }
    return rc;
}

static void register_vfs(void)
{
    static sqlite3_vfs pages;

    system_vfs = sqlite3_vfs_find(NULL);
    if (system_vfs == NULL)
        return;
    pages = *system_vfs;
    pages.pNext = NULL;
    pages.zName = "pcreport";
    pages.szOsFile = (int)sizeof(struct page_file) + system_vfs->szOsFile;
    pages.xOpen = page_open;
    if (sqlite3_vfs_register(&pages, 0) != SQLITE_OK)
        system_vfs = NULL;
}

int pages_open(const char *path, sqlite3 **out, int flags)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    *out = NULL;
    pthread_once(&once, register_vfs);
    return system_vfs == NULL ? SQLITE_NOMEM : sqlite3_open_v2(path, out, flags, "pcreport");
}

/* NULL: it has none, as one that could not be opened. */
static struct page_file *file_of(sqlite3 *db)
{
    sqlite3_file *file = NULL;

    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == NULL ||
        file->pMethods != &methods)
        return NULL;
    return page_file(file);
}

bool pages_are_summed(sqlite3 *db)
{
    const struct page_file *const f = file_of(db);

    return f != NULL && f->is_summed;
}

uint32_t pages_damaged(sqlite3 *db)
{
    const struct page_file *const f = file_of(db);

    return f != NULL ? f->damaged : 0;
}

int pages_reserve(sqlite3 *db)
{
    int bytes = SUM_SIZE;

    return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

/* SQLite takes its locks on bytes of this page, which only files of over 1 GiB have, and never reads or writes it. */
static bool is_lock_page(sqlite3_int64 at)
{
    return at / PAGE == sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, 0) / PAGE;
}

int pages_check(sqlite3 *db, void (*damaged)(void *ctx, uint32_t page), void *ctx)
{
    struct page_file *const f = file_of(db);
    sqlite3_int64 size = 0;
    int rc = f != NULL ? page_size(&f->base, &size) : SQLITE_ERROR;

    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += PAGE) {
        if (is_lock_page(at))
            continue;
        rc = page_read(&f->base, f->page, PAGE, at);
        if (rc == SQLITE_IOERR_DATA || rc == SQLITE_IOERR_SHORT_READ) {
            damaged(ctx, (uint32_t)(at / PAGE + 1));
            rc = SQLITE_OK;
        }
    }
    return rc;
}
