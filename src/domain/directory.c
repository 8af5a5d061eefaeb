/* The organisations of the reference data, indexed once and then only looked up. */
#include "domain/directory.h"

#include "canonical_int.h"
#include "domain/extracts.h"
#include "domain/market.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct party_facts {
    struct text name;
    bool owns_any; /* at as-of */
    bool is_dcc;
    bool owns_network_operator;
    bool network_operator_in_repository; /* at least one */
};

struct directory {
    struct entity *entities; /* ascending by id */
    size_t entity_count;
    struct party_facts *parties; /* that of number n at n - 1: ascending by name */
    size_t party_count;
    uint64_t *key_ids;
    char *names;
    uint32_t *slots; /* a hash table of entities: index + 1, 0 where there is none */
    size_t slot_count;
    struct party dcc;
    unsigned roles;                 /* of all entities: bit 1 << role */
    struct registrant *registrants; /* that no row has, ascending by id */
    size_t registrant_count;
};

struct registrant {
    uint64_t id;
    enum party_role role;
};

bool party_equal(struct party a, struct party b)
{
    return a.kind != PARTY_NONE && a.kind == b.kind && a.id == b.id;
}

bool party_same(struct party a, struct party b)
{
    return party_equal(a, b) || (a.kind == PARTY_NONE && b.kind == PARTY_NONE);
}

