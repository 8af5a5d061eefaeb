-- name: compare
-- title: Why, under each of the criteria
-- audience: who proposes criteria
-- description: How many Devices have this main reason under the criteria that hold, and under those compared with.
-- sort: main_reason, main_reason_with
--
-- column: main_reason text 36 Main reason
-- column: main_reason_with text 36 Main reason with the others
-- column: devices integer 10 Devices
-- important: devices, main_reason, main_reason_with

SELECT n.main_reason AS main_reason, o.main_reason AS main_reason_with, count(*) AS devices
FROM devices AS n JOIN devices_before AS o ON o.device_id = n.device_id
WHERE n.main_reason IS NOT NULL OR o.main_reason IS NOT NULL
GROUP BY 1, 2
