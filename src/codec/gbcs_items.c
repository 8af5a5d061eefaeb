/* The items of which GBCS payloads are made (ASN.1 in DER), each told of as it is read. */
#include "gbcs_int.h"

#include "codec/x509.h"
#include "domain/eui64.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 40
#define VALUE_SIZE  200
#define DEPTH_MAX   16

static void tell(struct gbcs_reading *r, size_t at, size_t len, const char *name, const char *value)
{
    const struct decoded_field field = {r->depth, at, len, name, value};

    if (r->visit != NULL)
        r->visit(r->ctx, &field);
}

void gbcs_tell(struct gbcs_reading *r, size_t at, size_t len, const char *name, const char *fmt, ...)
{
    char value[VALUE_SIZE];
    va_list args;

    va_start(args, fmt);
    vsnprintf(value, sizeof(value), fmt, args);
    va_end(args);
    tell(r, at, len, name, value);
}

void gbcs_tell_bytes(struct gbcs_reading *r, size_t at, struct text bytes, const char *name)
{
    static const char digits[] = "0123456789ABCDEF";
    char value[2 * SHOWN_BYTES + 64] = "";
    size_t n = 0;

    for (; n < bytes.len && n < SHOWN_BYTES; n++) {
        value[2 * n] = digits[(unsigned char)bytes.ptr[n] >> 4];
        value[2 * n + 1] = digits[(unsigned char)bytes.ptr[n] & 0xF];
    }
    if (n < bytes.len)
        snprintf(value + 2 * n, sizeof(value) - 2 * n, "... (%zu bytes)", bytes.len);
    tell(r, at, bytes.len, name, value);
}

static bool take(struct der *d, unsigned tag, const char *what, struct der_item *out, size_t *at)
{
    *at = d->at;
    return der_take(d, tag, what, out);
}

bool gbcs_open(struct gbcs_reading *r, struct der *d, const char *name, struct der *inside)
{
    struct der_item item;
    size_t at;

    if (r->depth >= DEPTH_MAX)
        return der_fail(d, d->at, "it is nested too deep");
    if (!take(d, DER_SEQUENCE, "wanted is a SEQUENCE", &item, &at))
        return false;
    *inside = der_inside(d, &item);
    tell(r, at, d->at - at, name, "");
    r->depth++;
    return true;
}

void gbcs_close(struct gbcs_reading *r)
{
    r->depth--;
}

bool gbcs_end(const struct der *d)
{
    return der_at_end(d) || der_fail(d, d->at, "there is more than there should be");
}

static bool number_of(const struct der *d, size_t at, struct text body, int64_t *out)
{
    uint64_t value = body.len > 0 && (body.ptr[0] & 0x80) != 0 ? UINT64_MAX : 0;

    if (body.len == 0 || body.len > 9 || (body.len == 9 && body.ptr[0] != 0))
        return der_fail(d, at, "the INTEGER is empty or has more than 64 bits");
    for (size_t i = 0; i < body.len; i++)
        value = value << 8 | (unsigned char)body.ptr[i];
    *out = (int64_t)value;
    return true;
}

static bool take_number(struct der *d, unsigned tag, const char *what, int64_t *out, size_t *at)
{
    struct der_item item;

    return take(d, tag, what, &item, at) && number_of(d, *at, item.body, out);
}

bool gbcs_integer(struct gbcs_reading *r, struct der *d, const char *name, int64_t *out)
{
    size_t at;

    if (!take_number(d, DER_INTEGER, "wanted is an INTEGER", out, &at))
        return false;
    gbcs_tell(r, at, d->at - at, name, "%" PRId64, *out);
    return true;
}

#define DER_ENUMERATED 0x0A
#define DER_NULL       0x05

bool gbcs_status(struct gbcs_reading *r, struct der *d, unsigned *out)
{
    int64_t value = 0;
    size_t at;

    if (!take_number(d, DER_ENUMERATED, "wanted is an ENUMERATED status", &value, &at))
        return false;
    if (value < 0 || value >= CELL_SENT)
        return der_fail(d, at, "the status is none of those there are");
    *out = (unsigned)value;
    gbcs_tell(r, at, d->at - at, "status", "%u %s", *out, gbcs_status_name(*out) != NULL ? gbcs_status_name(*out) : "");
    return true;
}

static bool take_octets(struct der *d, uint64_t *out, size_t *at)
{
    struct der_item item;

    if (!take(d, DER_OCTET_STRING, "wanted is an OCTET STRING of 8 bytes", &item, at))
        return false;
    if (item.body.len != 8)
        return der_fail(d, *at, "the OCTET STRING is not of 8 bytes");
    *out = 0;
    for (size_t i = 0; i < 8; i++)
        *out = *out << 8 | (unsigned char)item.body.ptr[i];
    return true;
}

bool gbcs_eui64(struct gbcs_reading *r, struct der *d, const char *name, uint64_t *out)
{
    char text[EUI64_TEXT_SIZE];
    size_t at;

    if (!take_octets(d, out, &at))
        return false;
    eui64_format(*out, text);
    gbcs_tell(r, at, d->at - at, name, "%s", text);
    return true;
}

