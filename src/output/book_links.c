/* Identifiers that stand on several sheets of a book lead from one to the next. */
#include "book_int.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024 /* a power of two */
#define EXPECTED_MAX                                                                                                   \
    (1 << 20)           /* identifiers that may lead elsewhere; each takes some 32 bytes while a book is made          \
                         */
#define LINKS_MAX 65530 /* of a sheet: what the format allows */

struct expected {
    uint64_t hash; /* of the identifier; 0: free */
    uint32_t last; /* table that it was seen in, from 1 */
    uint32_t tables;
};

struct link {
    uint64_t hash;
    size_t sheet;
    lxw_row_t row;
    const struct link *to; /* NULL: it leads nowhere */
};

struct links {
    struct expected *expected;
    size_t capacity, count;
    uint32_t tables;
    struct link *ptr;
    size_t made, room;
    size_t sheet, on_sheet; /* the sheet that is being written, and the links on it */
};

static bool is_identifier(const struct report_column *c)
{
    return strcmp(c->name, "device_id") == 0 || strcmp(c->name, "chf_id") == 0;
}

size_t book_link_column(const struct report *r)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (is_identifier(&r->columns[i]))
            return i;
    return SIZE_MAX;
}

static struct expected *slot_of(const struct links *l, uint64_t hash)
{
    size_t i = (size_t)hash & (l->capacity - 1);

    while (l->expected[i].hash != 0 && l->expected[i].hash != hash)
        i = (i + 1) & (l->capacity - 1);
    return &l->expected[i];
}

static int grow(struct links *l, struct err *err)
{
    struct links larger = {.capacity = l->capacity == 0 ? FIRST_CAPACITY : 2 * l->capacity};

    larger.expected = calloc(larger.capacity, sizeof(*larger.expected));
    if (larger.expected == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < l->capacity; i++)
        if (l->expected[i].hash != 0)
            *slot_of(&larger, l->expected[i].hash) = l->expected[i];
    free(l->expected);
    l->expected = larger.expected;
    l->capacity = larger.capacity;
    return 0;
}

static int expect(struct links *l, struct text id, struct err *err)
{
    const uint64_t hash = book_hash_text(id);
    struct expected *e;

    if (2 * (l->count + 1) > l->capacity && grow(l, err) < 0)
        return -1;
    e = slot_of(l, hash);
    if (e->hash == 0 && l->count == EXPECTED_MAX)
        return 0;
    l->count += e->hash == 0;
    e->hash = hash;
    e->tables += e->last != l->tables;
    e->last = l->tables;
    return 0;
}

int book_expect(struct book *b, const struct report *report, struct cursor *rows, struct err *err)
{
    const size_t column = book_link_column(report);
    int got = 0;

    if (b->links == NULL && (b->links = calloc(1, sizeof(*b->links))) == NULL)
        return err_nomem(err);
    b->links->tables++;
    while (column != SIZE_MAX && (got = cursor_next(rows, err)) > 0) {
        const struct text id = cursor_text(rows, (int)column);

        if (id.len > 0 && expect(b->links, id, err) < 0)
            return -1;
    }
    return got;
}

void links_destroy(struct links *l)
{
    if (l == NULL)
        return;
    free(l->expected);
    free(l->ptr);
    free(l);
}

int book_link(struct book *b, uint64_t hash, bool *linked, struct err *err)
{
    struct links *const l = b->links;

    *linked = false;
    if (l == NULL || l->capacity == 0 || slot_of(l, hash)->tables < 2)
        return 0;
    if (l->sheet != b->sheet) {
        l->sheet = b->sheet;
        l->on_sheet = 0;
    }
    if (l->on_sheet == LINKS_MAX)
        return 0;
    if (l->made == l->room) {
        const size_t room = 2 * l->room + FIRST_CAPACITY;
        struct link *const grown = reallocarray(l->ptr, room, sizeof(*grown));

        if (grown == NULL)
            return err_nomem(err);
        l->ptr = grown;
        l->room = room;
    }
    l->ptr[l->made++] = (struct link){hash, b->sheet, b->row, NULL};
    l->on_sheet++;
    *linked = true;
    return 0;
}

