/* Certificates, read item by item: libcrypto needs some 150 microseconds for one, most of them for a public key that
 * nobody asks for, and an archive of DUIS documents holds a certificate in every fifth. */
#define OPENSSL_SUPPRESS_DEPRECATED /* these need no memory, and so cannot fail (see base/digest.c) */
#include "codec/x509.h"

#include "base/ascii.h"
#include "der_int.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#define SERIAL_BYTES_MAX 20 /* RFC 5280, 4.1.2.2 */

/* Object identifiers, as they are encoded. */
#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_UNIT        "\x55\x04\x0B"
#define OID_UNIQUE_ID   "\x55\x04\x2D" /* x500UniqueIdentifier */
#define OID_KEY_ID      "\x55\x1D\x0E"
#define OID_KEY_USAGE   "\x55\x1D\x0F"
#define OID_ALT_NAME    "\x55\x1D\x11"
#define OID_ISSUER_KEY  "\x55\x1D\x23"
#define OID_HARDWARE    "\x2B\x06\x01\x05\x05\x07\x08\x04" /* hardwareModuleName, RFC 4108 */

static const struct {
    unsigned code;
    enum party_role role;
} roles[] = {
    {0, ROLE_ROOT},
    {1, ROLE_RECOVERY},
    {2, ROLE_SUPPLIER},
    {3, ROLE_NETWORK_OPERATOR},
    {4, ROLE_ACCESS_CONTROL_BROKER},
    {5, ROLE_TRANSITIONAL_COS},
    {6, ROLE_WAN_PROVIDER},
    {8, ROLE_LOAD_CONTROLLER},
    {127, ROLE_OTHER_USER},
};

enum party_role x509_role_of(unsigned code)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (roles[i].code == code)
            return roles[i].role;
    return ROLE_NONE;
}

static uint64_t number_of(struct text bytes)
{
    uint64_t n = 0;

    for (size_t i = 0; i < bytes.len; i++)
        n = n << 8 | (unsigned char)bytes.ptr[i];
    return n;
}

uint64_t x509_key_id_of(struct text key)
{
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA_CTX ctx;

    SHA1_Init(&ctx);
    if (key.len > 0)
        SHA1_Update(&ctx, key.ptr, key.len);
    SHA1_Final(digest, &ctx);
    const uint64_t low = number_of((struct text){(const char *)digest + SHA_DIGEST_LENGTH - 8, 8});
    return (low & UINT64_C(0x0FFFFFFFFFFFFFFF)) | UINT64_C(0x4000000000000000);
}

/* What is being read, beside what is found. */
struct certificate_parse {
    struct certificate *out;
    struct text key; /* of the subjectPublicKey */
    bool has_unique_id, has_hardware, has_key_id;
    unsigned seen; /* extensions, a bit each */
};

static bool is_oid(const struct der_item *item, const char *oid, size_t len)
{
    return text_equal(item->body, (struct text){oid, len});
}
#define IS_OID(item, oid) is_oid(item, oid, sizeof(oid) - 1)

/* The bytes of a BIT STRING of whole bytes. */
static bool take_bits(struct der *d, const char *what, struct text *out)
{
    struct der_item item;
    const size_t at = d->at;

    if (!der_take(d, DER_BIT_STRING, what, &item))
        return false;
    if (item.body.len == 0 || item.body.ptr[0] != 0)
        return der_fail(d, at, "wanted is a bit string of whole bytes");
    *out = (struct text){item.body.ptr + 1, item.body.len - 1};
    return true;
}

/* Divides by ten until nothing is left. */
static void write_decimal(struct text bytes, char out[SERIAL_MAX + 1])
{
    unsigned char n[SERIAL_BYTES_MAX];
    char digits[SERIAL_MAX + 1];
    size_t from = 0, count = 0;

    memcpy(n, bytes.ptr, bytes.len);
    do {
        unsigned rest = 0;
        for (size_t i = from; i < bytes.len; i++) {
            const unsigned value = rest << 8 | n[i];
            n[i] = (unsigned char)(value / 10);
            rest = value % 10;
        }
        digits[count++] = (char)('0' + rest);
        while (from < bytes.len && n[from] == 0)
            from++;
    } while (from < bytes.len);
    for (size_t i = 0; i < count; i++)
        out[i] = digits[count - 1 - i];
    out[count] = '\0';
}

static bool read_serial(struct der *d, struct certificate_parse *r)
{
    struct der_item item;
    const size_t at = d->at;

    if (!der_take(d, DER_INTEGER, "wanted is the serial number", &item))
        return false;
    if (item.body.len == 0 || (item.body.ptr[0] & 0x80) != 0)
        return der_fail(d, at, "the serial number is not positive");
    while (item.body.len > 1 && item.body.ptr[0] == 0)
        item.body = (struct text){item.body.ptr + 1, item.body.len - 1};
    if (item.body.len > SERIAL_BYTES_MAX)
        return der_fail(d, at, "the serial number has more than 20 bytes");
    write_decimal(item.body, r->out->serial);
    return true;
}

