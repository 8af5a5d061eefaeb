-- name: strays
-- title: Tickets of unknown Incidents
-- audience: operators, service desk
-- description: What the service desk said last of Incidents that are named as pcreport names its own, and that there are none of:
-- description: the number may be misspelt, or the ticket another store's. New: told since the last run of an earlier date.
--
-- column: incident_id text 30 Incident
-- column: number text 14 Number at the desk
-- column: state text 14 State there
-- column: extracted_at instant 20 The desk was asked
-- column: file text 44 File
-- column: line integer 8 Line
-- column: is_new text 5 New

WITH heard AS (
    SELECT incident_id, nullif(number, '') AS number, nullif(state, '') AS state, extracted_at, file, line,
           row_number() OVER (PARTITION BY incident_id ORDER BY extracted_at DESC, number DESC) AS nth,
           min(file) OVER (PARTITION BY incident_id) AS first_file
    FROM ticket
    WHERE incident_id LIKE 'PCI-%' AND incident_id NOT IN (SELECT incident_id FROM incident_history)
          AND unixepoch(extracted_at) <= unixepoch(:as_of)
)
SELECT incident_id, number, state, extracted_at, (SELECT name FROM files WHERE files.number = heard.file) AS file, line,
       CASE WHEN first_file > coalesce((SELECT last_file FROM runs WHERE status < 70
                                              AND substr(as_of, 1, 10) < substr(:as_of, 1, 10)
                                        ORDER BY as_of DESC LIMIT 1), 0) THEN 'yes' ELSE 'no' END AS is_new
FROM heard WHERE nth = 1
ORDER BY is_new DESC, incident_id
