/* What reports and analysts can call beside SQLite's own functions: what the rules know and plain SQL cannot tell. */
#include "views_int.h"

#include "rules/incident.h"

#include <string.h>

/* Makes the original bytes of a reject well-formed text: what is no UTF-8, and NULs, become U+FFFD. */
static void readable(sqlite3_context *cell, int argc, sqlite3_value **argv)
{
    const unsigned char *bytes = sqlite3_value_blob(argv[0]);
    size_t len = (size_t)sqlite3_value_bytes(argv[0]), at = 0;
    struct buf out = {0};

    (void)argc;
    while (at < len) {
        size_t width = bytes[at] < 0x80 ? 1 : bytes[at] < 0xE0 ? 2 : bytes[at] < 0xF0 ? 3 : 4;
        struct text one = {(const char *)bytes + at, width};

        if (bytes[at] != '\0' && at + width <= len && text_is_utf8(one)) {
            buf_add_text(&out, one);
            at += width;
        } else {
            buf_add_str(&out, "\xEF\xBF\xBD");
            at++;
        }
    }
    if (out.failed)
        sqlite3_result_error_nomem(cell);
    else
        sqlite3_result_text64(cell, len > 0 ? (const char *)out.ptr : "", out.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    buf_release(&out);
}

/* R8: the age band of so many days. */
static void age_band(sqlite3_context *cell, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (sqlite3_value_type(argv[0]) != SQLITE_NULL)
        sqlite3_result_text(cell, incident_age_band(sqlite3_value_int64(argv[0])), -1, SQLITE_STATIC);
}

/* The reasons of which a text, joined by ';', has the words. */
static reason_set reasons_in(sqlite3_value *text)
{
    struct text left = {(const char *)sqlite3_value_text(text), 0};
    reason_set set = 0;

    left.len = left.ptr != NULL ? (size_t)sqlite3_value_bytes(text) : 0;
    while (left.len > 0) {
        const char *const end = memchr(left.ptr, ';', left.len);
        const struct text word = {left.ptr, end != NULL ? (size_t)(end - left.ptr) : left.len};
        const size_t used = word.len + (end != NULL);

        for (unsigned r = 0; r < REASONS; r++)
            if (text_equal(word, text_of(reason_word((enum reason)r))))
                set |= REASON_BIT(r);
        left = (struct text){left.ptr + used, left.len - used};
    }
    return set;
}

/* R6: words of reasons joined by ';', each once and in the order of the rule. */
static void join_reasons(sqlite3_context *cell, int argc, sqlite3_value **argv)
{
    const reason_set set = reasons_in(argv[0]);
    char text[REASONS_TEXT_SIZE];

    (void)argc;
    if (set != 0)
        sqlite3_result_text(cell, text, (int)reasons_format(set, text), SQLITE_TRANSIENT);
}

/* R6: of the reasons of failures that which tells most. */
static void main_failure(sqlite3_context *cell, int argc, sqlite3_value **argv)
{
    const enum reason r = main_reason(reasons_in(argv[0]), true);

    (void)argc;
    if (r != REASONS)
        sqlite3_result_text(cell, reason_word(r), -1, SQLITE_STATIC);
}

/* The British date of an instant. */
static void british_day(sqlite3_context *cell, int argc, sqlite3_value **argv)
{
    struct text t = {(const char *)sqlite3_value_text(argv[0]), 0};
    char date[INSTANT_TEXT_SIZE];
    const char *why;
    instant at;

    (void)argc;
    t.len = t.ptr != NULL ? (size_t)sqlite3_value_bytes(argv[0]) : 0;
    if (t.len == 0 || instant_parse(t, ZONE_UTC, DATE_START, &at, &why) < 0)
        return;
    instant_format_date(at + (instant)instant_london_offset(at) * INSTANT_SECOND, date);
    sqlite3_result_text(cell, date, -1, SQLITE_TRANSIENT);
}

int query_functions_add(sqlite3 *db)
{
    static const struct {
        const char *name;
        void (*call)(sqlite3_context *cell, int argc, sqlite3_value **argv);
    } functions[] = {
        {"readable", readable},         {"age_band", age_band},         {"british_day", british_day},
        {"join_reasons", join_reasons}, {"main_failure", main_failure},
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(functions); i++)
        rc = sqlite3_create_function(db, functions[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                     NULL, functions[i].call, NULL, NULL);
    return rc;
}