/* YYMMDDHHMMSSZ, or with a year of four digits. */
static bool read_time(struct der *d, instant *out)
{
    struct der_item item;
    char iso[32];
    const char *why, *p;
    const size_t at = d->at;

    if (!der_next(d, &item))
        return false;
    const bool utc = item.tag == DER_UTC_TIME;
    const size_t year = utc ? 2 : 4;
    p = item.body.ptr;
    if ((!utc && item.tag != DER_GENERALIZED_TIME) || item.body.len != year + 11 || p[year + 10] != 'Z')
        return der_fail(d, at, "wanted is an instant of the validity, in UTC");
    for (size_t i = 0; i < year + 10; i++)
        if (p[i] < '0' || p[i] > '9')
            return der_fail(d, at, "the instant of the validity has something else than digits");
    const char *const century = !utc ? "" : p[0] < '5' ? "20" : "19";
    const int n = snprintf(iso, sizeof(iso), "%s%.*s-%.2s-%.2sT%.2s:%.2s:%.2sZ", century, (int)year, p, p + year,
                           p + year + 2, p + year + 4, p + year + 6, p + year + 8);
    if (instant_parse((struct text){iso, (size_t)n}, ZONE_UTC, DATE_START, out, &why) < 0)
        return der_fail(d, at, "the instant of the validity does not exist");
    return true;
}

static bool read_validity(struct der *d, struct certificate_parse *r)
{
    struct der_item item;

    if (!der_take(d, DER_SEQUENCE, "wanted is the validity", &item))
        return false;
    struct der in = der_inside(d, &item);
    return read_time(&in, &r->out->not_before) && read_time(&in, &r->out->not_after) &&
           (der_at_end(&in) || der_fail(&in, in.at, "more than two instants in the validity"));
}

static void take_unit(struct certificate_parse *r, struct text value)
{
    if (value.len != 2 || hex_value(value.ptr[0]) < 0 || hex_value(value.ptr[1]) < 0)
        return;
    r->out->role_code = hex_value(value.ptr[0]) * 16 + hex_value(value.ptr[1]);
    r->out->role = x509_role_of((unsigned)r->out->role_code);
}

/* Only what can be shown: names are written into reports and messages. */
static void take_name(struct certificate_parse *r, struct text value)
{
    size_t len = value.len;

    if (!text_is_utf8(value))
        return;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7F)
            return;
    if (len > CERTIFICATE_NAME_MAX)
        for (len = CERTIFICATE_NAME_MAX; len > 0 && ((unsigned char)value.ptr[len] & 0xC0) == 0x80;)
            len--;
    if (len > 0)
        memcpy(r->out->name, value.ptr, len);
    r->out->name[len] = '\0';
}

static bool read_unique_id(struct der *in, struct certificate_parse *r)
{
    const size_t at = in->at;
    struct text id = {NULL, 0};

    if (!take_bits(in, "wanted is the bit string of an x500UniqueIdentifier", &id))
        return false;
    if (r->has_unique_id)
        return der_fail(in, at, "a second x500UniqueIdentifier");
    if (id.len != 8)
        return der_fail(in, at, "the x500UniqueIdentifier is not of 64 bits");
    r->has_unique_id = true;
    r->out->subject = number_of(id);
    return true;
}

static bool read_attribute(struct der *d, struct certificate_parse *r)
{
    struct der_item set, pair, oid, value;

    if (!der_take(d, DER_SET, "wanted is a set within the subject", &set))
        return false;
    struct der in_set = der_inside(d, &set);
    while (!der_at_end(&in_set)) {
        if (!der_take(&in_set, DER_SEQUENCE, "wanted is an attribute of the subject", &pair))
            return false;
        struct der in = der_inside(&in_set, &pair);
        if (!der_take(&in, DER_OID, "wanted is the type of an attribute", &oid))
            return false;
        if (IS_OID(&oid, OID_UNIQUE_ID)) {
            if (!read_unique_id(&in, r))
                return false;
            continue;
        }
        if (!der_next(&in, &value))
            return false;
        if (IS_OID(&oid, OID_UNIT))
            take_unit(r, value.body);
        else if (IS_OID(&oid, OID_COMMON_NAME))
            take_name(r, value.body);
    }
    return true;
}

static bool read_subject(struct der *d, struct certificate_parse *r)
{
    struct der_item item;

    if (!der_take(d, DER_SEQUENCE, "wanted is the subject", &item))
        return false;
    struct der in = der_inside(d, &item);
    while (!der_at_end(&in))
        if (!read_attribute(&in, r))
            return false;
    return true;
}

