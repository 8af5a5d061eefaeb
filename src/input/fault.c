/* Words for rejects. */
#include "fault_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SHOWN 48 /* bytes of a value in a reason */

static void set_column(struct fault *f, struct text column)
{
    const size_t len = column.len < FAULT_COLUMN_MAX ? column.len : FAULT_COLUMN_MAX;

    if (len > 0)
        memcpy(f->column, column.ptr, len);
    f->column[len] = '\0';
    f->month_first = (struct text){0};
}

static void set_reason(struct fault *f, const char *shown, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void set_reason(struct fault *f, const char *shown, const char *fmt, va_list args)
{
    const int n = snprintf(f->reason, sizeof(f->reason), "%s", shown);

    vsnprintf(f->reason + n, sizeof(f->reason) - (size_t)n, fmt, args);
}

bool fault_set(struct fault *f, struct text column, const char *fmt, ...)
{
    va_list args;

    set_column(f, column);
    va_start(args, fmt);
    set_reason(f, "", fmt, args);
    va_end(args);
    return false;
}

bool fault_value(struct fault *f, struct text column, struct text value, const char *fmt, ...)
{
    char shown[VALUE_SHOWN + 8];
    va_list args;

    if (secret_is(value))
        value = TEXT_LITERAL(SECRET_SHOWN);
    shown[0] = '"';
    const size_t n = 1 + text_show(value, shown + 1, sizeof(shown) - 3);
    memcpy(shown + n, "\" ", 3);
    set_column(f, column);
    va_start(args, fmt);
    set_reason(f, shown, fmt, args);
    va_end(args);
    return false;
}
