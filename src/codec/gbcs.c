/* The framing of GBCS messages: the MAC header, the grouping header, the payload, the signature (GBCS 7.2). */
#include "gbcs_int.h"

#include "domain/eui64.h"

#include <inttypes.h>
#include <string.h>

/* ---- The list of Use Cases, and the names of codes that Devices answer with ---- */

#define SERVICES_MAX 2 /* of one Message Code */

enum answers {
    ANSWERS_NONE,
    ANSWERS_ISSUE,
    ANSWERS_UPDATE,
    ANSWERS_PROVIDE,
    ANSWERS_JOIN,
    ANSWERS_UNJOIN,
    ANSWERS_LOG,
    ANSWERS_FIRMWARE
};

static const struct use_case {
    uint16_t code;
    enum gbcs_form form;
    enum answers answers;
    const char *name;
    srv_code services[SERVICES_MAX];
} use_cases[] = {
#define USE_CASE(symbol, code, form, answers, name, ...) {(code), FORM_##form, ANSWERS_##answers, name, {__VA_ARGS__}},
#include "codec/use_cases.def"
#undef USE_CASE
};

static const struct use_case *find(uint16_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(use_cases); i++)
        if (code == use_cases[i].code)
            return &use_cases[i];
    return NULL;
}

/* "CS02a Provide Security Credential Details"; NULL for a Message Code that is not known. */
static const char *use_case(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL ? u->name : NULL;
}

enum gbcs_form gbcs_form(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL ? u->form : FORM_BYTES;
}

static bool is_of(const struct use_case *u, srv_code srv)
{
    for (size_t i = 0; i < SERVICES_MAX; i++)
        if (u->services[i] == srv)
            return true;
    return false;
}

bool gbcs_code_is_of(uint16_t code, srv_code srv)
{
    const struct use_case *const u = find(code);

    return u != NULL && srv != 0 && is_of(u, srv);
}

bool gbcs_has_codes_of(srv_code srv)
{
    for (size_t i = 0; srv != 0 && i < ARRAY_LEN(use_cases); i++)
        if (is_of(&use_cases[i], srv))
            return true;
    return false;
}

srv_code gbcs_srv_of_code(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL && u->services[1] == 0 ? u->services[0] : 0;
}

const char *gbcs_status_name(unsigned status)
{
    switch (status) {
    case 0:
        return "success";
    case 5:
        return "badCertificate";
    case 10:
        return "noTrustAnchor";
    case 17:
        return "insufficientMemory";
    case 25:
        return "trustAnchorNotFound";
    case 30:
        return "resourcesBusy";
    case 127:
        return "other";
    default:
        return NULL;
    }
}

const char *gbcs_response_name(uint16_t code, int64_t response)
{
    static const char *const issue[] = {NULL, "invalid key usage", "key pair generation failed",
                                        "certification request production failed"};
    static const char *const update[] = {"success",
                                         "invalid certificate",
                                         "wrong device identity",
                                         "invalid key usage",
                                         "no corresponding key pair generated",
                                         "wrong public key",
                                         "certificate storage failed",
                                         "private key change failed"};
    static const char *const provide[] = {NULL, "invalid key usage", "no certificate held",
                                          "certificate retrieval failure"};
    static const char *const join[] = {"success",
                                       "invalid message code for join method and role",
                                       "invalid join method and role",
                                       "incompatible with existing entry",
                                       "device log full",
                                       "write failure",
                                       "key agreement no resources",
                                       "unknown issuer",
                                       "unsupported suite",
                                       "bad message",
                                       "bad key confirm",
                                       "invalid or missing certificate",
                                       "no partner link key received",
                                       "no CBKE response"};
    static const char *const unjoin[] = {"success", "not in device log", "other failure"};
    static const char *const log[] = {"success", "read failure"};
    static const char *const firmware[] = {"success", "no image held", "hash mismatch", "activation failure"};
    static const struct {
        const char *const *names;
        size_t count;
    } tables[] = {[ANSWERS_NONE] = {NULL, 0},
                  [ANSWERS_ISSUE] = {issue, ARRAY_LEN(issue)},
                  [ANSWERS_UPDATE] = {update, ARRAY_LEN(update)},
                  [ANSWERS_PROVIDE] = {provide, ARRAY_LEN(provide)},
                  [ANSWERS_JOIN] = {join, ARRAY_LEN(join)},
                  [ANSWERS_UNJOIN] = {unjoin, ARRAY_LEN(unjoin)},
                  [ANSWERS_LOG] = {log, ARRAY_LEN(log)},
                  [ANSWERS_FIRMWARE] = {firmware, ARRAY_LEN(firmware)}};
    const struct use_case *const u = find(code);
    const enum answers answers = u != NULL ? u->answers : ANSWERS_NONE;

    return response >= 0 && (uint64_t)response < tables[answers].count ? tables[answers].names[response] : NULL;
}

