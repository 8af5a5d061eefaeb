/* The organisations known from the reference data: who owns which Entity Identifier, in which role. */
#ifndef PCREPORT_DOMAIN_DIRECTORY_H
#define PCREPORT_DOMAIN_DIRECTORY_H

#include "base/err.h"
#include "domain/record.h"

/* A party (R1). Known ones are numbered from 1 in the order of their names, with those that own nothing at as_of: so a
 * party has the same number in the directories of all instants that are made of the same rows. An Entity Identifier
 * that the reference data does not know is a party of its own. */
enum party_kind { PARTY_NONE, PARTY_KNOWN, PARTY_UNKNOWN };
struct party {
    uint64_t id; /* number of a known party; the Entity Identifier of an unknown one */
    enum party_kind kind;
};

bool party_equal(struct party a, struct party b); /* PARTY_NONE equals nothing, itself included */
bool party_same(struct party a, struct party b);  /* PARTY_NONE is the same as itself */

struct entity {
    uint64_t id;
    struct party party;   /* PARTY_UNKNOWN for identifiers not in the directory */
    enum party_role role; /* of such: as the registrations name it (R1), as both a Supplier; else ROLE_NONE */
    bool in_smki_repository;
    const uint64_t *key_ids; /* ascending; known key identifiers */
    size_t key_id_count;
};

struct directory;

/* True when the row gives its party no name but the Entity Identifier, as those made from certificates do. Such a row
 * gives way to any that has a name: canonical texts of the two compare so, and where the roles are the same it is no
 * conflict (R7). */
bool organisation_is_unnamed(const struct organisation_row *row);

/* An entity that registrations name, and from when on the earliest that does begins; INSTANT_NONE: none does. */
struct directory_registrant {
    uint64_t id;
    instant supplier_from, network_operator_from;
};

struct directory_source {
    const struct organisation_row *rows; /* in any order; one without a set of extracts is of one that nobody dated */
    size_t count;
    const struct directory_registrant *registrants; /* in any order */
    size_t registrant_count;
    instant as_of;
};

/* R7: party, role and repository mark of an entity are those of its latest extract not after as_of (where all are
 * later, of the earliest): of its rows there the one of the greatest canonical text speaks, and the entity is in the
 * repository if any says so. Key identifiers add up. R1: an entity that no row has, but registrations by as_of name,
 * has its role from them. */
int directory_create_at(struct directory **out, const struct directory_source *source, struct err *err);
/* The same of rows alone, for all time. */
int directory_create(struct directory **out, const struct organisation_row *rows, size_t count, struct err *err);
void directory_destroy(struct directory *d);

/* Entity 0 gives a struct with PARTY_NONE. */
struct entity directory_entity(const struct directory *d, uint64_t id);

/* True when the party owns an entity with role DCC, AccessControlBroker or TransitionalCoS (R1). */
bool directory_is_dcc(const struct directory *d, struct party p);

/* The party that is the DCC, for naming it: of several the first by name; PARTY_NONE when none is known. */
struct party directory_dcc(const struct directory *d);

/* True when some entity has the role. */
bool directory_knows_role(const struct directory *d, enum party_role role);

/* True when the party owns NetworkOperator entities and every one is marked as not in the SMKI Repository (R4.3). */
bool directory_no_not_in_repository(const struct directory *d, struct party p);

/* The name of a known party; for an unknown one its Entity Identifier or market identifier, written to buf
 * (EUI64_TEXT_SIZE); "" for none. */
struct text directory_party_name(const struct directory *d, struct party p, char *buf);

/* Appends the names of parties, joined by ';'. */
void directory_party_names(const struct directory *d, const struct party *parties, size_t count, struct buf *out);

size_t directory_party_count(const struct directory *d);
/* Looks a party up by name (exactly, else without regard to ASCII case; one that owns nothing at as_of is not found) or
 * by Entity Identifier or market identifier; one that no row names is a party of its own (R1), a market identifier only
 * where it is written in capitals. PARTY_NONE when the text is neither. */
struct party directory_find(const struct directory *d, struct text name_or_id);

/* Every entity, ascending by id. */
size_t directory_entity_count(const struct directory *d);
struct entity directory_entity_at(const struct directory *d, size_t i);

#endif
