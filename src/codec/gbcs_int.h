/* What the files of the GBCS decoder share. */
#ifndef PCREPORT_CODEC_GBCS_INT_H
#define PCREPORT_CODEC_GBCS_INT_H

#include "codec/gbcs.h"
#include "der_int.h"

struct gbcs_reading {
    struct gbcs_message *out;
    decoded_visit visit;
    void *ctx;
    unsigned depth;
    struct der_fault fault;
};

/* Tells of a field; the value is cut where it is very long. */
void gbcs_tell(struct gbcs_reading *r, size_t at, size_t len, const char *name, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* As hexadecimal digits. */
void gbcs_tell_bytes(struct gbcs_reading *r, size_t at, struct text bytes, const char *name);

/* How a payload is encoded. */
enum gbcs_form {
    FORM_BYTES, /* not read */
    FORM_CELLS,
    FORM_REPLACEMENT,
    FORM_REPLACEMENT_OUTCOME,
    FORM_KEY_REQUEST,
    FORM_CERTIFICATE_UPDATE,
    FORM_CERTIFICATE_READ,
    FORM_JOIN,
    FORM_UNJOIN,
    FORM_DEVICE_LOG,
    FORM_DLMS_CLOCK, /* of a meter that speaks DLMS */
    FORM_CLOCK,
    FORM_FIRMWARE,
    FORM_FIRMWARE_OUTCOME
};
enum gbcs_form gbcs_form(uint16_t code);

/* Reads the payload by Message Code and CRA flag. False with r->fault. */
bool gbcs_payload(struct gbcs_reading *r, struct der *d);

/* ---- gbcs_items.c: items with a meaning; each tells of itself ---- */

bool gbcs_open(struct gbcs_reading *r, struct der *d, const char *name, struct der *inside); /* a SEQUENCE */
void gbcs_close(struct gbcs_reading *r);
bool gbcs_integer(struct gbcs_reading *r, struct der *d, const char *name, int64_t *out);
bool gbcs_status(struct gbcs_reading *r, struct der *d, unsigned *out);
bool gbcs_eui64(struct gbcs_reading *r, struct der *d, const char *name, uint64_t *out);
bool gbcs_key_id(struct gbcs_reading *r, struct der *d, const char *name, uint64_t *out);
bool gbcs_key_usage(struct gbcs_reading *r, struct der *d, enum key_usage *out);
bool gbcs_cell_usage(struct gbcs_reading *r, struct der *d, enum cell_usage *out); /* optional */
bool gbcs_role(struct gbcs_reading *r, struct der *d, const char *name, enum party_role *out);
bool gbcs_time(struct gbcs_reading *r, struct der *d, const char *name, instant *out);
bool gbcs_certificate(struct gbcs_reading *r, struct der *d, const char *name, struct text *out);
bool gbcs_null(struct gbcs_reading *r, struct der *d, const char *name);
/* Whatever is left, item by item. */
bool gbcs_rest(struct gbcs_reading *r, struct der *d, const char *name);
bool gbcs_end(const struct der *d); /* nothing may be left */

#endif
