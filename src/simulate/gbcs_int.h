/* GBCS messages of simulated Devices, unsigned: where a signature or MAC belongs, there are as many zeros. */
#ifndef PCREPORT_SIMULATE_GBCS_INT_H
#define PCREPORT_SIMULATE_GBCS_INT_H

#include "log_int.h"

#define DER_ROOM 2048

/* Bytes written from the last to the first, so that what holds others is written when its length is known. */
struct der {
    size_t at; /* the first byte that is written */
    unsigned char bytes[DER_ROOM];
};
void der_begin(struct der *d);
void der_raw(struct der *d, const void *bytes, size_t len);
void der_byte(struct der *d, unsigned byte);
void der_big_endian(struct der *d, uint64_t n, size_t bytes);
void der_length(struct der *d, size_t len);
void der_wrap(struct der *d, unsigned tag, size_t end); /* all from where d->at was `end` */
void der_integer(struct der *d, uint64_t n);
void der_id(struct der *d, uint64_t id); /* OCTET STRING of 8 bytes */
void der_key_usage(struct der *d, enum key_usage usage);
void der_time(struct der *d, int64_t at_s); /* GeneralizedTime */
size_t der_len(const struct der *d);
const unsigned char *der_bytes(const struct der *d);

#define KEY_POINT_SIZE 65 /* of a P-256 public key, uncompressed */

/* The Device's certificate with the serial number of the row, and a request for it. Their key is made up from the
 * serial number: a key identifier can be computed from it, but nothing else be done with it. */
void gbcs_certificate(struct der *d, const struct log_entry *e);
void gbcs_certification_request(struct der *d, const struct log_entry *e);

/* The Device's answer to the request of the row, or the alert of a future-dated command's outcome; the counter is that
 * of the RequestID. False when there is no payload for such an answer: nothing is known about the form of its response,
 * or the Device has left out its status. */
bool gbcs_answer(struct der *d, const struct log_entry *e, uint64_t counter);

/* What the DCC gives back for signing. */
void gbcs_pre_command(struct der *d, const struct log_entry *e, uint64_t counter);

#endif
