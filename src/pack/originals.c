/* Rows as they stand in the files they were read from: found again by name and line, if the files are still those. */
#include "bundle_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ROWS_MAX (64 << 20) /* bytes of one file's rows that are kept */

/* What a record that goes over several lines waits for. */
enum form { FORM_CSV, FORM_JSON, FORM_XML, FORM_PEM };

struct search {
    struct original *original;
    struct buf *out;
    struct buf line; /* the present one, where it is kept */
    uint64_t number; /* of the present line, from 1 */
    size_t next;     /* of the lines asked for */
    bool keep;       /* the present line */
    bool within;     /* a record that is kept goes on */
    enum form form;
    bool quoted;    /* CSV, JSON */
    int depth;      /* JSON */
    struct buf end; /* XML, PEM: what the record ends with */
};

static enum form form_of(struct text line)
{
    size_t i = 0;

    while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
        i++;
    if (i == line.len)
        return FORM_CSV;
    return line.ptr[i] == '{' || line.ptr[i] == '['                           ? FORM_JSON
           : line.ptr[i] == '<'                                               ? FORM_XML
           : line.len - i > 10 && memcmp(line.ptr + i, "-----BEGIN", 10) == 0 ? FORM_PEM
                                                                              : FORM_CSV;
}

/* The end of an element of XML is "</NAME>"; of what cannot be told the line itself. */
static void note_end(struct search *s, struct text line)
{
    const char *const begin = memchr(line.ptr, '<', line.len);
    size_t len = 0;

    buf_clear(&s->end);
    if (s->form == FORM_PEM) {
        buf_add_str(&s->end, "-----END");
        return;
    }
    while (begin != NULL && begin + 1 + len < line.ptr + line.len && strchr(" >/\t\r\n", begin[1 + len]) == NULL)
        len++;
    if (len > 0 && begin[1] != '?' && begin[1] != '!')
        buf_printf(&s->end, "</%.*s>", (int)len, begin + 1);
}

static void begin_record(struct search *s, struct text line)
{
    s->form = form_of(line);
    s->quoted = false;
    s->depth = 0;
    note_end(s, line);
}

