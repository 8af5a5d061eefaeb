-- name: incidents
-- title: Your Communications Hub Function Incidents
-- audience: each CSP, and each party that owes something on a hub
-- description: Incidents open, and those opened or resolved since the last run of an earlier date: for a CSP those in its
-- description: regions with all that is open, for a party those on hubs on which something is its own to do, and that alone.
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
-- column: criteria text 9 Opened and resolved by

WITH these AS MATERIALIZED (SELECT * FROM incidents WHERE resolved_at IS NULL OR in_this_run = 'yes'),
owed AS MATERIALIZED (
    SELECT owed_by AS party, incident_id, replace(obligation, '-', '_') AS obligation, o.next_action AS next_action, position
    FROM these CROSS JOIN obligations AS o ON device_id = chf_id
    WHERE resolved_at IS NULL AND owed_by IS NOT NULL AND state IN ('NOT_MET', 'NOT_ATTEMPTED', 'UNVERIFIED')
),
unmet_of AS MATERIALIZED (
    SELECT DISTINCT party, incident_id, group_concat(obligation, ';') OVER whole AS unmet
    FROM owed
    WINDOW whole AS (PARTITION BY party, incident_id ORDER BY position
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
actions_of AS MATERIALIZED (
    SELECT DISTINCT party, incident_id, group_concat(next_action, '; ') OVER whole AS next_action
    FROM (SELECT party, incident_id, next_action, min(position) AS first FROM owed
          GROUP BY party, incident_id, next_action)
    WINDOW whole AS (PARTITION BY party, incident_id ORDER BY first
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
parts(party, incident_id, unmet, next_action) AS (
    SELECT csp, incident_id, unmet, next_action FROM csps JOIN these ON csp_region = region
    UNION ALL
    SELECT u.party, u.incident_id, unmet, next_action
    FROM unmet_of AS u JOIN actions_of AS a ON a.incident_id = u.incident_id AND a.party = u.party
)
SELECT party, these.incident_id AS incident_id, chf_id, csp_region, manufacturer, model, firmware, status, opened_at,
       resolved_at, age_days, parts.unmet AS unmet, parts.next_action AS next_action, criteria
FROM parts JOIN these ON these.incident_id = parts.incident_id
