-- name: summary
-- title: Summary by Device type
-- audience: Security Sub-Committee
-- description: Devices of each type under the criteria in force (legacy) and the evidence-based ones (revised). Judged are
-- description: the Devices that the criteria apply to and that have passed, or whose deadline has; rates are shares of them.
-- description: Of the revised one the first counts what is proved, the other what is unverified too.
--
-- column: device_type text 14 Device type
-- column: devices integer 11 Devices
-- column: excluded integer 11 Excluded
-- column: pending integer 11 Pending
-- column: judged integer 11 Judged
-- column: legacy_failed integer 13 Legacy failed
-- column: legacy_rate percent 12 Legacy failure rate
-- column: revised_failed integer 13 Revised failed
-- column: revised_rate percent 12 Revised failure rate
-- column: revised_rate_at_most percent 12 Revised at most
-- column: unverified integer 11 Unverified
-- column: passed integer 11 Passed
-- column: false_positives integer 11 False positives
-- column: true_failures integer 11 True failures
-- column: missed_by_legacy integer 11 Missed by legacy

-- A Device that passes before its deadline counts as judged.
WITH each AS MATERIALIZED (
    SELECT CASE WHEN device_type IN ('ESME', 'GSME', 'GPF', 'CHF') THEN device_type ELSE 'Other types' END AS device_type,
           sum(devices) AS devices, sum(devices * (verdict = 'EXCLUDED')) AS excluded,
           sum(devices * (verdict = 'PENDING')) AS pending,
           sum(devices * (legacy_verdict = 'FAIL' AND verdict NOT IN ('EXCLUDED', 'PENDING'))) AS legacy_failed,
           sum(devices * (verdict = 'FAIL')) AS revised_failed, sum(devices * (verdict = 'UNVERIFIED')) AS unverified,
           sum(devices * (verdict = 'PASS')) AS passed,
           sum(devices * (classification = 'FALSE_POSITIVE')) AS false_positives,
           sum(devices * (classification = 'TRUE_FAILURE')) AS true_failures,
           sum(devices * (classification = 'MISSED_BY_LEGACY')) AS missed_by_legacy
    FROM device_counts GROUP BY 1
),
lines AS (
    SELECT *, CASE device_type WHEN 'ESME' THEN 1 WHEN 'GSME' THEN 2 WHEN 'GPF' THEN 3 WHEN 'CHF' THEN 4 ELSE 5 END
              AS position
    FROM each
    UNION ALL
    SELECT 'All', total(devices), total(excluded), total(pending), total(legacy_failed), total(revised_failed),
           total(unverified), total(passed), total(false_positives), total(true_failures), total(missed_by_legacy), 9
    FROM each
)
SELECT device_type, CAST(devices AS INTEGER) AS devices, CAST(excluded AS INTEGER) AS excluded,
       CAST(pending AS INTEGER) AS pending, CAST(devices - excluded - pending AS INTEGER) AS judged,
       CAST(legacy_failed AS INTEGER) AS legacy_failed,
       legacy_failed * 1.0 / nullif(devices - excluded - pending, 0) AS legacy_rate,
       CAST(revised_failed AS INTEGER) AS revised_failed,
       revised_failed * 1.0 / nullif(devices - excluded - pending, 0) AS revised_rate,
       (revised_failed + unverified) * 1.0 / nullif(devices - excluded - pending, 0) AS revised_rate_at_most,
       CAST(unverified AS INTEGER) AS unverified, CAST(passed AS INTEGER) AS passed,
       CAST(false_positives AS INTEGER) AS false_positives, CAST(true_failures AS INTEGER) AS true_failures,
       CAST(missed_by_legacy AS INTEGER) AS missed_by_legacy
FROM lines
ORDER BY position
