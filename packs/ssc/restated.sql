-- name: restated
-- title: Reported otherwise by now
-- audience: Security Sub-Committee
-- description: What the last run up to the end of the month before reported of each Device, beside what would be reported of the
-- description: same instant by what is known now. Evidence comes late: the lines are the Devices whose verdict is another.
--
-- column: reported text 20 Reported as
-- column: now text 20 By now
-- column: devices integer 11 Devices

WITH said AS (
    SELECT device_id, verdict, classification, max(run_as_of) FROM reported
    WHERE unixepoch(run_as_of) <= unixepoch(:as_of) GROUP BY device_id
)
SELECT said.classification AS reported, d.classification AS now, count(*) AS devices
FROM said LEFT JOIN devices AS d ON d.device_id = said.device_id
WHERE said.verdict IS NOT NULL AND (said.verdict IS NOT d.verdict OR said.classification IS NOT d.classification)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
