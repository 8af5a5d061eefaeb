-- name: tickets
-- title: Incidents for the service desk
-- audience: service desk
-- description: Incidents that are NEW or RESOLVED since the last run of an earlier date, and open ones of which the verdict, the
-- description: reasons or the state of an obligation is other than was reported (UPDATED). The correlation id is the Incident's identity and never changes.
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

-- What the last run of an earlier date said of each hub, and which obligations stand otherwise now. Its reasons are not kept:
-- those of changes are what would be said of then by what is known now, which a late log changes too.
WITH was AS MATERIALIZED (
    SELECT r.*, row_number() OVER (PARTITION BY r.device_id ORDER BY run_as_of DESC) AS nth
    FROM (SELECT DISTINCT chf_id FROM incidents WHERE resolved_at IS NULL) AS hub
         CROSS JOIN reported AS r ON r.device_id = hub.chf_id
    WHERE substr(run_as_of, 1, 10) < substr(:as_of, 1, 10)
),
turned AS MATERIALIZED (
    SELECT device_id, group_concat(name || ' was ' || before || ', is ' || now, '; ') AS turns
    FROM (SELECT o.device_id AS device_id, replace(obligation, '-', ' ') AS name, replace(lower(state), '_', ' ') AS now,
                 replace(lower(CASE obligation WHEN 'issue-credentials' THEN issue_credentials
                                               WHEN 'device-certificates' THEN device_certificates
                                               WHEN 'network-operator-credentials' THEN network_operator_credentials
                                               WHEN 'supplier-credentials' THEN supplier_credentials
                                               WHEN 'communicating' THEN communicating
                                               WHEN 'recovery-cell' THEN recovery_cell END), '_', ' ') AS before
          FROM (SELECT * FROM was WHERE nth = 1) AS w CROSS JOIN obligations AS o ON o.device_id = w.device_id)
    WHERE before <> now GROUP BY device_id
),
these AS MATERIALIZED (
    SELECT i.*, turns, c.verdict_before AS verdict_before, c.reasons_before AS reasons_before, c.reasons AS reasons_now,
           CASE WHEN i.in_this_run = 'yes' AND i.resolved_at IS NULL THEN 'NEW' WHEN i.in_this_run = 'yes' THEN 'RESOLVED'
                WHEN i.resolved_at IS NULL AND (turns IS NOT NULL
                     OR (c.device_id IS NOT NULL AND (c.reasons_before IS NOT c.reasons OR c.verdict_before IS NOT c.verdict)))
                THEN 'UPDATED' END AS change
    FROM incidents AS i LEFT JOIN changes AS c ON c.device_id = i.chf_id LEFT JOIN turned ON turned.device_id = i.chf_id
),
-- what is known apart from what is not
told AS MATERIALIZED (
    SELECT device_id, group_concat(CASE state WHEN 'NOT_MET' THEN name END, ', ') AS not_met,
           group_concat(CASE state WHEN 'NOT_ATTEMPTED' THEN name END, ', ') AS not_attempted,
           group_concat(CASE state WHEN 'UNVERIFIED' THEN name END, ', ') AS not_known
    FROM (SELECT o.device_id AS device_id, state, replace(obligation, '-', ' ') AS name
          FROM (SELECT DISTINCT chf_id FROM these WHERE change IS NOT NULL) AS hub
               CROSS JOIN obligations AS o ON o.device_id = hub.chf_id)
    GROUP BY device_id
),
providers AS MATERIALIZED (SELECT region, min(csp) AS csp FROM csps GROUP BY region),
desk AS (
    SELECT incident_id, number, row_number() OVER (PARTITION BY incident_id ORDER BY extracted_at DESC, number DESC) AS nth
    FROM tickets WHERE unixepoch(extracted_at) <= unixepoch(:as_of)
)
SELECT these.incident_id AS correlation_id, change,
       'Communications Hub Function ' || chf_id || ': ' || CASE
           WHEN status = 'RAISED_IN_ERROR' THEN 'its Incident was raised in error'
           WHEN change = 'RESOLVED' THEN 'no longer fails'
           WHEN verdict = 'FAIL' THEN 'Post Commissioning obligations not met'
           WHEN verdict = 'UNVERIFIED' THEN 'not known whether Post Commissioning obligations are met'
           WHEN criteria = 'legacy' THEN 'fails under the criteria in force'
           ELSE 'its verdict is ' || verdict END AS short_description,
       CASE WHEN criteria = 'legacy' THEN coalesce('Not met by the criteria in force: '
           || replace(replace(unmet, '_', ' '), ';', ', ') || '; by the evidence: ', '') ELSE '' END
           || 'Verdict ' || verdict || coalesce('; not met: ' || not_met, '') || coalesce('; never attempted: ' || not_attempted, '')
           || coalesce('; not known: ' || not_known, '') || coalesce('; reasons: ' || replace(reasons, ';', ', '), '')
           || coalesce('; next: ' || next_action, '') AS description,
       category, csp AS assignment_group, chf_id AS configuration_item, NULL AS impact, NULL AS urgency,
       CASE change WHEN 'NEW' THEN 'Opened by the run as at ' || opened_at
                   WHEN 'RESOLVED' THEN CASE status WHEN 'RAISED_IN_ERROR' THEN 'Raised in error: it had passed when it was '
                        || 'opened' ELSE 'Resolved by the run as at ' || resolved_at END
                   ELSE 'Was ' || coalesce(verdict_before, 'unknown') || coalesce(' (' || replace(reasons_before, ';', ', ') || ')',
                        '') || ', is ' || verdict || coalesce(' (' || replace(reasons_now, ';', ', ') || ')', '') || coalesce('; ' || turns, '')
                   END AS work_notes,
       number, opened_at, resolved_at, csp, csp_region
FROM these LEFT JOIN told ON told.device_id = chf_id AND resolved_at IS NULL LEFT JOIN providers ON region = csp_region
     LEFT JOIN desk ON desk.incident_id = these.incident_id AND nth = 1
WHERE change IS NOT NULL
ORDER BY change, correlation_id
