-- name: data-quality
-- title: What is wrong with the data
-- audience: everyone who sends data
-- description: Findings by source file: rows that were rejected, Devices, parties and codes that the reference data does not
-- description: know, cells that could not be read, records that contradict one another, and reference data that is missing.
-- description: Each with how often it was found, an example, and what mends it.
--
-- column: file text 44 Source file
-- column: finding text 34 Finding
-- column: found integer 10 How often
-- column: example text 60 For example
-- column: mend text 60 What mends it
-- important: finding, found, example, mend, file

-- The view suspicions tells on which Devices to look; what is there as at as-of, their records say. CROSS JOIN keeps that
-- order.
WITH asked AS MATERIALIZED (
    SELECT file, line, r.device_id AS device_id, rule, response_code, execution_status, user_id, user_party, request_id,
           request_seen, sent_unknown, sent_file
    FROM (SELECT DISTINCT device_id FROM suspicions
          WHERE suspicion IN ('UNKNOWN_CODE', 'UNKNOWN_ORIGINATOR', 'UNKNOWN_OWNER', 'WRONG_TARGET', 'REQUEST_MISSING')) AS s
         CROSS JOIN requests AS r ON r.device_id = s.device_id
    WHERE rule IN ('R2.9', 'R7') OR user_party = user_id OR request_seen = 'no' OR sent_unknown IS NOT NULL
),
held AS MATERIALIZED (
    SELECT file, line, c.device_id AS device_id, status, subject_id, subject_party
    FROM (SELECT DISTINCT device_id FROM suspicions WHERE suspicion IN ('UNKNOWN_OWNER', 'CELL_NOT_OK')) AS s
         CROSS JOIN certificates AS c ON c.device_id = s.device_id
    WHERE status = 'not ok' OR (status = 'ok' AND subject_party = subject_id)
),
told AS MATERIALIZED (
    SELECT file, line, e.device_id AS device_id, kind, conflict, in_inventory
    FROM (SELECT DISTINCT device_id FROM suspicions WHERE suspicion IN ('UNKNOWN_DEVICE', 'CONFLICT')) AS s
         CROSS JOIN evidence AS e ON e.device_id = s.device_id
    WHERE conflict = 'yes' OR in_inventory = 'no'
),
-- one look at each Device with which something is amiss
amiss AS MATERIALIZED (
    SELECT device_id, device_type, instr(reasons, 'CONTRADICTED') > 0 AS contradicted,
           excluded_reason IS 'NO_COMMISSIONING_INSTANT' AS undated,
           verdict <> 'EXCLUDED' AND device_type IN ('ESME', 'GSME', 'GPF') AND supplier IS NULL AS no_supplier,
           verdict <> 'EXCLUDED' AND device_type IN ('ESME', 'GPF') AND network_operator IS NULL AS no_operator,
           verdict <> 'EXCLUDED' AND csp_region IS NULL AS no_region
    FROM (SELECT device_id AS id FROM suspicions WHERE suspicion = 'AMISS') CROSS JOIN devices ON device_id = id
),
findings(position, file, finding, found, example, mend) AS (
    SELECT 1, file, 'row rejected: ' || coalesce(column_name, 'the whole row'), count(*),
           'line ' || min(line) || ': ' || reason, 'correct the row and send the file again'
    FROM rejects GROUP BY file, column_name
    UNION ALL
    SELECT 2, file, 'Device not in the inventory', count(DISTINCT device_id), min(device_id) || ', line ' || min(line),
           'send an inventory extract that has it, or correct the identifier'
    FROM told WHERE in_inventory = 'no' GROUP BY file
    UNION ALL
    SELECT 3, file, 'unknown originator of requests', count(*), min(user_id),
           'add the Entity Identifier to the organisations'
    FROM asked WHERE user_party = user_id GROUP BY file
    UNION ALL
    SELECT 4, file, 'unknown party in a trust anchor cell', count(*), min(subject_id),
           'add the Entity Identifier to the organisations'
    FROM held WHERE status = 'ok' GROUP BY file
    UNION ALL
    SELECT 4, sent_file, 'unknown party in a certificate sent to a trust anchor cell', count(*), min(sent_unknown),
           'add the Entity Identifier to the organisations'
    FROM asked WHERE sent_unknown IS NOT NULL GROUP BY sent_file
    UNION ALL
    -- by the numbers in which the parties are kept: there may be as many registrations as Devices
    SELECT 4, (SELECT name FROM files WHERE number = unknown.file), 'unknown party in the registrations', unknown.rows,
           (SELECT CASE WHEN r.supplier IS NULL THEN r.supplier_id ELSE r.network_operator_id END
            FROM registrations AS r
            WHERE r.mpxn = substr(unknown.mpxn, 2)
                  AND (r.supplier IS NULL OR (r.network_operator IS NULL AND r.network_operator_id IS NOT NULL))
            LIMIT 1),
           'add its Entity Identifier or market identifier to the organisations'
    FROM (SELECT file, count(*) AS rows, min(mpxn) AS mpxn FROM registration
          WHERE supplier NOT IN (SELECT entity FROM organisation)
                OR network_operator NOT IN (SELECT entity FROM organisation)
          GROUP BY file) AS unknown
    UNION ALL
    SELECT 5, file, 'unknown response code or status word', count(*),
           min('code "' || coalesce(response_code, '') || '", status "' || coalesce(execution_status, '') || '"'),
           'add it to the mapping of codes (--codes)'
    FROM asked WHERE rule = 'R2.9' GROUP BY file
    UNION ALL
    SELECT 6, file, 'trust anchor cell not readable', count(*), min(device_id) || ', line ' || min(line),
           'read the Device again'
    FROM held WHERE status = 'not ok' GROUP BY file
    UNION ALL
    SELECT 7, file, 'record claims the identity of another: ' || kind, count(*), min(device_id) || ', line ' || min(line),
           'find out which of the two is right, and correct the other'
    FROM told WHERE conflict = 'yes' GROUP BY file, kind
    UNION ALL
    SELECT 7, file, 'record claims the identity of another: registration', count(*), min(mpxn),
           'find out which of the two is right, and correct the other'
    FROM registrations WHERE conflict = 'yes' GROUP BY file
    UNION ALL
    SELECT 7, file, 'record claims the identity of another: organisation', count(*), min(entity_id),
           'find out which of the two is right, and correct the other'
    FROM parties WHERE conflict = 'yes' GROUP BY file
    UNION ALL
    SELECT 8, NULL, 'success that the Device does not bear out', count(*), min(device_id),
           'see the report missed-failures'
    FROM amiss WHERE contradicted HAVING count(*) > 0
    UNION ALL
    SELECT 9, NULL, 'no commissioning instant', count(*), min(device_id), 'send an inventory extract that has it'
    FROM amiss WHERE undated HAVING count(*) > 0
    UNION ALL
    SELECT 10, NULL, 'no Supplier registered: ' || device_type, count(*), min(device_id),
           'send the registration of its MPxN'
    FROM amiss WHERE no_supplier
    GROUP BY device_type
    UNION ALL
    SELECT 11, NULL, 'no Network Operator registered: ' || device_type, count(*), min(device_id),
           'send the registration of its MPxN, with its Network Operator'
    FROM amiss WHERE no_operator
    GROUP BY device_type
    UNION ALL
    SELECT 12, NULL, 'no CSP region known', count(*), min(device_id), 'send an inventory extract that has it'
    FROM amiss WHERE no_region HAVING count(*) > 0
    UNION ALL
    SELECT 13, file, 'RequestID that names another Device', count(*), min(device_id) || ', line ' || min(line),
           'correct the Device or the RequestID of the row'
    FROM asked WHERE rule = 'R7' GROUP BY file
    UNION ALL
    -- in quotes, since it is what the file holds: what is quoted is not shown where pseudonyms are asked for
    SELECT 2, file, what, found, 'line ' || line || ': "' || example || '"', mend
    FROM file_findings
    UNION ALL
    SELECT 2, name, 'no record in the file', 1, NULL, 'send it again if it was to have one: the export may have broken off'
    FROM files WHERE stored + merged + rejected = 0 AND kind IN ('inventory', 'organisations', 'srv-audit', 'duis')
    UNION ALL
    SELECT 2, file, 'answer to a request that is not there', count(*), 'line ' || min(line) || ': RequestID ' || min(request_id),
           'send the file that has the request'
    FROM asked WHERE request_seen = 'no' GROUP BY file
    UNION ALL
    SELECT 15, file, 'waiver that has expired', count(*), min('line ' || line || ', expired ' || expires),
           'renew it in the list of waivers, or take the row out'
    FROM waivers WHERE unixepoch(expires) <= unixepoch(:as_of) GROUP BY file
    UNION ALL
    -- of no more than 4 characters it may be a market identifier
    SELECT 15, file, 'waiver for nothing that is known', count(*),
           min('line ' || line || ': ' || coalesce(device_id, model, party)),
           'correct the Device, model or party in the list of waivers, or take the row out'
    FROM waivers AS w
    WHERE (device_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM devices AS d WHERE d.device_id = w.device_id))
          OR (model IS NOT NULL AND model NOT IN (SELECT model FROM devices WHERE model IS NOT NULL))
          OR (length(party) > 4 AND party NOT IN (SELECT party FROM parties UNION SELECT entity_id FROM parties))
    GROUP BY file
    UNION ALL
    SELECT 16, (SELECT name FROM files WHERE number = stray.file), 'ticket about no Incident of the store', count(*),
           min('line ' || line || ', ' || number), 'correct the Incident at the service desk, as chf-incidents names it'
    FROM (SELECT incident_id, number, max(extracted_at), file, line FROM ticket
          WHERE incident_id LIKE 'PCI-%' AND incident_id NOT IN (SELECT incident_id FROM incident_history)
                AND unixepoch(extracted_at) <= unixepoch(:as_of)
          GROUP BY incident_id) AS stray
    GROUP BY file
    UNION ALL
    SELECT 14, NULL, 'requests without RequestID taken for one', count(*), min(device_id),
           'export the log with its RequestIDs'
    FROM suspicions WHERE suspicion = 'TAKEN_FOR_ONE' HAVING count(*) > 0
)
SELECT file, finding, found, example, mend
FROM findings
ORDER BY position, file, finding
