-- name: waivers
-- title: What is waived, by whom and until when
-- audience: Security Sub-Committee
-- description: The waivers as they were agreed: what each is for, why, who approved it and where that is written. One that has
-- description: expired stopped by itself.
--
-- column: device_id text 28 Device
-- column: model text 20 Model
-- column: party text 28 Party
-- column: obligation text 34 Obligation
-- column: why text 30 Why
-- column: approver text 20 Approved by
-- column: reference text 20 Reference
-- column: valid_from instant 20 From
-- column: expires instant 20 Until
-- column: state text 14 At the end of the period

SELECT device_id, model, party, replace(obligation, '-', '_') AS obligation, reason AS why, approver, reference, valid_from, expires,
       CASE WHEN unixepoch(expires) <= unixepoch(:as_of) THEN 'expired'
            WHEN unixepoch(valid_from) > unixepoch(:as_of) THEN 'not yet' ELSE 'holds' END AS state
FROM waivers
ORDER BY instr('holds  expirednot yet', state), expires, device_id, model, party, obligation, reference