/* The slot that holds the entity, or the empty one where it would be. A power of two, at most half full. */
static size_t find_slot(const struct directory *d, uint64_t id)
{
    size_t slot = (size_t)((id * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (d->slot_count - 1);

    while (d->slots[slot] != 0 && d->entities[d->slots[slot] - 1].id != id)
        slot = (slot + 1) & (d->slot_count - 1);
    return slot;
}

static struct entity *find_entity(const struct directory *d, uint64_t id)
{
    const uint32_t index = d->slots[find_slot(d, id)];

    return index > 0 ? &d->entities[index - 1] : NULL;
}

/* By entity, the row that speaks for it first. */
static int compare_rows(const void *left, const void *right)
{
    const struct organisation_row *a = *(const struct organisation_row *const *)left;
    const struct organisation_row *b = *(const struct organisation_row *const *)right;

    if (a->entity != b->entity)
        return a->entity < b->entity ? -1 : 1;
    return organisation_compare(b, a);
}

static int compare_names(const void *left, const void *right)
{
    const struct organisation_row *a = *(const struct organisation_row *const *)left;
    const struct organisation_row *b = *(const struct organisation_row *const *)right;

    return text_compare(a->party, b->party);
}

static int compare_key_ids(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* The rows of one entity, in the order in which they would speak for it, and the extract that does. */
struct told_entity {
    const struct organisation_row *const *rows;
    size_t count;
    instant as_of;
    instant extract;
    bool all_later; /* than as_of */
};

static bool row_counting(const struct organisation_row *row, instant as_of, instant *at, bool *later)
{
    *at = INSTANT_NONE;
    *later = false;
    return row->extracts.len == 0 || extracts_counting(row->extracts, as_of, at, later);
}

/* Whether the extract says the row. */
static bool is_of(const struct organisation_row *row, instant extract)
{
    instant at;
    bool later;

    return row_counting(row, extract, &at, &later) && at == extract;
}

/* A certificate, which gives no name, says nothing of the party while another row does. */
static bool may_speak(const struct told_entity *t, const struct organisation_row *row)
{
    return organisation_is_unnamed(t->rows[0]) || !organisation_is_unnamed(row);
}

static void find_extract(struct told_entity *t)
{
    t->extract = INSTANT_NONE;
    t->all_later = true;
    for (size_t i = 0; i < t->count; i++) {
        const bool first = i == 0;
        instant at;
        bool later;

        if (!may_speak(t, t->rows[i]) || !row_counting(t->rows[i], t->as_of, &at, &later))
            continue;
        if (first || (t->all_later && !later) || (later == t->all_later && (later ? at < t->extract : at > t->extract)))
            t->extract = at;
        t->all_later = t->all_later && later;
    }
}

static bool has_key_id(const struct told_entity *t, const struct organisation_row *row)
{
    instant at;
    bool later;

    if (row->key_id == 0 || !row_counting(row, t->as_of, &at, &later))
        return false;
    return !later || (t->all_later && is_of(row, t->extract));
}

/* Puts the distinct key identifiers at `to`, ascending; returns how many. */
static size_t gather_key_ids(uint64_t *to, const struct told_entity *t)
{
    size_t n = 0;
    size_t distinct = 0;

    for (size_t i = 0; i < t->count; i++)
        if (has_key_id(t, t->rows[i]))
            to[n++] = t->rows[i]->key_id;
    qsort(to, n, sizeof(*to), compare_key_ids);
    for (size_t i = 0; i < n; i++)
        if (distinct == 0 || to[distinct - 1] != to[i])
            to[distinct++] = to[i];
    return distinct;
}

/* The row that speaks for the entity; *in_repository: whether any of that extract says so. */
static const struct organisation_row *speaker_of(const struct told_entity *t, bool *in_repository)
{
    const struct organisation_row *speaker = NULL;

    *in_repository = false;
    for (size_t i = 0; i < t->count; i++) {
        const struct organisation_row *const row = t->rows[i];

        if (!may_speak(t, row) || !is_of(row, t->extract))
            continue;
        if (speaker == NULL)
            speaker = row;
        *in_repository = *in_repository || row->in_smki_repository;
    }
    return speaker != NULL ? speaker : t->rows[0];
}

/* Numbers the parties in the order of their names; refs: all rows. Those that no longer own anything have their numbers
 * too, so that a party has one number whatever the instant. */
static void number_parties(struct directory *d, const void **refs, size_t count)
{
    char *names = d->names;

    sort_refs(refs, count, compare_names);
    for (size_t i = 0; i < count; i++) {
        const struct text name = ((const struct organisation_row *)refs[i])->party;

        if (d->party_count > 0 && text_equal(d->parties[d->party_count - 1].name, name))
            continue;
        if (name.len > 0)
            memcpy(names, name.ptr, name.len);
        d->parties[d->party_count++].name = (struct text){names, name.len};
        names += name.len;
    }
}

static int compare_party(const void *name, const void *facts)
{
    return text_compare(*(const struct text *)name, ((const struct party_facts *)facts)->name);
}

static struct party party_named(const struct directory *d, struct text name)
{
    const struct party_facts *const found =
        bsearch(&name, d->parties, d->party_count, sizeof(*d->parties), compare_party);

    return (struct party){(uint64_t)(found - d->parties) + 1, PARTY_KNOWN};
}

static void learn(struct party_facts *facts, const struct entity *entity)
{
    facts->owns_any = true;
    if (market_id_is(entity->id) && entity->role == ROLE_NETWORK_OPERATOR)
        return; /* a name, not one that could be in the SMKI Repository */
    switch (entity->role) {
    case ROLE_DCC:
    case ROLE_ACCESS_CONTROL_BROKER:
    case ROLE_TRANSITIONAL_COS:
        facts->is_dcc = true;
        break;
    case ROLE_NETWORK_OPERATOR:
        facts->owns_network_operator = true;
        facts->network_operator_in_repository |= entity->in_smki_repository;
        break;
    default:
        break;
    }
}

/* The entities, each by the row that speaks for it; refs: all rows. */
static void add_entities(struct directory *d, const void **refs, size_t count, instant as_of)
{
    const struct organisation_row *const *rows = (const struct organisation_row *const *)refs;
    uint64_t *key_ids = d->key_ids;
    size_t end;

    sort_refs(refs, count, compare_rows);
    for (size_t i = 0; i < count; i = end) {
        struct told_entity told = {.rows = rows + i, .as_of = as_of};
        struct entity *entity = &d->entities[d->entity_count];
        const struct organisation_row *speaker;
        bool in_repository;

        for (end = i + 1; end < count && rows[end]->entity == rows[i]->entity;)
            end++;
        told.count = end - i;
        find_extract(&told);
        speaker = speaker_of(&told, &in_repository);
        *entity = (struct entity){.id = speaker->entity,
                                  .party = party_named(d, speaker->party),
                                  .role = speaker->role,
                                  .in_smki_repository = in_repository,
                                  .key_ids = key_ids};
        entity->key_id_count = gather_key_ids(key_ids, &told);
        key_ids += entity->key_id_count;
        d->entity_count++;
        d->slots[find_slot(d, entity->id)] = (uint32_t)d->entity_count;
        learn(&d->parties[entity->party.id - 1], entity);
    }
    for (size_t i = d->party_count; i > 0; i--)
        if (d->parties[i - 1].is_dcc)
            d->dcc = (struct party){i, PARTY_KNOWN};
}

static int compare_registrants(const void *left, const void *right)
{
    const struct registrant *a = left, *b = right;

    return (a->id > b->id) - (a->id < b->id);
}

static bool begins_by(instant from, instant as_of)
{
    return from != INSTANT_NONE && from <= as_of;
}

/* R1: the roles of those that only registrations name. */
static void add_registrants(struct directory *d, const struct directory_source *source)
{
    for (size_t i = 0; i < source->registrant_count; i++) {
        const struct directory_registrant *const r = &source->registrants[i];
        const bool supplier = begins_by(r->supplier_from, source->as_of);

        if ((supplier || begins_by(r->network_operator_from, source->as_of)) && find_entity(d, r->id) == NULL)
            d->registrants[d->registrant_count++] =
                (struct registrant){r->id, supplier ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR};
    }
    qsort(d->registrants, d->registrant_count, sizeof(*d->registrants), compare_registrants);
}

static enum party_role registrant_role(const struct directory *d, uint64_t id)
{
    const struct registrant asked = {.id = id};
    const struct registrant *const found =
        d->registrant_count > 0
            ? bsearch(&asked, d->registrants, d->registrant_count, sizeof(asked), compare_registrants)
            : NULL;

    return found != NULL ? found->role : ROLE_NONE;
}

static int directory_reserve(struct directory *d, const struct directory_source *source)
{
    const struct organisation_row *const rows = source->rows;
    const size_t count = source->count;
    size_t name_bytes = 1;

    for (size_t i = 0; i < count; i++)
        name_bytes += rows[i].party.len;
    for (d->slot_count = 16; d->slot_count < 2 * count;)
        d->slot_count *= 2;
    d->entities = calloc(count + 1, sizeof(*d->entities));
    d->parties = calloc(count + 1, sizeof(*d->parties));
    d->key_ids = calloc(count + 1, sizeof(*d->key_ids));
    d->names = malloc(name_bytes);
    d->slots = calloc(d->slot_count, sizeof(*d->slots));
    d->registrants = calloc(source->registrant_count + 1, sizeof(*d->registrants));
    return d->entities == NULL || d->parties == NULL || d->key_ids == NULL || d->names == NULL || d->slots == NULL ||
                   d->registrants == NULL
               ? -1
               : 0;
}

int directory_create(struct directory **out, const struct organisation_row *rows, size_t count, struct err *err)
{
    return directory_create_at(out, &(struct directory_source){.rows = rows, .count = count, .as_of = INSTANT_MAX},
                               err);
}

int directory_create_at(struct directory **out, const struct directory_source *source, struct err *err)
{
    const struct organisation_row *const rows = source->rows;
    struct directory *d = calloc(1, sizeof(*d));
    const void **refs = calloc(source->count + 1, sizeof(*refs));
    size_t count = 0;
    int rc = -1;

    *out = NULL;
    if (d == NULL || refs == NULL || directory_reserve(d, source) < 0) {
        err_nomem(err);
        goto done;
    }
    for (size_t i = 0; i < source->count; i++)
        if (rows[i].entity != 0) /* the Root's is that of nobody */
            refs[count++] = &rows[i];
    number_parties(d, refs, count);
    add_entities(d, refs, count, source->as_of);
    for (size_t i = 0; i < d->entity_count; i++)
        d->roles |= 1U << d->entities[i].role;
    add_registrants(d, source);
    *out = d;
    d = NULL;
    rc = 0;
done:
    free(refs);
    directory_destroy(d);
    return rc;
}

void directory_destroy(struct directory *d)
{
    if (d == NULL)
        return;
    free(d->entities);
    free(d->parties);
    free(d->key_ids);
    free(d->names);
    free(d->slots);
    free(d->registrants);
    free(d);
}

struct entity directory_entity(const struct directory *d, uint64_t id)
{
    const struct entity *known = id != 0 ? find_entity(d, id) : NULL;

    if (known != NULL)
        return *known;
    return (struct entity){
        .id = id, .party = {id, id != 0 ? PARTY_UNKNOWN : PARTY_NONE}, .role = registrant_role(d, id)};
}

static const struct party_facts *facts_of(const struct directory *d, struct party p)
{
    return p.kind == PARTY_KNOWN && p.id > 0 && p.id <= d->party_count ? &d->parties[p.id - 1] : NULL;
}

bool directory_is_dcc(const struct directory *d, struct party p)
{
    const struct party_facts *facts = facts_of(d, p);

    return facts != NULL && facts->is_dcc;
}

bool directory_knows_role(const struct directory *d, enum party_role role)
{
    return (d->roles >> role & 1) != 0;
}

struct party directory_dcc(const struct directory *d)
{
    return d->dcc;
}

bool directory_no_not_in_repository(const struct directory *d, struct party p)
{
    const struct party_facts *facts = facts_of(d, p);

    return facts != NULL && facts->owns_network_operator && !facts->network_operator_in_repository;
}

struct text directory_party_name(const struct directory *d, struct party p, char *buf)
{
    const struct party_facts *facts = facts_of(d, p);

    if (facts != NULL)
        return facts->name;
    if (p.kind == PARTY_UNKNOWN)
        return (struct text){buf, party_id_format(p.id, buf)};
    return (struct text){NULL, 0};
}

void directory_party_names(const struct directory *d, const struct party *parties, size_t count, struct buf *out)
{
    char buf[EUI64_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, i > 0 ? ";" : "");
        buf_add_text(out, directory_party_name(d, parties[i], buf));
    }
}

size_t directory_party_count(const struct directory *d)
{
    return d->party_count;
}

struct party directory_find(const struct directory *d, struct text name_or_id)
{
    uint64_t id;

    for (size_t i = 0; i < d->party_count; i++)
        if (d->parties[i].owns_any && text_equal(d->parties[i].name, name_or_id))
            return (struct party){i + 1, PARTY_KNOWN};
    for (size_t i = 0; i < d->party_count; i++)
        if (d->parties[i].owns_any && text_equal_nocase(d->parties[i].name, name_or_id))
            return (struct party){i + 1, PARTY_KNOWN};
    if (party_id_parse(name_or_id, &id)) {
        char written[EUI64_TEXT_SIZE] = "";
        const struct party p = directory_entity(d, id).party;
        /* A misspelt name is no market identifier: of one that no row names the capitals tell. */
        if (p.kind == PARTY_KNOWN || !market_id_is(id) ||
            text_equal(name_or_id, (struct text){written, party_id_format(id, written)}))
            return p;
    }
    return (struct party){0, PARTY_NONE};
}

size_t directory_entity_count(const struct directory *d)
{
    return d->entity_count;
}

struct entity directory_entity_at(const struct directory *d, size_t i)
{
    assert(i < d->entity_count);
    return d->entities[i];
}
