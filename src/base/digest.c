/* SHA-256, by libcrypto. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct digest {
    EVP_MD_CTX *ctx;
    bool failed;
};

int digest_create(struct digest **out, struct err *err)
{
    struct digest *d = calloc(1, sizeof(*d));

    *out = NULL;
    if (d == NULL)
        return err_nomem(err);
    d->ctx = EVP_MD_CTX_new();
    if (d->ctx == NULL) {
        digest_destroy(d);
        return err_nomem(err);
    }
    if (EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL) != 1) {
        digest_destroy(d);
        return err_set(err, ERR_BUG, "libcrypto offers no SHA-256: check how OpenSSL is configured here");
    }
    *out = d;
    return 0;
}

void digest_destroy(struct digest *d)
{
    if (d == NULL)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}

void digest_add(struct digest *d, const void *ptr, size_t len)
{
    if (len > 0 && EVP_DigestUpdate(d->ctx, ptr, len) != 1)
        d->failed = true;
}

int digest_finish(struct digest *d, unsigned char out[DIGEST_SIZE])
{
    if (!d->failed && EVP_DigestFinal_ex(d->ctx, out, NULL) == 1)
        return 0;
    memset(out, 0, DIGEST_SIZE);
    return -1;
}

void digest_hex(const unsigned char digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[DIGEST_HEX_SIZE - 1] = '\0';
}
