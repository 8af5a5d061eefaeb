-- name: incidents
-- title: Incidents opened and resolved
-- audience: operators
-- description: Incidents that were opened or resolved since the last run of an earlier date, the first 100.
--
-- column: incident_id text 30 Incident
-- column: csp_region text 9 CSP region
-- column: status text 15 Status
-- column: opened_at instant 20 Opened
-- column: resolved_at instant 20 Resolved
-- column: main_reason text 28 Main reason

SELECT incident_id, csp_region, status, opened_at, resolved_at, category AS main_reason
FROM incidents WHERE in_this_run = 'yes'
ORDER BY instr('NEW OPEN RESOLVED RAISED_IN_ERROR', status), incident_id
LIMIT 100
