/* duis: documents of the DCC User Interface Specification, as Users keep what they sent and got. */
#include "duis_record_int.h"

#include "base/ascii.h"
#include "input/duis.h"
#include "readers_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- Cutting ----
 *
 * A scan that looks at nothing but where tags begin and end. What is well-formed beyond that is for the parser to tell.
 * Documents may stand within elements that are none of theirs, as a SOAP envelope or the list of an export. */

#define DOCTYPE_MAX 65536
#define START_MAX   4096 /* bytes in which the start of a document is told: its declaration or the tag of its root */

static const char over_long[] = "the document is longer than 16 MiB";
static const char cut_short[] = "the document is not closed: it may be cut short";
static const char broken[] = "is no whole XML document: a tag is missing or misplaced";
static const char doctype[] = "holds a DOCTYPE, which DUIS documents do not have";
static const char no_document[] = "is no XML document";
static const char as_text[] =
    "holds a document as text (in CDATA, or with &lt;); write it as an element, or into a file "
    "of its own";
static const char open_around[] = "the element around the documents is not closed: the file may be cut short";

struct duis_cutter {
    bool lost;     /* dropping bytes until a document begins */
    size_t around; /* elements that are open around the documents, as a SOAP envelope */
    bool wrapped;  /* there were some: their tags and texts may still come where something was given up */
    bool gave_up;  /* how many are open is not known any more */
};

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* How a scan ended: *end is behind what was found, or where the next document begins in the middle of this one. */
enum scan_result { SCAN_WHOLE, SCAN_MORE, SCAN_BROKEN, SCAN_WRAPPED };

struct bytes {
    const unsigned char *ptr;
    size_t len;
};

static bool starts(struct bytes b, size_t at, const char *with, size_t len)
{
    return b.len - at >= len && memcmp(b.ptr + at, with, len) == 0;
}
#define STARTS(b, at, literal) starts(b, at, literal, sizeof(literal) - 1)

/* As far as the bytes go, it may yet become `with`. */
static bool may_start(struct bytes b, size_t at, const char *with, size_t len)
{
    return b.len - at < len && memcmp(b.ptr + at, with, b.len - at) == 0;
}
#define MAY_START(b, at, literal) may_start(b, at, literal, sizeof(literal) - 1)

static size_t find(struct bytes b, size_t from, const char *what, size_t len)
{
    const unsigned char *const found = from < b.len ? memmem(b.ptr + from, b.len - from, what, len) : NULL;

    return found != NULL ? (size_t)(found - b.ptr) : b.len;
}
#define FIND(b, from, literal) find(b, from, literal, sizeof(literal) - 1)

/* The end of a tag that begins at `at`: behind its '>'. A '<' within tells that it is not closed. */
static enum scan_result scan_tag(struct bytes b, size_t at, size_t *end)
{
    unsigned char quote = 0;

    for (size_t i = at + 1; i < b.len; i++) {
        const unsigned char c = b.ptr[i];

        if (c == '<')
            return SCAN_BROKEN;
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '>') {
            *end = i + 1;
            return SCAN_WHOLE;
        } else if (c == '"' || c == '\'') {
            quote = c;
        }
    }
    return SCAN_MORE;
}

/* The last find of something, so that bytes are not looked through again and again. */
struct seen {
    size_t from, to; /* it is not in [from, to), but at `to` */
    bool valid;
};
enum { SEEN_DASHES, SEEN_CDATA, SEEN_CDATA_END, SEEN_INSTRUCTION_END, SEEN_DECLARATION, SEEN_COUNT };
static const struct text sought[SEEN_COUNT] = {TEXT_LITERAL("--"), TEXT_LITERAL("<![CDATA["), TEXT_LITERAL("]]>"),
                                               TEXT_LITERAL("?>"), TEXT_LITERAL("<?xml ")};

/* The document being scanned. */
struct scan {
    struct bytes b;
    struct seen *seen; /* of the whole block */
    size_t start, at;
    size_t depth;
    struct text root; /* its tag's name with the prefix */
    size_t from;      /* behind that tag: another document may begin there at the earliest */
    bool has_root, done;
    bool is_duis; /* the root is one of DUIS, which holds no other */
    bool doctype; /* it is broken within one: what follows, up to a declaration, is no document either */
};

