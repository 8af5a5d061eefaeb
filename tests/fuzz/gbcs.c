/* GBCS messages. */
#include "fuzz.h"

#include "codec/gbcs.h"
#include "domain/service.h"

#include <string.h>

struct seen {
    size_t size;
    unsigned depth;
};

static void see(void *ctx, const struct decoded_field *field)
{
    const struct seen *const s = ctx;

    MUST(field->at <= s->size && field->len <= s->size - field->at);
    MUST(field->depth <= 20 && field->name[0] != '\0');
    MUST(text_is_utf8(text_of(field->value)));
}

/* Which services a message may be of: those that its code tells, and no others. */
static void services(const struct gbcs_message *m)
{
    const srv_code only = gbcs_srv_of_code(m->code);

    MUST(only == 0 || gbcs_code_is_of(m->code, only));
    for (size_t i = 0; i < service_count(); i++) {
        const srv_code srv = service_at(i);

        if (gbcs_code_is_of(m->code, srv))
            MUST(gbcs_has_codes_of(srv) && (only == 0 || only == srv));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text bytes = {(const char *)data, size};
    struct seen seen = {size, 0};
    struct gbcs_message m;
    struct err err = {0};

    if (gbcs_decode(bytes, &m, see, &seen, &err) < 0) {
        must_explain(&err);
        return 0;
    }
    MUST(m.outcome_count <= CELL_OUTCOMES_MAX && m.cell_count <= GBCS_CELLS_MAX);
    MUST(m.is_segment || (m.cra >= GBCS_COMMAND && m.cra <= GBCS_ALERT));
    services(&m);
    for (size_t i = 0; i < m.outcome_count; i++)
        (void)gbcs_status_name(m.outcomes[i].status);
    MUST(m.payload.len <= size && m.certificate.len <= size);
    return 0;
}
