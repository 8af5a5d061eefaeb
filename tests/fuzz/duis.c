/* A stream of DUIS documents, whatever it begins with; else as load.c. */
#define KIND "duis"
#include "load.c"
