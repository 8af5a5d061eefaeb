/* The rows of an original: what of its lines belongs to the records that were asked for. */
#include "bundle_int.h"

#include "base/ascii.h"
#include "domain/eui64.h"

#include <archive.h>
#include <string.h>

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
    bool quoted;     /* CSV, JSON */
    int depth;       /* JSON, XML */
    struct buf name; /* XML: of the element that the record is; empty: only what stands before it was seen */
    enum form first_form;
    struct buf later; /* rows that name the Device after another */
    uint64_t named_later;
};

/* By what the file is, where that is one form alone: a record of JSON may begin behind the end of the one before it. */
static enum form form_of(const char *kind, struct text line)
{
    size_t i = 0;

    if (strcmp(kind, "duis") == 0)
        return FORM_XML;
    if (strcmp(kind, "certificates") == 0 || strcmp(kind, "keystore") == 0)
        return FORM_JSON;
    while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
        i++;
    if (i == line.len)
        return FORM_CSV;
    return line.ptr[i] == '{' || line.ptr[i] == '['                           ? FORM_JSON
           : line.ptr[i] == '<'                                               ? FORM_XML
           : line.len - i > 10 && memcmp(line.ptr + i, "-----BEGIN", 10) == 0 ? FORM_PEM
                                                                              : FORM_CSV;
}

/* The length of the name at the beginning of the text. */
static size_t name_len(struct text t)
{
    size_t len = 0;

    while (len < t.len && !ascii_is_one_of(t.ptr[len], " >/\t\r\n"))
        len++;
    return len;
}

static void move_to(struct text *line, const char *at)
{
    line->len -= (size_t)(at - line->ptr);
    line->ptr = at;
}

/* Goes by the tags that are of the record's element: an XML declaration, a DOCTYPE and comments come before it, and it
 * may hold others of its name. Whether it is over; then the line is moved behind it. */
static bool element_is_over(struct search *s, struct text *line)
{
    const char *const stop = line->ptr + line->len;

    for (const char *tag = line->ptr; (tag = memchr(tag, '<', (size_t)(stop - tag))) != NULL; tag++) {
        const bool closes = tag + 1 < stop && tag[1] == '/';
        const char *const begin = tag + 1 + closes, *end;
        const struct text name = {begin, begin < stop ? name_len((struct text){begin, (size_t)(stop - begin)}) : 0};

        if (name.len == 0 || name.ptr[0] == '?' || name.ptr[0] == '!')
            continue;
        if (s->name.len == 0 && !closes)
            buf_add_text(&s->name, name);
        if (!text_equal(name, buf_text(&s->name)))
            continue;
        end = memchr(begin, '>', (size_t)(stop - begin));
        s->depth += closes ? -1 : end == NULL || end[-1] != '/';
        if (s->depth > 0)
            continue;
        move_to(line, end != NULL ? end + 1 : stop);
        return true;
    }
    return false;
}

static bool object_is_over(struct search *s, struct text *line)
{
    for (size_t i = 0; i < line->len; i++) {
        const char c = line->ptr[i];

        if (s->quoted && c == '\\')
            i++;
        else if (c == '"')
            s->quoted = !s->quoted;
        else if (!s->quoted)
            s->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (s->depth > 0 || s->quoted || (c != '}' && c != ']'))
            continue;
        move_to(line, line->ptr + i + 1);
        return true;
    }
    return false;
}

static bool row_is_over(struct search *s, struct text line)
{
    for (size_t i = 0; i < line.len; i++)
        s->quoted = s->quoted != (line.ptr[i] == '"');
    return !s->quoted;
}

/* The rest of the line from where the record begins in it. */
static void begin_record(struct search *s, struct text *line)
{
    const char *const brace = line->len > 0 ? memchr(line->ptr, '{', line->len) : NULL;

    s->form = form_of(s->original->kind, *line);
    s->quoted = false;
    s->depth = 0;
    buf_clear(&s->name);
    if (s->form == FORM_JSON && brace != NULL) /* not at the '[' of all, or at the end of the one before */
        move_to(line, brace);
}

