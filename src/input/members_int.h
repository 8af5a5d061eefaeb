/* The members of a tar or zip archive, and of those that stand behind it in the same file. */
#ifndef PCREPORT_INPUT_MEMBERS_INT_H
#define PCREPORT_INPUT_MEMBERS_INT_H

#include "base/text.h"

#define ARCHIVE_HEAD 512 /* bytes in which an archive is told */

enum archive_form { ARCHIVE_NONE, ARCHIVE_TAR, ARCHIVE_ZIP };
enum archive_form archive_form_of(struct text head);

/* Fills `to` as far as there are bytes: *got < cap means that there are no more. */
typedef int (*members_source)(void *ctx, unsigned char *to, size_t cap, size_t *got, struct err *err);

/* `path` is borrowed, for messages. *out is to be closed after a failure too. */
struct members;
int members_open(struct members **out, enum archive_form form, const char *path, members_source source, void *ctx,
                 struct err *err);
void members_close(struct members *m); /* NULL is allowed */

/* Goes to the next file: 1, 0 after the last, -1 when nothing more can be read. Folders, links and what packers add
 * (__MACOSX, Thumbs.db) are passed over. */
int members_next(struct members *m, struct err *err);
int members_read(struct members *m, unsigned char *to, size_t cap, size_t *got, struct err *err);

const char *members_name(const struct members *m);           /* fit to be shown; NULL: none was reached */
uint64_t members_passed_over(const struct members *m);       /* entries but folders */
int members_fault(const struct members *m, struct err *err); /* -1: the source failed */

#endif
