-- name: missed-failures
-- title: Failures that the criteria in force miss
-- audience: DCC, Security Sub-Committee
-- description: Devices that pass the criteria in force and fail the evidence-based ones: they answered as they should and hold
-- description: the wrong keys or certificates.
-- sort: device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: mpxn text 14 MPxN
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: responsible_party text 28 Responsible party
-- column: unmet text 40 Unmet obligations
-- column: reasons text 40 Reasons
-- column: next_action text 60 Next action
-- important: device_id, unmet, next_action, device_type, responsible_party, reasons, deadline

SELECT device_id, device_type, csp_region, mpxn, commissioned_at, deadline, responsible_party, unmet, reasons, next_action
FROM devices
WHERE classification = 'MISSED_BY_LEGACY'