static bool read_public_key(struct der *d, struct certificate_parse *r)
{
    struct der_item item, algorithm;

    if (!der_take(d, DER_SEQUENCE, "wanted is the public key", &item))
        return false;
    struct der in = der_inside(d, &item);
    return der_take(&in, DER_SEQUENCE, "wanted is the algorithm of the public key", &algorithm) &&
           take_bits(&in, "wanted is the bit string of the public key", &r->key);
}

/* Bits, not bytes, are compared: how many of the last byte are unused differs. */
static bool read_key_usage(struct der *d, struct certificate_parse *r)
{
    static const struct {
        unsigned bit;
        enum key_usage usage;
    } usages[] = {{0x80, KEY_DIGITAL_SIGNATURE}, {0x08, KEY_KEY_AGREEMENT}, {0x04, KEY_KEY_CERT_SIGN}};
    struct der_item item;
    unsigned found = 0;

    if (!der_take(d, DER_BIT_STRING, "wanted is the bit string of the key usage", &item))
        return false;
    if (item.body.len < 1 || (unsigned char)item.body.ptr[0] > 7)
        return der_fail(d, d->at, "the bit string of the key usage is malformed");
    const unsigned bits = item.body.len > 1 ? (unsigned char)item.body.ptr[1] : 0;
    for (size_t i = 0; i < ARRAY_LEN(usages); i++)
        if ((bits & usages[i].bit) != 0) {
            r->out->key_usage = usages[i].usage;
            found++;
        }
    if (found != 1)
        r->out->key_usage = KEY_NONE;
    return true;
}

static bool read_key_id(struct der *d, struct certificate_parse *r)
{
    struct der_item item;

    if (!der_take(d, DER_OCTET_STRING, "wanted is the subject key identifier", &item))
        return false;
    r->has_key_id = item.body.len == 8;
    if (r->has_key_id)
        r->out->key_id = number_of(item.body);
    return true;
}

static bool read_issuer_key(struct der *d, struct certificate_parse *r)
{
    struct der_item item, id;

    if (!der_take(d, DER_SEQUENCE, "wanted is the authority key identifier", &item))
        return false;
    struct der in = der_inside(d, &item);
    if (!der_next_is(&in, DER_CONTEXT(0)))
        return true;
    if (!der_next(&in, &id))
        return false;
    if (id.body.len == 8)
        r->out->issuer_key_id = number_of(id.body);
    return true;
}

/* otherName: the type, and [0] with SEQUENCE { type of the hardware, serial }. */
static bool read_hardware(struct der *in, struct certificate_parse *r)
{
    struct der_item oid, wrap, module, type, serial;
    const size_t at = in->at;

    if (!der_take(in, DER_OID, "wanted is the type of an otherName", &oid))
        return false;
    if (!IS_OID(&oid, OID_HARDWARE))
        return true;
    if (!der_take(in, DER_CONTEXT_CONSTRUCTED(0), "wanted is the hardwareModuleName", &wrap))
        return false;
    struct der in_wrap = der_inside(in, &wrap);
    if (!der_take(&in_wrap, DER_SEQUENCE, "wanted is the hardwareModuleName", &module))
        return false;
    struct der in_module = der_inside(&in_wrap, &module);
    if (!der_take(&in_module, DER_OID, "wanted is the type of the hardware", &type) ||
        !der_take(&in_module, DER_OCTET_STRING, "wanted is the serial of the hardware", &serial))
        return false;
    if (serial.body.len != 8)
        return der_fail(in, at, "the serial of the hardware is not of 8 bytes");
    if (r->has_hardware)
        return der_fail(in, at, "a second hardwareModuleName");
    r->has_hardware = true;
    r->out->subject = number_of(serial.body);
    return true;
}

static bool read_alt_name(struct der *d, struct certificate_parse *r)
{
    struct der_item item, name;

    if (!der_take(d, DER_SEQUENCE, "wanted is the subject alternative name", &item))
        return false;
    struct der in = der_inside(d, &item);
    while (!der_at_end(&in)) {
        if (!der_next(&in, &name))
            return false;
        if (name.tag != DER_CONTEXT_CONSTRUCTED(0))
            continue;
        struct der in_name = der_inside(&in, &name);
        if (!read_hardware(&in_name, r))
            return false;
    }
    return true;
}

