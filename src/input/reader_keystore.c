/* keystore: the JSON of the DCC Boxed key store, {"entity": {"usage": {"serial": {"certificate": PEM, ...}}}}.
 *
 * The certificates say all that is needed; where in the tree they stand does not matter. Private keys beside them are
 * never looked at, and no bytes of a key store go to the rejects. */
#include "cert_take_int.h"
#include "readers_int.h"

#include <stdlib.h>
#include <string.h>

static const char over_long[] = "the entry is longer than 1 MiB";
static const char broken[] = "is no whole JSON object: a quote or a bracket is missing";
static const char cut_short[] = "the key store is not closed: the file may be cut short";

#define NOWHERE    SIZE_MAX
#define START_KEPT 4096 /* bytes in which the start of an entry is told: a brace, blanks and a name */

/* Where the cut has come to, from one block to the next. */
struct keystore_cutter {
    size_t depth; /* of braces */
    bool lost;    /* after something broken: up to the next entry, depths are not known */
    bool was_lost;
};

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_spaces(struct text t, size_t at)
{
    while (at < t.len && is_space((unsigned char)t.ptr[at]))
        at++;
    return at;
}

static bool holds(struct text bytes, const char *part)
{
    return memmem(bytes.ptr, bytes.len, part, strlen(part)) != NULL;
}

