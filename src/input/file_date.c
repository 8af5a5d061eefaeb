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

/* The date that begins at p; *len is how long it is. */
static bool date_at(const char *p, size_t *len, instant *out)
{
    char text[11];
    const char *why;
    size_t digits = strspn(p, "0123456789");

    if (digits == 8) {
        memcpy(text, p, 4);
        text[4] = text[7] = '-';
        memcpy(text + 5, p + 4, 2);
        memcpy(text + 8, p + 6, 2);
        *len = 8;
    } else if (digits == 4 && p[4] == '-' && strspn(p + 5, "0123456789") == 2 && p[7] == '-' &&
               strspn(p + 8, "0123456789") == 2) {
        memcpy(text, p, 10);
        *len = 10;
    } else {
        return false;
    }
    return instant_parse((struct text){text, 10}, ZONE_UTC, DATE_START, out, &why) == 0;
}

instant file_name_date(const char *base_name)
{
    instant found = INSTANT_NONE, at;
    size_t len;

    for (const char *p = base_name; *p != '\0'; p += len) {
        len = 1;
        if (!is_digit(*p) || (p > base_name && is_digit(p[-1])) || !date_at(p, &len, &at))
            continue;
        if (found != INSTANT_NONE && found != at)
            return INSTANT_NONE;
        found = at;
    }
    return found;
}
