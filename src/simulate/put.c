/* Values written as the inputs have them, without printf: a population is mostly this. */
#include "put_int.h"

#include "base/instant.h"

char *put_number(char *p, uint64_t n)
{
    char digits[20];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    while (count > 0)
        *p++ = digits[--count];
    return p;
}

char *put_eui(char *p, uint64_t id)
{
    static const char hex[] = "0123456789ABCDEF";

    if (id == 0)
        return p;
    for (int shift = 56; shift >= 0; shift -= 8) {
        const unsigned octet = (unsigned)(id >> shift) & 0xFF;

        *p++ = hex[octet >> 4];
        *p++ = hex[octet & 15];
        if (shift > 0)
            *p++ = '-';
    }
    return p;
}

char *put_key_id(char *p, uint64_t id)
{
    char text[KEY_ID_TEXT_SIZE];
    const size_t len = key_id_format(id, text);

    memcpy(p, text, len);
    return p + len;
}

char *put_mpxn(char *p, mpxn_code mpxn)
{
    char text[MPXN_TEXT_SIZE];
    const size_t len = mpxn == 0 ? 0 : mpxn_format(mpxn, text);

    memcpy(p, text, len);
    return p + len;
}

char *put_service(char *p, srv_code srv)
{
    char text[SRV_TEXT_SIZE];
    const size_t len = srv_format(srv, text);

    memcpy(p, text, len);
    return p + len;
}

char *put_date(char *p, struct calendar *c, int64_t day)
{
    if (c->len == 0 || c->day != day) {
        char text[INSTANT_TEXT_SIZE];

        c->day = day;
        c->len = instant_format_date(day * INSTANT_DAY, text);
        memcpy(c->text, text, c->len);
    }
    memcpy(p, c->text, c->len);
    return p + c->len;
}

static char *put_two(char *p, int64_t n)
{
    p[0] = (char)('0' + n / 10);
    p[1] = (char)('0' + n % 10);
    return p + 2;
}

char *put_time(char *p, struct calendar *c, int64_t at_s)
{
    const int64_t day_s = INSTANT_DAY / INSTANT_SECOND;
    const int64_t of_day = (at_s % day_s + day_s) % day_s;

    p = put_date(p, c, (at_s - of_day) / day_s);
    *p++ = 'T';
    p = put_two(p, of_day / 3600);
    *p++ = ':';
    p = put_two(p, of_day / 60 % 60);
    *p++ = ':';
    p = put_two(p, of_day % 60);
    *p++ = 'Z';
    return p;
}
