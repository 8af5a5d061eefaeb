-- name: false-positives
-- title: Devices that only the criteria in force fail
-- audience: DCC, Security Sub-Committee, Suppliers
-- description: One row for each Device that is reported as failed though it is proved that its keys and certificates were
-- description: replaced: what misled the criteria in force, by which rules it is cleared, and by what: the latest success and the
-- description: latest look that bear on an obligation that is cleared so, with the file and line each was read from. 'pcreport
-- description: explain' tells all of it.
-- sort: device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: mpxn text 14 MPxN
-- column: supplier text 28 Supplier
-- column: commissioning_supplier text 28 Commissioning Supplier
-- column: commissioned_at instant 20 Commissioned
-- column: completed_at instant 20 Completed
-- column: reasons text 40 Reasons
-- column: cleared text 40 Cleared obligations
-- column: rules text 18 Rules
-- column: last_success text 50 Cleared by the request
-- column: last_snapshot text 50 Cleared by the look
-- important: device_id, reasons, cleared, rules, device_type, supplier, completed_at, last_success, last_snapshot

-- What clears each of them, once for all that is asked about it below; CROSS JOIN keeps that order.
WITH met AS MATERIALIZED (
    SELECT d.device_id AS device_id, obligation, rule, o.reasons AS reasons
    FROM devices AS d CROSS JOIN obligations AS o ON o.device_id = d.device_id
    WHERE d.classification = 'FALSE_POSITIVE' AND o.state = 'MET' AND o.legacy_met = 'no'
),
cleared AS MATERIALIZED (
    SELECT device_id, group_concat(replace(obligation, '-', '_'), ';') AS cleared, group_concat(rule, ';') AS rules
    FROM met GROUP BY device_id
)
SELECT d.device_id AS device_id, device_type, csp_region, mpxn, supplier, commissioning_supplier, commissioned_at,
       completed_at, reasons, cleared, rules,
       (SELECT 'SRV ' || srv || ' at ' || coalesce(responded_at, requested_at) || ' (' || file || ':' || line || ')'
        FROM met AS o CROSS JOIN requests AS r ON r.device_id = o.device_id
        WHERE o.device_id = d.device_id
              AND instr(o.reasons, 'REQUEST_EVIDENCE') + instr(o.reasons, 'IMPLIED') + instr(o.reasons, 'COMMS_EVIDENCE')
              AND CASE obligation
                  WHEN 'issue-credentials' THEN
                      instr(o.reasons, 'REQUEST_EVIDENCE') AND about = 'KEYS' OR
                      instr(o.reasons, 'IMPLIED') AND about = 'CERTIFICATES'
                  WHEN 'device-certificates' THEN instr(o.reasons, 'REQUEST_EVIDENCE') AND about = 'CERTIFICATES'
                  WHEN 'network-operator-credentials' THEN
                      instr(o.reasons, 'REQUEST_EVIDENCE') AND about = 'CELLS'
                      AND coalesce(remote_party_role, 'NetworkOperator') = 'NetworkOperator'
                  WHEN 'supplier-credentials' THEN
                      instr(o.reasons, 'REQUEST_EVIDENCE') AND (about = 'SUPPLIER_CELLS' OR about = 'CELLS'
                      AND remote_party_role = 'Supplier')
                  WHEN 'communicating' THEN instr(o.reasons, 'COMMS_EVIDENCE')
                  END
              AND (outcome = 'SUCCEEDED' OR obligation = 'communicating' AND outcome = 'FAILED')
        ORDER BY obligation = 'communicating', coalesce(responded_at, requested_at) DESC, srv, line LIMIT 1) AS last_success,
       (SELECT source || ' at ' || taken_at || ' (' || file || ':' || line || ')'
        FROM met AS o CROSS JOIN certificates AS c ON c.device_id = o.device_id
        WHERE o.device_id = d.device_id
              AND CASE obligation
                  WHEN 'issue-credentials' THEN instr(o.reasons, 'IMPLIED') + instr(o.reasons, 'CERTIFICATE_EVIDENCE')
                  WHEN 'recovery-cell' THEN instr(o.reasons, 'RECOVERY_EVIDENCE') + instr(o.reasons, 'CERTIFICATE_EVIDENCE')
                  WHEN 'communicating' THEN instr(o.reasons, 'COMMS_EVIDENCE')
                  ELSE instr(o.reasons, 'CERTIFICATE_EVIDENCE')
                  END
              AND CASE obligation
                  WHEN 'network-operator-credentials' THEN c.role = 'NetworkOperator' AND c.status IN ('ok', 'replaced')
                  WHEN 'supplier-credentials' THEN c.role = 'Supplier' AND c.status IN ('ok', 'replaced')
                  WHEN 'recovery-cell' THEN c.role = 'Recovery' AND c.status IN ('ok', 'replaced')
                  WHEN 'communicating' THEN c.answered = 'yes'
                  ELSE c.holder = 'device'
                  END
        ORDER BY obligation = 'communicating', taken_at DESC, line LIMIT 1) AS last_snapshot
FROM devices AS d LEFT JOIN cleared ON cleared.device_id = d.device_id
WHERE d.classification = 'FALSE_POSITIVE'
