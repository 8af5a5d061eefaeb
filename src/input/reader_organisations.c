/* organisations: who owns which Entity Identifier, in which role. */
#include "fields_int.h"

enum { ENTITY_ID, PARTY, ROLE, IN_SMKI_REPOSITORY, KEY_ID };

static const struct column columns[] = {
    [ENTITY_ID] = {"entity_id", true}, [PARTY] = {"party", true},
    [ROLE] = {"role", true},           [IN_SMKI_REPOSITORY] = {"in_smki_repository", false},
    [KEY_ID] = {"key_id", false},
};

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

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct organisation_row org = {.source = r->source};
    unsigned role;

    if (!field_eui64(r, ENTITY_ID, &org.entity) || !field_text(r, PARTY, NAME_MAX_BYTES, &org.party) ||
        !field_term(r, ROLE, &vocab_party_role, &role) ||
        !read_yes_no(r, IN_SMKI_REPOSITORY, true, &org.in_smki_repository) || !field_key_id(r, KEY_ID, &org.key_id))
        return false;
    org.role = role;
    intake_pack_organisation(packed, &org);
    *out = (struct parcel){INTAKE_ORGANISATION, org.entity, INSTANT_NONE};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack};

TABLE_READER(organisations, kind);
