/* The values of fields: what is read is written in one form, which is read as the same again. */
#include "fuzz.h"

#include "base/instant.h"
#include "base/zone.h"
#include "domain/eui64.h"
#include "domain/market.h"
#include "domain/service.h"
#include "domain/terms.h"

static void identifiers(struct text t)
{
    uint64_t id, again;
    char out[EUI64_TEXT_SIZE];

    if (eui64_parse(t, &id)) {
        eui64_format(id, out);
        MUST(eui64_parse(text_of(out), &again) && again == id);
    }
    if (key_id_parse(t, &id)) {
        key_id_format(id, out);
        MUST(key_id_parse(text_of(out), &again) && again == id);
    }
    if (party_id_parse(t, &id)) {
        party_id_format(id, out);
        MUST(party_id_parse(text_of(out), &again) && again == id);
        MUST(market_id_is(id) || eui64_parse(text_of(out), &again));
    }
}

static void instants(struct text t, const struct instant_form *form)
{
    const struct instant_form utc = {.date = form->date};
    const char *why = NULL;
    instant at, again;
    char out[INSTANT_TEXT_SIZE];

    if (instant_read(t, form, &at, &why) < 0) {
        MUST(why != NULL);
        (void)instant_is_too_early(t, form);
        return;
    }
    MUST(instant_format(at, out) > 0);
    MUST(instant_read(text_of(out), &utc, &again, &why) == 0 && again == at);
    MUST(instant_format_date(at, out) == 10);
    (void)instant_is_day(t, form);
}

/* A time of a zone's clocks is an instant whose time it is, or is never shown. */
static void zones(struct text t)
{
    static struct zone *dublin;
    struct zone *zone = NULL;
    char name[64];
    struct err err = {0};
    instant at, wall = 0;

    if (dublin == NULL)
        MUST(zone_create(&dublin, "Europe/Dublin", &err) == 0);
    for (unsigned i = 0; i < 16; i++)
        instants(t, &(struct instant_form){.zone = i & 1 ? ZONE_LONDON : ZONE_UTC,
                                           .date = i & 2 ? DATE_END : DATE_START,
                                           .clock = i & 4 ? dublin : NULL,
                                           .month_first = (i & 8) != 0});
    for (size_t i = 0; i < t.len && i < 5; i++)
        wall = wall << 8 | (unsigned char)t.ptr[i]; /* up to the year 2004 */
    if (zone_instant(dublin, wall, &at))
        MUST(at + zone_offset(dublin, at) == wall);
    snprintf(name, sizeof(name), "%.*s", (int)(t.len < sizeof(name) ? t.len : 0), t.ptr);
    if (zone_create(&zone, name, &err) < 0)
        must_explain(&err);
    zone_destroy(zone);
}

static void versions(struct text t)
{
    enum smets smets;

    for (unsigned type = 0; type < DEVICE_TYPES; type++) {
        if (smets_parse(t, (struct text){0}, (enum device_type)type, &smets))
            MUST(smets == SMETS_1 || smets == SMETS_2);
        if (smets_parse((struct text){0}, t, (enum device_type)type, &smets))
            MUST(smets == SMETS_2);
    }
}

static void services(srv_code srv)
{
    bool known = false;

    for (size_t i = 0; i < service_count(); i++)
        known |= service_at(i) == srv;
    MUST(known == (service_name(srv)[0] != '\0'));
    MUST(known || (service_about(srv) == ABOUT_NOTHING && !service_ends_in_dcc_systems(srv)));
    MUST(service_about_word(srv)[0] != '\0');
}

static void codes(struct text t)
{
    const char *why = NULL;
    char srv_out[SRV_TEXT_SIZE], mpxn_out[MPXN_TEXT_SIZE];
    srv_code srv, srv_again;
    mpxn_code mpxn, mpxn_again;

    if (srv_parse(t, &srv)) {
        srv_format(srv, srv_out);
        MUST(srv_parse(text_of(srv_out), &srv_again) && srv_again == srv);
        services(srv);
    }
    if (mpxn_parse(t, &mpxn, &why) < 0) {
        MUST(why != NULL);
        return;
    }
    mpxn_format(mpxn, mpxn_out);
    MUST(mpxn_parse(text_of(mpxn_out), &mpxn_again, &why) == 0 && mpxn_again == mpxn);
}

static void terms(struct text t)
{
    static const struct vocabulary *const all[] = {&vocab_device_type, &vocab_smi_status,  &vocab_smets,
                                                   &vocab_csp_region,  &vocab_s1_cohort,   &vocab_user_role,
                                                   &vocab_party_role,  &vocab_key_usage,   &vocab_cell_usage,
                                                   &vocab_check_kind,  &vocab_check_result};
    unsigned value, again;

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (term_parse(all[i], t, &value)) {
            MUST(value < all[i]->count);
            MUST(term_parse(all[i], text_of(term_word(all[i], value)), &again) && again == value);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text t = {(const char *)data, size};

    identifiers(t);
    zones(t);
    versions(t);
    codes(t);
    terms(t);
    return 0;
}
