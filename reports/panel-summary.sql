-- name: panel-summary
-- title: Failure rates by Device type and CSP region
-- audience: SEC Panel
-- description: Counts and rates, those of the criteria in force (legacy) beside those of the evidence-based ones (revised).
-- description: Judged are the Devices neither excluded nor pending; rates are shares of them, the
-- description: revised one of what is proved, and at most, with what is unverified. Waived Devices stay in every count; the rates
-- description: after waivers leave them out. Tolerances are held against the worst end of a range; those of parties, and of what has no
-- description: line of its own, stand in that of all. No Device is identified.
--
-- column: group text 22 Devices
-- column: device_type text 9 Device type
-- column: csp_region text 9 CSP region
-- column: devices integer 10 All of them
-- column: excluded integer 9 Excluded
-- column: pending integer 9 Pending
-- column: judged integer 10 Judged
-- column: legacy_failed integer 10 Legacy failed
-- column: legacy_rate percent 9 Legacy failure rate
-- column: revised_failed integer 10 Revised failed
-- column: revised_rate percent 9 Revised failure rate
-- column: revised_rate_at_most percent 9 Revised at most
-- column: unverified integer 11 Unverified
-- column: passed integer 10 Passed
-- column: false_positives integer 10 False positives
-- column: true_failures integer 10 True failures
-- column: missed_by_legacy integer 10 Missed by legacy
-- column: waived integer 8 Waived
-- column: rate_after_waivers percent 9 Rate after waivers
-- column: rate_after_waivers_at_most percent 9 At most after waivers
-- column: tolerance_warn percent 9 Failure rate warned of
-- column: tolerance_breach percent 9 Failure rate tolerated
-- column: legacy_tolerance text 10 Legacy is
-- column: revised_tolerance text 10 Revised is
-- column: unverified_tolerance text 10 Unverified is
-- column: legacy_failures_tolerance text 10 Legacy failures are
-- column: revised_failures_tolerance text 10 Revised failures are
-- column: legacy_incidents_tolerance text 10 Legacy Incidents are
-- column: revised_incidents_tolerance text 10 Revised Incidents are
-- column: other_tolerances text 60 Of parties and other types
-- important: group, judged, legacy_rate, revised_rate, revised_rate_at_most, legacy_failed, revised_failed, unverified
-- important: false_positives, true_failures, missed_by_legacy, legacy_tolerance, revised_tolerance
-- important: unverified_tolerance, other_tolerances, rate_after_waivers, rate_after_waivers_at_most, devices, excluded, pending, passed
-- chart: columns group legacy_rate,revised_rate,revised_rate_at_most Failure rate, legacy beside revised

