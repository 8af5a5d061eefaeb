/* SHA-256, by libcrypto. */
#ifndef PCREPORT_BASE_DIGEST_H
#define PCREPORT_BASE_DIGEST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE     32
#define DIGEST_HEX_SIZE 65

struct digest;

int digest_create(struct digest **out, struct err *err);
void digest_destroy(struct digest *d);                          /* NULL is allowed */
void digest_add(struct digest *d, const void *ptr, size_t len); /* to NULL: nothing */
/* Afterwards d may only be destroyed. */
void digest_finish(struct digest *d, unsigned char out[DIGEST_SIZE]);
/* SHA-256 of bytes that are all there. */
void digest_of(const void *ptr, size_t len, unsigned char out[DIGEST_SIZE]);

/* HMAC-SHA-256 (RFC 2104) of `len` bytes under a key. */
void digest_keyed(const void *key, size_t key_len, const void *ptr, size_t len, unsigned char out[DIGEST_SIZE]);
/* Of what a file holds, and how many bytes that is; a symbolic link is not followed. ERR_IO. */
int digest_file(const char *path, unsigned char out[DIGEST_SIZE], uint64_t *bytes, struct err *err);

/* Lower case, ended by a NUL. */
void digest_hex(const unsigned char digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]);

#endif
