-- name: panel-summary
-- title: Failure rates by Device type and CSP region
-- audience: SEC Panel
-- description: Counts and rates, those of the criteria in force (legacy) beside those of the evidence-based ones (revised).
-- description: Judged are the Devices neither excluded nor pending; rates are shares of them, the
-- description: revised one of what is proved, and at most, with what is unverified. Waived Devices stay in every count; the rates
-- description: after waivers leave them out. Tolerances are held against the worst end of a range. No Device is identified.
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
-- important: group, judged, legacy_rate, revised_rate, revised_rate_at_most, legacy_failed, revised_failed, unverified
-- important: false_positives, true_failures, missed_by_legacy, legacy_tolerance, revised_tolerance
-- important: unverified_tolerance, rate_after_waivers, rate_after_waivers_at_most, devices, excluded, pending, passed
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
levels AS MATERIALIZED (SELECT measure, scope, warn, breach FROM tolerances WHERE scope_is <> 'party')
SELECT device_type || ', ' || csp_region AS "group", device_type, csp_region, devices, excluded, pending, judged,
       legacy_failed, legacy_rate, revised_failed, revised_rate, revised_rate_at_most, unverified, passed, false_positives,
       true_failures, missed_by_legacy, waived, (revised_failed - waived_failed) * 1.0 / nullif(judged, 0) AS rate_after_waivers,
       (revised_failed + unverified - waived) * 1.0 / nullif(judged, 0) AS rate_after_waivers_at_most,
       f.warn AS tolerance_warn, f.breach AS tolerance_breach,
       CASE WHEN f.breach IS NULL OR legacy_rate IS NULL THEN NULL WHEN legacy_rate > f.breach THEN 'breached'
            WHEN legacy_rate > f.warn THEN 'warned' ELSE 'within' END AS legacy_tolerance,
       CASE WHEN f.breach IS NULL OR revised_rate_at_most IS NULL THEN NULL WHEN revised_rate_at_most > f.breach THEN 'breached'
            WHEN revised_rate_at_most > f.warn THEN 'warned' ELSE 'within' END AS revised_tolerance,
       CASE WHEN u.breach IS NULL OR judged = 0 THEN NULL WHEN unverified * 1.0 / judged > u.breach THEN 'breached'
            WHEN unverified * 1.0 / judged > u.warn THEN 'warned' ELSE 'within' END AS unverified_tolerance
FROM rates LEFT JOIN levels AS f ON f.measure = 'failure_rate' AND f.scope = rates.scope
     LEFT JOIN levels AS u ON u.measure = 'unverified_rate' AND u.scope = rates.scope
ORDER BY instr('ESME GSME GPF  CHF  OtherAll', device_type),
         instr('North  CentralSouth  not knownAll', csp_region), csp_region
