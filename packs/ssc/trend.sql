-- name: trend
-- title: Month by month
-- audience: Security Sub-Committee
-- description: The state at the end of each month for which there is evidence, judged again as at that instant. Raised are
-- description: the Communications Hub Functions that fail the revised criteria then, avoided those that only the legacy
-- description: criteria fail. The revised rate counts what is proved, at most what is unverified too.
--
-- column: month text 9 Month
-- column: judged integer 11 Judged
-- column: legacy_failed integer 13 Legacy failed
-- column: legacy_rate percent 12 Legacy failure rate
-- column: revised_failed integer 13 Revised failed
-- column: revised_rate percent 12 Revised failure rate
-- column: revised_rate_at_most percent 12 Revised at most
-- column: unverified integer 11 Unverified
-- column: false_positives integer 11 False positives
-- column: missed_by_legacy integer 11 Missed by legacy
-- column: incidents_raised integer 12 CHF Incidents due
-- column: incidents_avoided integer 12 CHF Incidents avoided
-- chart: columns month legacy_rate,revised_rate,revised_rate_at_most Failure rate by month
-- chart: columns month incidents_avoided,incidents_raised CHF Incidents avoided and due by month

WITH judged AS MATERIALIZED (
    SELECT device_type, verdict, legacy_verdict, classification, devices FROM device_counts
    WHERE verdict NOT IN ('EXCLUDED', 'PENDING')
),
line AS (
    SELECT CAST(total(devices) AS INTEGER) AS judged,
           CAST(total(devices * (legacy_verdict = 'FAIL')) AS INTEGER) AS legacy_failed,
           CAST(total(devices * (verdict = 'FAIL')) AS INTEGER) AS revised_failed,
           CAST(total(devices * (verdict = 'UNVERIFIED')) AS INTEGER) AS unverified,
           CAST(total(devices * (classification = 'FALSE_POSITIVE')) AS INTEGER) AS false_positives,
           CAST(total(devices * (classification = 'MISSED_BY_LEGACY')) AS INTEGER) AS missed_by_legacy,
           CAST(total(devices * (device_type = 'CHF' AND verdict = 'FAIL')) AS INTEGER) AS incidents_raised,
           CAST(total(devices * (device_type = 'CHF' AND legacy_verdict = 'FAIL' AND verdict = 'PASS')) AS INTEGER)
               AS incidents_avoided
    FROM judged
)
SELECT strftime('%Y-%m', :as_of) AS month, judged, legacy_failed,
       legacy_failed * 1.0 / nullif(judged, 0) AS legacy_rate, revised_failed,
       revised_failed * 1.0 / nullif(judged, 0) AS revised_rate,
       (revised_failed + unverified) * 1.0 / nullif(judged, 0) AS revised_rate_at_most, unverified, false_positives, missed_by_legacy,
       incidents_raised, incidents_avoided
FROM line
