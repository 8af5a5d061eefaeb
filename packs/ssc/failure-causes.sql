-- name: failure-causes
-- title: True failures by cause
-- audience: Security Sub-Committee
-- description: Devices that fail the revised criteria, by what is wrong with them, whether the legacy
-- description: criteria see it or not. A Device may have several causes, so the lines add up to more than the
-- description: Devices.
--
-- column: reason text 28 Reason
-- column: devices integer 11 Devices
-- column: share percent 11 Share of these Devices
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF
-- chart: bars reason esme,gsme,gpf,chf True failures by cause

WITH RECURSIVE these AS MATERIALIZED (
    SELECT device_type, reasons, devices FROM device_counts WHERE verdict = 'FAIL'
),
apart(device_type, devices, reason, rest) AS (
    SELECT device_type, devices, NULL, reasons || ';' FROM these
    UNION ALL
    SELECT device_type, devices, substr(rest, 1, instr(rest, ';') - 1), substr(rest, instr(rest, ';') + 1)
    FROM apart WHERE rest <> ''
)
SELECT reason, sum(devices) AS devices, sum(devices) * 1.0 / (SELECT sum(devices) FROM these) AS share,
       coalesce(sum(devices) FILTER (WHERE device_type = 'ESME'), 0) AS esme,
       coalesce(sum(devices) FILTER (WHERE device_type = 'GSME'), 0) AS gsme,
       coalesce(sum(devices) FILTER (WHERE device_type = 'GPF'), 0) AS gpf,
       coalesce(sum(devices) FILTER (WHERE device_type = 'CHF'), 0) AS chf
FROM apart
WHERE reason IS NOT NULL
GROUP BY reason
ORDER BY 2 DESC, reason
