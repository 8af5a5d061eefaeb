-- name: silences
-- title: Silences of the log
-- audience: operators
-- description: Where the audit log, or one sender alone, is silent, the latest first; what was to be expected there; and the
-- description: Devices that are UNVERIFIED for it.
--
-- column: silence_from instant 20 Silent from
-- column: silence_to instant 20 Silent to
-- column: sender text 28 Sender
-- column: expected integer 10 Requests expected
-- column: devices_waiting integer 12 Devices that wait

SELECT silence_from, silence_to, sender, expected, devices_waiting
FROM coverage WHERE kind IN ('silence', 'sender')
ORDER BY kind = 'sender', silence_to DESC, sender
