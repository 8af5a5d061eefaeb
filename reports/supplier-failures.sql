-- name: supplier-failures
-- title: Failing Devices by responsible party
-- audience: each DCC User
-- description: One row for each Device that fails the evidence-based criteria and each party that owes something that fails
-- description: on it: which obligations, why, what to do next, and how long it is overdue. All of it is of what that party owes; inherited:
-- description: all of it is its own only since a Change of Supplier.
-- split: party
-- sort: party, device_id
--
-- column: party text 28 Responsible party
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: mpxn text 14 MPxN
-- column: csp_region text 9 CSP region
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: days_overdue integer 8 Days overdue
-- column: classification text 18 Classification
-- column: unmet text 40 Unmet obligations
-- column: inherited text 9 Inherited
-- column: main_reason text 36 Main reason
-- column: reasons text 40 Reasons
-- column: next_action text 60 Next action
-- column: waived text 8 Waived
-- important: party, device_id, next_action, days_overdue, main_reason, unmet, inherited, deadline, device_type, mpxn
-- important: reasons

-- What is open on each failing Device in the order in which obligations are listed everywhere.
-- The party is empty where nobody is known to owe it.
WITH open AS MATERIALIZED (
    SELECT device_id, owed_by AS party, obligation, state, next_action, position, inherited, reasons
    FROM obligations
    WHERE state IN ('NOT_MET', 'NOT_ATTEMPTED', 'UNVERIFIED')
      AND device_id IN (SELECT device_id FROM devices WHERE verdict = 'FAIL')
),
owing AS MATERIALIZED (
    SELECT DISTINCT device_id, party FROM open WHERE state <> 'UNVERIFIED'
)
SELECT owing.party AS party, devices.device_id AS device_id, device_type, mpxn, csp_region, commissioned_at, deadline,
       (unixepoch(:as_of) - unixepoch(deadline)) / 86400 AS days_overdue, classification,
       (SELECT group_concat(obligation, ';')
        FROM (SELECT replace(obligation, '-', '_') AS obligation FROM open
              WHERE open.device_id = devices.device_id AND open.party IS owing.party
              ORDER BY position)) AS unmet,
       (SELECT min(inherited) FROM open WHERE open.device_id = devices.device_id
        AND open.party IS owing.party AND state <> 'UNVERIFIED') AS inherited,
       (SELECT main_failure(group_concat(reasons, ';')) FROM open
        WHERE open.device_id = devices.device_id AND open.party IS owing.party AND state <> 'UNVERIFIED') AS main_reason,
       (SELECT join_reasons(group_concat(reasons, ';'))
        FROM (SELECT reasons FROM open
              WHERE open.device_id = devices.device_id AND open.party IS owing.party AND reasons IS NOT NULL
              GROUP BY reasons ORDER BY min(position))) AS reasons,
       (SELECT group_concat(next_action, '; ')
        FROM (SELECT next_action FROM open
              WHERE open.device_id = devices.device_id AND open.party IS owing.party
              GROUP BY next_action ORDER BY min(position))) AS next_action, waived
FROM devices JOIN owing ON owing.device_id = devices.device_id
