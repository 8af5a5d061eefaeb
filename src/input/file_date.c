/* Dates in file names: an extract may say nowhere else when it was taken. */
#include "file_date_int.h"

#include <string.h>

const char *file_base_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    const char *member = strstr(base, ": ");

    return member != NULL ? member + 2 : base;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *p)
{
    return strspn(p, "0123456789");
}

/* 20211001 or 2021-10-01: its length, 0 when there is none; written as the latter. */
static size_t take_date(const char *p, char out[10])
{
    const size_t digits = digits_at(p);

    if (digits == 8 || digits == 14) {
        memcpy(out, p, 4);
        out[4] = out[7] = '-';
        memcpy(out + 5, p + 4, 2);
        memcpy(out + 8, p + 6, 2);
        return 8;
    }
    if (digits != 4 || p[4] != '-' || digits_at(p + 5) != 2 || p[7] != '-' || digits_at(p + 8) < 2)
        return 0;
    memcpy(out, p, 10);
    return 10;
}

/* The time behind a date, as 180000, 1800, 18-00-00 or 18:00:00, with a T or another mark before it: its length, 0 when
 * there is none. Four digits alone may be a number of the file: they need the T. */
static size_t take_time(const char *p, char out[8])
{
    const bool marked = *p != '\0' && strchr("Tt_-. ", *p) != NULL, is_t = *p == 'T' || *p == 't';
    const char *const at = p + marked;
    const size_t digits = digits_at(at);
    size_t len = digits;

    memcpy(out, "00:00:00", 8);
    if (digits == 6 || (digits == 4 && is_t)) {
        for (size_t i = 0; i < digits; i += 2)
            memcpy(out + i / 2 * 3, at + i, 2);
    } else if (digits == 2 && at[2] != '\0' && strchr(":-.", at[2]) != NULL && digits_at(at + 3) == 2 &&
               at[5] == at[2] && digits_at(at + 6) == 2) {
        len = 8;
        memcpy(out, at, 2);
        memcpy(out + 3, at + 3, 2);
        memcpy(out + 6, at + 6, 2);
    } else {
        return 0;
    }
    return marked + len + (at[len] == 'Z' || at[len] == 'z');
}

/* The instant that begins at p; *len is how long it is. */
static bool instant_at(const char *p, size_t *len, instant *out)
{
    char text[20] = "                   Z";
    const char *why;

    *len = take_date(p, text);
    if (*len == 0)
        return false;
    text[10] = 'T';
    const size_t time = take_time(p + *len, text + 11);
    if (time > 0 && instant_parse((struct text){text, 20}, ZONE_UTC, DATE_START, out, &why) == 0) {
        *len += time;
        return true;
    }
    return !is_digit(p[*len]) && instant_parse((struct text){text, 10}, ZONE_UTC, DATE_START, out, &why) == 0;
}

instant file_name_instant(const char *base_name)
{
    instant found = INSTANT_NONE, at;
    size_t len;

    for (const char *p = base_name; *p != '\0'; p += len) {
        if (!is_digit(*p) || (p > base_name && is_digit(p[-1])) || !instant_at(p, &len, &at)) {
            len = 1;
            continue;
        }
        if (found != INSTANT_NONE && found != at)
            return INSTANT_NONE;
        found = at;
    }
    return found;
}