/* Whether the record is over with this line, of which what is behind it is left. */
static bool is_over(struct search *s, struct text *line)
{
    switch (s->form) {
    case FORM_PEM:
        return memmem(line->ptr, line->len, "-----END", 8) != NULL;
    case FORM_XML:
        return element_is_over(s, line);
    case FORM_JSON:
        return object_is_over(s, line);
    case FORM_CSV:
        break;
    }
    return row_is_over(s, *line);
}

/* How a line names a Device: before any other, or after another. */
enum naming { NAMED_NOT, NAMED_LATER, NAMED_FIRST };

static enum naming naming_of(struct text line, uint64_t device)
{
    static const char of_identifiers[] = "0123456789abcdefABCDEF-:";
    bool first = true;
    size_t len;

    for (size_t i = 0; device != 0 && i < line.len; i += len + 1) {
        uint64_t id;

        len = 0;
        while (i + len < line.len && memchr(of_identifiers, line.ptr[i + len], sizeof(of_identifiers) - 1) != NULL)
            len++;
        if (!eui64_parse((struct text){line.ptr + i, len}, &id))
            continue;
        if (id == device)
            return first ? NAMED_FIRST : NAMED_LATER;
        first = false;
    }
    return NAMED_NOT;
}

/* Takes a row that names the Device, if it is one by itself: of CSV, or an object of JSON in a line. */
static void take_named(struct search *s, struct text line)
{
    const enum naming naming = naming_of(line, s->original->device);
    struct text rest = line;

    if (naming == NAMED_NOT)
        return;
    begin_record(s, &rest);
    if (s->form != s->first_form || !is_over(s, &rest))
        return;
    buf_add_text(naming == NAMED_FIRST ? s->out : &s->later, line);
    s->named_later += naming == NAMED_LATER;
    s->original->named += naming == NAMED_FIRST;
}

/* A row of premises names several Devices, and one of theirs need not be the first. */
static void end_named(struct search *s)
{
    struct original *const o = s->original;

    if (o->named == 0) {
        buf_add_text(s->out, buf_text(&s->later));
        o->named = s->named_later;
    }
    o->rows += o->named;
}

static void begin_line(struct search *s)
{
    const struct original *const o = s->original;
    const bool asked = s->next < o->line_count && o->lines[s->next] == s->number;

    s->keep = asked || s->within || s->number == 1 || o->device != 0;
    buf_clear(&s->line);
}

static void end_line(struct search *s)
{
    const struct original *const o = s->original;
    const struct text line = buf_text(&s->line);
    const bool asked = s->next < o->line_count && o->lines[s->next] == s->number;
    const bool went_on = s->within;
    struct text rest = line;

    if (s->number == 1)
        s->first_form = form_of(o->kind, line);
    if (asked && !went_on)
        begin_record(s, &rest);
    if (asked || went_on) {
        buf_add_text(s->out, line);
        s->within = !is_over(s, &rest);
        if (asked && went_on && !s->within) { /* the next begins where that one ends */
            begin_record(s, &rest);
            s->within = !is_over(s, &rest);
        }
        s->original->rows += asked;
    } else if (s->number == 1 && s->first_form == FORM_CSV && naming_of(line, o->device) == NAMED_NOT) {
        buf_add_text(s->out, line); /* the heading */
    } else if (o->device != 0) {
        take_named(s, line);
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

int original_read(struct original *o, struct archive *a, struct buf *out, unsigned char sha256[DIGEST_SIZE],
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
    o->rows = o->named = 0;
    begin_line(&s);
    while ((got = archive_read_data_block(a, &block, &len, &at)) == ARCHIVE_OK) {
        digest_add(digest, block, len);
        search_block(&s, (struct text){block, len});
    }
    if (s.line.len > 0)
        end_line(&s);
    end_named(&s);
    digest_finish(digest, sha256);
    digest_destroy(digest);
    if (got != ARCHIVE_EOF)
        memset(sha256, 0, DIGEST_SIZE);
    got = s.line.failed || s.name.failed || s.later.failed || out->failed ? err_nomem(err) : 0;
    buf_release(&s.line);
    buf_release(&s.name);
    buf_release(&s.later);
    return got;
}
