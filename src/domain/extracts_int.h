/* A set of one extract, for the writer of records. */
#ifndef PCREPORT_SRC_DOMAIN_EXTRACTS_INT_H
#define PCREPORT_SRC_DOMAIN_EXTRACTS_INT_H

#include "domain/extracts.h"

#define ROOM_EXTRACT 14

/* As extracts_pack does, into room for ROOM_EXTRACT bytes. */
unsigned char *extracts_put_one(unsigned char *p, instant at);

#endif