static int by_identifier(const void *a, const void *b)
{
    const struct link *const x = a, *const y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->sheet != y->sheet)
        return x->sheet < y->sheet ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Each leads to the first row on the next sheet that has the identifier, and from the last one to the first. */
static void join(struct links *l)
{
    qsort(l->ptr, l->made, sizeof(*l->ptr), by_identifier);
    for (size_t begin = 0, end; begin < l->made; begin = end) {
        for (end = begin; end < l->made && l->ptr[end].hash == l->ptr[begin].hash; end++) {
        }
        for (size_t i = begin; i < end; i++) {
            size_t next = i;

            while (next < end && l->ptr[next].sheet == l->ptr[i].sheet)
                next++;
            if (next == end)
                next = begin;
            l->ptr[i].to = l->ptr[next].sheet != l->ptr[i].sheet ? &l->ptr[next] : NULL;
        }
    }
}

static void add_place(struct buf *out, size_t column, lxw_row_t row)
{
    char letters[4];

    buf_add(out, letters, book_letters(column, letters));
    buf_printf(out, "%u", row + 1);
}

static void add_quoted(struct buf *out, const char *name)
{
    buf_add_str(out, "'");
    for (; *name != '\0'; name++) /* no sheet has an apostrophe or one of [ ] : * ? / in its name */
        switch (*name) {
        case '&':
            buf_add_str(out, "&amp;");
            break;
        case '<':
            buf_add_str(out, "&lt;");
            break;
        case '"':
            buf_add_str(out, "&quot;");
            break;
        default:
            buf_add_byte(out, (unsigned char)*name);
        }
    buf_add_str(out, "'!");
}

static int by_place(const void *a, const void *b)
{
    const struct link *const x = *(const struct link *const *)a, *const y = *(const struct link *const *)b;

    if (x->sheet != y->sheet)
        return x->sheet < y->sheet ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

void links_add(struct book *b, const lxw_worksheet *sheet, lxw_row_t row, size_t column, const char *to)
{
    for (size_t i = 0; i < b->sheet_count; i++)
        if (b->sheets[i].sheet == sheet) {
            struct buf *const links = &b->sheets[i].links;

            buf_add_str(links, "<hyperlink ref=\"");
            add_place(links, column, row);
            buf_add_str(links, "\" location=\"");
            add_quoted(links, to);
            buf_add_str(links, "A1\"/>");
        }
}

int links_write(struct book *b, struct err *err)
{
    struct links *const l = b->links;
    const struct link **places;

    if (l == NULL || l->made == 0)
        return 0;
    places = calloc(l->made, sizeof(*places));
    if (places == NULL)
        return err_nomem(err);
    join(l);
    for (size_t i = 0; i < l->made; i++)
        places[i] = &l->ptr[i];
    qsort(places, l->made, sizeof(*places), by_place);
    for (size_t i = 0; i < l->made; i++) {
        struct book_sheet *const from = &b->sheets[places[i]->sheet];
        const struct link *const to = places[i]->to;

        if (to == NULL)
            continue;
        buf_add_str(&from->links, "<hyperlink ref=\"");
        add_place(&from->links, from->link_column, places[i]->row);
        buf_add_str(&from->links, "\" location=\"");
        add_quoted(&from->links, b->sheets[to->sheet].sheet->name);
        add_place(&from->links, b->sheets[to->sheet].link_column, to->row);
        buf_add_str(&from->links, "\"/>");
    }
    free(places);
    for (size_t i = 0; i < b->sheet_count; i++)
        if (b->sheets[i].links.failed)
            return err_nomem(err);
    return 0;
}
