/* x509: certificates of organisations and Devices, in DER or in PEM, one or many. */
#include "cert_take_int.h"

#include "codec/base64.h"
#include "codec/x509.h"
#include "domain/eui64.h"
#include "readers_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- PEM ---- */

#define BEGIN  "-----BEGIN "
#define END    "-----END "
#define DASHES "-----"

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Where, from `from` on, a mark stands; t.len when nowhere. Text may stand before it, and a block be glued to another.
 */
static size_t find(struct text t, size_t from, const char *mark)
{
    const char *const found = from < t.len ? memmem(t.ptr + from, t.len - from, mark, strlen(mark)) : NULL;

    return found != NULL ? (size_t)(found - t.ptr) : t.len;
}

static size_t line_length(struct text t, size_t at)
{
    size_t len = 0;

    while (at + len < t.len && !is_line_end(t.ptr[at + len]))
        len++;
    return len;
}

/* What stands between the mark at `at` and the dashes that follow it in its line; *behind is behind these. */
static bool read_label(struct text t, size_t at, const char *mark, struct text *out, size_t *behind)
{
    const size_t from = at + strlen(mark), line_end = at + line_length(t, at);
    const size_t dashes = find((struct text){t.ptr, line_end}, from, DASHES);

    if (dashes == line_end)
        return false;
    *out = (struct text){t.ptr + from, dashes - from};
    *behind = dashes + sizeof(DASHES) - 1;
    return true;
}

static enum pem_result fault_at(struct pem_block *out, size_t end, const char *fault)
{
    out->len = end - out->at;
    out->fault = fault;
    return PEM_BLOCK;
}

enum pem_result pem_next(struct text t, size_t from, struct pem_block *out)
{
    const size_t at = find(t, from, BEGIN);
    struct text end_label;
    size_t body = at, behind;

    *out = (struct pem_block){.at = at};
    if (at == t.len)
        return PEM_NONE;
    const bool good = read_label(t, at, BEGIN, &out->label, &body);
    if (!good)
        body = at + line_length(t, at);
    const size_t end = find(t, body, END), next = find(t, body, BEGIN);
    if (end == t.len && next == t.len)
        return PEM_OPEN;
    if (!good)
        return fault_at(out, next < end ? next : end, "the BEGIN line does not end with dashes");
    if (next < end)
        return fault_at(out, next, "the block has no END line");
    behind = end + line_length(t, end);
    if (!read_label(t, end, END, &end_label, &behind))
        return behind == t.len ? PEM_OPEN : fault_at(out, behind, "the END line does not end with dashes");
    if (!text_equal(end_label, out->label))
        return fault_at(out, behind, "the END line names something else than the BEGIN line");
    out->body = (struct text){t.ptr + body, end - body};
    return fault_at(out, behind, NULL);
}

static bool is_private_key(struct text label)
{
    return memmem(label.ptr, label.len, "PRIVATE KEY", 11) != NULL;
}

bool pem_is_certificate(struct text label)
{
    return text_equal(label, TEXT_LITERAL("CERTIFICATE")) || text_equal(label, TEXT_LITERAL("X509 CERTIFICATE"));
}

/* ---- From a certificate to a record ---- */

#define BEGINNING 16 /* characters of Base64 in which the beginning of a certificate is told: 12 bytes */

/* Codes of organisational units that are no roles of trust anchor cells. */
#define CODE_ROOT        0x00
#define CODE_AUTHORITY   0x07
#define CODE_USER_SIGNER 0x87
#define CODE_DCC_SIGNER  0x89

int cert_reject_unkept(const struct cert_place *p, const char *reason, struct err *err)
{
    (void)fault_set(&p->worker->fault, (struct text){0}, "%s; its bytes are not kept", reason);
    return worker_reject(p->job, p->worker, p->at, (struct text){0}, err);
}

