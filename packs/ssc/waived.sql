-- name: waived
-- title: Before and after waivers
-- audience: Security Sub-Committee
-- description: Devices that fail or are unverified, and of which everything that is not done is waived. They keep their verdict
-- description: and stay in every count of this pack; the rates after waivers are what they would be if these Devices did not fail.
--
-- column: device_type text 14 Device type
-- column: judged integer 11 Judged
-- column: revised_failed integer 13 Revised failed
-- column: unverified integer 11 Unverified
-- column: waived integer 11 Waived
-- column: waived_failed integer 13 Of them failed
-- column: revised_rate percent 12 Revised failure rate
-- column: revised_rate_at_most percent 12 Revised at most
-- column: rate_after_waivers percent 12 Rate after waivers
-- column: rate_after_waivers_at_most percent 12 At most after waivers

WITH each AS MATERIALIZED (
    SELECT CASE WHEN device_type IN ('ESME', 'GSME', 'GPF', 'CHF') THEN device_type ELSE 'Other types' END AS device_type,
           sum(devices * (verdict NOT IN ('EXCLUDED', 'PENDING'))) AS judged, sum(devices * (verdict = 'FAIL')) AS revised_failed,
           sum(devices * (verdict = 'UNVERIFIED')) AS unverified, sum(devices * (waived = 'yes')) AS waived,
           sum(devices * (waived = 'yes' AND verdict = 'FAIL')) AS waived_failed
    FROM device_counts GROUP BY 1
),
lines AS (
    SELECT *, instr('ESME GSME GPF  CHF  ', device_type) AS position FROM each WHERE waived > 0
    UNION ALL
    SELECT 'All', sum(judged), sum(revised_failed), sum(unverified), sum(waived), sum(waived_failed), 99
    FROM each HAVING sum(waived) > 0
)
SELECT device_type, judged, revised_failed, unverified, waived, waived_failed, revised_failed * 1.0 / judged AS revised_rate,
       (revised_failed + unverified) * 1.0 / judged AS revised_rate_at_most,
       (revised_failed - waived_failed) * 1.0 / judged AS rate_after_waivers,
       (revised_failed + unverified - waived) * 1.0 / judged AS rate_after_waivers_at_most
FROM lines
ORDER BY position
