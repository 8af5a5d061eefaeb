/* The one error struct, passed down and filled where the trouble is known.
 *
 * Every function that can fail takes a struct err * as its last parameter, returns 0 or -1, and leaves the struct alone
 * on success. The message is complete enough to print as it stands: what is wrong, where, and what would mend it. */
#ifndef PCREPORT_BASE_ERR_H
#define PCREPORT_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* What kind of trouble it is; src/cli/exit_status.h maps each to an exit status. */
enum err_code {
    ERR_NONE,
    ERR_USAGE,    /* the command line is wrong */
    ERR_DATA,     /* an input is unusable, or has too many rejects; the store is damaged */
    ERR_NO_INPUT, /* an input is missing or cannot be opened */
    ERR_NOMEM,    /* no memory, or no thread to be had */
    ERR_BUG,      /* something that cannot happen */
    ERR_CREATE,   /* an output cannot be created */
    ERR_IO,       /* reading or writing failed (disk full) */
    ERR_BUSY,     /* another run holds the store */
    ERR_CONFIG    /* configuration, criteria or a report file is wrong */
};

struct err {
    enum err_code code;
    unsigned long line; /* line of the input, 0: none */
    char msg[480];      /* lower case, no full stop, the subject in quotes */
};

/* All four keep the first failure, ignore later ones, and always return -1. A NULL err is allowed. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Of what the system refused: the message ends in what errno says. */
int err_errno(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_copy(struct err *err, const struct err *from);
int err_nomem(struct err *err); /* ERR_NOMEM */

/* As vsnprintf, but a message that is too long keeps its beginning and its end, where the reason stands. `size` is 20
 * at least. */
void message_format(char *out, size_t size, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

/* `code`, unless errno says that it is for want of memory. */
enum err_code err_code_of_errno(enum err_code code);

/* Whether it is trouble of ours, for which no input is to blame: no memory, or a bug. */
bool err_is_ours(const struct err *err);

#endif
