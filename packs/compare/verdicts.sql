-- name: compare
-- title: The same Devices under other criteria
-- audience: who proposes criteria
-- description: How many Devices stand so under the criteria that hold, and so under those compared with.
-- sort: verdict, verdict_with, classification, classification_with
--
-- column: verdict text 12 Verdict
-- column: verdict_with text 12 Verdict with the others
-- column: classification text 18 Classification
-- column: classification_with text 18 Classification with the others
-- column: devices integer 10 Devices
-- important: devices, verdict, verdict_with, classification, classification_with

SELECT n.{verdict} AS verdict, o.{verdict} AS verdict_with, n.classification AS classification,
       o.classification AS classification_with, count(*) AS devices
FROM devices AS n JOIN devices_before AS o ON o.device_id = n.device_id
GROUP BY 1, 2, 3, 4
