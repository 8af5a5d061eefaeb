/* File names made of the names of parties and regions, whatever those hold. */
#include "output/outfile.h"

#include "base/digest.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define MARK_DIGITS 12 /* of the digest: 48 bits */
#define STEM_MAX    (FILE_SLUG_SIZE - MARK_DIGITS - 2)

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* Names of devices under Windows, where people open what they were sent. */
static bool is_reserved(const char *name)
{
    static const char *const words[] = {"con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4",
                                        "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3",
                                        "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal_nocase(text_of(name), text_of(words[i])))
            return true;
    return false;
}

static int add_mark(const char *text, char *end, struct err *err)
{
    struct digest *d;
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];

    if (digest_create(&d, err) < 0)
        return -1;
    digest_add(d, text, strlen(text));
    digest_finish(d, sum);
    digest_destroy(d);
    digest_hex(sum, hex);
    *end = '~'; /* which no name without a digest can hold */
    memcpy(end + 1, hex, MARK_DIGITS);
    end[1 + MARK_DIGITS] = '\0';
    return 0;
}

int file_slug(const char *text, char out[FILE_SLUG_SIZE], struct err *err)
{
    size_t len = 0;
    bool marked = false;

    for (const char *c = text; *c != '\0'; c++) {
        const bool blank = *c == ' ' && len > 0;

        if (!is_plain(*c) && !blank)
            marked = true;
        if (len == STEM_MAX) {
            marked = true;
            break;
        }
        if (is_plain(*c))
            out[len++] = *c;
        else if (blank || (*c == '-' && len > 0))
            out[len++] = '-';
    }
    out[len] = '\0';
    return marked || len == 0 || is_reserved(out) ? add_mark(text, out + len, err) : 0;
}