static bool read_extension(struct der *d, struct certificate_parse *r)
{
    static const struct {
        struct text oid;
        bool (*read)(struct der *d, struct certificate_parse *r);
    } extensions[] = {
        {TEXT_LITERAL(OID_KEY_ID), read_key_id},
        {TEXT_LITERAL(OID_KEY_USAGE), read_key_usage},
        {TEXT_LITERAL(OID_ALT_NAME), read_alt_name},
        {TEXT_LITERAL(OID_ISSUER_KEY), read_issuer_key},
    };
    struct der_item item, oid, critical, value;
    const size_t at = d->at;

    if (!der_take(d, DER_SEQUENCE, "wanted is an extension", &item))
        return false;
    struct der in = der_inside(d, &item);
    if (!der_take(&in, DER_OID, "wanted is the type of an extension", &oid) ||
        (der_next_is(&in, DER_BOOLEAN) && !der_next(&in, &critical)) ||
        !der_take(&in, DER_OCTET_STRING, "wanted is the value of an extension", &value))
        return false;
    struct der in_value = der_inside(&in, &value);
    for (unsigned i = 0; i < ARRAY_LEN(extensions); i++) {
        if (!text_equal(oid.body, extensions[i].oid))
            continue;
        if ((r->seen & 1U << i) != 0)
            return der_fail(d, at, "the same extension a second time");
        r->seen |= 1U << i;
        return extensions[i].read(&in_value, r);
    }
    return true;
}

static bool read_extensions(struct der *d, struct certificate_parse *r)
{
    struct der_item item, list;

    while (!der_at_end(d) && !der_next_is(d, DER_CONTEXT_CONSTRUCTED(3)))
        if (!der_next(d, &item)) /* unique identifiers of version 2 */
            return false;
    if (der_at_end(d))
        return true;
    if (!der_next(d, &item))
        return false;
    struct der in = der_inside(d, &item);
    if (!der_take(&in, DER_SEQUENCE, "wanted are the extensions", &list))
        return false;
    struct der in_list = der_inside(&in, &list);
    while (!der_at_end(&in_list))
        if (!read_extension(&in_list, r))
            return false;
    return true;
}

static bool read_body(struct der *d, struct certificate_parse *r)
{
    struct der_item skipped;

    if (der_next_is(d, DER_CONTEXT_CONSTRUCTED(0)) && !der_next(d, &skipped)) /* version */
        return false;
    return read_serial(d, r) && der_take(d, DER_SEQUENCE, "wanted is the algorithm of the signature", &skipped) &&
           der_take(d, DER_SEQUENCE, "wanted is the issuer", &skipped) && read_validity(d, r) && read_subject(d, r) &&
           read_public_key(d, r) && read_extensions(d, r);
}

static bool read_certificate(struct der *d, struct certificate_parse *r)
{
    struct der_item whole, body, algorithm, signature;

    if (!der_take(d, DER_SEQUENCE, "wanted is a certificate", &whole))
        return false;
    if (!der_at_end(d))
        return der_fail(d, d->at, "something stands behind the certificate");
    struct der in = der_inside(d, &whole);
    if (!der_take(&in, DER_SEQUENCE, "wanted is the body of a certificate", &body))
        return false;
    struct der in_body = der_inside(&in, &body);
    return read_body(&in_body, r) &&
           der_take(&in, DER_SEQUENCE, "wanted is the algorithm of the signature", &algorithm) &&
           der_take(&in, DER_BIT_STRING, "wanted is the signature", &signature) &&
           (der_at_end(&in) || der_fail(&in, in.at, "something stands behind the signature"));
}

int x509_read(struct text der, struct certificate *out, struct err *err)
{
    struct der_fault fault = {0};
    struct der d = der_open(der, &fault);
    struct certificate_parse r = {.out = out};

    *out = (struct certificate){.role_code = ROLE_CODE_NONE, .not_before = INSTANT_NONE, .not_after = INSTANT_NONE};
    if (!read_certificate(&d, &r))
        return err_set(err, ERR_DATA, "no certificate at byte %zu: %s", fault.at, fault.what);
    if (r.has_unique_id && r.has_hardware)
        return err_set(err, ERR_DATA, "the certificate names both an organisation and a Device");
    if (!r.has_key_id)
        out->key_id = x509_key_id_of(r.key);
    out->kind = r.has_hardware ? CERTIFICATE_DEVICE : r.has_unique_id ? CERTIFICATE_ORGANISATION : CERTIFICATE_OTHER;
    return 0;
}

bool x509_begins_as_one(struct text der)
{
    size_t at = 0;

    /* Two sequences, one in the other, and then a version or a serial number: in a private key that is encrypted an
     * object identifier follows there, and any other begins with a number in the first. */
    for (unsigned depth = 0; depth < 2; depth++) {
        if (der.len - at < 2 || (unsigned char)der.ptr[at] != DER_SEQUENCE)
            return false;
        const unsigned char length = (unsigned char)der.ptr[at + 1];
        at += 2 + (length >= 0x80 ? length & 0x7FU : 0);
        if (at >= der.len)
            return false;
    }
    return (unsigned char)der.ptr[at] == DER_CONTEXT_CONSTRUCTED(0) || (unsigned char)der.ptr[at] == DER_INTEGER;
}
