/* What ingest of DUIS XML is held against: expat parsing the same documents on one thread, with handlers that do
 * nothing. expat_bare FILE; prints the documents, the elements, and the seconds.
 *
 * The documents lie one behind the other, each from its XML declaration on. */
#define _GNU_SOURCE
#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void XMLCALL on_start(void *ctx, const char *name, const char **attributes)
{
    (void)name;
    (void)attributes;
    ++*(unsigned long *)ctx;
}

static void XMLCALL on_end(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
}

static void XMLCALL on_text(void *ctx, const char *bytes, int len)
{
    (void)ctx;
    (void)bytes;
    (void)len;
}

static int parse(XML_Parser p, const char *bytes, size_t len, unsigned long *elements)
{
    if (XML_ParserReset(p, NULL) != XML_TRUE)
        return -1;
    XML_SetUserData(p, elements);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    return XML_Parse(p, bytes, (int)len, 1) == XML_STATUS_OK ? 0 : -1;
}

static int parse_all(const char *bytes, size_t len)
{
    static const char declaration[] = "<?xml ";
    const XML_Parser p = XML_ParserCreate(NULL);
    unsigned long documents = 0, elements = 0;
    struct timespec from, to;

    if (p == NULL)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t at = 0; at < len;) {
        const char *const next = len - at > 6 ? memmem(bytes + at + 6, len - at - 6, declaration, 6) : NULL;
        const size_t end = next != NULL ? (size_t)(next - bytes) : len;

        if (parse(p, bytes + at, end - at, &elements) < 0)
            return -1;
        documents++;
        at = end;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    XML_ParserFree(p);
    printf("%lu documents, %lu elements, %.3f s\n", documents, elements,
           (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    return 0;
}

int main(int argc, char **argv)
{
    struct stat st;
    void *bytes;
    int fd, rc;

    if (argc != 2 || (fd = open(argv[1], O_RDONLY)) < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
        return 1;
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        return 1;
    rc = parse_all(bytes, (size_t)st.st_size);
    munmap(bytes, (size_t)st.st_size);
    return rc < 0 ? 1 : 0;
}
