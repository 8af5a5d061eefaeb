/* What programs write behind the records of a file. */
#include "footer_int.h"

#include "base/ascii.h"

#include <string.h>

/* "Total records: 1", "Number of rows = 12": such words and a number, and nothing else */
static bool is_total(struct text t)
{
    static const struct text words[] = {TEXT_LITERAL("total"),   TEXT_LITERAL("number"), TEXT_LITERAL("of"),
                                        TEXT_LITERAL("records"), TEXT_LITERAL("record"), TEXT_LITERAL("rows"),
                                        TEXT_LITERAL("row"),     TEXT_LITERAL("count")};
    size_t known = 0, digits = 0;

    for (size_t at = 0, len; at < t.len; at += len) {
        bool found = false;
        for (len = 0; at + len < t.len && ascii_is_alnum(t.ptr[at + len]) && !ascii_is_digit(t.ptr[at + len]);)
            len++;
        for (size_t i = 0; len > 0 && i < ARRAY_LEN(words); i++)
            found |= text_equal_nocase((struct text){t.ptr + at, len}, words[i]);
        known += found;
        if (len > 0 && !found)
            return false;
        if (len == 0) {
            digits += ascii_is_digit(t.ptr[at]);
            if (!ascii_is_digit(t.ptr[at]) && !ascii_is_one_of(t.ptr[at], " :=,.\t"))
                return false;
            len = 1;
        }
    }
    return known > 0 && digits > 0;
}

bool footer_is_count(struct text t)
{
    static const struct text ends[] = {TEXT_LITERAL("row"),           TEXT_LITERAL("rows"),
                                       TEXT_LITERAL("row(s)"),        TEXT_LITERAL("row(s) affected"),
                                       TEXT_LITERAL("row affected"),  TEXT_LITERAL("rows affected"),
                                       TEXT_LITERAL("row selected."), TEXT_LITERAL("rows selected."),
                                       TEXT_LITERAL("rows selected")};
    const bool brackets = t.len > 2 && t.ptr[0] == '(' && t.ptr[t.len - 1] == ')';
    size_t digits = 0;

    if (brackets)
        t = (struct text){t.ptr + 1, t.len - 2};
    while (digits < t.len && ascii_is_digit(t.ptr[digits]))
        digits++;
    if (digits == 0 && t.len > 3 && text_equal_nocase((struct text){t.ptr, 3}, TEXT_LITERAL("no ")))
        digits = 2;
    if (digits == 0 || digits >= t.len)
        return false;
    const struct text rest = text_trim((struct text){t.ptr + digits, t.len - digits});
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (text_equal_nocase(rest, ends[i]) && (brackets || i >= 6))
            return true;
    return false;
}

/* What clients of databases write behind the rows: psql, SQL*Plus, SQL Server's studio, mysql, and the end of COPY. */
static bool is_client_talk(struct text t)
{
    static const struct text begins[] = {TEXT_LITERAL("Elapsed: "), TEXT_LITERAL("Time: "),
                                         TEXT_LITERAL("Completion time: ")};
    size_t digits = 0;

    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (t.len > begins[i].len && text_equal_nocase((struct text){t.ptr, begins[i].len}, begins[i]))
            return true;
    while (digits < t.len && ascii_is_digit(t.ptr[digits]))
        digits++;
    const struct text rest = {t.ptr + digits, t.len - digits};
    return text_equal(t, TEXT_LITERAL("\\.")) || (digits > 0 && rest.len >= 11 &&
                                                  (memcmp(rest.ptr, " row in set", 11) == 0 ||
                                                   (rest.len >= 12 && memcmp(rest.ptr, " rows in set", 12) == 0)));
}

bool footer_is(struct text t)
{
    return footer_is_count(t) || is_total(t) || is_client_talk(t);
}

/* ---- Rows of CSV files ---- */

/* Whether every byte is one of `of`, or of a no-break blank. */
static bool is_only(struct text t, const char *of)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.len - i >= 2 && memcmp(t.ptr + i, "\xC2\xA0", 2) == 0)
            i++;
        else if (t.ptr[i] == '\0' || strchr(of, t.ptr[i]) == NULL)
            return false;
    }
    return true;
}

/* Excel's own line before a heading, of a file that was put behind another. */
static bool is_sep(struct text t)
{
    return t.len == 5 && text_equal_nocase((struct text){t.ptr, 4}, TEXT_LITERAL("sep="));
}

/* Up to the separators behind it, which spreadsheets add to a footer. */
static struct text first_field(struct text t, char delimiter)
{
    while (t.len > 0 && (t.ptr[t.len - 1] == delimiter || ascii_is_blank(t.ptr[t.len - 1])))
        t.len--;
    return t;
}

/* What a spreadsheet puts into the first cell where it can find or reckon nothing: the row is one like any other. */
static bool begins_in_error(struct text t, char delimiter)
{
    static const struct text errors[] = {TEXT_LITERAL("#N/A"),   TEXT_LITERAL("#REF!"),  TEXT_LITERAL("#VALUE!"),
                                         TEXT_LITERAL("#NAME?"), TEXT_LITERAL("#NULL!"), TEXT_LITERAL("#NUM!"),
                                         TEXT_LITERAL("#DIV/0!")};

    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        size_t at = errors[i].len;
        if (t.len <= at || !text_equal_nocase((struct text){t.ptr, at}, errors[i]))
            continue;
        while (at < t.len && t.ptr[at] == ' ')
            at++;
        return at < t.len && t.ptr[at] == delimiter;
    }
    return false;
}

bool footer_carries_nothing(struct text record, char delimiter)
{
    const char blanks[] = {delimiter, ' ', '\t', '"', '\x1A', '\0'}, rule[] = {delimiter, ' ', '-', '+', '|', '\0'};
    const struct text t = text_trim(record);

    return is_only(t, blanks) || (t.ptr[0] == '#' && !begins_in_error(t, delimiter)) || footer_is(t) || is_sep(t) ||
           (is_only(t, rule) && memmem(t.ptr, t.len, "--", 2) != NULL) ||
           footer_is_count(text_trim(first_field(t, delimiter)));
}
