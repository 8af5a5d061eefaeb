-- name: false-positive-causes
-- title: False positives by reason
-- audience: Security Sub-Committee
-- description: Devices that only the criteria in force fail, each under the one reason that misled them: the lines add up to all
-- description: of them. Beside it what cleared them; a Device may be cleared by several things.
--
-- column: reason text 34 What misled
-- column: devices integer 11 Devices
-- column: share percent 11 Share of these Devices
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF
-- column: by_request integer 12 Cleared by a success not counted
-- column: by_implication integer 12 shown by the certificates
-- column: by_look integer 12 seen on the Device
-- column: by_answer integer 12 the Device answered
-- column: by_recovery_cell integer 12 the Recovery cell was read
-- total: devices,esme,gsme,gpf,chf
-- chart: bars reason esme,gsme,gpf,chf False positives by reason

WITH these AS MATERIALIZED (
    SELECT device_type, main_reason, ';' || reasons || ';' AS reasons, devices FROM device_counts
    WHERE classification = 'FALSE_POSITIVE'
)
SELECT main_reason AS reason, sum(devices) AS devices, sum(devices) * 1.0 / (SELECT sum(devices) FROM these) AS share,
       sum(devices * (device_type = 'ESME')) AS esme, sum(devices * (device_type = 'GSME')) AS gsme,
       sum(devices * (device_type = 'GPF')) AS gpf, sum(devices * (device_type = 'CHF')) AS chf,
       sum(devices * (instr(reasons, ';REQUEST_EVIDENCE;') > 0)) AS by_request,
       sum(devices * (instr(reasons, ';IMPLIED;') > 0)) AS by_implication,
       sum(devices * (instr(reasons, ';CERTIFICATE_EVIDENCE;') > 0)) AS by_look,
       sum(devices * (instr(reasons, ';COMMS_EVIDENCE;') > 0)) AS by_answer,
       sum(devices * (instr(reasons, ';RECOVERY_EVIDENCE;') > 0)) AS by_recovery_cell
FROM these
GROUP BY 1
ORDER BY 2 DESC, 1
