/* The words that packed records spell with one byte. */
#include "dictionary_int.h"

#include "packed_int.h"

#define WORD(s)                                                                                                        \
    {                                                                                                                  \
        (s), sizeof(s) - 1                                                                                             \
    }

/* The commonest first, as they are looked up in this order. */
static const struct text code_words[] = {WORD("I0"),   WORD("I99"),  WORD("E20"),     WORD("E21"),   WORD("E30"),
                                         WORD("8F66"), WORD("8F67"), WORD("E4"),      WORD("E5"),    WORD("E1"),
                                         WORD("E2"),   WORD("E3"),   WORD("E11"),     WORD("E12"),   WORD("E13"),
                                         WORD("E17"),  WORD("E19"),  WORD("E65"),     WORD("IO"),    WORD("i0"),
                                         WORD("E50"),  WORD("E100"), WORD("E080801"), WORD("S1VE4"), WORD("S1VE64")};

static const struct text status_words[] = {
    WORD("Success"), WORD("Failure"), WORD("Successful"), WORD("Successfully Executed"),
    WORD("Failed"),  WORD("OK"),      WORD("0"),          WORD("00"),
    WORD("0x00"),    WORD("Fail"),    WORD("Error"),      WORD("Unsuccessful"),
    WORD("SUCCESS"), WORD("FAILURE"), WORD("FAILED"),     WORD("success"),
    WORD("failure"), WORD("failed"),  WORD("1"),          WORD("N/A")};

const struct dictionary dictionary_codes = {code_words, ARRAY_LEN(code_words)};
const struct dictionary dictionary_statuses = {status_words, ARRAY_LEN(status_words)};

_Static_assert(ARRAY_LEN(code_words) <= 64 && ARRAY_LEN(status_words) <= 64, "one byte for each word");

static const srv_code srv_words[] = {
#define SERVICE(a, b, c, name, ends, about) SRV(a, b, c),
#include "domain/services.def"
#undef SERVICE
};

_Static_assert(ARRAY_LEN(srv_words) < 127, "one byte for each");

unsigned char *put_word(unsigned char *p, const struct dictionary *d, struct text t)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->words[i].len == t.len && memcmp(d->words[i].ptr, t.ptr, t.len) == 0)
            return put_u64(p, i << 1);
    return put_bytes(put_u64(p, t.len << 1 | 1), t);
}

struct text get_word(struct packed_reader *u, const struct dictionary *d)
{
    const uint64_t v = get_u64(u);

    if ((v & 1) != 0)
        return get_bytes(u, v >> 1);
    if (v >> 1 < d->count)
        return d->words[v >> 1];
    get_fail(u);
    return (struct text){NULL, 0};
}

unsigned char *put_srv(unsigned char *p, srv_code srv)
{
    for (size_t i = 0; i < ARRAY_LEN(srv_words); i++)
        if (srv_words[i] == srv)
            return put_u64(p, i + 1);
    *p++ = 0;
    return put_u64(p, srv);
}

srv_code get_srv(struct packed_reader *u)
{
    const unsigned char i = get_byte(u);

    if (i > ARRAY_LEN(srv_words))
        return (srv_code)get_fail(u);
    if (i > 0)
        return srv_words[i - 1];

    const uint64_t srv = get_u64(u);

    return srv <= UINT32_MAX ? (srv_code)srv : (srv_code)get_fail(u);
}
