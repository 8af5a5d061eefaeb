/* How values look to people and in events. */
#include "session_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool colour_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return (no_color == NULL || *no_color == '\0') && isatty(STDOUT_FILENO) == 1 &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

const char *count_text(uint64_t n, char out[COUNT_TEXT_SIZE])
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *count_of(uint64_t n, const char *one, const char *many, char out[COUNT_TEXT_SIZE])
{
    size_t len;

    count_text(n, out);
    len = strlen(out);
    snprintf(out + len, COUNT_TEXT_SIZE - len, " %s", n == 1 ? one : many);
    return out;
}