static size_t find_again(const struct scan *s, unsigned what, size_t from)
{
    struct seen *const seen = &s->seen[what];

    if (!seen->valid || from < seen->from || from > seen->to)
        *seen = (struct seen){from, find(s->b, from, sought[what].ptr, sought[what].len), true};
    return seen->to;
}

/* A comment holds no "--": one that does is not closed, and the next one's would be taken for its end. */
static enum scan_result scan_comment(struct scan *s)
{
    const size_t dashes = find_again(s, SEEN_DASHES, s->at + 4);

    if (s->b.len - dashes < 3)
        return SCAN_MORE;
    s->at = dashes + 3;
    return s->b.ptr[dashes + 2] == '>' ? SCAN_WHOLE : SCAN_BROKEN;
}

static enum scan_result scan_cdata(struct scan *s)
{
    const size_t close = find_again(s, SEEN_CDATA_END, s->at + 9), another = find_again(s, SEEN_CDATA, s->at + 9);

    if (another < close)
        return SCAN_BROKEN;
    s->at = close + 3;
    return close < s->b.len ? SCAN_WHOLE : SCAN_MORE;
}

static enum scan_result scan_instruction(struct scan *s)
{
    const size_t close = find_again(s, SEEN_INSTRUCTION_END, s->at + 2);

    s->at = close + 2;
    return close < s->b.len ? SCAN_WHOLE : SCAN_MORE;
}

/* A DOCTYPE, which the parser refuses: as far as its '>', over quotes and what stands in brackets. */
static enum scan_result scan_doctype(struct scan *s)
{
    const size_t declaration = find_again(s, SEEN_DECLARATION, s->at);
    const size_t limit = declaration - s->at < DOCTYPE_MAX ? declaration : s->at + DOCTYPE_MAX;
    unsigned brackets = 0;
    unsigned char quote = 0;

    for (size_t i = s->at + 2; i < limit; i++) {
        const unsigned char c = s->b.ptr[i];

        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[' || c == '<') {
            brackets++;
        } else if (c == '>' && brackets == 0) {
            s->at = i + 1;
            return SCAN_WHOLE;
        } else if ((c == ']' || c == '>') && brackets > 0) {
            brackets--;
        }
    }
    s->doctype = true;
    return limit < s->b.len ? SCAN_BROKEN : SCAN_MORE;
}

/* The local name of the tag at `at`. */
static struct text tag_name(struct bytes b, size_t at)
{
    size_t from = at + 1, to = from;

    for (; to < b.len && !is_space(b.ptr[to]) && b.ptr[to] != '>' && b.ptr[to] != '/'; to++)
        if (b.ptr[to] == ':')
            from = to + 1;
    return (struct text){(const char *)b.ptr + from, to - from};
}

static bool names_root(struct text name)
{
    return text_equal(name, TEXT_LITERAL("Request")) || text_equal(name, TEXT_LITERAL("Response")) ||
           text_equal(name, TEXT_LITERAL("ServiceRequest")) || text_equal(name, TEXT_LITERAL("ServiceResponse"));
}

/* Whether a document of DUIS begins with this tag, which goes as far as `end`. */
static bool is_root(struct bytes b, size_t at, size_t end)
{
    const struct bytes tag = {b.ptr, end};

    return names_root(tag_name(tag, at)) && (FIND(tag, at, "schemaVersion") < end || FIND(tag, at, "xmlns") < end);
}

static bool is_declaration(struct bytes b, size_t at)
{
    return STARTS(b, at, "<?xml") && b.len - at > 5 && is_space(b.ptr[at + 5]);
}

/* Where, from `at` on, a document begins; len when nowhere. */
static size_t find_start(struct bytes b, size_t at)
{
    while (at < b.len) {
        const unsigned char *const open = memchr(b.ptr + at, '<', b.len - at);
        size_t end;

        if (open == NULL)
            break;
        at = (size_t)(open - b.ptr);
        if (is_declaration(b, at) || (scan_tag(b, at, &end) == SCAN_WHOLE && is_root(b, at, end)))
            return at;
        at++;
    }
    return b.len;
}

static struct text whole_name(struct bytes b, size_t at, size_t end)
{
    size_t to = at;

    while (to < end && !is_space(b.ptr[to]) && b.ptr[to] != '>' && b.ptr[to] != '/')
        to++;
    return (struct text){(const char *)b.ptr + at, to - at};
}

