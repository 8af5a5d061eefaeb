/* Lists: waivers and tickets are read alike. */
#define KIND "waivers"
#include "load.c"
