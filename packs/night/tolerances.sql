-- name: tolerances
-- title: Tolerances
-- audience: operators, SEC Panel
-- description: Each level of the tolerances file, the figure under the criteria in force and under the evidence-based ones, and
-- description: whether it is within, warned or breached; of the latter by the worst end of the range. What is known for sure
-- description: (the unverified rate, open Incidents) is no range, and has nothing under At most. Open Incidents are those
-- description: that there are at as-of when a run is made then: of each Communications Hub Function that fails under either criteria.
--
-- column: measure text 16 Measure
-- column: scope text 22 Of
-- column: warn real 9 Warn
-- column: breach real 9 Breach
-- column: legacy real 9 Legacy
-- column: legacy_state text 10 Legacy is
-- column: revised real 9 Revised
-- column: revised_at_most real 9 Revised at most
-- column: revised_state text 10 Revised is
-- column: source text 30 Source

-- A scope that nothing bears has no figures: its states are empty. The Devices on which the criteria in force oblige a
-- party are others than those on which the evidence-based ones do.
WITH counted AS MATERIALIZED (
    SELECT device_type, coalesce(csp_region, 'not known') AS csp_region, sum(devices) AS judged,
           sum(devices * (legacy_verdict = 'FAIL')) AS legacy, sum(devices * (verdict = 'FAIL')) AS failed,
           sum(devices * (verdict = 'UNVERIFIED')) AS unverified,
           sum(devices * (device_type = 'CHF' AND legacy_verdict = 'FAIL')) AS legacy_incidents,
           sum(devices * (device_type = 'CHF' AND verdict = 'FAIL')) AS incidents
    FROM device_counts WHERE verdict NOT IN ('EXCLUDED', 'PENDING') GROUP BY 1, 2
),
-- R8: one that is open stays so while its CHF does not fail any more, but is not known to pass.
kept AS MATERIALIZED (SELECT coalesce(csp_region, 'not known') AS csp_region, count(*) AS incidents FROM incidents
                      WHERE resolved_at IS NULL AND criteria = 'revised' AND verdict NOT IN ('FAIL', 'PASS') GROUP BY 1),
figures(scope_is, scope, judged, legacy_judged, legacy, failed, unverified, legacy_incidents, incidents) AS (
    SELECT 'all', 'all', total(judged), total(judged), total(legacy), total(failed), total(unverified),
           total(legacy_incidents), total(incidents) + (SELECT total(incidents) FROM kept)
    FROM counted
    UNION ALL
    SELECT 'type', device_type, sum(judged), sum(judged), sum(legacy), sum(failed), sum(unverified), sum(legacy_incidents),
           sum(incidents) + CASE device_type WHEN 'CHF' THEN (SELECT total(incidents) FROM kept) ELSE 0 END
    FROM counted GROUP BY device_type
    UNION ALL
    SELECT 'region', csp_region, sum(judged), sum(judged), sum(legacy), sum(failed), sum(unverified), sum(legacy_incidents),
           sum(incidents) + (SELECT total(kept.incidents) FROM kept WHERE kept.csp_region = counted.csp_region)
    FROM counted GROUP BY csp_region
    UNION ALL
    SELECT 'party', party, sum(devices * (criteria = 'revised')), sum(devices * (criteria = 'legacy')),
           sum(devices * (criteria = 'legacy' AND state = 'failed')),
           sum(devices * (criteria = 'revised' AND state = 'failed')),
           sum(devices * (criteria = 'revised' AND state = 'unverified')), NULL, NULL
    FROM party_counts WHERE party IS NOT NULL GROUP BY party
),
held AS (
    SELECT t.rowid AS position, measure, t.scope AS scope, warn, breach, source,
           CASE measure WHEN 'failure_rate' THEN legacy * 1.0 / nullif(legacy_judged, 0) WHEN 'unverified_rate' THEN NULL
                        WHEN 'failures' THEN legacy ELSE legacy_incidents END AS legacy,
           CASE measure WHEN 'failure_rate' THEN failed * 1.0 / nullif(judged, 0)
                        WHEN 'unverified_rate' THEN unverified * 1.0 / nullif(judged, 0)
                        WHEN 'failures' THEN failed ELSE incidents END AS revised,
           CASE measure WHEN 'failure_rate' THEN (failed + unverified) * 1.0 / nullif(judged, 0)
                        WHEN 'failures' THEN failed + unverified END AS revised_at_most
    FROM tolerances AS t LEFT JOIN figures ON figures.scope_is = t.scope_is AND figures.scope = t.scope
)
SELECT measure, scope, warn, breach, legacy,
       CASE WHEN legacy IS NULL THEN NULL WHEN legacy > breach THEN 'breached' WHEN legacy > warn THEN 'warned'
            ELSE 'within' END AS legacy_state,
       revised, revised_at_most,
       CASE WHEN revised IS NULL THEN NULL WHEN coalesce(revised_at_most, revised) > breach THEN 'breached'
            WHEN coalesce(revised_at_most, revised) > warn THEN 'warned' ELSE 'within' END AS revised_state, source
FROM held
ORDER BY position