/* A start or end tag. */
static enum scan_result scan_element(struct scan *s)
{
    const size_t at = s->at;
    size_t end = at;
    const enum scan_result r = scan_tag(s->b, at, &end);

    if (r != SCAN_WHOLE)
        return r;
    s->at = end;
    if (s->b.ptr[at + 1] == '/') {
        if (s->depth == 0)
            return SCAN_BROKEN;
        s->depth--;
        s->done = s->depth == 0;
        return !s->done || text_equal(whole_name(s->b, at + 2, end), s->root) ? SCAN_WHOLE : SCAN_BROKEN;
    }
    if (s->depth > 0 && is_root(s->b, at, end)) {
        s->at = s->is_duis ? end : at;
        return s->is_duis ? SCAN_BROKEN : SCAN_WRAPPED;
    }
    if (s->depth == 0) {
        s->is_duis = is_root(s->b, at, end);
        s->root = whole_name(s->b, at + 1, end);
        s->has_root = true;
        s->from = end;
    }
    if (s->b.ptr[end - 2] == '/')
        s->done = s->depth == 0;
    else
        s->depth++;
    return SCAN_WHOLE;
}

/* What begins with "<!" or "<?". */
static enum scan_result scan_other(struct scan *s)
{
    const struct bytes b = s->b;
    const size_t at = s->at;

    if (STARTS(b, at, "<!--"))
        return scan_comment(s);
    if (STARTS(b, at, "<![CDATA["))
        return scan_cdata(s);
    if (MAY_START(b, at, "<!--") || MAY_START(b, at, "<![CDATA[") || MAY_START(b, at, "<?xml "))
        return SCAN_MORE;
    if (b.ptr[at + 1] == '!')
        return s->depth > 0 ? SCAN_BROKEN : scan_doctype(s);
    return at > s->start && is_declaration(b, at) ? SCAN_BROKEN : scan_instruction(s);
}

/* Goes to the end of the document that begins at s->start. */
static enum scan_result scan_document(struct scan *s)
{
    while (!s->done) {
        const unsigned char *const open = s->at < s->b.len ? memchr(s->b.ptr + s->at, '<', s->b.len - s->at) : NULL;
        enum scan_result r;

        if (open == NULL)
            return SCAN_MORE;
        s->at = (size_t)(open - s->b.ptr);
        if (s->b.len - s->at < 2)
            return SCAN_MORE;
        r = open[1] == '!' || open[1] == '?' ? scan_other(s) : scan_element(s);
        if (r != SCAN_WHOLE)
            return r;
    }
    return SCAN_WHOLE;
}

struct cutting {
    struct duis_cutter *c;
    struct block *b;
    struct seen seen[SEEN_COUNT];
    size_t at;
    bool at_end;
    bool no_memory;
};

static struct bytes bytes_of(const struct cutting *k)
{
    return (struct bytes){k->b->ptr, k->b->len};
}

static void add_span(struct cutting *k, size_t len, const char *fault)
{
    k->no_memory |= !block_add_span(k->b, k->at, len, fault);
    k->at += len;
}

/* ---- Documents that stand as text in what is around others ---- */

#define ESCAPED_TAG_MAX 2048 /* bytes in which an escaped tag tells its schema */

/* Whether an escaped tag of a document begins at `at`, behind its '<'. */
static bool is_escaped_root(struct bytes b, size_t at)
{
    const struct bytes tag = {b.ptr, b.len - at < ESCAPED_TAG_MAX ? b.len : at + ESCAPED_TAG_MAX};
    size_t from = at, to = at;

    for (; to < tag.len && !is_space(tag.ptr[to]) && !ascii_is_one_of(tag.ptr[to], "&>/<"); to++)
        if (tag.ptr[to] == ':')
            from = to + 1;
    return names_root((struct text){(const char *)tag.ptr + from, to - from}) &&
           (FIND(tag, to, "schemaVersion") < tag.len || FIND(tag, to, "xmlns") < tag.len);
}

static bool holds_escaped(struct bytes b, size_t at)
{
    static const struct text open[] = {TEXT_LITERAL("&lt;"), TEXT_LITERAL("&#60;"), TEXT_LITERAL("&#x3c;"),
                                       TEXT_LITERAL("&#x3C;")};

    for (; (at = FIND(b, at, "&")) < b.len; at++)
        for (size_t i = 0; i < ARRAY_LEN(open); i++)
            if (starts(b, at, open[i].ptr, open[i].len) && is_escaped_root(b, at + open[i].len))
                return true;
    return false;
}

