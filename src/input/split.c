/* Finds the lines of a block and splits CSV records. */
#include "split_int.h"

#include "base/ascii.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- Fast passes over bytes: the inner loops run a fixed number of turns, so that the compiler makes vectors of them
 * ---- */

#define CHUNK      64
#define SCAN_CHUNK 192 /* what is found is summed up once a chunk: no more than 255 lines */

struct chunk_marks {
    unsigned char lf, lone_cr, quote, nul, high, other;
};

/* Reads one byte beyond the chunk, to tell a CR LF from a lone CR. */
static inline __attribute__((always_inline)) struct chunk_marks scan_chunk(const unsigned char *p)
{
    struct chunk_marks m = {0};

    for (int i = 0; i < SCAN_CHUNK; i++) {
        m.lf = (unsigned char)(m.lf + (p[i] == '\n'));
        m.lone_cr = (unsigned char)(m.lone_cr + ((p[i] == '\r') & (p[i + 1] != '\n')));
        m.quote |= p[i] == '"';
        m.nul |= p[i] == 0;
        m.high |= p[i];
        m.other |= (p[i] == '\n') & ((unsigned char)(p[i + 1] - '0') > 9);
    }
    return m;
}

static void add_marks(struct byte_marks *out, const struct chunk_marks *m)
{
    out->lines += (uint64_t)m->lf + m->lone_cr;
    out->lone_cr |= m->lone_cr != 0;
    out->quote |= m->quote != 0;
    out->nul |= m->nul != 0;
    out->high |= (m->high & 0x80) != 0;
    out->other |= m->other != 0;
}

static inline __attribute__((always_inline)) size_t scan_chunks(const unsigned char *ptr, size_t len,
                                                                struct byte_marks *out)
{
    size_t i = 0;

    for (; i + SCAN_CHUNK < len; i += SCAN_CHUNK) {
        const struct chunk_marks m = scan_chunk(ptr + i);
        add_marks(out, &m);
    }
    return i;
}

#ifdef __x86_64__
/* The same for the wider vectors that most processors have. */
__attribute__((target("avx2"))) static size_t scan_chunks_avx2(const unsigned char *ptr, size_t len,
                                                               struct byte_marks *out)
{
    return scan_chunks(ptr, len, out);
}
#endif

static size_t scan_whole_chunks(const unsigned char *ptr, size_t len, struct byte_marks *out)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return scan_chunks_avx2(ptr, len, out);
#endif
    return scan_chunks(ptr, len, out);
}

struct byte_marks bytes_scan(const unsigned char *ptr, size_t len)
{
    struct byte_marks out = {0};

    for (size_t i = scan_whole_chunks(ptr, len, &out); i < len; i++) {
        const unsigned char c = ptr[i];
        const struct chunk_marks m = {.lf = c == '\n',
                                      .lone_cr = c == '\r' && (i + 1 == len || ptr[i + 1] != '\n'),
                                      .quote = c == '"',
                                      .nul = c == 0,
                                      .high = c,
                                      .other = c == '\n' && i + 1 < len && (unsigned char)(ptr[i + 1] - '0') > 9};
        add_marks(&out, &m);
    }
    return out;
}

size_t bytes_line(const unsigned char *ptr, size_t len, bool at_end)
{
    if (len == 0)
        return 0;
    const unsigned char *lf = memchr(ptr, '\n', len);
    const size_t upto = lf != NULL ? (size_t)(lf - ptr) : len;
    const unsigned char *cr = memchr(ptr, '\r', upto);

    if (cr != NULL) {
        const size_t after = (size_t)(cr - ptr) + 1;
        if (after < len)
            return ptr[after] == '\n' ? after + 1 : after;
        return at_end ? after : 0;
    }
    if (lf != NULL)
        return upto + 1;
    return at_end ? len : 0;
}

struct text bytes_without_end(const unsigned char *ptr, size_t len)
{
    if (len > 0 && ptr[len - 1] == '\n')
        len--;
    if (len > 0 && ptr[len - 1] == '\r')
        len--;
    return (struct text){(const char *)ptr, len};
}

size_t bytes_count(const unsigned char *ptr, size_t len, unsigned char wanted)
{
    size_t n = 0, i = 0;

    for (; i + CHUNK <= len; i += CHUNK) {
        unsigned char in_chunk = 0;
        for (size_t k = 0; k < CHUNK; k++)
            in_chunk = (unsigned char)(in_chunk + (ptr[i + k] == wanted));
        n += in_chunk;
    }
    for (; i < len; i++)
        n += ptr[i] == wanted;
    return n;
}