static int reject(const struct cert_place *p, const char *reason, struct text der, struct text original,
                  struct err *err)
{
    if (!x509_begins_as_one(der))
        return cert_reject_unkept(p, reason, err);
    (void)fault_set(&p->worker->fault, (struct text){0}, "%s", reason);
    return worker_reject(p->job, p->worker, p->at, original, err);
}

/* Its party is known by the Entity Identifier until somebody gives it a name (organisation_is_unnamed). */
static int keep_organisation(const struct cert_place *p, const struct certificate *c, struct err *err)
{
    char name[EUI64_TEXT_SIZE];
    const struct organisation_row row = {.entity = c->subject,
                                         .key_id = c->key_id,
                                         .party = {name, eui64_format(c->subject, name)},
                                         .role = c->role,
                                         .in_smki_repository = true,
                                         .extracted_at = INSTANT_NONE, /* issued, not extracted */
                                         .source = {p->job->number, p->at.line}};

    buf_clear(&p->worker->packed);
    intake_pack_organisation(&p->worker->packed, &row);
    return worker_keep(p->worker, &(struct parcel){INTAKE_ORGANISATION, row.entity, INSTANT_NONE}, err);
}

/* A file does not tell when the Device was seen to hold it. When it was issued the Device had just made the key: that
 * is the only instant that is sure. Two of one instant are told apart by their keys. */
static int keep_device(const struct cert_place *p, const struct certificate *c, struct err *err)
{
    char source[SNAPSHOT_SOURCE_MAX + 1] = SNAPSHOT_X509_SOURCE;
    const size_t source_len =
        sizeof(SNAPSHOT_X509_SOURCE) - 1 + key_id_format(c->key_id, source + sizeof(SNAPSHOT_X509_SOURCE) - 1);
    const struct device_cert cert = {.key_usage = c->key_usage,
                                     .not_before = c->not_before,
                                     .subject = c->subject,
                                     .key_id = c->key_id,
                                     .issuer_key_id = c->issuer_key_id,
                                     .serial = text_of(c->serial)};
    const struct snapshot snap = {.device = c->subject,
                                  .taken_at = c->not_before,
                                  .source_name = {source, source_len},
                                  .answered = false, /* no Device was asked */
                                  .certs = &cert,
                                  .cert_count = 1,
                                  .source = {p->job->number, p->at.line}};

    buf_clear(&p->worker->packed);
    evidence_pack_snapshot(&p->worker->packed, &snap);
    return worker_keep(p->worker, &(struct parcel){INTAKE_DEVICE, snap.device, snap.taken_at}, err);
}

static bool is_of_no_use(const struct certificate *c)
{
    if (c->kind == CERTIFICATE_DEVICE)
        return false;
    return c->key_usage == KEY_KEY_CERT_SIGN || c->role_code == CODE_ROOT || c->role_code == CODE_AUTHORITY ||
           c->role_code == CODE_USER_SIGNER || c->role_code == CODE_DCC_SIGNER;
}

/* What keeps a certificate from being a record; NULL when nothing does. */
static const char *fault_of(const struct certificate *c)
{
    if (c->kind == CERTIFICATE_OTHER)
        return "the certificate names neither an organisation (x500UniqueIdentifier) nor a Device (hardwareModuleName)";
    if (c->subject == 0)
        return "the certificate's Entity Identifier is all zeros";
    if (c->key_usage == KEY_NONE)
        return "the certificate's key usage is neither DigitalSignature nor KeyAgreement alone";
    if (c->kind == CERTIFICATE_ORGANISATION && c->role == ROLE_NONE)
        return "the certificate's organisational unit is no role; wanted are two hexadecimal digits, as 02 for "
               "Supplier";
    return NULL;
}

