/* Market identifiers: how the industry names parties beside their EUI-64. The MPID of electricity has four letters or
 * digits, the short code of gas three.
 *
 * They are held where EUI-64 are, as numbers whose first four octets are 0 (no organisation's EUI-64 begins so), so
 * that all that names a party can name it either way. */
#ifndef PCREPORT_DOMAIN_MARKET_H
#define PCREPORT_DOMAIN_MARKET_H

#include "domain/eui64.h"

/* Three or four letters or digits, at least one of them a letter; small letters count as capitals. */
bool market_id_parse(struct text t, uint64_t *out);
bool market_id_is(uint64_t id);

/* An EUI-64 or a market identifier. */
bool party_id_parse(struct text t, uint64_t *out);
size_t party_id_format(uint64_t id, char out[EUI64_TEXT_SIZE]);

#endif
