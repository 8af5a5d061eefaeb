/* The splitter against libcsv in its strict mode, and headings. The first byte chooses the delimiter. */
#include "fuzz.h"

#include "table_int.h"

#include <string.h>

static const char delimiters[] = {',', ';', '\t', '|'};

/* Fields, each ended by the byte 0x1F, which the inputs tried here do not hold. */
static void take_field(void *ptr, size_t len, void *ctx)
{
    buf_add(ctx, ptr, len);
    buf_add_byte(ctx, 0x1F);
}

static bool split_by_libcsv(struct buf *out, char delimiter, struct text record)
{
    struct csv_parser p;
    bool good;

    MUST(csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&p, (unsigned char)delimiter);
    good = csv_parse(&p, record.ptr, record.len, take_field, NULL, out) == record.len &&
           csv_fini(&p, take_field, NULL, out) == 0;
    csv_free(&p);
    return good;
}

static void compare(struct splitter *s, char delimiter, struct text record)
{
    const char *why = NULL;
    struct buf theirs = {0}, ours = {0};
    const bool plain = memchr(record.ptr, '"', record.len) == NULL;
    const bool good = split_by_libcsv(&theirs, delimiter, record);
    const bool we_say = plain ? splitter_plain(s, delimiter, record) : splitter_quoted(s, delimiter, record, &why);

    MUST(s->count <= SPLIT_FIELDS_MAX);
    if (we_say && !(plain && s->count == 1 && s->fields[0].len == 0))
        for (size_t i = 0; i < s->count; i++)
            take_field((void *)(uintptr_t)s->fields[i].ptr, s->fields[i].len, &ours);
    MUST(!we_say || good || memmem(record.ptr, record.len, "=\"", 2) != NULL); /* ="TEXT" is read by us alone */
    MUST(we_say || plain || why != NULL);
    MUST(!we_say || !good || text_equal(buf_text(&theirs), buf_text(&ours)));
    buf_release(&theirs);
    buf_release(&ours);
}

/* What the fast pass over a block finds, byte by byte. */
static void compare_scan(const unsigned char *ptr, size_t len)
{
    const struct byte_marks fast = bytes_scan(ptr, len);
    struct byte_marks slow = {0};

    for (size_t i = 0; i < len; i++) {
        const bool lone_cr = ptr[i] == '\r' && (i + 1 == len || ptr[i + 1] != '\n');

        slow.lines += ptr[i] == '\n' || lone_cr;
        slow.lone_cr |= lone_cr;
        slow.quote |= ptr[i] == '"';
        slow.nul |= ptr[i] == '\0';
        slow.high |= ptr[i] >= 0x80;
        slow.other |= ptr[i] == '\n' && i + 1 < len && (ptr[i + 1] < '0' || ptr[i + 1] > '9');
    }
    MUST(fast.lines == slow.lines && fast.lone_cr == slow.lone_cr && fast.quote == slow.quote);
    MUST(fast.nul == slow.nul && fast.high == slow.high && fast.other == slow.other);
}

static void split_lines(const uint8_t *data, size_t size, char delimiter)
{
    /* the splitter reads in words: it is promised bytes behind the last */
    unsigned char *const copy = calloc(1, size + BLOCK_SLACK);
    const struct record_form form = {.delimiter = delimiter, .fields = 3};
    struct splitter s = {0};
    size_t at = 0, len;

    MUST(copy != NULL);
    memcpy(copy, data, size);
    compare_scan(copy, size);
    while (at < size && (len = splitter_record(&s, &form, copy + at, size - at, true)) > 0) {
        const struct text record = bytes_without_end(copy + at, len);

        MUST(len <= size - at);
        if (memchr(record.ptr, '\0', record.len) == NULL && memchr(record.ptr, 0x1F, record.len) == NULL)
            compare(&s, delimiter, record);
        at += len;
    }
    MUST(at == size);
    splitter_release(&s);
    free(copy);
}

static void split_heading(const uint8_t *data, size_t size)
{
    const struct head head = {.bytes = {(const char *)data, size}, .whole = true};
    struct splitter s = {0};
    const char *why = NULL;
    size_t consumed;
    char delimiter;

    if (heading_split(&s, &head, 0, &delimiter, &consumed, &why))
        MUST(consumed <= size && consumed > 0);
    else
        MUST(why != NULL);
    splitter_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    split_heading(data + 1, size - 1);
    split_lines(data + 1, size - 1, delimiters[data[0] % sizeof(delimiters)]);
    return 0;
}