/* ---- The message ---- */

#define MAC_SIZE       12
#define SIGNATURE_SIZE 64

static const unsigned char *at_byte(const struct der *d)
{
    return (const unsigned char *)d->whole.ptr + d->at;
}

static bool has(const struct der *d, size_t len)
{
    return d->end - d->at >= len || der_fail(d, d->end, "the message is cut short");
}

static bool expect(struct der *d, unsigned char byte, const char *what)
{
    if (!has(d, 1))
        return false;
    if (*at_byte(d) != byte)
        return der_fail(d, d->at, what);
    d->at++;
    return true;
}

static bool take_number(struct der *d, size_t len, uint64_t *out)
{
    if (!has(d, len))
        return false;
    *out = 0;
    for (size_t i = 0; i < len; i++)
        *out = *out << 8 | at_byte(d)[i];
    d->at += len;
    return true;
}

/* One byte, or 0x81 and one, or 0x82 and two. */
static bool take_length(struct der *d, size_t *out)
{
    const size_t at = d->at;
    uint64_t first, value = 0;

    if (!take_number(d, 1, &first))
        return false;
    if (first < 0x80) {
        *out = (size_t)first;
        return true;
    }
    if (first != 0x81 && first != 0x82)
        return der_fail(d, at, "the length is of none of the forms there are");
    if (!take_number(d, (size_t)first - 0x80, &value))
        return false;
    *out = (size_t)value;
    return true;
}

static bool mac_header(struct gbcs_reading *r, struct der *d)
{
    static const unsigned char security[5] = {0x11, 0, 0, 0, 0};
    const size_t begin = d->at;
    size_t length;

    if (!has(d, 7))
        return false;
    d->at++;
    if (memcmp(at_byte(d), "\0\0\0\0\0\0", 6) != 0) {
        r->out->is_segment = true;
        gbcs_tell(r, begin, d->end - begin, "General Block Transfer", "a segment of a longer message");
        return true;
    }
    d->at += 6;
    if (!take_length(d, &length))
        return false;
    if (length != d->end - d->at)
        return der_fail(d, d->at, "the length of the MAC header is not that of what follows");
    if (!has(d, sizeof(security) + MAC_SIZE))
        return false;
    if (memcmp(at_byte(d), security, sizeof(security)) != 0)
        return der_fail(d, d->at, "wanted is the security header 1100000000");
    d->at += sizeof(security);
    r->out->has_mac = true;
    gbcs_tell(r, begin, d->at - begin, "MAC header", "%zu bytes follow", length);
    d->end -= MAC_SIZE;
    return true;
}

static bool entity(struct gbcs_reading *r, struct der *d, const char *name, uint64_t *out)
{
    char text[EUI64_TEXT_SIZE];

    if (!expect(d, 8, "wanted is an identifier of 8 bytes") || !take_number(d, 8, out))
        return false;
    eui64_format(*out, text);
    gbcs_tell(r, d->at - 8, 8, name, "%s", text);
    return true;
}

static bool date_time(struct gbcs_reading *r, struct der *d)
{
    uint64_t length;

    if (!take_number(d, 1, &length))
        return false;
    if (length != 0 && length != 12)
        return der_fail(d, d->at - 1, "wanted is no date-time, or one of 12 bytes");
    if (!has(d, (size_t)length))
        return false;
    if (length > 0)
        gbcs_tell_bytes(r, d->at, (struct text){(const char *)at_byte(d), 12}, "Date Time");
    d->at += (size_t)length;
    return true;
}