/* Whether one stands, escaped or in CDATA, from `at` to `end`. */
static bool holds_as_text(struct bytes b, size_t at, size_t end)
{
    b.len = end;
    if (holds_escaped(b, at))
        return true;
    for (; (at = FIND(b, at, "<![CDATA[")) < end; at++) {
        const size_t close = FIND(b, at, "]]>");
        if (find_start((struct bytes){b.ptr, close}, at + 9) < close)
            return true;
    }
    return false;
}

/* Passes over what is around documents, unless one stands there as text. */
static void pass_to(struct cutting *k, size_t end)
{
    if (holds_as_text(bytes_of(k), k->at, end))
        add_span(k, end - k->at, as_text);
    k->at = end;
}

/* Tags, comments and texts of the elements around documents are passed over. False when more bytes are needed, or a
 * document may begin here. */
static bool pass_around(struct cutting *k)
{
    const struct bytes b = bytes_of(k);
    size_t end = b.len;

    if (!k->c->wrapped)
        return false;
    if (b.ptr[k->at] != '<') {
        end = FIND(b, k->at, "<");
        if (end == b.len && !k->at_end && b.len - k->at <= DUIS_DOCUMENT_MAX)
            return false;
        pass_to(k, end);
        return k->at < b.len;
    }
    if (STARTS(b, k->at, "<!--")) {
        end = FIND(b, k->at + 4, "--"); /* where no '>' follows, the comment is broken (scan_comment) */
        if (b.len - end < 3 || b.ptr[end + 2] != '>')
            return false;
        k->at = end + 3;
        return true;
    }
    if (!STARTS(b, k->at, "</") || scan_tag(b, k->at, &end) != SCAN_WHOLE)
        return false;
    k->c->around -= k->c->around > 0;
    k->at = end;
    return true;
}

/* Gives up what begins at k->at, as far as the next document, which begins at `from` at the earliest. False when more
 * bytes may show where that is. */
static bool give_up(struct cutting *k, size_t from, const char *fault)
{
    const size_t left = k->b->len - k->at;
    const size_t next = find_start(bytes_of(k), from);

    if (next == k->b->len && !k->at_end && left <= DUIS_DOCUMENT_MAX)
        return false;
    k->c->gave_up = true;
    if (next < k->b->len) {
        add_span(k, next - k->at, fault);
        return true;
    }
    k->c->lost = !k->at_end;
    add_span(k, left, k->at_end ? fault : over_long);
    return true;
}

/* Drops bytes up to the next start; keeps as many as a start may need. */
static bool drop(struct cutting *k)
{
    const size_t len = k->b->len, next = find_start(bytes_of(k), k->at);

    if (next < len) {
        k->at = next;
        k->c->lost = false;
        return true;
    }
    if (k->at_end)
        k->at = len;
    else if (len - k->at > START_MAX)
        k->at = len - START_MAX;
    return false;
}

static bool take_document(struct cutting *k)
{
    struct scan s = {.b = bytes_of(k), .seen = k->seen, .start = k->at, .at = k->at, .from = k->at + 1};
    const size_t left = k->b->len - k->at;

    const enum scan_result r = scan_document(&s);

    if (s.doctype && (r == SCAN_BROKEN || k->at_end)) { /* its root is no start */
        add_span(k, find_again(&s, SEEN_DECLARATION, k->at + 1) - k->at, doctype);
        return true;
    }
    switch (r) {
    case SCAN_WRAPPED:
        k->c->around += s.depth;
        k->c->wrapped = true;
        pass_to(k, s.at);
        return true;
    case SCAN_WHOLE:
        if (k->c->around > 0 && !s.is_duis) { /* beside the documents, in what is around them */
            pass_to(k, s.at);
            return true;
        }
        add_span(k, s.at - k->at, s.at - k->at > DUIS_DOCUMENT_MAX ? over_long : NULL);
        return true;
    case SCAN_MORE:
        if (k->at_end && !s.has_root && STARTS(s.b, k->at, "<!--")) { /* a comment behind the last document */
            k->at = k->b->len;
            return false;
        }
        return (k->at_end || left > DUIS_DOCUMENT_MAX) && give_up(k, s.from, cut_short);
    default:
        return give_up(k, s.from, broken);
    }
}

