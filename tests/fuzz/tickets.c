/* Lists: what the service desk knows. */
#define KIND "tickets"
#include "load.c"