static int take_der(const struct cert_place *p, struct text der, struct text original, struct err *err)
{
    struct certificate c;
    struct err why = {0};

    if (x509_read(der, &c, &why) < 0)
        return reject(p, why.msg, der, original, err);
    if (is_of_no_use(&c)) {
        worker_pass_over(p->worker);
        return 0;
    }
    const char *const fault = fault_of(&c);
    if (fault != NULL)
        return reject(p, fault, der, original, err);
    return c.kind == CERTIFICATE_DEVICE ? keep_device(p, &c, err) : keep_organisation(p, &c, err);
}

/* No Base64: the beginning tells whether it was to be a certificate. */
static int reject_body(const struct cert_place *p, struct text body, const char *reason, struct text original,
                       struct err *err)
{
    struct buf der = {0};
    char chars[BEGINNING];
    size_t n = 0;

    for (size_t i = 0; i < body.len && n < BEGINNING; i++)
        if (body.ptr[i] != '\n' && body.ptr[i] != '\r' && body.ptr[i] != ' ' && body.ptr[i] != '\t')
            chars[n++] = body.ptr[i];
    if (base64_decode((struct text){chars, n}, &der, NULL) < 0)
        der.len = 0;
    const int rc = reject(p, reason, buf_text(&der), original, err);
    buf_release(&der);
    return rc;
}

int cert_take_pem(const struct cert_place *p, const struct pem_block *block, struct text original, struct err *err)
{
    struct buf der = {0};
    struct err why = {0};
    int rc;

    if (is_private_key(block->label))
        return cert_reject_unkept(p, "a private key is here", err);
    if (block->fault != NULL)
        return cert_reject_unkept(p, block->fault, err);
    if (!pem_is_certificate(block->label))
        return cert_reject_unkept(p, "the PEM block is no certificate", err);
    if (base64_decode(block->body, &der, &why) == 0)
        rc = take_der(p, buf_text(&der), original, err);
    else if (err_is_ours(&why))
        rc = err_copy(err, &why);
    else
        rc = reject_body(p, block->body, why.msg, original, err);
    buf_release(&der);
    return rc;
}

/* ---- The reader ---- */

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

#define DER_HEAD 6 /* bytes that tell how long a certificate is, at most */

/* How long the certificate is that begins here: 0 where none does; more than there are, where it goes on, or where that
 * cannot be told yet. */
static size_t der_length(const unsigned char *p, size_t len)
{
    const size_t count = len > 1 && p[1] > 0x80 ? p[1] & 0x7FU : 0;
    size_t length = 0;

    if (p[0] != 0x30 || count > DER_HEAD - 2 || (len > 1 && p[1] == 0x80))
        return 0;
    if (len < 2 + count)
        return len + 1;
    for (size_t i = 0; i < count; i++)
        length = length << 8 | p[2 + i];
    return 2 + count + (count > 0 ? length : p[1]);
}

/* One certificate behind another, perhaps with line ends between; what is none is given up with all that follows. */
static ptrdiff_t cut_der(struct x509_cutter *c, struct block *b, bool at_end)
{
    size_t at = 0;

    if (c->dropping)
        return (ptrdiff_t)b->len;
    while (at < b->len) {
        const size_t left = b->len - at, len = der_length(b->ptr + at, left);

        if (is_line_end((char)b->ptr[at])) {
            at++;
        } else if (len > 0 && len <= left && len <= RECORD_MAX) {
            if (!block_add_span(b, at, len, NULL))
                return -1;
            at += len;
        } else if (len > left && len <= RECORD_MAX && !at_end) {
            break;
        } else {
            c->dropping = !at_end;
            return block_add_span(b, at, left, len > RECORD_MAX ? over_long : NULL) ? (ptrdiff_t)b->len : -1;
        }
    }
    return (ptrdiff_t)at;
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
        return take_der(p, bytes, bytes, err);
    (void)pem_next(bytes, 0, &block);
    return cert_take_pem(p, &block, bytes, err);
}

static int parse_x509(const struct job *job, struct worker *w, const struct block *b, struct err *err)
{
    struct cert_place p = {job, w, {b->line, b->offset}};

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];

        place_to_span(&p.at, b, i);
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
