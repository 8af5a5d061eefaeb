-- name: tickets
-- title: Incidents for the service desk
-- audience: service desk
-- description: Incidents that are NEW or RESOLVED since the last run of an earlier date, and open ones of which the reasons or the
-- description: verdict are other than they were (UPDATED). The correlation id is the Incident's identity and never changes.
--
-- column: correlation_id text 30 Correlation
-- column: change text 10 Change
-- column: short_description text 60 Short description
-- column: description text 80 Description
-- column: category text 28 Category
-- column: assignment_group text 20 Assignment group
-- column: configuration_item text 24 Configuration item
-- column: impact text 8 Impact
-- column: urgency text 8 Urgency
-- column: work_notes text 60 Work notes
-- column: number text 14 Number at the desk
-- column: opened_at instant 20 Opened
-- column: resolved_at instant 20 Resolved
-- column: csp text 16 CSP
-- column: csp_region text 9 CSP region

WITH these AS MATERIALIZED (
    SELECT i.*, c.verdict_before AS verdict_before, c.reasons_before AS reasons_before, c.reasons AS reasons_now,
           CASE WHEN i.in_this_run = 'yes' AND i.resolved_at IS NULL THEN 'NEW' WHEN i.in_this_run = 'yes' THEN 'RESOLVED'
                WHEN i.resolved_at IS NULL AND c.device_id IS NOT NULL
                     AND (c.reasons_before IS NOT c.reasons OR c.verdict_before IS NOT c.verdict) THEN 'UPDATED' END AS change
    FROM incidents AS i LEFT JOIN changes AS c ON c.device_id = i.chf_id
),
providers AS MATERIALIZED (SELECT region, min(csp) AS csp FROM csps GROUP BY region),
desk AS (
    SELECT incident_id, number, row_number() OVER (PARTITION BY incident_id ORDER BY extracted_at DESC, number DESC) AS nth
    FROM tickets WHERE unixepoch(extracted_at) <= unixepoch(:as_of)
)
SELECT these.incident_id AS correlation_id, change,
       'Communications Hub Function ' || chf_id || ': ' || CASE change WHEN 'RESOLVED' THEN 'no longer fails' ELSE
           'Post Commissioning obligations not met' END AS short_description,
       'Verdict ' || verdict || coalesce('; not met: ' || replace(unmet, ';', ', '), '') || coalesce('; reasons: ' ||
           replace(reasons, ';', ', '), '') || coalesce('; next: ' || next_action, '') AS description,
       category, csp AS assignment_group, chf_id AS configuration_item, NULL AS impact, NULL AS urgency,
       CASE change WHEN 'NEW' THEN 'Opened by the run as at ' || opened_at
                   WHEN 'RESOLVED' THEN CASE status WHEN 'RAISED_IN_ERROR' THEN 'Raised in error: it had passed when it was '
                        || 'opened' ELSE 'Resolved by the run as at ' || resolved_at END
                   ELSE 'Was ' || coalesce(verdict_before, 'unknown') || coalesce(' (' || replace(reasons_before, ';', ', ') || ')',
                        '') || ', is ' || verdict || coalesce(' (' || replace(reasons_now, ';', ', ') || ')', '') END AS work_notes,
       number, opened_at, resolved_at, csp, csp_region
FROM these LEFT JOIN providers ON region = csp_region
     LEFT JOIN desk ON desk.incident_id = these.incident_id AND nth = 1
WHERE change IS NOT NULL
ORDER BY change, correlation_id
