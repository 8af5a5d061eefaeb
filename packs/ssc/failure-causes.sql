-- name: failure-causes
-- title: Failures by cause
-- audience: Security Sub-Committee
-- description: Devices that fail the revised criteria, each under the one cause that tells most, whether the criteria in force
-- description: see it (true failures) or not (missed): the lines add up to all of them.
--
-- column: reason text 34 Cause
-- column: devices integer 11 Devices
-- column: share percent 11 Share of these Devices
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF
-- column: missed integer 11 Missed by legacy
-- total: devices,esme,gsme,gpf,chf,missed
-- chart: bars reason esme,gsme,gpf,chf Failures by cause

WITH these AS MATERIALIZED (
    SELECT device_type, main_reason, classification, devices FROM device_counts WHERE verdict = 'FAIL'
)
SELECT main_reason AS reason, sum(devices) AS devices, sum(devices) * 1.0 / (SELECT sum(devices) FROM these) AS share,
       sum(devices * (device_type = 'ESME')) AS esme, sum(devices * (device_type = 'GSME')) AS gsme,
       sum(devices * (device_type = 'GPF')) AS gpf, sum(devices * (device_type = 'CHF')) AS chf,
       sum(devices * (classification = 'MISSED_BY_LEGACY')) AS missed
FROM these
GROUP BY 1
ORDER BY 2 DESC, 1
