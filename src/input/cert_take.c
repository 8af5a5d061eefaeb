#include "cert_take_int.h"

#include "codec/base64.h"
#include "codec/x509.h"
#include "domain/eui64.h"

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

int cert_take_der(const struct cert_place *p, struct text der, struct text original, struct err *err)
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

    if (pem_is_private_key(block->label))
        return cert_reject_unkept(p, "a private key is here", err);
    if (block->fault != NULL)
        return cert_reject_unkept(p, block->fault, err);
    if (!pem_is_certificate(block->label))
        return cert_reject_unkept(p, "the PEM block is no certificate", err);
    if (base64_decode(block->body, &der, &why) == 0)
        rc = cert_take_der(p, buf_text(&der), original, err);
    else if (err_is_ours(&why))
        rc = err_copy(err, &why);
    else
        rc = reject_body(p, block->body, why.msg, original, err);
    buf_release(&der);
    return rc;
}