/* The Message Code, and whom the DCC sends for. */
static bool other_information(struct gbcs_reading *r, struct der *d)
{
    const char *name;
    uint64_t code;
    size_t length, begin;

    if (!take_length(d, &length) || !has(d, length))
        return false;
    begin = d->at;
    if (length < 2 || (length > 2 && length < 10))
        return der_fail(d, begin, "the other information is neither 2 bytes nor 10 or more");
    if (!take_number(d, 2, &code))
        return false;
    r->out->code = (uint16_t)code;
    name = use_case(r->out->code);
    gbcs_tell(r, begin, 2, "Message Code", "%04X %s", r->out->code, name != NULL ? name : "(not known)");
    if (length >= 10) {
        char text[EUI64_TEXT_SIZE];

        if (!take_number(d, 8, &r->out->supplementary_party))
            return false;
        eui64_format(r->out->supplementary_party, text);
        gbcs_tell(r, d->at - 8, 8, "Supplementary Remote Party ID", "%s", text);
    }
    if (length >= 18) {
        if (!take_number(d, 8, &r->out->supplementary_counter))
            return false;
        r->out->has_supplementary = true;
        gbcs_tell(r, d->at - 8, 8, "Supplementary Remote Party Counter", "%" PRIu64, r->out->supplementary_counter);
    }
    if (d->at < begin + length)
        gbcs_tell_bytes(r, d->at, (struct text){(const char *)at_byte(d), begin + length - d->at},
                        length == 26 ? "Supplementary Originator Counter" : "Further Other Information");
    d->at = begin + length;
    return true;
}

static bool grouping_header(struct gbcs_reading *r, struct der *d)
{
    static const char *const flags[] = {"", "Command", "Response", "Alert"};
    uint64_t flag;

    if (!expect(d, 0xDF, "wanted is the grouping header DF") || !expect(d, 9, "wanted is a transaction of 9 bytes") ||
        !take_number(d, 1, &flag))
        return false;
    if (flag < GBCS_COMMAND || flag > GBCS_ALERT)
        return der_fail(d, d->at - 1, "the CRA flag is none of 1, 2 and 3");
    r->out->cra = (enum gbcs_cra)flag;
    gbcs_tell(r, d->at - 1, 1, "CRA Flag", "%u %s", (unsigned)flag, flags[flag]);
    if (!take_number(d, 8, &r->out->counter))
        return false;
    gbcs_tell(r, d->at - 8, 8, "Originator Counter", "%" PRIu64, r->out->counter);
    return entity(r, d, "Business Originator ID", &r->out->originator) &&
           entity(r, d, "Business Target ID", &r->out->target) && date_time(r, d) && other_information(r, d);
}

/* What follows the payload: nothing (a Pre-Command), or a length and a signature of 64 bytes or none. */
static bool signature(struct gbcs_reading *r, struct der *d)
{
    uint64_t length;

    if (d->at == d->end)
        return true;
    if (!take_number(d, 1, &length))
        return false;
    if (length != 0 && length != SIGNATURE_SIZE)
        return der_fail(d, d->at - 1, "the signature is neither absent nor of 64 bytes");
    if (!has(d, (size_t)length))
        return false;
    if (length > 0)
        gbcs_tell_bytes(r, d->at, (struct text){(const char *)at_byte(d), (size_t)length}, "Signature");
    d->at += (size_t)length;
    return gbcs_end(d);
}

static bool message(struct gbcs_reading *r, struct der *d)
{
    struct der payload;
    size_t length;

    if (!has(d, 1))
        return false;
    if (*at_byte(d) == 0xDD && !mac_header(r, d))
        return false;
    if (r->out->is_segment)
        return true;
    if (!grouping_header(r, d) || !take_length(d, &length) || !has(d, length))
        return false;
    payload = *d;
    payload.end = d->at + length;
    r->out->payload = (struct text){(const char *)at_byte(d), length};
    r->out->payload_at = d->at;
    d->at += length;
    if (!gbcs_payload(r, &payload) || !signature(r, d))
        return false;
    if (r->out->has_mac)
        gbcs_tell_bytes(r, d->end, (struct text){d->whole.ptr + d->end, MAC_SIZE}, "MAC");
    return true;
}

int gbcs_decode(struct text bytes, struct gbcs_message *out, decoded_visit visit, void *ctx, struct err *err)
{
    struct gbcs_reading r = {.out = out, .visit = visit, .ctx = ctx};
    struct der d = der_open(bytes, &r.fault);

    *out = (struct gbcs_message){.execution_at = INSTANT_NONE};
    if (message(&r, &d))
        return 0;
    return err_set(err, ERR_DATA, "no GBCS message: at byte %zu: %s", r.fault.at, r.fault.what);
}
