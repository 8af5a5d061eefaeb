/* The values of fields: what is read is written in one form, which is read as the same again. */
#include "fuzz.h"

#include "base/instant.h"
#include "domain/eui64.h"
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
}

static void instants(struct text t, enum instant_zone zone, enum instant_date date)
{
    const char *why = NULL;
    instant at, again;
    char out[INSTANT_TEXT_SIZE];

    if (instant_parse(t, zone, date, &at, &why) < 0) {
        MUST(why != NULL);
        return;
    }
    MUST(instant_format(at, out) > 0);
    MUST(instant_parse(text_of(out), zone, date, &again, &why) == 0 && again == at);
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
    for (int i = 0; i < 4; i++)
        instants(t, i & 1 ? ZONE_LONDON : ZONE_UTC, i & 2 ? DATE_END : DATE_START);
    codes(t);
    terms(t);
    return 0;
}
