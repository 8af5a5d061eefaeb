/* Certificates of Devices and the requests for them (X.509, PKCS#10), with a signature that is none. */
#include "made_int.h"

#include "codec/x509.h"
#include "dice_int.h"
#include "world_int.h"

#define TAG_BIT_STRING   0x03
#define TAG_OCTET_STRING 0x04
#define TAG_OID          0x06
#define TAG_UTF8_STRING  0x0C
#define TAG_SEQUENCE     0x30
#define TAG_SET          0x31
#define TAG_CONTEXT(n)   (0xA0 + (n))
#define NO_END           INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* Object identifiers, without tag and length. */
static const unsigned char ecdsa_sha256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
static const unsigned char ec_public_key[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
static const unsigned char p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static const unsigned char common_name[] = {0x55, 0x04, 0x03};
static const unsigned char subject_key_id[] = {0x55, 0x1D, 0x0E};
static const unsigned char key_usage[] = {0x55, 0x1D, 0x0F};
static const unsigned char subject_alt_name[] = {0x55, 0x1D, 0x11};
static const unsigned char authority_key_id[] = {0x55, 0x1D, 0x23};
static const unsigned char hardware_module_name[] = {0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x04};
static const unsigned char hardware_type[] = {0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0xBF, 0x72, 0x01};

static void put_oid(struct der_out *d, const void *oid, size_t len)
{
    const size_t end = d->at;

    der_out_raw(d, oid, len);
    der_out_wrap(d, TAG_OID, end);
}

static void put_algorithm(struct der_out *d)
{
    const size_t end = d->at;

    put_oid(d, ecdsa_sha256, sizeof(ecdsa_sha256));
    der_out_wrap(d, TAG_SEQUENCE, end);
}

static void put_no_signature(struct der_out *d)
{
    static const unsigned char zeros[] = {0, TAG_SEQUENCE, 6, 2, 1, 0, 2, 1, 0}; /* r and s */
    const size_t end = d->at;

    der_out_raw(d, zeros, sizeof(zeros));
    der_out_wrap(d, TAG_BIT_STRING, end);
}

static void make_point(const struct log_entry *e, unsigned char point[KEY_POINT_SIZE])
{
    struct dice dice = dice_for(e->serial, e->device, FOR_IDENTIFIER);

    point[0] = 4;
    for (int i = 1; i < KEY_POINT_SIZE; i++)
        point[i] = (unsigned char)dice_below(&dice, 256);
}

static void put_public_key(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;
    unsigned char point[KEY_POINT_SIZE];
    size_t algorithm;

    make_point(e, point);
    der_out_raw(d, point, sizeof(point));
    der_out_byte(d, 0);
    der_out_wrap(d, TAG_BIT_STRING, end);
    algorithm = d->at;
    put_oid(d, p256, sizeof(p256));
    put_oid(d, ec_public_key, sizeof(ec_public_key));
    der_out_wrap(d, TAG_SEQUENCE, algorithm);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

/* Closes an extension whose value begins where d->at is. */
static void end_extension(struct der_out *d, const void *oid, size_t oid_len, size_t end)
{
    der_out_wrap(d, TAG_OCTET_STRING, end);
    put_oid(d, oid, oid_len);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

static void put_alt_name(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;

    der_out_id(d, e->device);
    put_oid(d, hardware_type, sizeof(hardware_type));
    der_out_wrap(d, TAG_SEQUENCE, end);
    der_out_wrap(d, TAG_CONTEXT(0), end);
    put_oid(d, hardware_module_name, sizeof(hardware_module_name));
    der_out_wrap(d, TAG_CONTEXT(0), end); /* otherName */
    der_out_wrap(d, TAG_SEQUENCE, end);
    end_extension(d, subject_alt_name, sizeof(subject_alt_name), end);
}

static void put_extensions(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;
    unsigned char point[KEY_POINT_SIZE];
    size_t next = end;

    make_point(e, point);
    der_out_id(d, x509_key_id_of((struct text){(const char *)point, sizeof(point)}));
    end_extension(d, subject_key_id, sizeof(subject_key_id), next);
    next = d->at;
    der_out_big_endian(d, ISSUER_KEY, 8);
    der_out_wrap(d, 0x80, next);
    der_out_wrap(d, TAG_SEQUENCE, next);
    end_extension(d, authority_key_id, sizeof(authority_key_id), next);
    next = d->at;
    der_out_key_usage(d, e->credential);
    end_extension(d, key_usage, sizeof(key_usage), next);
    put_alt_name(d, e);
    der_out_wrap(d, TAG_SEQUENCE, end);
    der_out_wrap(d, TAG_CONTEXT(3), end);
}

static void put_issuer(struct der_out *d)
{
    static const char name[] = "Z1"; /* as an issuing authority of a test infrastructure */
    const size_t end = d->at;

    der_out_raw(d, name, sizeof(name) - 1);
    der_out_wrap(d, TAG_UTF8_STRING, end);
    put_oid(d, common_name, sizeof(common_name));
    der_out_wrap(d, TAG_SEQUENCE, end);
    der_out_wrap(d, TAG_SET, end);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

void made_certificate(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;
    size_t to_be_signed, next;

    put_no_signature(d);
    put_algorithm(d);
    to_be_signed = d->at;
    put_extensions(d, e);
    put_public_key(d, e);
    der_out_wrap(d, TAG_SEQUENCE, d->at); /* the subject has no name */
    next = d->at;
    der_out_time(d, NO_END);
    der_out_time(d, e->not_before_s);
    der_out_wrap(d, TAG_SEQUENCE, next);
    put_issuer(d);
    put_algorithm(d);
    der_out_integer(d, e->serial);
    next = d->at;
    der_out_integer(d, 2); /* v3 */
    der_out_wrap(d, TAG_CONTEXT(0), next);
    der_out_wrap(d, TAG_SEQUENCE, to_be_signed);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

void made_certification_request(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;
    size_t information;

    put_no_signature(d);
    put_algorithm(d);
    information = d->at;
    der_out_wrap(d, TAG_CONTEXT(0), d->at); /* no attributes */
    put_public_key(d, e);
    der_out_wrap(d, TAG_SEQUENCE, d->at);
    der_out_integer(d, 0);
    der_out_wrap(d, TAG_SEQUENCE, information);
    der_out_wrap(d, TAG_SEQUENCE, end);
}
