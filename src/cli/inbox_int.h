/* The folder that `run` reads. */
#ifndef PCREPORT_CLI_INBOX_INT_H
#define PCREPORT_CLI_INBOX_INT_H

#include "base/instant.h"

struct inbox {
    char **paths; /* regular files that are not hidden, ascending by name */
    size_t count, cap;
    char *as_of_path; /* of its as-of.txt, which is among the paths too; borrowed from them, NULL without one */
};

/* ERR_NO_INPUT when the folder cannot be read. */
int inbox_list(struct inbox *out, const char *folder, struct err *err);
/* What as-of.txt says, INSTANT_NONE without one; ERR_DATA when it holds no instant. */
int inbox_as_of(const struct inbox *in, instant *out, struct err *err);
void inbox_release(struct inbox *in);

#endif
