/* The names of the obligations, as data files and reports have them, and the settings as they are unless told. */
#include "rules/criteria.h"

#include "rules/settings.h"

const struct judge_settings judge_settings_default = {
    .silence_hours = SETTINGS_SILENCE_HOURS,
    .expected_requests = SETTINGS_EXPECTED_REQUESTS,
    .incidents = INCIDENTS_BY_REVISED,
    .incidents_revised_from = INSTANT_NONE,
    .operator_check_ends = INSTANT_NONE,
};

static const struct {
    const char *word, *column;
} names[OBLIGATIONS] = {
    [OBLIGATION_ISSUE_CREDENTIALS] = {"issue-credentials", "issue_credentials"},
    [OBLIGATION_DEVICE_CERTIFICATES] = {"device-certificates", "device_certificates"},
    [OBLIGATION_NETWORK_OPERATOR_CREDENTIALS] = {"network-operator-credentials", "network_operator_credentials"},
    [OBLIGATION_SUPPLIER_CREDENTIALS] = {"supplier-credentials", "supplier_credentials"},
    [OBLIGATION_COMMUNICATING] = {"communicating", "communicating"},
    [OBLIGATION_RECOVERY_CELL] = {"recovery-cell", "recovery_cell"},
};

const char *obligation_word(enum obligation o)
{
    return names[o].word;
}

const char *obligation_column(enum obligation o)
{
    return names[o].column;
}
