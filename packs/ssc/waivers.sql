-- name: waivers
-- title: What is waived, by whom and until when
-- audience: Security Sub-Committee
-- description: The waivers as they were agreed: what each is for, why, who approved it and where that is written. One that has
-- description: expired stopped by itself. A date is the British one, from its first moment or to its last.
--
-- column: device_id text 28 Device
-- column: model text 20 Model
-- column: party text 28 Party
-- column: obligation text 34 Obligation
-- column: why text 30 Why
-- column: approver text 20 Approved by
-- column: reference text 20 Reference
-- column: valid_from text 20 From
-- column: expires text 20 Until
-- column: state text 14 At the end of the period

WITH days AS (
    SELECT *, strftime('%Y-%m-%dT%H:%M:%SZ', valid_from, '-1 second') AS before_it,
           strftime('%Y-%m-%dT%H:%M:%SZ', expires, '-1 second') AS last_second
    FROM waivers
)
SELECT device_id, model, party, replace(obligation, '-', '_') AS obligation, reason AS why, approver, reference,
       iif(british_day(valid_from) > british_day(before_it), british_day(valid_from), valid_from) AS valid_from,
       iif(british_day(expires) > british_day(last_second), british_day(last_second), expires) AS expires,
       CASE WHEN unixepoch(days.expires) <= unixepoch(:as_of) THEN 'expired'
            WHEN unixepoch(days.valid_from) > unixepoch(:as_of) THEN 'not yet' ELSE 'holds' END AS state
FROM days
ORDER BY instr('holds  expirednot yet', state), days.expires, device_id, model, party, obligation, reference
