/* Whole folders: removing and comparing them. Symbolic links are never followed. */
#ifndef PCREPORT_OUTPUT_TREE_INT_H
#define PCREPORT_OUTPUT_TREE_INT_H

#include <stdbool.h>

/* Removes a file, link or folder with all that is in it. -1 with errno; what does not exist is no failure. */
int tree_remove(const char *path);

/* Whether two folders hold the same names with the same bytes. What cannot be read counts as different. */
bool tree_same(const char *a, const char *b);

#endif
