/* The folder that `run` reads. */
#ifndef PCREPORT_CLI_INBOX_INT_H
#define PCREPORT_CLI_INBOX_INT_H

#include "base/instant.h"

struct inbox {
    char **paths; /* regular files that are not hidden, ascending by name */
    size_t count, cap;
    instant as_of; /* what its as-of.txt says; INSTANT_NONE without one */
};

/* ERR_NO_INPUT when the folder cannot be read, ERR_DATA when its as-of.txt holds no instant. */
int inbox_list(struct inbox *out, const char *folder, struct err *err);
void inbox_release(struct inbox *in);

#endif
