/* Items of DER, one after another, within bytes that are all there. Lengths that are longer than they need be are read
 * too (Devices write them); indefinite lengths, lengths of more than 4 bytes and tags above 30 are not. */
#ifndef PCREPORT_CODEC_DER_INT_H
#define PCREPORT_CODEC_DER_INT_H

#include "base/text.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31
};
#define DER_CONTEXT(n)             (0x80 | (n))
#define DER_CONTEXT_CONSTRUCTED(n) (0xA0 | (n))

/* What was wrong first, and where. {0}: nothing yet. */
struct der_fault {
    const char *what; /* static text */
    size_t at;        /* byte of the whole, from 0 */
};

/* A place between items: those from `at` to `end` of the whole are still to come. */
struct der {
    struct text whole;
    size_t at, end;
    struct der_fault *fault; /* shared by all that read in the same whole */
};

struct der_item {
    unsigned tag;
    struct text body;
};

struct der der_open(struct text whole, struct der_fault *fault);
struct der der_inside(const struct der *d, const struct der_item *item);
bool der_at_end(const struct der *d);

/* The next item. False at the end too: ask der_at_end first where items may be missing. */
bool der_next(struct der *d, struct der_item *out);

/* The same, of the tag given; else false with the fault "wanted is WHAT" (static text). */
bool der_take(struct der *d, unsigned tag, const char *what, struct der_item *out);
bool der_next_is(const struct der *d, unsigned tag);

/* Notes the first fault, at `at` in the whole. False always. */
bool der_fail(const struct der *d, size_t at, const char *what);

#endif
