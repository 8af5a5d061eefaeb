-- name: reads
-- title: Reads that would settle your Devices
-- audience: each party and CSP
-- description: One row for each obligation that is yours and of which the evidence is silent, on Devices that are UNVERIFIED: the
-- description: read or check that settles it; for a CSP, of the Communications Hub Functions in its regions.
-- split: party
-- sort: party, device_id, obligation
--
-- column: party text 28 Party
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: mpxn text 14 MPxN
-- column: csp_region text 9 CSP region
-- column: commissioned_at instant 20 Commissioned
-- column: obligation text 30 Obligation
-- column: reasons text 34 Reasons
-- column: next_action text 60 What settles it

WITH owed AS MATERIALIZED (
    SELECT o.owed_by AS party, d.device_id AS device_id, d.device_type AS device_type, mpxn, d.csp_region AS csp_region,
           commissioned_at, replace(obligation, '-', '_') AS obligation, o.reasons AS reasons,
           o.next_action AS next_action
    FROM devices AS d CROSS JOIN obligations AS o ON o.device_id = d.device_id
    WHERE d.verdict = 'UNVERIFIED' AND o.state = 'UNVERIFIED'
),
shared AS (
    SELECT * FROM owed WHERE party IS NOT NULL
    UNION
    SELECT csp, device_id, device_type, mpxn, csp_region, commissioned_at, obligation, reasons, next_action
    FROM csps JOIN owed ON csp_region = region WHERE device_type = 'CHF'
)
SELECT party, device_id, device_type, mpxn, csp_region, commissioned_at, obligation, reasons, next_action
FROM shared
