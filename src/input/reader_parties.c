/* organisations and registration: who the parties are, and who is registered where. */
#include "fields_int.h"

#include <string.h>

/* ---- organisations: who owns which Entity Identifier, in which role ---- */

enum {
    ENTITY_ID,
    PARTY,
    ROLE,
    IN_SMKI_REPOSITORY,
    KEY_ID,
    MARKET_ID,
    EXTRACTED_AT,
    KEY_USAGE,
    SERIAL,
    NOT_BEFORE,
    NOT_AFTER
};

static const struct column organisations_columns[] = {
    [ENTITY_ID] = {"entity_id", false, .holds = HOLDS_EUI64}, /* or market_id */
    [PARTY] = {"party", true, .free_text = true},
    [ROLE] = {"role", true, .words = &vocab_party_role},
    [IN_SMKI_REPOSITORY] = {"in_smki_repository", false},
    [KEY_ID] = {"key_id", false, .holds = HOLDS_KEY_ID},
    [MARKET_ID] = {"market_id", false, .any_text = true},
    [EXTRACTED_AT] = {"extracted_at", false, .date = true},
    /* Of the entity's certificate: no rule asks for them, so that nothing in them can make a row a bad one. */
    [KEY_USAGE] = {"key_usage", false, .free_text = true},
    [SERIAL] = {"serial", false, .free_text = true},
    [NOT_BEFORE] = {"not_before", false, .free_text = true},
    [NOT_AFTER] = {"not_after", false, .free_text = true},
};

/* Steps through the market identifiers, which ';' parts. */
static bool next_market_id(struct text *rest, struct text *out)
{
    while (rest->len > 0) {
        const char *const end = memchr(rest->ptr, ';', rest->len);
        const size_t len = end != NULL ? (size_t)(end - rest->ptr) : rest->len;
        const size_t used = len + (end != NULL);

        *out = text_trim((struct text){rest->ptr, len});
        *rest = (struct text){rest->ptr + used, rest->len - used};
        if (out->len > 0)
            return true;
    }
    return false;
}

/* The identifier number `n` of the row, from 0: its entity, where it names one, and then its market identifiers. */
static bool identifier(const struct row *r, uint64_t entity, unsigned n, uint64_t *out)
{
    const bool named = row_field(r, ENTITY_ID).len > 0; /* all zeros is that of a Root cell */
    struct text rest = row_field(r, MARKET_ID), t;

    *out = entity;
    if (named && n == 0)
        return true;
    for (unsigned i = named; next_market_id(&rest, &t); i++)
        if (i == n)
            return market_id_parse(t, out);
    return false;
}

static bool check_market_ids(const struct row *r)
{
    struct text rest = row_field(r, MARKET_ID), t;
    uint64_t id;

    while (next_market_id(&rest, &t))
        if (!market_id_parse(t, &id))
            return fault_value(
                r->fault, field_name(r, MARKET_ID), t,
                "is no market identifier; wanted are 3 or 4 letters and digits, as LARK, and ';' between "
                "several");
    return true;
}

static bool read_yes_no(const struct row *r, unsigned column, bool when_blank, bool *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"yes", true},  {"no", false},    {"y", true}, {"n", false},
                 {"true", true}, {"false", false}, {"1", true}, {"0", false}};
    const struct text t = row_field(r, column);

    *out = when_blank;
    if (t.len == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal_nocase(t, text_of(words[i].word))) {
            *out = words[i].value;
            return true;
        }
    return fault_value(r->fault, field_name(r, column), t, "is neither yes nor no");
}

static bool read_row(const struct row *r, struct organisation_row *org)
{
    unsigned role;

    if (!field_eui64(r, ENTITY_ID, &org->entity) || !field_text(r, PARTY, NAME_MAX_BYTES, &org->party) ||
        !field_term(r, ROLE, &role) || !read_yes_no(r, IN_SMKI_REPOSITORY, true, &org->in_smki_repository) ||
        !field_key_id(r, KEY_ID, &org->key_id) || !check_market_ids(r) ||
        !field_extracted_at(r, EXTRACTED_AT, &org->extracted_at))
        return false;
    org->role = role;
    return true;
}

static bool pack_record(const struct row *r, unsigned n, struct buf *packed, struct parcel *out)
{
    struct organisation_row org = {.source = r->source};

    if (!read_row(r, &org))
        return false;
    if (!identifier(r, org.entity, n, &org.entity))
        return n == 0 &&
               fault_set(r->fault, field_name(r, ENTITY_ID), "is blank, but every row needs it or a market_id");
    if (market_id_is(org.entity))
        org.key_id = 0; /* of the entity's certificate */
    intake_pack_organisation(packed, &org);
    *out = (struct parcel){INTAKE_ORGANISATION, org.entity, INSTANT_NONE};
    return true;
}

static bool pack_organisation(const struct row *r, struct buf *packed, struct parcel *out)
{
    return pack_record(r, 0, packed, out);
}

static const struct table_kind organisation_kind = {organisations_columns, ARRAY_LEN(organisations_columns),
                                                    pack_organisation, pack_record};

EXTRACT_READER(organisations, organisation_kind);

/* ---- registration: who is registered for a supply point, from when to when; dates are days in Great Britain ---- */

enum { MPXN, SUPPLIER_ID, EFFECTIVE_FROM, EFFECTIVE_TO, NETWORK_OPERATOR_ID, REGISTRATION_EXTRACTED_AT };

static const struct column registration_columns[] = {
    [MPXN] = {"mpxn", true, .holds = HOLDS_MPXN},
    [SUPPLIER_ID] = {"supplier_id", true, .any_text = true, .holds = HOLDS_PARTY},
    [EFFECTIVE_FROM] = {"effective_from", true, .date = true},
    [EFFECTIVE_TO] = {"effective_to", false, .date = true},
    [NETWORK_OPERATOR_ID] = {"network_operator_id", false, .any_text = true, .holds = HOLDS_PARTY},
    [REGISTRATION_EXTRACTED_AT] = {"extracted_at", false, .date = true},
};

static bool pack_registration(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct registration_row reg = {.source = r->source};

    if (!field_mpxn(r, MPXN, &reg.mpxn) || !field_party(r, SUPPLIER_ID, &reg.supplier) ||
        !field_instant(r, EFFECTIVE_FROM, ZONE_LONDON, DATE_START, &reg.effective_from) ||
        !field_instant(r, EFFECTIVE_TO, ZONE_LONDON, DATE_END, &reg.effective_to) ||
        !field_party(r, NETWORK_OPERATOR_ID, &reg.network_operator) ||
        !field_extracted_at(r, REGISTRATION_EXTRACTED_AT, &reg.extracted_at))
        return false;
    if (reg.effective_to != INSTANT_NONE && reg.effective_to <= reg.effective_from)
        tally_note(r->tally, FINDING_COVERS_NOTHING, r->source.line, row_field(r, EFFECTIVE_TO));
    intake_pack_registration(packed, &reg);
    *out = (struct parcel){INTAKE_REGISTRATION, reg.mpxn, reg.effective_from};
    return true;
}

static const struct table_kind registration_kind = {registration_columns, ARRAY_LEN(registration_columns),
                                                    pack_registration, NULL};

EXTRACT_READER(registration, registration_kind);
