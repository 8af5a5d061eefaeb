/* The one error struct: the first failure is kept. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    va_list args;

    if (err == NULL || err->code != ERR_NONE)
        return -1;
    err->code = code;
    va_start(args, fmt);
    if (vsnprintf(err->msg, sizeof(err->msg), fmt, args) < 0)
        err->msg[0] = '\0';
    va_end(args);
    return -1;
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
