/* Identifiers replaced by keyed hashes, wherever they stand in a text. */
#include "pack/pseudonym.h"

#include "base/ascii.h"
#include "base/digest.h"
#include "domain/eui64.h"
#include "domain/terms.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DIGITS_MIN 6 /* of an MPRN */
#define NOT_SHOWN  "(a value that is not shown)"
#define DIGEST_LEN 12 /* bytes of the keyed digest that a pseudonym shows */

int pseudonyms_read_key(struct pseudonyms *p, const char *path, struct err *err)
{
    unsigned char bytes[PSEUDONYM_KEY_MAX + 3];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    ssize_t got = -1;

    if (fd < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot open the key file '%s'", path);
    while (len < sizeof(bytes) && (got = TEMP_FAILURE_RETRY(read(fd, bytes + len, sizeof(bytes) - len))) > 0)
        len += (size_t)got;
    if (got < 0)
        err_errno(err, ERR_NO_INPUT, "cannot read the key file '%s'", path);
    close(fd);
    while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
        len--;
    if (got >= 0 && (len < PSEUDONYM_KEY_MIN || len > PSEUDONYM_KEY_MAX))
        got = err_set(err, ERR_CONFIG, "the key file '%s' holds %s; a key is %d to %d bytes", path,
                      len < PSEUDONYM_KEY_MIN ? "too little" : "too much", PSEUDONYM_KEY_MIN, PSEUDONYM_KEY_MAX);
    if (got >= 0)
        buf_add(&p->key, bytes, len);
    explicit_bzero(bytes, sizeof(bytes));
    return got < 0 ? -1 : p->key.failed ? err_nomem(err) : 0;
}

void pseudonyms_release(struct pseudonyms *p)
{
    if (p->key.ptr != NULL)
        explicit_bzero(p->key.ptr, p->key.cap);
    buf_release(&p->key);
}

/* Letters, digits and bytes beyond ASCII: what an identifier may not touch. */
static bool is_word(unsigned char c)
{
    return ascii_is_alnum(c) || c >= 0x80;
}

#define EUI64_DASHED 23
#define EUI64_BARE   16

static bool ends_at(struct text t, size_t len)
{
    return t.len == len || (t.len > len && !is_word((unsigned char)t.ptr[len]));
}

/* The length of the EUI-64 that the text begins with, 0: none. Between octets people write more than is read: blanks,
 * dots. */
static size_t eui64_at(struct text t, uint64_t *id)
{
    char dashed[EUI64_DASHED];

    if (ends_at(t, EUI64_BARE) && eui64_parse((struct text){t.ptr, EUI64_BARE}, id))
        return EUI64_BARE;
    if (!ends_at(t, EUI64_DASHED) || !ascii_is_one_of(t.ptr[2], "-:. _"))
        return 0;
    for (size_t i = 0; i < EUI64_DASHED; i++)
        dashed[i] = t.ptr[i] == t.ptr[2] ? '-' : t.ptr[i];
    return eui64_parse((struct text){dashed, EUI64_DASHED}, id) ? EUI64_DASHED : 0;
}

#define MPAN_DIGITS 13

/* The length of the MPAN that the text begins with, with blanks between its digits ("20 0000 0000 015"); 0: none, by
 * its check digit too. */
static size_t spaced_mpan_at(struct text t, char digits[MPAN_DIGITS])
{
    size_t n = 0, i = 0;
    mpxn_code mpxn;
    const char *why;

    while (i < t.len && n < MPAN_DIGITS) {
        if (ascii_is_digit((unsigned char)t.ptr[i]))
            digits[n++] = t.ptr[i];
        else if (t.ptr[i] != ' ' || n == 0 || t.ptr[i - 1] == ' ')
            return 0;
        i++;
    }
    return n == MPAN_DIGITS && i > MPAN_DIGITS && ends_at(t, i) &&
                   mpxn_parse((struct text){digits, MPAN_DIGITS}, &mpxn, &why) == 0
               ? i
               : 0;
}

static size_t digits_at(struct text t)
{
    size_t n = 0;

    while (n < t.len && ascii_is_digit((unsigned char)t.ptr[n]))
        n++;
    return n < t.len && is_word((unsigned char)t.ptr[n]) ? 0 : n;
}

/* 20211001: a year, a month and a day. */
static bool is_date(struct text t)
{
    const char *const d = t.ptr;

    return t.len == 8 && ((d[0] == '1' && d[1] == '9') || (d[0] == '2' && d[1] == '0')) &&
           ((d[4] == '0' && d[5] != '0') || (d[4] == '1' && d[5] <= '2')) && d[6] <= '3';
}

static void add_keyed(const struct pseudonyms *p, char kind, const void *ptr, size_t len, struct buf *out)
{
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];

    digest_keyed(p->key.ptr, p->key.len, ptr, len, sum);
    digest_hex(sum, hex);
    buf_printf(out, "%c-%.*s", kind, 2 * DIGEST_LEN, hex);
}