/* Whether the record is over with this line. */
static bool is_over(struct search *s, struct text line)
{
    if (s->form == FORM_XML || s->form == FORM_PEM)
        return s->end.len == 0 || memmem(line.ptr, line.len, s->end.ptr, s->end.len) != NULL;
    for (size_t i = 0; i < line.len; i++) {
        const char c = line.ptr[i];

        if (s->form == FORM_JSON && s->quoted && c == '\\')
            i++;
        else if (c == '"')
            s->quoted = !s->quoted;
        else if (s->form == FORM_JSON && !s->quoted)
            s->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return s->form == FORM_CSV ? !s->quoted : s->depth <= 0;
}

static void begin_line(struct search *s)
{
    const struct original *const o = s->original;
    const bool asked = s->next < o->line_count && o->lines[s->next] == s->number;

    s->keep = asked || s->within || s->number == 1;
    buf_clear(&s->line);
}

static void end_line(struct search *s)
{
    const struct original *const o = s->original;
    const struct text line = buf_text(&s->line);
    const bool asked = s->next < o->line_count && o->lines[s->next] == s->number;

    if (asked && !s->within)
        begin_record(s, line);
    if (asked || s->within) {
        buf_add_text(s->out, line);
        s->within = !is_over(s, line);
        s->original->rows += asked;
    } else if (s->keep && form_of(line) == FORM_CSV) { /* the heading */
        buf_add_text(s->out, line);
    }
    while (s->next < o->line_count && o->lines[s->next] <= s->number)
        s->next++;
    s->number++;
    begin_line(s);
}

static void search_block(struct search *s, struct text block)
{
    for (size_t i = 0; i < block.len;) {
        const char *const stop = memchr(block.ptr + i, '\n', block.len - i);
        const size_t len = stop != NULL ? (size_t)(stop - (block.ptr + i)) + 1 : block.len - i;

        if (s->keep && s->line.len < ROWS_MAX)
            buf_add(&s->line, block.ptr + i, len);
        if (stop != NULL)
            end_line(s);
        i += len;
    }
}

/* The content of the file, or of its member of this name, without compression. NULL: it cannot be read. */
static struct archive *open_original(const char *path, const char *member, struct archive_entry **entry)
{
    struct archive *const a = archive_read_new();

    if (a == NULL)
        return NULL;
    archive_read_support_filter_all(a);
    if (member != NULL)
        archive_read_support_format_all(a);
    else
        archive_read_support_format_raw(a);
    if (archive_read_open_filename(a, path, 65536) == ARCHIVE_OK)
        while (archive_read_next_header(a, entry) == ARCHIVE_OK)
            if (member == NULL || strcmp(archive_entry_pathname(*entry), member) == 0)
                return a;
    archive_read_free(a);
    return NULL;
}

/* An uncompressed file of another length is another: it need not be read to know. */
static bool may_be(const struct original *o, const char *path, const char *member, struct archive *a)
{
    struct stat there;

    return member != NULL || archive_filter_count(a) > 1 || stat(path, &there) < 0 ||
           (uint64_t)there.st_size == o->bytes;
}

/* Reads it to its end: the rows into `out`, its SHA-256. */
static int read_rows(struct original *o, struct archive *a, struct buf *out, unsigned char sha256[DIGEST_SIZE],
                     struct err *err)
{
    struct search s = {.original = o, .out = out, .number = 1};
    struct digest *digest = NULL;
    const void *block;
    size_t len;
    int64_t at;
    int got;

    if (digest_create(&digest, err) < 0)
        return -1;
    o->rows = 0;
    begin_line(&s);
    while ((got = archive_read_data_block(a, &block, &len, &at)) == ARCHIVE_OK) {
        digest_add(digest, block, len);
        search_block(&s, (struct text){block, len});
    }
    if (s.line.len > 0)
        end_line(&s);
    digest_finish(digest, sha256);
    digest_destroy(digest);
    if (got != ARCHIVE_EOF)
        memset(sha256, 0, DIGEST_SIZE);
    got = s.line.failed || s.end.failed || out->failed ? err_nomem(err) : 0;
    buf_release(&s.line);
    buf_release(&s.end);
    return got;
}

/* The form in which its name is looked for: as a whole, or as that of an archive with a member behind ": ". */
struct wanted {
    struct original *original;
    const char *member;
};

static int take_file(void *ctx, const char *path, struct err *err)
{
    struct wanted *const w = ctx;
    struct original *const o = w->original;
    unsigned char sha256[DIGEST_SIZE] = {0};
    struct archive_entry *entry;
    struct archive *const a = open_original(path, w->member, &entry);
    int rc;

    if (a == NULL)
        return 0;
    o->fate = ORIGINAL_ANOTHER;
    rc = may_be(o, path, w->member, a) ? read_rows(o, a, &o->text, sha256, err) : 0;
    archive_read_free(a);
    if (rc == 0 && memcmp(sha256, o->sha256, DIGEST_SIZE) == 0) {
        o->fate = o->rows == o->line_count ? ORIGINAL_FOUND : ORIGINAL_ROWS_ELSEWHERE;
        return 1;
    }
    buf_clear(&o->text);
    o->rows = 0;
    return rc;
}

static int find_one(struct original *o, const struct original_places *places, struct err *err)
{
    const char *const colon = strstr(o->name, ": ");
    struct wanted w = {.original = o};
    char *outer;
    int got = places_try(places, o->name, take_file, &w, err);

    if (got != 0 || colon == NULL)
        return got;
    outer = strndup(o->name, (size_t)(colon - o->name));
    if (outer == NULL)
        return err_nomem(err);
    w.member = colon + 2;
    got = places_try(places, outer, take_file, &w, err);
    free(outer);
    return got;
}

const char *original_why(const struct original *o)
{
    switch (o->fate) {
    case ORIGINAL_FOUND:
        break;
    case ORIGINAL_GONE:
        return "it is not there any more";
    case ORIGINAL_ANOTHER:
        return "what has its name is another file by now";
    case ORIGINAL_ROWS_ELSEWHERE:
        return "some of its rows are not where they were";
    }
    return NULL;
}

int originals_find(struct original *originals, size_t count, const struct original_places *places, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        originals[i].fate = ORIGINAL_GONE;
        if (find_one(&originals[i], places, err) < 0)
            return -1;
    }
    return 0;
}
