/* The invented world: who there is, where, and who made what. */
#ifndef PCREPORT_SIMULATE_WORLD_INT_H
#define PCREPORT_SIMULATE_WORLD_INT_H

#include "dice_int.h"
#include "sink_int.h"

#include "domain/terms.h"

#define ENTITY_RECOVERY UINT64_C(0x90B3D51F30000001)
#define ENTITY_ACB      UINT64_C(0x90B3D51F30000002)
#define ENTITY_TCOS     UINT64_C(0x90B3D51F30000004)
#define ENTITY_DCC      UINT64_C(0x90B3D51F30000005)
#define ENTITY_WAN      UINT64_C(0x90B3D51F30000101) /* the first of two WAN providers */
#define ENTITY_NOBODY   UINT64_C(0x90B3D51F300F0000) /* from here on: in no reference data */
#define ENTITY_OTHER    UINT64_C(0x90B3D51F30040001) /* the first of the Other Users */

#define KEY_OF_NOBODY UINT64_C(0xBAD0000000000001)
#define ISSUER_KEY    UINT64_C(0x47D40AF3412904A0) /* of the authority that issues certificates to Devices */

enum fuel { ELECTRICITY, GAS, FUELS };

/* How a Supplier's log differs from that of most. */
enum log_habit {
    LOGS_NO_CREDENTIAL_TYPE = 1,
    LOGS_NO_REQUEST_ID = 2,
    LOGS_NO_ROLE = 4,
    LOGS_LETTER_O = 8, /* sometimes IO for I0 */
    LOGS_TRANSFORMS = 16,
    LOGS_TWICE = 32 /* some requests stand there twice, once without their RequestID */
};

struct supplier {
    const char *party;
    unsigned share;   /* of all customers, per thousand */
    bool one_entity;  /* for both fuels */
    unsigned logging; /* enum log_habit */
    const char *done; /* its word for success */
    const char *failed;
};
#define SUPPLIERS 20
extern const struct supplier suppliers[SUPPLIERS];

/* A licence area of electricity distribution; gas transporters follow the areas. */
struct area {
    const char *distributor;
    unsigned share;      /* of all premises, per thousand */
    enum csp_region csp; /* whose WAN it is in */
    unsigned transporter;
};
#define AREAS        14
#define TRANSPORTERS 8
#define INDEPENDENT  TRANSPORTERS /* the transporter that is not in the SMKI Repository */
extern const struct area areas[AREAS];

/* A habit of a model that its later firmware has lost. */
enum habit { HABIT_NONE, HABIT_EMPTY_STATUS, HABIT_SECOND_CERTIFICATE };

struct model {
    const char *manufacturer, *name, *firmware, *old_firmware;
    uint64_t oui; /* the first three octets of its Device identifiers */
    unsigned types;
    unsigned share; /* among the models of a type, in any unit */
    enum habit habit;
};

#define TYPE_BIT(type) (1U << (type))

uint64_t supplier_entity(unsigned supplier, enum fuel fuel);
unsigned supplier_of(uint64_t entity); /* SUPPLIERS where it is none */
uint64_t distributor_entity(unsigned area);
uint64_t transporter_entity(unsigned transporter);
uint64_t wan_entity(enum csp_region region);
uint64_t entity_key(uint64_t entity, enum key_usage usage); /* the key identifier of its certificate */

unsigned draw_supplier(struct dice *d);
unsigned draw_other_supplier(struct dice *d, unsigned than);
unsigned draw_area(struct dice *d);
/* A model for the type; one with the habit nearly always, where a habit is given. */
const struct model *draw_model(struct dice *d, enum device_type type, enum habit habit);

void world_write_organisations(struct sink *s); /* the heading and all rows */

#endif
