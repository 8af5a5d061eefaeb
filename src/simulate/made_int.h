/* GBCS messages of simulated Devices, unsigned: where a signature or MAC belongs, there are as many zeros. */
#ifndef PCREPORT_SIMULATE_MADE_INT_H
#define PCREPORT_SIMULATE_MADE_INT_H

#include "log_int.h"

#define DER_ROOM 2048

/* Bytes written from the last to the first, so that what holds others is written when its length is known. */
struct der_out {
    size_t at; /* the first byte that is written */
    unsigned char bytes[DER_ROOM];
};
void der_out_begin(struct der_out *d);
void der_out_raw(struct der_out *d, const void *bytes, size_t len);
void der_out_byte(struct der_out *d, unsigned byte);
void der_out_big_endian(struct der_out *d, uint64_t n, size_t bytes);
void der_out_length(struct der_out *d, size_t len);
void der_out_wrap(struct der_out *d, unsigned tag, size_t end); /* all from where d->at was `end` */
void der_out_integer(struct der_out *d, uint64_t n);
void der_out_id(struct der_out *d, uint64_t id); /* OCTET STRING of 8 bytes */
void der_out_key_usage(struct der_out *d, enum key_usage usage);
void der_out_time(struct der_out *d, int64_t at_s); /* GeneralizedTime */
size_t der_out_len(const struct der_out *d);
const unsigned char *der_out_bytes(const struct der_out *d);

#define KEY_POINT_SIZE 65 /* of a P-256 public key, uncompressed */

/* The Device's certificate with the serial number of the row, and a request for it. Their key is made up from the
 * serial number: a key identifier can be computed from it, but nothing else be done with it. */
void made_certificate(struct der_out *d, const struct log_entry *e);
void made_certification_request(struct der_out *d, const struct log_entry *e);

/* The Device's answer to the request of the row, or the alert of a future-dated command's outcome; the counter is that
 * of the RequestID. False when there is no payload for such an answer: nothing is known about the form of its response,
 * or the Device has left out its status. */
bool made_answer(struct der_out *d, const struct log_entry *e, uint64_t counter);

/* What the DCC gives back for signing. */
void made_pre_command(struct der_out *d, const struct log_entry *e, uint64_t counter);

#endif
