/* The inventory, as CSV, a row for each premises, and JSON. */
#define KIND "inventory"
#include "load.c"
