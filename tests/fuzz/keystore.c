/* Key stores in JSON. */
#define KIND "keystore"
#include "load.c"