/* A byte order mark, of files that were put together with theirs. */
static bool is_mark(struct bytes b, size_t at)
{
    return STARTS(b, at, "\xEF\xBB\xBF");
}

/* One step; false when no more can be done with this block. */
static bool step(struct cutting *k)
{
    const struct block *const b = k->b;

    if (k->c->lost)
        return drop(k);
    while (k->at < b->len && (is_space(b->ptr[k->at]) || is_mark(bytes_of(k), k->at)))
        k->at += is_space(b->ptr[k->at]) ? 1 : 3;
    if (k->at == b->len)
        return false;
    if (pass_around(k))
        return true;
    if (k->at == b->len || (k->c->wrapped && b->ptr[k->at] != '<'))
        return false;
    return b->ptr[k->at] == '<' ? take_document(k) : give_up(k, k->at + 1, no_document);
}

/* Every document is a span of the block: from its XML declaration, or what else it begins with, to the end of its root.
 * Where one is broken, reading goes on where the next one begins: at an XML declaration, or at a root of DUIS. */
static ptrdiff_t cut_duis(struct job *job, struct block *b, bool at_end)
{
    struct cutting k = {.c = job->state, .b = b, .at_end = at_end};

    b->span_count = 0; /* of an earlier try with fewer bytes */
    while (step(&k) && !k.no_memory)
        continue;
    if (at_end && k.c->around > 0 && !k.c->gave_up)
        add_span(&k, 0, open_around);
    b->from = b->len;
    return k.no_memory ? -1 : (ptrdiff_t)k.at;
}

/* ---- The reader ---- */

static bool holds(struct text bytes, const char *part)
{
    return memmem(bytes.ptr, bytes.len, part, strlen(part)) != NULL;
}

static void bid_duis(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    static const char *const signs[] = {"ServiceUserGateway", "schemaVersion", "RequestID", "ResponseID", "DccAdapter"};

    (void)ops;
    (void)job;
    *out = (struct bid){0};
    if (!duis_begins(head->bytes))
        return;
    out->score = 1;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (holds(head->bytes, signs[i]))
            out->score = BID_SURE;
    if (out->score < BID_SURE)
        strcpy(out->lacks, "a root Request or Response of DUIS");
}

static int open_duis(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                     struct err *why)
{
    if (!duis_begins(head->bytes))
        return err_set(why, ERR_DATA, "'%s' does not begin with an XML document", job->name);
    job->state = calloc(1, sizeof(struct duis_cutter));
    file->dialect = strdup("DUIS XML");
    *consumed = 0;
    return job->state == NULL || file->dialect == NULL ? err_nomem(why) : 0;
}

static int take_span(const struct duis_take *span, const char *fault, struct err *err)
{
    struct worker *const w = span->worker;
    struct duis_document d;
    struct err why = {0};
    struct duis_take with_document = *span;
    const struct duis_take *const t = &with_document;

    with_document.document = &d;
    if (fault != NULL) {
        (void)fault_set(&w->fault, (struct text){0}, "%s", fault);
        return duis_reject(t, err);
    }
    if (duis_read(w->duis, t->bytes, &d, &why) == 0)
        return duis_take_document(t, err);
    if (err_is_ours(&why))
        return err_copy(err, &why);
    (void)fault_set(&w->fault, (struct text){0}, "%s", why.msg);
    return duis_reject(t, err);
}

static int parse_duis(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct duis_take t = {.job = job, .worker = w, .at = {b->line, b->offset}};

    if (w->duis == NULL && duis_parser_create(&w->duis, err) < 0)
        return -1;
    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];

        place_to_span(&t.at, b, i);
        t.bytes = (struct text){(const char *)b->ptr + s->at, s->len};
        if (take_span(&t, s->fault, err) < 0)
            return -1;
    }
    return w->parts.no_memory ? err_nomem(err) : 0;
}

static void close_duis(struct job *job)
{
    free(job->state);
    job->state = NULL;
}

const struct reader_ops reader_duis = {.kind = &reader_kinds[READER_duis],
                                       .bid = bid_duis,
                                       .open = open_duis,
                                       .cut = cut_duis,
                                       .parse = parse_duis,
                                       .close = close_duis};
