-- name: false-positives
-- title: Devices that only the criteria in force fail
-- audience: DCC, Security Sub-Committee, Suppliers
-- description: One row for each Device that is reported as failed though it is proved that its keys and certificates were
-- description: replaced: what misled the criteria in force, by which rules it is cleared, and the latest evidence (a
-- description: credential request before any other), with the file and line it was read from. 'pcreport explain' tells all of it.
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
-- column: last_success text 50 Latest success
-- column: last_snapshot text 50 Latest certificate snapshot

WITH cleared AS (
    SELECT d.device_id AS device_id, group_concat(replace(obligation, '-', '_'), ';') AS cleared,
           group_concat(rule, ';') AS rules
    FROM devices AS d JOIN obligations AS o ON o.device_id = d.device_id
    WHERE d.classification = 'FALSE_POSITIVE' AND o.state = 'MET' AND o.legacy_met = 'no'
    GROUP BY d.device_id
)
SELECT d.device_id AS device_id, device_type, csp_region, mpxn, supplier, commissioning_supplier, commissioned_at,
       completed_at, reasons, cleared, rules,
       (SELECT 'SRV ' || srv || ' at ' || coalesce(responded_at, requested_at) || ' (' || file || ':' || line || ')'
        FROM requests AS r WHERE r.device_id = d.device_id AND outcome = 'SUCCEEDED'
        ORDER BY srv IN ('6.17', '6.15.2', '6.15.1', '6.21', '6.23') DESC,
                 coalesce(responded_at, requested_at) DESC, srv, line LIMIT 1) AS last_success,
       (SELECT source || ' at ' || taken_at || ' (' || file || ':' || line || ')'
        FROM certificates AS c WHERE c.device_id = d.device_id AND status = 'ok'
        ORDER BY taken_at DESC, line LIMIT 1) AS last_snapshot
FROM devices AS d LEFT JOIN cleared ON cleared.device_id = d.device_id
WHERE d.classification = 'FALSE_POSITIVE'
