/* What Devices answer: payloads, and the frame around them. */
#include "made_int.h"

#include "put_int.h"
#include "world_int.h"

#include <time.h>

#define TAG_NULL       0x05
#define TAG_ENUMERATED 0x0A
#define TAG_SEQUENCE   0x30

#define CRA_COMMAND  1
#define CRA_RESPONSE 2
#define CRA_ALERT    3

#define STATUS_NO_TRUST_ANCHOR 10
#define ALERT_DONE             0x8F66
#define SIGNATURE_SIZE         64

struct frame {
    unsigned cra, code;
    uint64_t counter, originator, target;
    bool dated; /* with the instant of the answer */
};

static enum party_role cells_role(const struct log_entry *e)
{
    return e->role != ROLE_NONE ? e->role : ROLE_NETWORK_OPERATOR;
}

static unsigned role_code(enum party_role role)
{
    return role == ROLE_SUPPLIER ? 2 : 3;
}

/* credentialsReplacementMode */
static unsigned mode_of(const struct log_entry *e)
{
    return e->srv == SRV(6, 23, 0) ? 7 : role_code(cells_role(e));
}

/* One cell replaced, or not. A Device that failed does not tell whose credentials it holds. */
static void put_outcome(struct der_out *d, const struct log_entry *e, enum key_usage usage, bool top_up)
{
    const size_t end = d->at;
    const bool done = e->said != SAID_FAILURE;
    size_t cell;

    der_out_id(d, done ? entity_key(e->placed, usage) : 0);
    der_out_id(d, done ? e->placed : 0);
    der_out_id(d, 0);
    der_out_id(d, 0);
    der_out_byte(d, done ? 0 : STATUS_NO_TRUST_ANCHOR);
    der_out_byte(d, 1);
    der_out_byte(d, TAG_ENUMERATED);
    cell = d->at;
    if (top_up)
        der_out_integer(d, 1);
    der_out_key_usage(d, usage);
    der_out_integer(d, role_code(cells_role(e)));
    der_out_wrap(d, TAG_SEQUENCE, cell);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

static void put_execution_outcome(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    const size_t end = d->at;
    size_t next;

    if (cells_role(e) == ROLE_SUPPLIER && (e->device_type == DEVICE_ESME || e->device_type == DEVICE_GSME))
        put_outcome(d, e, KEY_KEY_AGREEMENT, true);
    put_outcome(d, e, KEY_KEY_AGREEMENT, false);
    put_outcome(d, e, KEY_DIGITAL_SIGNATURE, false);
    der_out_wrap(d, TAG_SEQUENCE, end);
    next = d->at;
    der_out_integer(d, 0);
    der_out_integer(d, role_code(cells_role(e)));
    der_out_wrap(d, TAG_SEQUENCE, next);
    der_out_wrap(d, TAG_SEQUENCE, next);
    der_out_integer(d, mode_of(e));
    der_out_integer(d, counter);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

/* CS02b: accepted, and what came of it unless it is for later or the Device leaves it out. */
static void put_replacement(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    const size_t end = d->at;

    if (e->said != SAID_NOTHING)
        put_execution_outcome(d, e, counter);
    der_out_wrap(d, TAG_NULL, d->at);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

static void put_alert(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    const size_t end = d->at;

    put_execution_outcome(d, e, counter);
    der_out_time(d, e->execution_s);
    der_out_integer(d, ALERT_DONE);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

/* The year in two bytes, then month, day, day of the week, hour, minute, second, hundredths, deviation, status. */
static void put_cosem_time(struct der_out *d, int64_t at_s)
{
    const time_t at = (time_t)at_s;
    struct tm tm;
    unsigned char bytes[12] = {[4] = 0xFF, [9] = 0x80, [11] = 0xFF};

    gmtime_r(&at, &tm);
    bytes[0] = (unsigned char)((tm.tm_year + 1900) >> 8);
    bytes[1] = (unsigned char)((tm.tm_year + 1900) & 0xFF);
    bytes[2] = (unsigned char)(tm.tm_mon + 1);
    bytes[3] = (unsigned char)tm.tm_mday;
    bytes[5] = (unsigned char)tm.tm_hour;
    bytes[6] = (unsigned char)tm.tm_min;
    bytes[7] = (unsigned char)tm.tm_sec;
    der_out_raw(d, bytes, sizeof(bytes));
    der_out_byte(d, sizeof(bytes));
}

/* ECS70, a DLMS access-response: five values, and five results of which the last tells whether the clock was set. */
static void put_clock_of_esme(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    static const unsigned char results[] = {5, 2, 0, 3, 0, 3, 0, 1, 0, 1, 0};
    static const unsigned char errors[] = {5, 2, 0, 3, 0, 3, 0, 1, 1, 1, 0xFA};

    if (e->said == SAID_FAILURE) {
        der_out_raw(d, errors, sizeof(errors));
        der_out_big_endian(d, 0, 5);
    } else {
        der_out_raw(d, results, sizeof(results));
        der_out_big_endian(d, 0x1100, 2); /* reliable */
        put_cosem_time(d, e->responded_s);
        der_out_byte(d, 0x09);
        der_out_big_endian(d, 0, 3);
    }
    der_out_byte(d, 5);
    der_out_big_endian(d, 0, 2);
    der_out_big_endian(d, counter & 0xFFFFFF, 3);
    der_out_big_endian(d, 0xDA20, 2);
}

static void put_clock_of_gsme(struct der_out *d, const struct log_entry *e)
{
    const size_t end = d->at;

    der_out_integer(d, e->said == SAID_FAILURE ? 1 : 0);
    der_out_time(d, e->responded_s);
    der_out_wrap(d, TAG_SEQUENCE, end);
}

/* Grouping header, payload and, with zeros for it, the signature. */
static void put_frame(struct der_out *d, const struct frame *f, const struct log_entry *e, size_t payload_end)
{
    const size_t len = payload_end - d->at;

    der_out_length(d, len);
    der_out_big_endian(d, f->code, 2);
    der_out_byte(d, 2);
    if (f->dated)
        put_cosem_time(d, e->responded_s);
    else
        der_out_byte(d, 0);
    der_out_big_endian(d, f->target, 8);
    der_out_byte(d, 8);
    der_out_big_endian(d, f->originator, 8);
    der_out_byte(d, 8);
    der_out_big_endian(d, f->counter, 8);
    der_out_byte(d, f->cra);
    der_out_big_endian(d, 0xDF09, 2);
}

/* The signature, which comes last; where the payload ends. */
static size_t begin(struct der_out *d)
{
    static const unsigned char zeros[SIGNATURE_SIZE] = {0};

    der_out_begin(d);
    der_out_raw(d, zeros, sizeof(zeros));
    der_out_byte(d, SIGNATURE_SIZE);
    return d->at;
}

/* An INTEGER of 0 for success; in failure the code that the Use Case has for what is wrong with the request. */
static void put_code(struct der_out *d, const struct log_entry *e, unsigned failure)
{
    der_out_integer(d, e->said == SAID_FAILURE ? failure : 0);
}

static bool put_payload(struct der_out *d, const struct log_entry *e, uint64_t counter, struct frame *f)
{
    switch (e->srv) {
    case SRV(6, 15, 1):
    case SRV(6, 21, 0):
    case SRV(6, 23, 0):
        f->code = 0x100 + mode_of(e);
        f->dated = true;
        put_replacement(d, e, counter);
        return true;
    case SRV(6, 17, 0):
        f->code = 0x000A;
        if (e->said == SAID_FAILURE)
            der_out_integer(d, 3);
        else
            made_certification_request(d, e);
        return e->said != SAID_NOTHING;
    case SRV(6, 15, 2):
        f->code = 0x000B;
        put_code(d, e, 4);
        return e->said != SAID_NOTHING;
    case SRV(8, 1, 1):
        f->code = e->device_type == DEVICE_GSME ? 0x007F : 0x0062;
        if (e->device_type == DEVICE_GSME)
            put_clock_of_gsme(d, e);
        else
            put_clock_of_esme(d, e, counter);
        return e->said != SAID_NOTHING;
    case SRV(8, 7, 1):
    case SRV(8, 7, 2):
        f->code = e->srv == SRV(8, 7, 1) ? 0x00AB : 0x00AF;
        put_code(d, e, 3);
        return e->said != SAID_NOTHING;
    default:
        return false;
    }
}

/* Whom the Device knows as the sender: for what a Supplier has the DCC do, that part of the DCC. */
static uint64_t sender_of(const struct log_entry *e)
{
    if (e->srv == SRV(6, 21, 0))
        return ENTITY_ACB;
    return e->srv == SRV(6, 23, 0) ? ENTITY_TCOS : e->user;
}

bool made_answer(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    const uint64_t sender = sender_of(e);
    /* The DCC counts for itself. */
    const uint64_t seen = e->srv == SRV(6, 21, 0) || e->srv == SRV(6, 23, 0) ? counter / 1000 : counter;
    struct frame f = {.cra = CRA_RESPONSE, .counter = seen, .originator = e->device, .target = sender};
    const size_t end = begin(d);

    if (e->code == CODE_8F66) {
        f = (struct frame){CRA_ALERT, 0x00CB, (uint64_t)e->responded_s, e->device, sender, false};
        put_alert(d, e, seen);
    } else if (!put_payload(d, e, seen, &f)) {
        return false;
    }
    put_frame(d, &f, e, end);
    return true;
}

/* Without a place for the signature, which the User adds. */
void made_pre_command(struct der_out *d, const struct log_entry *e, uint64_t counter)
{
    const struct frame f = {CRA_COMMAND, 0x100 + mode_of(e), counter, e->user, e->device, false};

    size_t control;

    der_out_begin(d);
    der_out_wrap(d, TAG_SEQUENCE, d->at); /* no certificates on the path, none to replace */
    der_out_wrap(d, TAG_SEQUENCE, d->at);
    control = d->at;
    der_out_integer(d, mode_of(e));
    der_out_wrap(d, TAG_SEQUENCE, control);
    der_out_wrap(d, TAG_SEQUENCE, DER_ROOM);
    put_frame(d, &f, e, DER_ROOM);
}
