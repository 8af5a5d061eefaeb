/* What a file's name tells: an extract may say nowhere else when it was taken. */
#include "job_form_int.h"

#include "base/ascii.h"

#include <stdio.h>
#include <string.h>

const char *file_base_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    const char *member = strstr(base, ": ");

    return member != NULL ? member + 2 : base;
}

void file_word(const char *name, char *out, size_t size)
{
    const char *const member = strstr(name, ": ");
    const size_t len = member != NULL ? (size_t)(member - name) : strlen(name);
    bool plain = true, quotable = len > 0 && name[0] != '-' && len + 3 < size;

    for (size_t i = 0; i < len; i++) {
        plain = plain && (ascii_is_alnum(name[i]) || strchr("._/+=@,:%-", name[i]) != NULL);
        quotable = quotable && strchr("\"'$`\\!", name[i]) == NULL && (unsigned char)name[i] >= ' ';
    }
    if (!quotable)
        snprintf(out, size, "FILE");
    else
        snprintf(out, size, plain ? "%.*s" : "\"%.*s\"", (int)len, name);
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

/* Whether what stands behind a date or a time is told, or may be it as well as something else. */
enum told { TOLD_NOT, TOLD, TOLD_IN_DOUBT };

/* Two pairs of digits that may be a time of day. */
static bool is_time_of_day(const char *hours, const char *minutes)
{
    return strncmp(hours, "24", 2) < 0 && minutes[0] < '6';
}

/* 18-00, 18:00, 18h00: two digits, a mark, two digits. */
static bool is_pair(const char *p)
{
    return digits_at(p) == 2 && p[2] != '\0' && strchr(":-._hH ", p[2]) != NULL && digits_at(p + 3) == 2;
}

/* The length of what parts a date, a time and what is told of it; no-break blanks too. */
static size_t mark_at(const char *p)
{
    if (strncmp(p, "\xC2\xA0", 2) == 0)
        return 2;
    if (strncmp(p, "\xE2\x80\xAF", 3) == 0)
        return 3;
    return *p != '\0' && strchr("_-., ", *p) != NULL;
}

static const char *behind_marks(const char *p)
{
    while (mark_at(p) > 0)
        p += mark_at(p);
    return p;
}

/* Whether one of the words stands there, and no other begins with it. */
static bool is_one_of(const char *p, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(words[i]);
        if (strncasecmp(p, words[i], len) == 0 && (!ascii_is_alnum(p[len]) || is_digit(p[len])))
            return true;
    }
    return false;
}

/* What may be a time, but a number as well: digits behind a T, 1800, 18-00, 18h, 6pm, pm, noon, h18, and t18 behind a
 * mark. */
static bool may_be_time(const char *at, bool is_t)
{
    static const char *const parts[] = {"am",       "pm",      "a.m",       "p.m",    "noon",
                                        "midnight", "morning", "afternoon", "evening"},
                             *const hours[] = {"h", "hr", "hrs", "hour", "hours", "u", "uhr"};
    const size_t digits = digits_at(at);
    const char *p = at;

    if (is_t && digits > 0)
        return true;
    if ((digits == 4 && is_time_of_day(at, at + 2)) || (is_pair(at) && is_time_of_day(at, at + 3)))
        return true;
    while (is_digit(*p) || *p == ':' || mark_at(p) > 0)
        p += mark_at(p) > 0 ? mark_at(p) : 1;
    if (is_one_of(p, parts, ARRAY_LEN(parts)) || (p > at && is_one_of(p, hours, ARRAY_LEN(hours))))
        return true;
    return *p != '\0' && strchr("hHtT", *p) != NULL && is_digit(p[1]) && digits_at(p + 1) % 2 == 0 &&
           is_time_of_day(p + 1, "0");
}

/* AM or PM behind a time, which becomes that of 24 hours; *len is how long it is. */
static enum told take_half(const char *p, char out[8], size_t *len)
{
    const char *const at = p + mark_at(p);
    const bool pm = *at == 'p' || *at == 'P';
    unsigned hours = (unsigned)(out[0] - '0') * 10 + (unsigned)(out[1] - '0');

    *len = 0;
    if ((!pm && *at != 'a' && *at != 'A') || (at[1] != 'm' && at[1] != 'M'))
        return TOLD_NOT;
    if (ascii_is_alnum(at[2]) && at[2] != 'Z')
        return at > p ? TOLD_NOT : TOLD_IN_DOUBT; /* another word */
    if (hours == 0 || hours > 12)
        return TOLD_IN_DOUBT;
    hours = hours % 12 + (pm ? 12 : 0);
    out[0] = (char)('0' + hours / 10);
    out[1] = (char)('0' + hours % 10);
    *len = (size_t)(at - p) + 2;
    return TOLD;
}

