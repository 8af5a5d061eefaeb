/* What a file's name tells: an extract may say nowhere else when it was taken. */
#include "job_form_int.h"

#include <stdio.h>
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
    return marked + len;
}

/* How a zone behind a time or date in a name is taken. */
enum name_zone { NAME_ZONE_NONE, NAME_ZONE_TOLD, NAME_ZONE_IN_DOUBT };

/* Z, UTC, GMT, BST, +0100, +01:00, -05:00, as +01:00 in `out`; *len is how long it is. "-0500" may be the number of a
 * part as well. */
static enum name_zone take_zone(const char *p, char out[7], size_t *len)
{
    static const struct {
        const char *word, *zone;
    } words[] = {{"UTC", "Z"}, {"GMT", "Z"}, {"BST", "+01:00"}, {"Z", "Z"}};
    const bool pair = digits_at(p + (*p != '\0')) == 2 && p[3] == ':' && digits_at(p + 4) == 2;

    *len = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strncasecmp(p, words[i].word, strlen(words[i].word)) == 0) {
            *len = strlen(words[i].word);
            strcpy(out, words[i].zone);
            return NAME_ZONE_TOLD;
        }
    if ((*p != '+' && *p != '-') || (!pair && digits_at(p + 1) != 4))
        return NAME_ZONE_NONE;
    *len = pair ? 6 : 5;
    snprintf(out, 7, "%.3s:%.2s", p, p + (pair ? 4 : 3));
    if (*p == '+' || pair)
        return NAME_ZONE_TOLD;
    if (strcmp(out + 1, "12:00") <= 0 && strcmp(out + 1, "00:00") > 0 && strchr("0134", out[4]) != NULL &&
        (out[5] == '0' || out[5] == '5'))
        return NAME_ZONE_IN_DOUBT;
    *len = 0;
    return NAME_ZONE_NONE;
}

/* The instant that begins at p; *len is how long it is. INSTANT_NONE where its zone is in doubt or none. */
static bool instant_at(const char *p, size_t *len, instant *out)
{
    char date[11] = "", time_text[9] = "", zone[7] = "Z", text[32];
    const char *why;
    size_t zone_len;

    *len = take_date(p, date);
    if (*len == 0)
        return false;
    size_t time = take_time(p + *len, time_text);
    snprintf(text, sizeof(text), "%sT%sZ", date, time_text);
    if (time > 0 && instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        time = 0;
    if (time == 0 && (is_digit(p[*len]) || instant_parse(text_of(date), ZONE_UTC, DATE_START, out, &why) < 0))
        return false;
    *len += time;
    const enum name_zone told = take_zone(p + *len, zone, &zone_len);
    if (told == NAME_ZONE_NONE || (time == 0 && p[*len] == '-'))
        return true;
    *len += zone_len;
    snprintf(text, sizeof(text), "%sT%s%s", date, time > 0 ? time_text : "00:00:00", zone);
    if (told == NAME_ZONE_IN_DOUBT || instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        *out = INSTANT_NONE;
    return true;
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
        if (at == INSTANT_NONE || (found != INSTANT_NONE && found != at))
            return INSTANT_NONE;
        found = at;
    }
    return found;
}
