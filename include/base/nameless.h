/* Temporary files without a name: whatever ends the process, nothing of them is left. */
#ifndef PCREPORT_BASE_NAMELESS_H
#define PCREPORT_BASE_NAMELESS_H

/* Opens one in the folder to be written and read, for the owner only. -1 with errno. */
int nameless_open(const char *folder);

#endif
