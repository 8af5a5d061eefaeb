-- name: chf-incidents
-- title: Communications Hub Function Incidents
-- audience: each Communication Service Provider
-- description: Incidents raised under SEC Appendix AC 5.13 for Communications Hub Functions that failed: those open,
-- description: and those opened or resolved since the last run of an earlier date, with what the criteria that open and
-- description: resolve them find unmet. Of one that is resolved nothing is open: unmet, reasons and next action are empty.
-- split: csp_region
-- sort: csp_region, chf_id, opened_at
--
-- column: incident_id text 30 Incident
-- column: chf_id text 24 Communications Hub Function
-- column: csp_region text 9 CSP region
-- column: manufacturer text 20 Manufacturer
-- column: model text 16 Model
-- column: firmware text 12 Firmware
-- column: commissioned_at instant 20 Commissioned
-- column: status text 15 Status
-- column: opened_at instant 20 Opened
-- column: resolved_at instant 20 Resolved
-- column: age_days integer 10 Age in days
-- column: age_band text 9 Age band
-- column: unmet text 40 Unmet obligations
-- column: reasons text 40 Reasons
-- column: next_action text 60 Next action
-- column: waived text 8 Waived
-- column: ticket text 14 Number at the desk
-- column: ticket_state text 14 State at the desk
-- column: ticket_category text 20 Category at the desk
-- column: ticket_assignee text 20 Assignee at the desk
-- column: criteria text 9 Criteria applied
-- column: opened_by text 9 Opened by
-- important: chf_id, status, age_days, next_action, reasons, csp_region, unmet, opened_at, resolved_at, ticket, waived

-- What the service desk said last of each.
WITH desk AS (
    SELECT incident_id, number, state, category, assignee,
           row_number() OVER (PARTITION BY incident_id ORDER BY extracted_at DESC, number DESC) AS nth
    FROM tickets WHERE unixepoch(extracted_at) <= unixepoch(:as_of)
)
SELECT i.incident_id AS incident_id, chf_id, csp_region, manufacturer, model, firmware, commissioned_at, status, opened_at,
       resolved_at, age_days, age_band, unmet, reasons, next_action, waived, desk.number AS ticket, desk.state AS ticket_state,
       desk.category AS ticket_category, desk.assignee AS ticket_assignee, criteria, opened_by
FROM incidents AS i LEFT JOIN desk ON desk.incident_id = i.incident_id AND nth = 1
WHERE resolved_at IS NULL OR in_this_run = 'yes'
