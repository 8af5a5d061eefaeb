-- name: changes
-- title: What changed since the last run
-- audience: operators
-- description: Devices that stand otherwise than the last run of an earlier date reported, or still fail, by Device type.
-- description: Restated are those that, by what is known now, would have been reported so already then, and were not;
-- description: of those that still fail, those that were reported with another classification.
--
-- column: change text 14 Change
-- column: devices integer 11 Devices
-- column: restated integer 11 Restated
-- column: esme integer 9 ESME
-- column: gsme integer 9 GSME
-- column: gpf integer 9 GPF
-- column: chf integer 9 CHF
-- column: other integer 9 Other types

WITH words(position, change) AS (
    VALUES (1, 'NEW'), (2, 'CLEARED'), (3, 'PERSISTING'), (4, 'COMMISSIONED'), (5, 'RECLASSIFIED')
),
each AS MATERIALIZED (
    SELECT change, device_type, restated = 'yes' AND (change <> 'PERSISTING' OR classification <> classification_before) AS restated
    FROM changes
)
SELECT words.change AS change, count(each.change) AS devices, coalesce(sum(restated), 0) AS restated,
       coalesce(sum(device_type = 'ESME'), 0) AS esme, coalesce(sum(device_type = 'GSME'), 0) AS gsme,
       coalesce(sum(device_type = 'GPF'), 0) AS gpf, coalesce(sum(device_type = 'CHF'), 0) AS chf,
       sum(each.change IS NOT NULL AND device_type NOT IN ('ESME', 'GSME', 'GPF', 'CHF')) AS other
FROM words LEFT JOIN each ON each.change = words.change
GROUP BY position
ORDER BY position
