-- name: reads
-- title: Certificate reads that settle most
-- audience: DCC, Suppliers
-- description: Reads that settle UNVERIFIED Devices, those first that settle most; the range of the failure rate that is left once
-- description: a read and those before it have shown all done.
--
-- column: rank integer 8 Rank
-- column: device_id text 24 Device
-- column: read text 8 Read
-- column: settles text 60 Settles
-- column: by text 28 By
-- column: rate_low percent 10 Rate at least
-- column: rate_high percent 10 Rate at most
-- column: device_type text 8 Device type
-- column: verdicts integer 10 Verdicts settled

WITH doubt AS (
    SELECT o.device_id AS device_id, d.device_type AS device_type, d.commissioned_at AS commissioned_at, o.position AS position,
           CASE WHEN o.next_action LIKE 'read with SRV %' THEN substr(o.next_action, 15, 6) END AS srv,
           CASE WHEN instr(o.next_action, ' by ') > 0 THEN substr(o.next_action, instr(o.next_action, ' by ') + 4) ELSE '' END AS sender,
           replace(o.obligation, '-', '_') AS obligation
    FROM devices AS d JOIN obligations AS o ON o.device_id = d.device_id
    WHERE d.verdict = 'UNVERIFIED' AND o.state = 'UNVERIFIED'
)
-- the last two: how many of the Device's parts need something other than a read, and the number of the row among its rows
SELECT device_id, device_type, commissioned_at, srv, sender, obligation,
       sum(srv IS NULL) OVER (PARTITION BY device_id), row_number() OVER (PARTITION BY device_id ORDER BY srv, sender, position)
FROM doubt
ORDER BY device_id, srv, sender, position
