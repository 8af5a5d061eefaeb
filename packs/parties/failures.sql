-- name: failures
-- title: What you owe on failing Devices
-- audience: each party and CSP
-- description: One row for each obligation that is yours and not met on a Device that fails; for a CSP, of the Communications Hub
-- description: Functions in its regions.
-- split: party
-- sort: party, device_id, obligation
--
-- column: party text 28 Party
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: mpxn text 14 MPxN
-- column: csp_region text 9 CSP region
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: days_overdue integer 8 Days overdue
-- column: obligation text 30 Obligation
-- column: state text 14 State
-- column: inherited text 9 Inherited
-- column: main_reason text 36 Main reason
-- column: next_action text 60 Next action
-- column: waived text 8 Waived

WITH owed AS MATERIALIZED (
    SELECT o.owed_by AS party, d.device_id AS device_id, d.device_type AS device_type, mpxn, d.csp_region AS csp_region,
           commissioned_at, deadline, (unixepoch(:as_of) - unixepoch(deadline)) / 86400 AS days_overdue,
           replace(obligation, '-', '_') AS obligation, state, inherited, o.main_reason AS main_reason,
           o.next_action AS next_action, waived
    FROM devices AS d CROSS JOIN obligations AS o ON o.device_id = d.device_id
    WHERE d.verdict = 'FAIL' AND o.state IN ('NOT_MET', 'NOT_ATTEMPTED')
),
shared AS (
    SELECT * FROM owed WHERE party IS NOT NULL
    UNION
    SELECT csp, device_id, device_type, mpxn, csp_region, commissioned_at, deadline, days_overdue, obligation, state,
           inherited, main_reason, next_action, waived
    FROM csps JOIN owed ON csp_region = region WHERE device_type = 'CHF'
)
SELECT party, device_id, device_type, mpxn, csp_region, commissioned_at, deadline, days_overdue, obligation, state, inherited,
       main_reason, next_action, waived
FROM shared
