/* SHA-256, by libcrypto.
 *
 * Its older functions: they need no memory, so they cannot fail, and the library need not set itself up for them (which
 * takes longer than hashing a small file, and ends with a crash when memory is short). */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/digest.h"

#include "base/ascii.h"

#include "base/ascii.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct digest {
    SHA256_CTX ctx;
};

int digest_create(struct digest **out, struct err *err)
{
    *out = malloc(sizeof(**out));
    if (*out == NULL)
        return err_nomem(err);
    SHA256_Init(&(*out)->ctx);
    return 0;
}

void digest_destroy(struct digest *d)
{
    free(d);
}

void digest_add(struct digest *d, const void *ptr, size_t len)
{
    if (d != NULL && len > 0)
        SHA256_Update(&d->ctx, ptr, len);
}

void digest_finish(struct digest *d, unsigned char out[DIGEST_SIZE])
{
    SHA256_Final(out, &d->ctx);
}

void digest_of(const void *ptr, size_t len, unsigned char out[DIGEST_SIZE])
{
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    if (len > 0)
        SHA256_Update(&ctx, ptr, len);
    SHA256_Final(out, &ctx);
}

void digest_keyed(const void *key, size_t key_len, const void *ptr, size_t len, unsigned char out[DIGEST_SIZE])
{
    unsigned char inner[SHA256_CBLOCK] = {0}, outer[SHA256_CBLOCK];
    SHA256_CTX ctx;

    if (key_len > sizeof(inner))
        SHA256(key, key_len, inner);
    else if (key_len > 0)
        memcpy(inner, key, key_len);
    for (size_t i = 0; i < sizeof(inner); i++) {
        outer[i] = inner[i] ^ 0x5C;
        inner[i] ^= 0x36;
    }
    SHA256_Init(&ctx);
    SHA256_Update(&ctx, inner, sizeof(inner));
    SHA256_Update(&ctx, ptr, len);
    SHA256_Final(out, &ctx);
    SHA256_Init(&ctx);
    SHA256_Update(&ctx, outer, sizeof(outer));
    SHA256_Update(&ctx, out, DIGEST_SIZE);
    SHA256_Final(out, &ctx);
}

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_LENGTH && DIGEST_HEX_SIZE == 2 * DIGEST_SIZE + 1, "sizes of SHA-256");

void digest_hex(const unsigned char digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE])
{
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        out[2 * i] = HEX_LOWER[digest[i] >> 4];
        out[2 * i + 1] = HEX_LOWER[digest[i] & 15];
    }
    out[DIGEST_HEX_SIZE - 1] = '\0';
}

int digest_file(const char *path, unsigned char out[DIGEST_SIZE], uint64_t *bytes, struct err *err)
{
    char chunk[65536];
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct digest *d = NULL;
    ssize_t got = -1;

    *bytes = 0;
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot read '%s'", path);
    if (digest_create(&d, err) == 0) {
        while ((got = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof(chunk)))) > 0) {
            digest_add(d, chunk, (size_t)got);
            *bytes += (uint64_t)got;
        }
        if (got < 0)
            err_errno(err, ERR_IO, "cannot read '%s'", path);
        digest_finish(d, out);
    }
    digest_destroy(d);
    close(fd);
    return got < 0 ? -1 : 0;
}