static size_t byte_order_mark(const struct head *head)
{
    return head->bytes.len >= 3 && memcmp(head->bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static bool begins_with_brace(const struct head *head)
{
    const size_t at = skip_spaces(head->bytes, byte_order_mark(head));

    return at < head->bytes.len && head->bytes.ptr[at] == '{';
}

static void bid_keystore(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    (void)ops;
    (void)job;
    *out = (struct bid){0};
    if (begins_with_brace(head) && holds(head->bytes, "\"certificate\"") &&
        (holds(head->bytes, "\"digitalSignature\"") || holds(head->bytes, "\"keyAgreement\"")))
        out->score = BID_SURE + 1;
}

static int open_keystore(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                         struct err *why)
{
    *consumed = byte_order_mark(head);
    if (!begins_with_brace(head))
        return err_set(why, ERR_DATA, "'%s' does not begin with a JSON object", job->name);
    job->state = calloc(1, sizeof(struct keystore_cutter));
    file->dialect = strdup("JSON key store");
    return job->state == NULL || file->dialect == NULL ? err_nomem(why) : 0;
}

struct cutting {
    struct keystore_cutter *c;
    struct block *b;
    struct text t;
    size_t at;
    size_t open; /* the innermost brace in which no other was opened; NOWHERE: none */
    size_t open_depth;
    bool no_memory;
};

/* Of what is broken only the place is told: its bytes are not kept. */
static void add_fault(struct cutting *k, size_t at, const char *fault)
{
    k->no_memory |= !block_add_span(k->b, at, 0, fault);
}

/* Behind the string that begins at `at`; t.len: it does not end in the block. A line end tells that its closing quote
 * is missing: NOWHERE. */
static size_t behind_string(struct text t, size_t at)
{
    for (size_t i = at + 1; i < t.len; i++) {
        i += json_plain(t.ptr + i, t.len - i);
        if (i == t.len)
            break;
        const unsigned char c = (unsigned char)t.ptr[i];
        if (c == '"')
            return i + 1;
        if (c == '\\')
            i++;
        else if (c < 0x20)
            return NOWHERE;
    }
    return t.len + 1;
}

/* An entry begins with one of the names that the key store has. */
static bool may_be_entry(struct text t, size_t brace)
{
    static const char *const names[] = {"\"certificate\"", "\"name\"", "\"role\"", "\"private"};
    const size_t at = skip_spaces(t, brace + 1);

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (t.len - at >= strlen(names[i]) && memcmp(t.ptr + at, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Goes to the next entry that begins. */
static void find_entry(struct cutting *k)
{
    while (k->at < k->t.len && (k->t.ptr[k->at] != '{' || !may_be_entry(k->t, k->at)))
        k->at++;
    k->c->lost = k->at == k->t.len;
}

static void give_up(struct cutting *k)
{
    add_fault(k, k->open != NOWHERE ? k->open : k->at, broken);
    k->open = NOWHERE;
    k->at++;
    k->c->was_lost = true;
    find_entry(k);
}

static void open_brace(struct cutting *k)
{
    k->open = k->at++;
    k->open_depth = k->c->depth++;
}

/* Only the innermost objects are entries; the outermost brace alone is an empty key store. */
static void close_brace(struct cutting *k)
{
    const size_t from = k->open;

    k->at++;
    k->open = NOWHERE;
    if (k->c->depth > 0)
        k->c->depth--;
    if (from != NOWHERE && (k->c->depth > 0 || k->c->was_lost) && skip_spaces(k->t, from + 1) != k->at - 1)
        k->no_memory |= !block_add_span(k->b, from, k->at - from, k->at - from > RECORD_MAX ? over_long : NULL);
}

/* One step; false when the block holds no more that is whole. */
static bool step(struct cutting *k)
{
    if (k->at >= k->t.len)
        return false;
    const char c = k->t.ptr[k->at];
    if (c == '"') {
        const size_t behind = behind_string(k->t, k->at);
        if (behind == NOWHERE)
            give_up(k);
        else if (behind > k->t.len)
            return false;
        else
            k->at = behind;
    } else if (c == '{') {
        open_brace(k);
    } else if (c == '}') {
        close_brace(k);
    } else if (is_space((unsigned char)c) || (c != '\0' && strchr("[]:,+-.0123456789eEtrufalsn", c) != NULL)) {
        k->at++;
    } else {
        give_up(k);
    }
    return true;
}

/* How many bytes are done with, when no more can be made of the block. */
static size_t settle(struct cutting *k, bool at_end)
{
    struct keystore_cutter *const c = k->c;
    const size_t len = k->t.len;
    const size_t rest = k->open != NOWHERE ? k->open : k->at;

    if (at_end) {
        if (!c->lost && (rest < len || (c->depth > 0 && !c->was_lost)))
            add_fault(k, rest, cut_short);
        return len;
    }
    if (!c->lost && len - rest > RECORD_MAX) {
        add_fault(k, rest, over_long);
        c->lost = c->was_lost = true;
    }
    if (c->lost)
        return len > START_KEPT ? len - START_KEPT : 0;
    if (k->open != NOWHERE)
        c->depth = k->open_depth;
    return rest;
}

static ptrdiff_t cut_keystore(struct job *job, struct block *b, bool at_end)
{
    struct keystore_cutter *const c = job->state;
    const struct keystore_cutter before = *c;
    struct cutting k = {.c = c, .b = b, .t = {(const char *)b->ptr, b->len}, .open = NOWHERE};

    b->span_count = 0; /* of an earlier try with fewer bytes */
    b->from = b->len;
    if (c->lost)
        find_entry(&k);
    while (step(&k) && !k.no_memory)
        continue;
    const size_t done = settle(&k, at_end);
    if (done == 0)
        *c = before; /* the same bytes come again, with more behind them */
    return k.no_memory ? -1 : (ptrdiff_t)done;
}

static int take_entry(const struct cert_place *p, struct text entry, struct err *err)
{
    static const struct text names[] = {TEXT_LITERAL("certificate")};
    struct worker *const w = p->worker;
    struct tape_fault fault;
    struct pem_block block;
    uint32_t found[ARRAY_LEN(names)];
    size_t at = 0;

    if (!tape_read(&w->tape, entry, &fault))
        return w->tape.no_memory ? err_nomem(err) : cert_reject_unkept(p, "the entry is no JSON that can be read", err);
    tape_members(&w->tape, 0, names, ARRAY_LEN(names), found);
    const struct tape_item *const item = &w->tape.items[found[0]];
    if (found[0] == 0 || item->type != TAPE_STRING)
        return cert_reject_unkept(p, "the entry has no certificate", err);
    while (pem_next(item->text, at, &block) == PEM_BLOCK) {
        if (pem_is_certificate(block.label))
            return cert_take_pem(p, &block, (struct text){0}, err);
        at = block.at + block.len;
    }
    return cert_reject_unkept(p, "the entry's certificate is no PEM block of a certificate", err);
}

static int parse_keystore(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct cert_place p = {job, w, {b->line, b->offset}};

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];

        place_to_span(&p.at, b, i);
        const struct text entry = {(const char *)b->ptr + s->at, s->len};
        if ((s->fault != NULL ? cert_reject_unkept(&p, s->fault, err) : take_entry(&p, entry, err)) < 0)
            return -1;
    }
    return 0;
}

static void close_keystore(struct job *job)
{
    free(job->state);
    job->state = NULL;
}

const struct reader_ops reader_keystore = {.kind = &reader_kinds[READER_keystore],
                                           .bid = bid_keystore,
                                           .open = open_keystore,
                                           .cut = cut_keystore,
                                           .parse = parse_keystore,
                                           .close = close_keystore};
