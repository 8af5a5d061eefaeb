-- name: false-positive-causes
-- title: False positives by reason
-- audience: Security Sub-Committee
-- description: Devices that only the legacy criteria fail, by what misled them. A Device may have several
-- description: reasons, so the lines add up to more than the Devices.
--
-- column: reason text 28 Reason
-- column: devices integer 11 Devices
-- column: share percent 11 Share of these Devices
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF

WITH these AS MATERIALIZED (
    SELECT device_type, reasons FROM devices WHERE classification = 'FALSE_POSITIVE'
),
each AS (
    SELECT device_type, reason.value AS reason
    FROM these, json_each('["' || replace(reasons, ';', '","') || '"]') AS reason
)
SELECT reason, count(*) AS devices, count(*) * 1.0 / (SELECT count(*) FROM these) AS share,
       sum(device_type = 'ESME') AS esme, sum(device_type = 'GSME') AS gsme, sum(device_type = 'GPF') AS gpf,
       sum(device_type = 'CHF') AS chf
FROM each
GROUP BY reason
ORDER BY devices DESC, reason
