-- name: waived
-- title: Waived Devices
-- audience: operators
-- description: How many Devices that fail or are unverified are waived, and the failure rate as if they did not fail.
--
-- column: waived integer 9 Waived
-- column: rate percent 9 Rate after waivers
-- column: rate_at_most percent 9 At most after waivers

WITH judged AS (
    SELECT total(devices) AS devices, total(devices * (waived = 'yes')) AS waived,
           total(devices * (verdict = 'FAIL' AND waived = 'no')) AS failed,
           total(devices * (verdict IN ('FAIL', 'UNVERIFIED') AND waived = 'no')) AS at_most
    FROM device_counts WHERE verdict NOT IN ('EXCLUDED', 'PENDING')
)
SELECT CAST(waived AS INTEGER) AS waived, failed / nullif(devices, 0) AS rate, at_most / nullif(devices, 0) AS rate_at_most
FROM judged
