/* The one error struct: the first failure is kept. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP " ... "

static bool within_character(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

/* Puts the beginning and the end of `all`, which is too long, into `out`. */
static void cut_middle(char *out, size_t size, const char *all, size_t len)
{
    const size_t room = size - sizeof(GAP);
    size_t head = room / 2, tail = len - (room - head);

    while (head > 0 && within_character(all[head]))
        head--;
    while (tail < len && within_character(all[tail]))
        tail++;
    memcpy(out, all, head);
    memcpy(out + head, GAP, strlen(GAP));
    memcpy(out + head + strlen(GAP), all + tail, len - tail + 1);
}

void message_format(char *out, size_t size, const char *fmt, va_list args)
{
    va_list again;
    char *all = NULL;
    int len;

    va_copy(again, args);
    len = vsnprintf(out, size, fmt, args);
    if (len < 0)
        out[0] = '\0';
    else if ((size_t)len >= size && vasprintf(&all, fmt, again) == len)
        cut_middle(out, size, all, (size_t)len);
    va_end(again);
    free(all);
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    va_list args;

    if (err == NULL || err->code != ERR_NONE)
        return -1;
    err->code = code;
    va_start(args, fmt);
    message_format(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    return -1;
}

enum err_code err_code_of_errno(enum err_code code)
{
    return errno == ENOMEM ? ERR_NOMEM : code;
}

int err_errno(struct err *err, enum err_code code, const char *fmt, ...)
{
    const int why = errno;
    char doing[sizeof(err->msg)];
    va_list args;

    va_start(args, fmt);
    if (vsnprintf(doing, sizeof(doing), fmt, args) < 0)
        doing[0] = '\0';
    va_end(args);
    errno = why;
    return err_set(err, err_code_of_errno(code), "%s: %s", doing, strerror(why));
}

int err_copy(struct err *err, const struct err *from)
{
    if (err != NULL && err != from && err->code == ERR_NONE)
        *err = *from;
    return -1;
}

bool err_is_ours(const struct err *err)
{
    return err->code == ERR_NOMEM || err->code == ERR_BUG;
}

int err_nomem(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory: free some, or use fewer threads");
}
