/* Numbers as text, fast and alike everywhere. */
#include "writers_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void number_add_integer(struct buf *b, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof(digits) - at);
}

bool number_add_real(struct buf *b, double value)
{
    char digits[32];

    if (!isfinite(value))
        return false;
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    buf_add_str(b, digits);
    return true;
}