static void add_device(const struct pseudonyms *p, uint64_t id, struct buf *out)
{
    unsigned char message[9] = {'D'};

    for (int i = 0; i < 8; i++)
        message[1 + i] = (unsigned char)(id >> (56 - 8 * i));
    add_keyed(p, 'D', message, sizeof(message), out);
}

static void add_number(const struct pseudonyms *p, struct text digits, struct buf *out)
{
    struct buf message = {0};

    buf_add_byte(&message, 'M');
    buf_add_text(&message, digits);
    out->failed = out->failed || message.failed;
    add_keyed(p, 'M', message.ptr, message.len, out);
    buf_release(&message);
}

static void add_replaced(const struct pseudonyms *p, struct text t, enum pseudonym_text kind, struct buf *out)
{
    size_t i = 0;

    while (i < t.len) {
        const struct text rest = {t.ptr + i, t.len - i};
        const bool begins = i == 0 || !is_word((unsigned char)t.ptr[i - 1]);
        char mpan[MPAN_DIGITS];
        uint64_t id = 0;
        size_t len = begins ? eui64_at(rest, &id) : 0;

        if (len > 0) {
            if (directory_entity(p->directory, id).party.kind == PARTY_KNOWN)
                buf_add(out, rest.ptr, len);
            else
                add_device(p, id, out);
        } else if (begins && (len = spaced_mpan_at(rest, mpan)) > 0) {
            add_number(p, (struct text){mpan, MPAN_DIGITS}, out);
        } else if (begins && (len = digits_at(rest)) >= DIGITS_MIN) {
            const struct text digits = {rest.ptr, len};

            if (kind == TEXT_OF_FILE_NAME && is_date(digits))
                buf_add_text(out, digits);
            else
                add_number(p, digits, out);
        } else {
            len = 1;
            buf_add_byte(out, (unsigned char)*rest.ptr);
        }
        i += len;
    }
}

/* From the first quote to the last, since a value may hold quotes of its own. */
static void add_unquoted(const struct pseudonyms *p, struct text t, struct buf *out)
{
    const char *const first = t.len > 0 ? memchr(t.ptr, '"', t.len) : NULL;
    const char *const last = first != NULL ? memrchr(t.ptr, '"', t.len) : NULL;

    if (first == NULL) {
        add_replaced(p, t, TEXT_OF_RECORDS, out);
        return;
    }
    add_replaced(p, (struct text){t.ptr, (size_t)(first - t.ptr)}, TEXT_OF_RECORDS, out);
    buf_add_str(out, NOT_SHOWN);
    if (last > first)
        add_replaced(p, (struct text){last + 1, (size_t)(t.ptr + t.len - last - 1)}, TEXT_OF_RECORDS, out);
}

void pseudonym_add(const struct pseudonyms *p, struct text t, enum pseudonym_text kind, struct buf *out)
{
    if (p->key.len == 0)
        buf_add_text(out, t);
    else if (kind == TEXT_OF_FAULT)
        add_unquoted(p, t, out);
    else if (kind != TEXT_AS_READ)
        add_replaced(p, t, kind, out);
    else if (t.len > 0)
        buf_add_str(out, NOT_SHOWN);
}

void pseudonyms_check(const struct pseudonyms *p, char out[PSEUDONYM_CHECK_SIZE])
{
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];

    digest_keyed(p->key.ptr, p->key.len, "key", 3, sum);
    digest_hex(sum, hex);
    memcpy(out, hex, PSEUDONYM_CHECK_SIZE - 1);
    out[PSEUDONYM_CHECK_SIZE - 1] = '\0';
}
