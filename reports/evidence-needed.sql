-- name: evidence-needed
-- title: Evidence that would settle unverified Devices
-- audience: DCC, each DCC User
-- description: One row for each obligation of which the evidence is silent, on Devices that are UNVERIFIED for it: the read or
-- description: check that settles it, and the party that can make it.
-- sort: device_id, obligation
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: mpxn text 14 MPxN
-- column: commissioned_at instant 20 Commissioned
-- column: legacy_verdict text 12 Legacy verdict
-- column: obligation text 36 Obligation
-- column: owed_by text 28 Owed by
-- column: rule text 8 Rule
-- column: reasons text 34 Reasons
-- column: next_action text 60 What settles it
-- important: device_id, owed_by, next_action, obligation, device_type, reasons, legacy_verdict

SELECT d.device_id AS device_id, d.device_type AS device_type, d.csp_region AS csp_region, mpxn, commissioned_at, legacy_verdict,
       replace(obligation, '-', '_') AS obligation, owed_by, rule, o.reasons AS reasons, o.next_action AS next_action
FROM devices AS d JOIN obligations AS o ON o.device_id = d.device_id
WHERE d.verdict = 'UNVERIFIED' AND o.state = 'UNVERIFIED'
