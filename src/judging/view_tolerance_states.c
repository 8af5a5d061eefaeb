/* The view `tolerance_states`, made of others: each level of the tolerances file with its figures, and whether it is
 * within, warned or breached. */
#include "views_int.h"

static const struct view_column columns[] = {
    {"place", "INTEGER", "The place of the level in the file."},
    {"measure", "TEXT", "As in tolerances."},
    {"scope_is", "TEXT", "As in tolerances."},
    {"scope", "TEXT", "As in tolerances."},
    {"warn", "REAL", "As in tolerances."},
    {"breach", "REAL", "As in tolerances."},
    {"legacy", "REAL", "The figure under the criteria in force; NULL: nothing bears the scope, or there is none."},
    {"legacy_state", "TEXT", "Whether that is within, warned or breached."},
    {"revised", "REAL", "The figure under the evidence-based criteria: what is proved."},
    {"revised_at_most", "REAL", "And what it is at most; NULL where it is no range."},
    {"revised_state", "TEXT", "Whether the worst end of it is within, warned or breached."},
    {"source", "TEXT", "As in tolerances."},
};

const struct view_about view_tolerance_states_about = {
    "tolerance_states", "One row for each level of the tolerances file, with its figures and what they make of it.",
    columns, ARRAY_LEN(columns)};

/* The Devices on which the criteria in force oblige a party are others than those on which the evidence-based ones do.
 * R8: an Incident that is open stays so while its CHF does not fail any more, but is not known to pass. */
const char view_tolerance_states_sql[] =
    "CREATE TEMP VIEW tolerance_states AS "
    "WITH counted AS MATERIALIZED (SELECT device_type, coalesce(csp_region, 'not known') AS csp_region,"
    " total(devices * is_judged) AS judged, total(devices * (is_judged AND legacy_verdict = 'FAIL')) AS legacy,"
    " total(devices * (verdict = 'FAIL')) AS failed, total(devices * (verdict = 'UNVERIFIED')) AS unverified,"
    " total(devices * (is_judged AND device_type = 'CHF' AND legacy_verdict = 'FAIL')) AS legacy_incidents,"
    " total(devices * (device_type = 'CHF' AND verdict = 'FAIL')) AS incidents"
    " FROM (SELECT *, verdict NOT IN ('EXCLUDED', 'PENDING') AS is_judged FROM device_counts) GROUP BY 1, 2), "
    "kept AS MATERIALIZED (SELECT coalesce(csp_region, 'not known') AS csp_region, count(*) AS incidents FROM incidents"
    " WHERE resolved_at IS NULL AND criteria = 'revised' AND verdict NOT IN ('FAIL', 'PASS') GROUP BY 1), "
    "figures(scope_is, scope, judged, legacy_judged, legacy, failed, unverified, legacy_incidents, incidents) AS ("
    "SELECT 'all', 'all', total(judged), total(judged), total(legacy), total(failed), total(unverified),"
    " total(legacy_incidents), total(incidents) + (SELECT total(incidents) FROM kept) FROM counted "
    "UNION ALL "
    "SELECT 'type', device_type, sum(judged), sum(judged), sum(legacy), sum(failed), sum(unverified),"
    " sum(legacy_incidents), sum(incidents) + iif(device_type = 'CHF', (SELECT total(incidents) FROM kept), 0)"
    " FROM counted GROUP BY device_type"
    " HAVING sum(judged) > 0 OR (device_type = 'CHF' AND EXISTS (SELECT 1 FROM kept)) "
    "UNION ALL "
    "SELECT 'region', csp_region, sum(judged), sum(judged), sum(legacy), sum(failed), sum(unverified),"
    " sum(legacy_incidents), sum(incidents) + (SELECT total(kept.incidents) FROM kept"
    " WHERE kept.csp_region = counted.csp_region) FROM counted GROUP BY csp_region"
    " HAVING sum(judged) > 0 OR csp_region IN (SELECT csp_region FROM kept) "
    "UNION ALL "
    "SELECT 'party', party, sum(devices * (criteria = 'revised')), sum(devices * (criteria = 'legacy')),"
    " sum(devices * (criteria = 'legacy' AND state = 'failed')),"
    " sum(devices * (criteria = 'revised' AND state = 'failed')),"
    " sum(devices * (criteria = 'revised' AND state = 'unverified')), NULL, NULL"
    " FROM party_counts WHERE party IS NOT NULL GROUP BY party), "
    "held AS (SELECT t.rowid AS place, measure, t.scope_is AS scope_is, t.scope AS scope, warn, breach, source,"
    " CASE measure WHEN 'failure_rate' THEN legacy * 1.0 / nullif(legacy_judged, 0) WHEN 'unverified_rate' THEN NULL"
    " WHEN 'failures' THEN legacy ELSE legacy_incidents END AS legacy,"
    " CASE measure WHEN 'failure_rate' THEN failed * 1.0 / nullif(judged, 0)"
    " WHEN 'unverified_rate' THEN unverified * 1.0 / nullif(judged, 0)"
    " WHEN 'failures' THEN failed ELSE incidents END AS revised,"
    " CASE measure WHEN 'failure_rate' THEN (failed + unverified) * 1.0 / nullif(judged, 0)"
    " WHEN 'failures' THEN failed + unverified END AS revised_at_most"
    " FROM tolerances AS t LEFT JOIN figures ON figures.scope_is = t.scope_is AND figures.scope = t.scope) "
    "SELECT place, measure, scope_is, scope, warn, breach, legacy,"
    " CASE WHEN legacy > breach THEN 'breached' WHEN legacy > warn THEN 'warned' WHEN legacy IS NOT NULL THEN 'within'"
    " END AS legacy_state, revised, revised_at_most,"
    " CASE WHEN coalesce(revised_at_most, revised) > breach THEN 'breached'"
    " WHEN coalesce(revised_at_most, revised) > warn THEN 'warned' WHEN revised IS NOT NULL THEN 'within'"
    " END AS revised_state, source FROM held";
