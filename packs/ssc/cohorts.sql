-- name: cohorts
-- title: By month of Commissioning
-- audience: Security Sub-Committee
-- description: The Devices judged at the end of the period, by the month in which they were Commissioned: a good month is not
-- description: diluted by all earlier ones. Of the revised rate the first counts what is proved, the other what is unverified
-- description: too.
--
-- column: month text 12 Commissioned in
-- column: judged integer 11 Judged
-- column: legacy_failed integer 13 Legacy failed
-- column: legacy_rate percent 12 Legacy failure rate
-- column: revised_failed integer 13 Revised failed
-- column: revised_rate percent 12 Revised failure rate
-- column: revised_rate_at_most percent 12 Revised at most
-- column: unverified integer 11 Unverified
-- total: judged,legacy_failed,revised_failed,unverified
-- chart: columns month legacy_rate,revised_rate,revised_rate_at_most Failure rate by month of Commissioning

WITH cohort AS (
    SELECT substr(commissioned_at, 1, 7) AS month, count(*) AS judged, sum(legacy_verdict = 'FAIL') AS legacy_failed,
           sum(verdict = 'FAIL') AS revised_failed, sum(verdict = 'UNVERIFIED') AS unverified
    FROM devices WHERE verdict NOT IN ('EXCLUDED', 'PENDING') GROUP BY 1
)
SELECT month, judged, legacy_failed, legacy_failed * 1.0 / judged AS legacy_rate, revised_failed,
       revised_failed * 1.0 / judged AS revised_rate, (revised_failed + unverified) * 1.0 / judged AS revised_rate_at_most,
       unverified
FROM cohort
ORDER BY month
