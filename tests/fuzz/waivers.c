/* Lists: what was agreed not to be asked for. */
#define KIND "waivers"
#include "load.c"
