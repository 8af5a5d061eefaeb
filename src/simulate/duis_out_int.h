/* The Service Audit Trail as the DUIS documents that its requests and answers were made of. */
#ifndef PCREPORT_SIMULATE_DUIS_OUT_INT_H
#define PCREPORT_SIMULATE_DUIS_OUT_INT_H

#include "log_int.h"

struct duis_out;

/* Makes folder/duis with requests.xml and responses.xml, documents one after another, a line each. With a NULL folder
 * documents are only counted. */
int duis_out_create(struct duis_out **out, const char *folder, bool gzip, struct err *err);

/* The documents of one row. The RequestID tells when the request was made: its counter is milliseconds since 1970, the
 * number of the request added, so that no two requests have the same. */
void duis_write(struct duis_out *o, const struct log_entry *e);

uint64_t duis_out_bytes(const struct duis_out *o);       /* before compression */
int duis_out_close(struct duis_out *o, struct err *err); /* as sink_close */

#endif
