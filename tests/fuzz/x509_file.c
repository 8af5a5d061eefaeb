/* Files of certificates, in PEM and DER. */
#define KIND "x509"
#include "load.c"