/* The time behind a date, as 180000, T1800, T18, at 18, 18:00, 18-00-00, 18:00:00 or 06:00:00 PM, with a T or other
 * marks before it; *len is how long it is. Four digits alone may be the number of a part as well, and 18-00 a part of
 * so many. */
static enum told take_time(const char *p, char out[8], size_t *len)
{
    const char *at = behind_marks(p);
    const bool is_at = at > p && strncasecmp(at, "at", 2) == 0 && mark_at(at + 2) > 0;
    const bool is_t = is_at || (at == p && (*at == 'T' || *at == 't'));

    at = is_at ? behind_marks(at + 2) : at + is_t;
    const size_t digits = digits_at(at);
    const bool pair = is_pair(at), three = pair && at[5] == at[2] && digits_at(at + 6) == 2;
    size_t half;

    memcpy(out, "00:00:00", 8);
    if (digits == 6 || (is_t && (digits == 4 || (digits == 2 && !pair)))) {
        for (size_t i = 0; i < digits; i += 2)
            memcpy(out + i / 2 * 3, at + i, 2);
        *len = (size_t)(at - p) + digits;
    } else if (three || (pair && at[2] == ':')) {
        for (size_t i = 0; i < (three ? 9 : 6); i += 3)
            memcpy(out + i, at + i, 2);
        *len = (size_t)(at - p) + (three ? 8U : 5U);
    } else {
        *len = 0;
        return may_be_time(at, is_t) ? TOLD_IN_DOUBT : TOLD_NOT;
    }
    if (strncmp(out, "24", 2) < 0 && out[3] < '6' && out[6] < '6') {
        if (take_half(p + *len, out, &half) == TOLD_IN_DOUBT)
            return TOLD_IN_DOUBT;
        *len += half;
        return TOLD;
    }
    *len = 0;
    memcpy(out, "00:00:00", 8);
    return is_t || pair ? TOLD_IN_DOUBT : TOLD_NOT; /* six digits alone may be a number */
}

/* Z, UTC, GMT, BST, +0100, +01:00, -05:00, as +01:00 in `out`; *len is how long it is. "-0500" may be the number of a
 * part as well. */
static enum told take_zone(const char *p, char out[7], size_t *len)
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
            return TOLD;
        }
    if ((*p != '+' && *p != '-') || (!pair && digits_at(p + 1) != 4))
        return TOLD_NOT;
    *len = pair ? 6 : 5;
    snprintf(out, 7, "%.3s:%.2s", p, p + (pair ? 4 : 3));
    if (*p == '+' || pair)
        return TOLD;
    if (strcmp(out + 1, "12:00") <= 0 && strcmp(out + 1, "00:00") > 0 && strchr("0134", out[4]) != NULL &&
        (out[5] == '0' || out[5] == '5'))
        return TOLD_IN_DOUBT;
    *len = 0;
    return TOLD_NOT;
}

/* Those that may stand behind a mark. */
static const char *const zone_words[] = {"UTC", "GMT", "BST"};

/* The instant that begins at p; *len is how long it is. INSTANT_NONE where its time or zone is in doubt or none. */
static bool instant_at(const char *p, size_t *len, instant *out)
{
    char date[11] = "", time_text[9] = "", zone[7] = "Z", text[32];
    const char *why;
    size_t time, zone_len;

    *len = take_date(p, date);
    if (*len == 0)
        return false;
    const enum told time_told = take_time(p + *len, time_text, &time);
    if (time == 0 && is_digit(p[*len]))
        return false;
    if (instant_parse(text_of(date), ZONE_UTC, DATE_START, out, &why) < 0)
        return false;
    snprintf(text, sizeof(text), "%sT%sZ", date, time_text);
    if (time_told == TOLD_IN_DOUBT || instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0) {
        *out = INSTANT_NONE;
        return true;
    }
    *len += time;
    const size_t blank = mark_at(p + *len);
    const size_t mark = time > 0 && is_one_of(p + *len + blank, zone_words, ARRAY_LEN(zone_words)) ? blank : 0;
    const enum told told = take_zone(p + *len + mark, zone, &zone_len);
    if (told == TOLD_NOT || (time == 0 && p[*len] == '-'))
        return true;
    *len += mark + zone_len;
    snprintf(text, sizeof(text), "%sT%s%s", date, time > 0 ? time_text : "00:00:00", zone);
    if (told == TOLD_IN_DOUBT || instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        *out = INSTANT_NONE;
    return true;
}

instant file_name_instant(const char *base_name, bool *has_date)
{
    instant found = INSTANT_NONE, at;
    size_t len;

    *has_date = false;
    for (const char *p = base_name; *p != '\0'; p += len) {
        if (!is_digit(*p) || (p > base_name && is_digit(p[-1])) || !instant_at(p, &len, &at)) {
            len = 1;
            continue;
        }
        *has_date = true;
        if (at == INSTANT_NONE || (found != INSTANT_NONE && found != at))
            return INSTANT_NONE;
        found = at;
    }
    return found;
}