bool gbcs_key_id(struct gbcs_reading *r, struct der *d, const char *name, uint64_t *out)
{
    size_t at;

    if (!take_octets(d, out, &at))
        return false;
    gbcs_tell(r, at, d->at - at, name, "%016" PRIX64, *out);
    return true;
}

/* Bits count, not bytes: Devices differ in how many they call unused. */
bool gbcs_key_usage(struct gbcs_reading *r, struct der *d, enum key_usage *out)
{
    struct der_item item;
    unsigned bits;
    size_t at;

    if (!take(d, DER_BIT_STRING, "wanted is the BIT STRING of a key usage", &item, &at))
        return false;
    if (item.body.len < 1 || item.body.len > 3 || (unsigned char)item.body.ptr[0] > 7)
        return der_fail(d, at, "the BIT STRING is no key usage");
    bits = item.body.len > 1 ? (unsigned char)item.body.ptr[1] : 0;
    *out = bits == 0x80         ? KEY_DIGITAL_SIGNATURE
           : bits == 0x08       ? KEY_KEY_AGREEMENT
           : (bits & 0x04) != 0 ? KEY_KEY_CERT_SIGN
                                : KEY_NONE;
    gbcs_tell(r, at, d->at - at, "keyUsage", "%s",
              *out != KEY_NONE ? term_word(&vocab_key_usage, *out) : "none of those there are");
    return true;
}

bool gbcs_cell_usage(struct gbcs_reading *r, struct der *d, enum cell_usage *out)
{
    int64_t value = 0;
    size_t at;

    *out = CELL_MANAGEMENT;
    if (!der_next_is(d, DER_INTEGER))
        return true;
    if (!take_number(d, DER_INTEGER, "wanted is a cellUsage", &value, &at))
        return false;
    if (value != 0 && value != 1)
        return der_fail(d, at, "the cellUsage is neither 0 (management) nor 1 (prePaymentTopUp)");
    *out = value == 1 ? CELL_PREPAYMENT_TOP_UP : CELL_MANAGEMENT;
    gbcs_tell(r, at, d->at - at, "cellUsage", "%s", term_word(&vocab_cell_usage, *out));
    return true;
}

bool gbcs_role(struct gbcs_reading *r, struct der *d, const char *name, enum party_role *out)
{
    int64_t value = 0;
    size_t at;

    if (!take_number(d, DER_INTEGER, "wanted is a role", &value, &at))
        return false;
    if (value < 0 || value > 255)
        return der_fail(d, at, "the role is none of those there are");
    *out = x509_role_of((unsigned)value);
    gbcs_tell(r, at, d->at - at, name, "%" PRId64 " %s", value, term_word(&vocab_party_role, *out));
    return true;
}

/* YYYYMMDDhhmmssZ; the year 9999 stands for never. */
bool gbcs_time(struct gbcs_reading *r, struct der *d, const char *name, instant *out)
{
    struct der_item item;
    char text[32];
    const char *why;
    size_t at;

    if (!take(d, DER_GENERALIZED_TIME, "wanted is a GeneralizedTime", &item, &at))
        return false;
    if (item.body.len != 15 || item.body.ptr[14] != 'Z')
        return der_fail(d, at, "the GeneralizedTime is not YYYYMMDDhhmmssZ");
    snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", item.body.ptr, item.body.ptr + 4, item.body.ptr + 6,
             item.body.ptr + 8, item.body.ptr + 10, item.body.ptr + 12);
    if (instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        return der_fail(d, at, "the GeneralizedTime is no instant that exists");
    gbcs_tell(r, at, d->at - at, name, "%s", text);
    return true;
}

bool gbcs_certificate(struct gbcs_reading *r, struct der *d, const char *name, struct text *out)
{
    struct der_item item;
    struct certificate c;
    size_t at;

    if (!take(d, DER_SEQUENCE, "wanted is a certificate", &item, &at))
        return false;
    *out = (struct text){d->whole.ptr + at, d->at - at};
    if (x509_read(*out, &c, NULL) == 0)
        gbcs_tell(r, at, d->at - at, name, "serial %s, key identifier %016" PRIX64 ", %s", c.serial, c.key_id,
                  term_word(&vocab_key_usage, c.key_usage));
    else
        gbcs_tell_bytes(r, at, *out, name);
    return true;
}

bool gbcs_null(struct gbcs_reading *r, struct der *d, const char *name)
{
    struct der_item item;
    size_t at;

    if (!take(d, DER_NULL, "wanted is a NULL", &item, &at))
        return false;
    gbcs_tell(r, at, d->at - at, name, "NULL");
    return true;
}

bool gbcs_rest(struct gbcs_reading *r, struct der *d, const char *name)
{
    while (!der_at_end(d)) {
        struct der_item item;
        const size_t at = d->at;

        if (!der_next(d, &item))
            return false;
        gbcs_tell_bytes(r, at, (struct text){d->whole.ptr + at, d->at - at}, name);
    }
    return true;
}
