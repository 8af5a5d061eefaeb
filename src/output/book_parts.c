/* Whether the parts of a workbook know one another: libxlsxwriter goes on where it had no memory to note one, and what
 * reads the workbook then finds it damaged. */
#include "book_int.h"

#include <stdio.h>
#include <string.h>

#define TYPES_PART "[Content_Types].xml"
#define LINKS_END  ".rels"

static bool ends_in(const char *name, const char *end)
{
    const size_t len = strlen(name), wanted = strlen(end);

    return len >= wanted && strcmp(name + len - wanted, end) == 0;
}

static const char *last_name(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static void add(struct buf *list, const char *name)
{
    buf_add(list, name, strlen(name) + 1);
}

static bool is_in(const struct buf *list, const char *name)
{
    for (size_t at = 0; at < list->len; at += strlen((const char *)list->ptr + at) + 1)
        if (strcmp((const char *)list->ptr + at, name) == 0)
            return true;
    return false;
}

bool parts_note(struct book_parts *p, const char *name)
{
    const bool refers = strcmp(name, TYPES_PART) == 0 || ends_in(name, LINKS_END);

    if (!refers)
        add(&p->there, name);
    return refers;
}

void parts_refer(struct book_parts *p, const char *const *attributes)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], "PartName") == 0)
            add(&p->typed, attributes[1] + (attributes[1][0] == '/'));
        else if (strcmp(attributes[0], "Target") == 0)
            add(&p->linked, last_name(attributes[1]));
}

const char *parts_unknown(const struct book_parts *p)
{
    const char *name;

    for (size_t at = 0; at < p->there.len; at += strlen(name) + 1) {
        name = (const char *)p->there.ptr + at;
        if (!is_in(&p->typed, name) || !is_in(&p->linked, last_name(name)))
            return name;
    }
    return NULL;
}

bool parts_release(struct book_parts *p)
{
    const bool failed = p->there.failed || p->typed.failed || p->linked.failed;

    buf_release(&p->there);
    buf_release(&p->typed);
    buf_release(&p->linked);
    return !failed;
}
