-- name: failing-devices
-- title: Every failing Device
-- audience: Security Sub-Committee
-- description: One row for each Device that fails the revised criteria: the one cause it is counted under, what is not done, and
-- description: what comes next.
--
-- column: device_id text 28 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: responsible_party text 28 Responsible party
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: classification text 18 Classification
-- column: main_reason text 34 Cause
-- column: unmet text 40 Not done
-- column: next_action text 60 Next action
-- column: waived text 8 Waived

SELECT device_id, device_type, csp_region, responsible_party, commissioned_at, deadline, classification, main_reason, unmet,
       next_action, waived
FROM devices
WHERE verdict = 'FAIL'
ORDER BY device_id