WITH each AS MATERIALIZED (
    SELECT CASE WHEN device_type IN ('ESME', 'GSME', 'GPF', 'CHF') THEN device_type ELSE 'Other' END AS device_type,
           coalesce(csp_region, 'not known') AS csp_region, sum(devices) AS devices,
           sum(devices * (verdict = 'EXCLUDED')) AS excluded, sum(devices * (verdict = 'PENDING')) AS pending,
           sum(devices * (verdict NOT IN ('EXCLUDED', 'PENDING'))) AS judged,
           sum(devices * (legacy_verdict = 'FAIL' AND verdict NOT IN ('EXCLUDED', 'PENDING'))) AS legacy_failed,
           sum(devices * (verdict = 'FAIL')) AS revised_failed, sum(devices * (verdict = 'UNVERIFIED')) AS unverified,
           sum(devices * (verdict = 'PASS')) AS passed,
           sum(devices * (classification = 'FALSE_POSITIVE')) AS false_positives,
           sum(devices * (classification = 'TRUE_FAILURE')) AS true_failures,
           sum(devices * (classification = 'MISSED_BY_LEGACY')) AS missed_by_legacy,
           sum(devices * (waived = 'yes')) AS waived, sum(devices * (waived = 'yes' AND verdict = 'FAIL')) AS waived_failed
    FROM device_counts GROUP BY 1, 2
),
lines AS (
    SELECT * FROM each
    UNION ALL
    SELECT device_type, 'All', sum(devices), sum(excluded), sum(pending), sum(judged), sum(legacy_failed),
           sum(revised_failed), sum(unverified), sum(passed), sum(false_positives), sum(true_failures),
           sum(missed_by_legacy), sum(waived), sum(waived_failed)
    FROM each GROUP BY device_type
    UNION ALL
    SELECT 'All', csp_region, sum(devices), sum(excluded), sum(pending), sum(judged), sum(legacy_failed),
           sum(revised_failed), sum(unverified), sum(passed), sum(false_positives), sum(true_failures),
           sum(missed_by_legacy), sum(waived), sum(waived_failed)
    FROM each GROUP BY csp_region
    UNION ALL
    SELECT 'All', 'All', coalesce(sum(devices), 0), coalesce(sum(excluded), 0), coalesce(sum(pending), 0),
           coalesce(sum(judged), 0), coalesce(sum(legacy_failed), 0), coalesce(sum(revised_failed), 0),
           coalesce(sum(unverified), 0), coalesce(sum(passed), 0), coalesce(sum(false_positives), 0),
           coalesce(sum(true_failures), 0), coalesce(sum(missed_by_legacy), 0), coalesce(sum(waived), 0),
           coalesce(sum(waived_failed), 0)
    FROM each
),
rates AS (
    SELECT *, legacy_failed * 1.0 / nullif(judged, 0) AS legacy_rate, revised_failed * 1.0 / nullif(judged, 0) AS revised_rate,
           (revised_failed + unverified) * 1.0 / nullif(judged, 0) AS revised_rate_at_most,
           CASE WHEN device_type = 'All' AND csp_region = 'All' THEN 'all' WHEN csp_region = 'All' THEN device_type
                WHEN device_type = 'All' THEN csp_region END AS scope
    FROM lines
),
-- The levels of parties, and of types and regions that there are no lines of, are told in that of all.
states AS MATERIALIZED (
    SELECT place, measure, scope, warn, breach, legacy_state AS legacy_is, revised_state AS revised_is,
           scope_is <> 'party' AND scope IN (SELECT scope FROM rates WHERE scope IS NOT NULL) AS has_line
    FROM tolerance_states
),
told AS (
    SELECT scope, max(iif(measure = 'failure_rate', warn, NULL)) AS warn,
           max(iif(measure = 'failure_rate', breach, NULL)) AS breach,
           max(iif(measure = 'failure_rate', legacy_is, NULL)) AS legacy_rate_is,
           max(iif(measure = 'failure_rate', revised_is, NULL)) AS revised_rate_is,
           max(iif(measure = 'unverified_rate', revised_is, NULL)) AS unverified_is,
           max(iif(measure = 'failures', legacy_is, NULL)) AS legacy_failures_are,
           max(iif(measure = 'failures', revised_is, NULL)) AS revised_failures_are,
           max(iif(measure = 'open_incidents', legacy_is, NULL)) AS legacy_incidents_are,
           max(iif(measure = 'open_incidents', revised_is, NULL)) AS revised_incidents_are
    FROM states WHERE has_line GROUP BY scope
)
SELECT device_type || ', ' || csp_region AS "group", device_type, csp_region, devices, excluded, pending, judged,
       legacy_failed, legacy_rate, revised_failed, revised_rate, revised_rate_at_most, unverified, passed, false_positives,
       true_failures, missed_by_legacy, waived, (revised_failed - waived_failed) * 1.0 / nullif(judged, 0) AS rate_after_waivers,
       (revised_failed + unverified - waived) * 1.0 / nullif(judged, 0) AS rate_after_waivers_at_most,
       warn AS tolerance_warn, breach AS tolerance_breach, legacy_rate_is AS legacy_tolerance,
       revised_rate_is AS revised_tolerance, unverified_is AS unverified_tolerance,
       legacy_failures_are AS legacy_failures_tolerance, revised_failures_are AS revised_failures_tolerance,
       legacy_incidents_are AS legacy_incidents_tolerance, revised_incidents_are AS revised_incidents_tolerance,
       CASE rates.scope WHEN 'all' THEN
           (SELECT group_concat(measure || ' of ' || scope || ': ' || coalesce('legacy ' || legacy_is || ', ', '')
                                || coalesce('revised ' || revised_is, 'nothing judged'), '; ')
            FROM (SELECT * FROM states WHERE NOT has_line ORDER BY place)) END AS other_tolerances
FROM rates LEFT JOIN told ON told.scope = rates.scope
ORDER BY instr('ESME GSME GPF  CHF  OtherAll', device_type),
         instr('North  CentralSouth  not knownAll', csp_region), csp_region
