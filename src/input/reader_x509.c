/* x509: certificates of organisations and Devices, one in DER or many in PEM. */
#include "cert_take_int.h"
#include "codec/x509.h"
#include "readers_int.h"

#include <stdlib.h>
#include <string.h>

static const char over_long[] = "the record is longer than 1 MiB";
static const char cut_short[] = "the block has no END line: the file may be cut short";

struct x509_cutter {
    bool der;
    bool dropping; /* the rest of what is over-long is to come */
};

/* Blocks may stand in JSON and XML too, which are for other readers. */
static bool holds_pem(const struct head *head)
{
    struct pem_block block;
    size_t at = head->bytes.len >= 3 && memcmp(head->bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < head->bytes.len && memchr(" \t\r\n", head->bytes.ptr[at], 4) != NULL)
        at++;
    return at < head->bytes.len && memchr("{[<", head->bytes.ptr[at], 3) == NULL &&
           pem_next(head->bytes, 0, &block) != PEM_NONE;
}

static void bid_x509(const struct reader_ops *ops, const struct job *job, const struct head *head, struct bid *out)
{
    (void)ops;
    (void)job;
    *out = (struct bid){.score = x509_begins_as_one(head->bytes) || holds_pem(head) ? BID_SURE : 0};
}

static int open_x509(struct job *job, const struct head *head, size_t *consumed, struct intake_file *file,
                     struct err *why)
{
    struct x509_cutter *const c = calloc(1, sizeof(*c));

    *consumed = 0;
    job->state = c;
    if (c == NULL)
        return err_nomem(why);
    c->der = !holds_pem(head) && head->bytes.ptr[0] == 0x30;
    if (!c->der && head->whole && !holds_pem(head))
        return err_set(why, ERR_DATA, "'%s' holds no certificate, neither in PEM nor in DER", job->name);
    file->dialect = strdup(c->der ? "DER" : "PEM");
    return file->dialect == NULL ? err_nomem(why) : 0;
}

/* The whole file is one certificate. */
static ptrdiff_t cut_der(struct x509_cutter *c, struct block *b, bool at_end)
{
    const bool too_long = b->len > RECORD_MAX;

    if (!at_end && !too_long && !c->dropping)
        return 0;
    if (!c->dropping && !block_add_span(b, 0, b->len, too_long ? over_long : NULL))
        return -1;
    c->dropping = too_long;
    return (ptrdiff_t)b->len;
}

/* The start of the last line: a block may begin on it, and not be told yet. */
static size_t last_line(const struct block *b)
{
    size_t at = b->len;

    while (at > 0 && b->ptr[at - 1] != '\n' && b->ptr[at - 1] != '\r')
        at--;
    return b->len - at > RECORD_MAX ? b->len : at;
}

static ptrdiff_t cut_pem(struct block *b, bool at_end)
{
    const struct text t = {(const char *)b->ptr, b->len};
    struct pem_block found;
    size_t at = 0;

    for (;;) {
        const enum pem_result r = pem_next(t, at, &found);
        const bool too_long = (r == PEM_OPEN ? b->len - found.at : found.len) > RECORD_MAX;

        if (r == PEM_NONE)
            return (ptrdiff_t)(at_end ? b->len : last_line(b) > at ? last_line(b) : at);
        /* An END line at the very end may go on in the next block. */
        if ((r == PEM_OPEN || found.at + found.len == b->len) && !at_end && !too_long)
            return (ptrdiff_t)found.at;
        if (r == PEM_OPEN)
            found.len = b->len - found.at;
        if (!block_add_span(b, found.at, found.len, too_long ? over_long : r == PEM_OPEN ? cut_short : found.fault))
            return -1;
        at = found.at + found.len;
    }
}

static ptrdiff_t cut_x509(struct job *job, struct block *b, bool at_end)
{
    struct x509_cutter *const c = job->state;

    b->span_count = 0; /* of an earlier try with fewer bytes */
    b->from = b->len;
    return c->der ? cut_der(c, b, at_end) : cut_pem(b, at_end);
}

static int take_span(const struct cert_place *p, const struct span *s, struct text bytes, struct err *err)
{
    const struct x509_cutter *const c = p->job->state;
    struct pem_block block;

    if (s->fault != NULL)
        return cert_reject_unkept(p, s->fault, err);
    if (c->der)
        return cert_take_der(p, bytes, bytes, err);
    (void)pem_next(bytes, 0, &block);
    return cert_take_pem(p, &block, bytes, err);
}

static int parse_x509(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct cert_place p = {job, w, {b->line, b->offset}};
    size_t counted = 0;

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];

        p.at.line += bytes_scan(b->ptr + counted, s->at - counted).lines;
        p.at.offset = b->offset + s->at;
        counted = s->at;
        if (take_span(&p, s, (struct text){(const char *)b->ptr + s->at, s->len}, err) < 0)
            return -1;
    }
    return 0;
}

static void close_x509(struct job *job)
{
    free(job->state);
    job->state = NULL;
}

const struct reader_ops reader_x509 = {.kind = &reader_kinds[READER_x509],
                                       .bid = bid_x509,
                                       .open = open_x509,
                                       .cut = cut_x509,
                                       .parse = parse_x509,
                                       .close = close_x509};
