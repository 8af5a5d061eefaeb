/* The DUIS services that the project knows by name (services.def): where each ends, and what the rules take it for. */
#ifndef PCREPORT_DOMAIN_SERVICE_H
#define PCREPORT_DOMAIN_SERVICE_H

#include "domain/terms.h"

/* What a service is about, as far as any rule asks. */
enum service_about {
    ABOUT_NOTHING,
    ABOUT_KEYS,                /* R4.1: makes a key pair */
    ABOUT_CERTIFICATES,        /* R4.2: places a Device certificate */
    ABOUT_CELLS,               /* R4.3, R4.4: replaces the cells of the role it names */
    ABOUT_SUPPLIER_CELLS,      /* R4.4: of the Supplier, always */
    ABOUT_LOOK,                /* R4.0: reads what the Device holds */
    ABOUT_JOIN,                /* R9.2 */
    ABOUT_UNJOIN,              /* R9.2 */
    ABOUT_FIRMWARE_UPDATE,     /* R9.3 */
    ABOUT_FIRMWARE_ACTIVATION, /* R9.3 */
};

/* "Update Security Credentials (KRP)"; "" for a service that is not listed. */
const char *service_name(srv_code srv);
enum service_about service_about(srv_code srv);
/* "CELLS", as in the list. */
const char *service_about_word(srv_code srv);
/* R2.1, as shipped: whether the service is never sent to a Device. Code maps may say otherwise of more of them. */
bool service_ends_in_dcc_systems(srv_code srv);

/* The list itself, in its order. */
size_t service_count(void);
srv_code service_at(size_t i);

#endif