/* ---- Fields: records without quotes in one pass of our own, the others by libcsv ---- */

static const char unclosed[] = "a quote is opened and never closed";
static const char misplaced[] =
    "a quote stands where none may be: quotes enclose a whole field, and within it are doubled";
static const char short_of_memory[] = "there is too little memory to read it";
static const char too_many[] = "has more fields than can be read";

void splitter_release(struct splitter *s)
{
    if (s->parser_live)
        csv_free(&s->parser);
    s->parser_live = false;
    buf_release(&s->unquoted);
    buf_release(&s->unguarded);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(struct text *t)
{
    while (t->len > 0 && is_blank(t->ptr[0])) {
        t->ptr++;
        t->len--;
    }
    while (t->len > 0 && is_blank(t->ptr[t->len - 1]))
        t->len--;
}

#define WORD 16

/* A bit for each of WORD bytes. */
struct found_bytes {
    uint32_t delimiters, blanks;
};

static inline struct found_bytes look_at_word(const char *p, char delimiter)
{
#ifdef __SSE2__
    const __m128i w = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(w, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(w, _mm_set1_epi8('\t')));

    return (struct found_bytes){(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(w, _mm_set1_epi8(delimiter))),
                                (uint32_t)_mm_movemask_epi8(blank)};
#else
    struct found_bytes out = {0};

    for (unsigned i = 0; i < WORD; i++) {
        out.delimiters |= (uint32_t)(p[i] == delimiter) << i;
        out.blanks |= (uint32_t)is_blank(p[i]) << i;
    }
    return out;
#endif
}

_Static_assert(WORD <= SPLIT_CONSTANTS, "the fields of one word more than may be have room");

bool splitter_plain(struct splitter *s, char delimiter, struct text record)
{
    const char *const end = record.ptr + record.len;
    const char *field = record.ptr;
    uint32_t ends_field = 1, ends_blank = 0; /* of the byte before */
    bool blanks = record.len > 0 && is_blank(end[-1]);
    size_t n = 0;

    for (const char *p = record.ptr; p < end; p += WORD) {
        struct found_bytes found = look_at_word(p, delimiter);

        if (end - p < WORD)
            found.delimiters &= (UINT32_C(1) << (end - p)) - 1;
        blanks |= ((found.blanks & (found.delimiters << 1 | ends_field)) |
                   (found.delimiters & (found.blanks << 1 | ends_blank))) != 0;
        ends_field = found.delimiters >> (WORD - 1);
        ends_blank = found.blanks >> (WORD - 1);
        for (; found.delimiters != 0; found.delimiters &= found.delimiters - 1) {
            const char *const at = p + __builtin_ctz(found.delimiters);

            s->fields[n++] = (struct text){field, (size_t)(at - field)};
            field = at + 1;
        }
        if (n >= SPLIT_FIELDS_MAX)
            return false;
    }
    s->fields[n++] = (struct text){field, (size_t)(end - field)};
    for (size_t i = 0; blanks && i < n; i++) /* nearly no record has any around its fields */
        trim(&s->fields[i]);
    s->count = n;
    s->fields[n] = (struct text){0};
    return true;
}

static void take_field(void *ptr, size_t len, void *ctx)
{
    struct splitter *s = ctx;

    if (s->count == SPLIT_FIELDS_MAX) {
        s->too_many = true;
        return;
    }
    /* Room for the whole record was reserved, so the memory stays where it is. */
    s->fields[s->count++] = (struct text){(const char *)s->unquoted.ptr + s->unquoted.len, len};
    buf_add(&s->unquoted, ptr, len);
}

static bool start_parser(struct splitter *s, char delimiter)
{
    if (!s->parser_live && csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return false;
    s->parser_live = true;
    csv_set_delim(&s->parser, (unsigned char)delimiter);
    return true;
}

/* A strict parser cannot go on after a fault: the next record gets a new one. */
static bool give_up(struct splitter *s, const char **why, const char *what)
{
    const bool no_memory = csv_error(&s->parser) == CSV_ENOMEM;

    csv_free(&s->parser);
    s->parser_live = false;
    s->no_memory |= no_memory;
    *why = no_memory ? short_of_memory : what;
    return false;
}

static bool split_quoted(struct splitter *s, char delimiter, struct text record, const char **why)
{
    s->count = 0;
    s->too_many = false;
    buf_clear(&s->unquoted);
    if (!buf_reserve(&s->unquoted, record.len + 1) || !start_parser(s, delimiter)) {
        s->no_memory = true;
        *why = short_of_memory;
        return false;
    }
    if (csv_parse(&s->parser, record.ptr, record.len, take_field, NULL, s) != record.len)
        return give_up(s, why, misplaced);
    if (csv_fini(&s->parser, take_field, NULL, s) != 0)
        return give_up(s, why, unclosed);
    if (s->too_many) {
        *why = too_many;
        return false;
    }
    s->fields[s->count] = (struct text){0};
    return true;
}

/* Copies a record without the '=' of ="TEXT", as spreadsheets have a number that is to stay text. False: it has none.
 */
static bool drop_guards(struct buf *out, char delimiter, struct text record)
{
    bool quoted = false, begins = true, found = false;

    buf_clear(out);
    for (size_t i = 0; i < record.len; i++) {
        const char c = record.ptr[i];

        if (begins && !quoted && c == '=' && i + 1 < record.len && record.ptr[i + 1] == '"') {
            found = true;
            continue;
        }
        quoted ^= c == '"';
        begins = c == delimiter || (begins && ascii_is_blank(c));
        buf_add_byte(out, (unsigned char)c);
    }
    return found;
}

bool splitter_quoted(struct splitter *s, char delimiter, struct text record, const char **why)
{
    if (split_quoted(s, delimiter, record, why))
        return true;
    if (s->no_memory || s->too_many || !drop_guards(&s->unguarded, delimiter, record))
        return false;
    s->no_memory |= s->unguarded.failed;
    return !s->no_memory &&
           split_quoted(s, delimiter, (struct text){(const char *)s->unguarded.ptr, s->unguarded.len}, why);
}

/* Whether these lines are one record, as wide as the heading. */
static bool is_whole_record(struct splitter *s, const struct record_form *form, const unsigned char *ptr, size_t len)
{
    const char *why;

    return splitter_quoted(s, form->delimiter, bytes_without_end(ptr, len), &why) &&
           (s->count == form->fields || (s->count == form->fields + 1 && s->fields[form->fields].len == 0));
}

/* Whether the line would have as many fields but for its quotes. */
static bool has_fields(const struct record_form *form, const unsigned char *ptr, size_t len)
{
    return bytes_count(ptr, len, (unsigned char)form->delimiter) + 1 == form->fields;
}

/* Whether such a line may be a row, were it not for them. */
static bool may_be_row(struct splitter *s, const struct record_form *form, const unsigned char *ptr, size_t len)
{
    if (form->is_row == NULL || !splitter_plain(s, form->delimiter, bytes_without_end(ptr, len)))
        return false;
    for (size_t i = 0; i < s->count; i++) {
        struct text *const f = &s->fields[i];
        const size_t first = f->len > 0 && f->ptr[0] == '"', last = f->len > first && f->ptr[f->len - 1] == '"';

        *f = (struct text){f->ptr + first, f->len - first - last};
    }
    return form->is_row(form->ctx, s->fields);
}

size_t splitter_record(struct splitter *s, const struct record_form *form, const unsigned char *ptr, size_t len,
                       bool at_end)
{
    const size_t first = bytes_line(ptr, len, at_end);
    size_t quotes = bytes_count(ptr, first, '"');
    size_t end = first;
    bool all_rows = has_fields(form, ptr, first);

    if (first == 0 || quotes % 2 == 0)
        return first;
    /* An odd number: a quote may be open at the end of the line. */
    while (end < SPLIT_SPAN_MAX && end < len) {
        const size_t line = bytes_line(ptr + end, len - end, at_end);
        if (line == 0)
            break;
        const size_t more = bytes_count(ptr + end, line, '"');
        if (more % 2 == 0 && is_whole_record(s, form, ptr + end, line))
            return first; /* what closes the quote, if anything does, is another fault further on */
        quotes += more;
        all_rows = all_rows && has_fields(form, ptr + end, line);
        end += line;
        if (quotes % 2 == 0) {
            const bool is_one = end <= SPLIT_SPAN_MAX && is_whole_record(s, form, ptr, end);
            return is_one && !(all_rows && may_be_row(s, form, ptr, first)) ? end : first;
        }
    }
    return at_end || len >= SPLIT_SPAN_MAX ? first : 0;
}
