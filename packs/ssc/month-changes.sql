-- name: month-changes
-- title: What changed since the month before
-- audience: Security Sub-Committee
-- description: Devices that fail now or failed at the end of the month before, that were Commissioned since, or are judged
-- description: otherwise. Both states are judged by what is known now.
--
-- column: change text 20 Change
-- column: devices integer 11 Devices
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF
-- column: other integer 9 Others
-- column: failed_before integer 11 Of them failed before

SELECT change, count(*) AS devices, sum(device_type = 'ESME') AS esme, sum(device_type = 'GSME') AS gsme,
       sum(device_type = 'GPF') AS gpf, sum(device_type = 'CHF') AS chf,
       sum(device_type NOT IN ('ESME', 'GSME', 'GPF', 'CHF')) AS other,
       sum(coalesce(verdict_before = 'FAIL', 0)) AS failed_before
FROM changes
GROUP BY change
ORDER BY instr('NEW CLEARED PERSISTING COMMISSIONED RECLASSIFIED', change)
