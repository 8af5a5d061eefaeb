-- name: incidents
-- title: Your Communications Hub Function Incidents
-- audience: each CSP, and each party that owes something on a hub
-- description: Incidents open, and those opened or resolved since the last run of an earlier date: for a CSP those in its
-- description: regions, for a party those on hubs on which something is its own to do.
-- split: party
-- sort: party, incident_id
--
-- column: party text 28 Party
-- column: incident_id text 30 Incident
-- column: chf_id text 24 Communications Hub Function
-- column: csp_region text 9 CSP region
-- column: manufacturer text 20 Manufacturer
-- column: model text 16 Model
-- column: firmware text 12 Firmware
-- column: status text 15 Status
-- column: opened_at instant 20 Opened
-- column: resolved_at instant 20 Resolved
-- column: age_days integer 10 Age in days
-- column: unmet text 40 Unmet obligations
-- column: next_action text 60 Next action

WITH these AS MATERIALIZED (SELECT * FROM incidents WHERE resolved_at IS NULL OR in_this_run = 'yes'),
parts AS (
    SELECT csp AS party, incident_id FROM csps JOIN these ON csp_region = region
    UNION
    SELECT owed_by, incident_id FROM these CROSS JOIN obligations ON device_id = chf_id
    WHERE owed_by IS NOT NULL AND state IN ('NOT_MET', 'NOT_ATTEMPTED', 'UNVERIFIED')
)
SELECT party, these.incident_id AS incident_id, chf_id, csp_region, manufacturer, model, firmware, status, opened_at,
       resolved_at, age_days, unmet, next_action
FROM parts JOIN these ON these.incident_id = parts.incident_id
