/* R8: one step in the life of a CHF's Incident. */
#include "rules/incident.h"

#include "domain/eui64.h"
#include "rules/wording.h"

#include <stdio.h>

enum incident_change incident_step(const struct incident *last, const struct judgement *j, instant as_of,
                                   struct incident *next)
{
    const enum smi_status status = j->inventory->status;
    const bool open = last->episode > 0 && last->resolved_at == INSTANT_NONE;
    const bool gone = j->verdict == VERDICT_EXCLUDED && (status == SMI_DECOMMISSIONED || status == SMI_WITHDRAWN);

    *next = *last;
    if (j->inventory->type != DEVICE_CHF)
        return INCIDENT_KEEP;
    if (!open && j->verdict == VERDICT_FAIL) {
        *next = (struct incident){j->device, last->episode + 1, as_of, INSTANT_NONE};
        return INCIDENT_OPEN;
    }
    if (open && (j->verdict == VERDICT_PASS || gone)) {
        next->resolved_at = as_of;
        return INCIDENT_RESOLVE;
    }
    return INCIDENT_KEEP;
}

static bool resolved_by(const struct incident *i, instant as_of)
{
    return i->resolved_at != INSTANT_NONE && i->resolved_at <= as_of;
}

const char *incident_status(const struct incident *i, instant as_of)
{
    if (resolved_by(i, as_of))
        return "RESOLVED";
    return i->opened_at == as_of ? "NEW" : "OPEN";
}

size_t incident_id_format(const struct incident *i, char out[INCIDENT_ID_SIZE])
{
    char device[EUI64_TEXT_SIZE];

    eui64_format(i->device, device);
    return (size_t)snprintf(out, INCIDENT_ID_SIZE, "PCI-%s-%u", device, (unsigned)i->episode);
}

int64_t incident_age_days(const struct incident *i, instant as_of)
{
    return ((resolved_by(i, as_of) ? i->resolved_at : as_of) - i->opened_at) / INSTANT_DAY;
}

const char *incident_age_band(int64_t days)
{
    if (days <= 7)
        return "0-7";
    if (days <= 30)
        return "8-30";
    if (days <= 90)
        return "31-90";
    return days <= 180 ? "91-180" : "over 180";
}

const char *incident_category(const struct judgement *j)
{
    for (unsigned r = 0; r < REASONS; r++)
        if ((j->reasons & REASON_BIT(r)) != 0)
            return reason_word((enum reason)r);
    return j->excluded != EXCLUDED_NOT ? excluded_reason_word(j->excluded) : verdict_word(j->verdict);
}
