-- name: panel-summary
-- title: Failure rates by Device type and CSP region
-- audience: SEC Panel
-- description: Counts and rates, those of the criteria in force (legacy) beside those of the evidence-based ones (revised).
-- description: Judged are the Devices neither excluded nor pending; rates are shares of them, the
-- description: revised one of what is proved, and at most, with what is unverified. No Device is identified.
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
           sum(devices * (classification = 'MISSED_BY_LEGACY')) AS missed_by_legacy
    FROM device_counts GROUP BY 1, 2
),
lines AS (
    SELECT * FROM each
    UNION ALL
    SELECT device_type, 'All', sum(devices), sum(excluded), sum(pending), sum(judged), sum(legacy_failed),
           sum(revised_failed), sum(unverified), sum(passed), sum(false_positives), sum(true_failures),
           sum(missed_by_legacy)
    FROM each GROUP BY device_type
    UNION ALL
    SELECT 'All', csp_region, sum(devices), sum(excluded), sum(pending), sum(judged), sum(legacy_failed),
           sum(revised_failed), sum(unverified), sum(passed), sum(false_positives), sum(true_failures),
           sum(missed_by_legacy)
    FROM each GROUP BY csp_region
    UNION ALL
    SELECT 'All', 'All', coalesce(sum(devices), 0), coalesce(sum(excluded), 0), coalesce(sum(pending), 0),
           coalesce(sum(judged), 0), coalesce(sum(legacy_failed), 0), coalesce(sum(revised_failed), 0),
           coalesce(sum(unverified), 0), coalesce(sum(passed), 0), coalesce(sum(false_positives), 0),
           coalesce(sum(true_failures), 0), coalesce(sum(missed_by_legacy), 0)
    FROM each
)
SELECT device_type || ', ' || csp_region AS "group", device_type, csp_region, devices, excluded, pending, judged,
       legacy_failed, legacy_failed * 1.0 / nullif(judged, 0) AS legacy_rate, revised_failed,
       revised_failed * 1.0 / nullif(judged, 0) AS revised_rate,
       (revised_failed + unverified) * 1.0 / nullif(judged, 0) AS revised_rate_at_most, unverified, passed, false_positives, true_failures,
       missed_by_legacy
FROM lines
ORDER BY instr('ESME GSME GPF  CHF  OtherAll', device_type),
         instr('North  CentralSouth  not knownAll', csp_region), csp_region
