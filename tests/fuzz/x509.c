/* Certificates in DER. */
#include "fuzz.h"

#include "codec/x509.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text der = {(const char *)data, size};
    struct certificate c;
    struct err err = {0};

    if (x509_read(der, &c, &err) < 0) {
        must_explain(&err);
        return 0;
    }
    MUST(x509_begins_as_one(der));
    MUST(c.not_before != INSTANT_NONE && c.not_after != INSTANT_NONE);
    MUST(strlen(c.serial) > 0 && strlen(c.serial) <= SERIAL_MAX);
    MUST(strlen(c.name) <= CERTIFICATE_NAME_MAX && text_is_utf8(text_of(c.name)));
    MUST(c.role_code >= ROLE_CODE_NONE && c.role_code <= 255);
    MUST(c.kind != CERTIFICATE_OTHER || c.subject == 0);
    return 0;
}
