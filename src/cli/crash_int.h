/* A library that breaks off where memory is short, and prints what it thinks. */
#ifndef PCREPORT_CLI_CRASH_INT_H
#define PCREPORT_CLI_CRASH_INT_H

/* From now on a process that libxlsxwriter ends by a signal says so, and ends with the status for want of memory. */
void crash_listen(void);
/* From now on what libxlsxwriter prints on standard error is told to library_said. */
void crash_mute(void);

#endif
