#include "encoding_int.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NO_CHARACTER 0xFF /* in no UTF-8 */

struct encoding {
    iconv_t iconv;
    size_t unit; /* bytes to leave out where there is no character */
};

static size_t unit_of(const char *name)
{
    static const struct {
        const char *prefix;
        size_t unit;
    } wide[] = {{"UTF-16", 2}, {"UTF16", 2}, {"UCS-2", 2}, {"UTF-32", 4}, {"UTF32", 4}, {"UCS-4", 4}};

    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
        if (strncasecmp(name, wide[i].prefix, strlen(wide[i].prefix)) == 0)
            return wide[i].unit;
    return 1;
}

bool encoding_is_known(const char *name)
{
    const iconv_t i = iconv_open("UTF-8", name);

    if (i == (iconv_t)-1)
        return false;
    iconv_close(i);
    return true;
}

const char *encoding_marked(const unsigned char *bytes, size_t len)
{
    if (len >= 4 && memcmp(bytes, "\xFF\xFE\0\0", 4) == 0)
        return "UTF-32LE";
    if (len >= 4 && memcmp(bytes, "\0\0\xFE\xFF", 4) == 0)
        return "UTF-32BE";
    if (len >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0)
        return "UTF-16LE";
    if (len >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0)
        return "UTF-16BE";
    return NULL;
}

int encoding_create(struct encoding **out, const char *name, struct err *err)
{
    struct encoding *const e = calloc(1, sizeof(*e));

    *out = NULL;
    if (e == NULL)
        return err_nomem(err);
    e->iconv = iconv_open("UTF-8", name);
    if (e->iconv == (iconv_t)-1) {
        free(e);
        if (errno == ENOMEM)
            return err_nomem(err);
        return err_set(err, ERR_CONFIG, "no encoding '%s' is known; 'iconv -l' lists them", name);
    }
    e->unit = unit_of(name);
    *out = e;
    return 0;
}

void encoding_destroy(struct encoding *e)
{
    if (e == NULL)
        return;
    iconv_close(e->iconv);
    free(e);
}

bool encoding_turn(struct encoding *e, const unsigned char **in, size_t *in_len, bool at_end, unsigned char **out,
                   size_t *out_len)
{
    while (*in_len > 0 && *out_len > 0) {
        char *from = (char *)(uintptr_t)*in; /* iconv takes no const, and writes nothing there */
        char *to = (char *)*out;
        const size_t got = iconv(e->iconv, &from, in_len, &to, out_len);
        const int failed = got == (size_t)-1 ? errno : 0;

        *in = (const unsigned char *)from;
        *out = (unsigned char *)to;
        if (failed == 0 || failed == E2BIG || *out_len == 0)
            return true;
        if (failed == EINVAL && !at_end)
            return false;
        const size_t skipped = *in_len < e->unit ? *in_len : e->unit;
        *(*out)++ = NO_CHARACTER;
        (*out_len)--;
        *in += skipped;
        *in_len -= skipped;
    }
    return true;
}
