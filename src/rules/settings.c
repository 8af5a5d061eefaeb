/* What holds where the configuration says nothing. */
#include "rules/settings.h"

const struct judge_settings judge_settings_default = {
    .silence_hours = SETTINGS_SILENCE_HOURS,
    .expected_requests = SETTINGS_EXPECTED_REQUESTS,
    .incidents = INCIDENTS_BY_REVISED,
    .incidents_revised_from = INSTANT_NONE,
    .operator_check_ends = INSTANT_NONE,
};
