-- name: trend
-- title: Month by month
-- audience: Security Sub-Committee
-- description: The state at the end of each month for which there is evidence, judged again as at that instant. Raised are
-- description: the Communications Hub Functions that fail the revised criteria then, avoided those that only the legacy
-- description: criteria fail.
--
-- column: month text 9 Month
-- column: judged integer 11 Judged
-- column: legacy_failed integer 13 Legacy failed
-- column: legacy_rate percent 12 Legacy failure rate
-- column: revised_failed integer 13 Revised failed
-- column: revised_rate percent 12 Revised failure rate
-- column: unverified integer 11 Unverified
-- column: false_positives integer 11 False positives
-- column: missed_by_legacy integer 11 Missed by legacy
-- column: incidents_raised integer 12 CHF Incidents due
-- column: incidents_avoided integer 12 CHF Incidents avoided
-- chart: columns month legacy_rate,revised_rate Failure rate by month
-- chart: columns month incidents_avoided,incidents_raised CHF Incidents avoided and due by month

SELECT strftime('%Y-%m', :as_of) AS month,
       count(*) AS judged,
       coalesce(sum(legacy_verdict = 'FAIL'), 0) AS legacy_failed,
       sum(legacy_verdict = 'FAIL') * 1.0 / nullif(count(*), 0) AS legacy_rate,
       coalesce(sum(verdict = 'FAIL'), 0) AS revised_failed,
       sum(verdict = 'FAIL') * 1.0 / nullif(count(*), 0) AS revised_rate,
       coalesce(sum(verdict = 'UNVERIFIED'), 0) AS unverified,
       coalesce(sum(classification = 'FALSE_POSITIVE'), 0) AS false_positives,
       coalesce(sum(classification = 'MISSED_BY_LEGACY'), 0) AS missed_by_legacy,
       coalesce(sum(device_type = 'CHF' AND verdict = 'FAIL'), 0) AS incidents_raised,
       coalesce(sum(device_type = 'CHF' AND legacy_verdict = 'FAIL' AND verdict <> 'FAIL'), 0) AS incidents_avoided
FROM devices
WHERE verdict NOT IN ('EXCLUDED', 'PENDING')
