/* X.509 certificates of the Smart Metering Key Infrastructure: of organisations, of Devices, and of the authorities
 * that issue them. Signatures are not verified. */
#ifndef PCREPORT_CODEC_X509_H
#define PCREPORT_CODEC_X509_H

#include "domain/record.h"

enum certificate_kind {
    CERTIFICATE_OTHER,        /* names neither: of an issuing authority, or of no smart metering at all */
    CERTIFICATE_ORGANISATION, /* its subject has an x500UniqueIdentifier of 64 bits */
    CERTIFICATE_DEVICE        /* its subject alternative name is a hardwareModuleName with a serial of 8 bytes */
};

#define CERTIFICATE_NAME_MAX 63
#define ROLE_CODE_NONE       (-1)

/* What a certificate says. It owns nothing and borrows nothing. */
struct certificate {
    enum certificate_kind kind;
    uint64_t subject;     /* Entity Identifier, or Device; 0 is the root's, and where there is none */
    int role_code;        /* organisational unit of the subject, two hexadecimal digits; else ROLE_CODE_NONE */
    enum party_role role; /* ROLE_NONE for codes that are no role in the vocabulary (signing of XML, an authority) */
    enum key_usage key_usage; /* KEY_NONE when it has none of the three, or more than one */
    instant not_before;
    instant not_after;           /* 9999-12-31T23:59:59Z: no end */
    uint64_t key_id;             /* subject key identifier; computed from the key where the extension is missing */
    uint64_t issuer_key_id;      /* authority key identifier; 0: it has none, or one that is not 8 bytes */
    char serial[SERIAL_MAX + 1]; /* decimal digits without leading zeros */
    char name[CERTIFICATE_NAME_MAX + 1]; /* common name of the subject, "": none, or it cannot be shown */
};

/* Reads one certificate in DER: `der` must be it and no more. ERR_DATA says what is wrong with it, and for what does
 * not parse at which byte (from 0); `out` is then not to be used. */
int x509_read(struct text der, struct certificate *out, struct err *err);

/* The key identifier of a public key (the bytes in its BIT STRING: of a P-256 key a point of 65 bytes, the first 04) as
 * the infrastructure makes it: four bits 0100 and the low 60 bits of the SHA-1 (RFC 5280, 4.2.1.2, method 2). */
uint64_t x509_key_id_of(struct text key);

/* The role of a code of trust anchor cells and organisational units; ROLE_NONE for codes that are no role there. */
enum party_role x509_role_of(unsigned code);

/* Whether the bytes, or their first 16, begin as a certificate does and no form of a private key can (PKCS#1, PKCS#8,
 * PKCS#12, SEC 1, encrypted or not). */
bool x509_begins_as_one(struct text der);

#endif
