-- name: not-commissioned
-- title: Devices at work that are not Commissioned
-- audience: Suppliers, Security Sub-Committee
-- description: Devices that the inventory does not have in status Commissioned, so that no criteria apply to them, and that the log
-- description: or a look shows at work all the same: they answered themselves; of those Decommissioned or Withdrawn, after the
-- description: extract that says so. Recovered and Suspended ones come first. Holds: whose certificates the latest look found.
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: smi_status text 24 Status in the inventory
-- column: since instant 20 So by the extract of
-- column: supplier text 28 Supplier
-- column: last_seen instant 20 Last seen at work
-- column: last_request instant 20 Last request
-- column: holds text 60 Holds certificates of
-- important: device_id, smi_status, last_seen, supplier, device_type, holds, last_request, since

-- Whatever is not Commissioned is excluded, which is told without a look at its record.
WITH away AS MATERIALIZED (
    SELECT device_id, device_type, smi_status, supplier FROM devices
    WHERE verdict = 'EXCLUDED' AND smi_status IS NOT NULL AND smi_status <> 'Commissioned'
),
answers AS MATERIALIZED (
    SELECT device_id, device_type, smi_status, supplier,
           (SELECT max(responded_at) FROM requests AS r
            WHERE r.device_id = away.device_id AND outcome IN ('SUCCEEDED', 'FAILED')) AS answered,
           (SELECT max(taken_at) FROM certificates AS c
            WHERE c.device_id = away.device_id AND answered = 'yes') AS looked
    FROM away
),
-- of the few that were seen at all
seen AS MATERIALIZED (
    SELECT device_id, device_type, smi_status, supplier, answered, looked,
           (SELECT max(at) FROM evidence AS e WHERE e.device_id = answers.device_id AND kind = 'inventory') AS since,
           (SELECT max(requested_at) FROM requests AS r WHERE r.device_id = answers.device_id) AS last_request
    FROM answers WHERE coalesce(answered, looked) IS NOT NULL
)
SELECT device_id, device_type, smi_status, since, supplier,
       max(coalesce(answered, looked), coalesce(looked, answered)) AS last_seen, last_request,
       (SELECT group_concat(role || ': ' || subject_party, '; ')
        FROM (SELECT DISTINCT role, subject_party FROM certificates AS c
              WHERE c.device_id = seen.device_id AND c.taken_at = seen.looked AND holder = 'cell' AND status = 'ok'
              ORDER BY role, subject_party)) AS holds
FROM seen
WHERE smi_status NOT IN ('Decommissioned', 'Withdrawn')
      OR max(coalesce(answered, looked), coalesce(looked, answered)) > since
ORDER BY smi_status NOT IN ('Recovered', 'Suspended'), smi_status, device_id
