/* EUI-64 identifiers of Devices and organisations, as 64-bit numbers (first octet most significant). */
#ifndef PCREPORT_DOMAIN_EUI64_H
#define PCREPORT_DOMAIN_EUI64_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* With all zeros it identifies nothing (but the Root); with all ones it never does. */
#define EUI64_ALL_ONES UINT64_MAX

#define EUI64_TEXT_SIZE 24

/* 16 hexadecimal digits, with '-', ':' or nothing between octets (one way throughout), any case. */
bool eui64_parse(struct text t, uint64_t *out);

/* Writes 00-DB-12-34-56-78-90-A0. Returns the length, 23. */
size_t eui64_format(uint64_t id, char out[EUI64_TEXT_SIZE]);

/* A key identifier: 16 hexadecimal digits; written as 48CF97FA9F827FB5. */
#define KEY_ID_TEXT_SIZE 17
bool key_id_parse(struct text t, uint64_t *out);
size_t key_id_format(uint64_t id, char out[KEY_ID_TEXT_SIZE]);

#endif
