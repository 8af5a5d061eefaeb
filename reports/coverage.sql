-- name: coverage
-- title: What the evidence covers
-- audience: everyone
-- description: Each kind of evidence with its first and last instant, records and files; each silence of the audit log with
-- description: the requests that were to be expected in it, by how many weeks around, and the Devices that are UNVERIFIED for
-- description: it; and the senders that fell silent alone, which is a finding and has no effect on verdicts.
--
-- column: kind text 16 Kind
-- column: first instant 20 First
-- column: last instant 20 Last
-- column: records integer 12 Records
-- column: files integer 8 Files
-- column: silence_from instant 20 Silent from
-- column: silence_to instant 20 Silent to
-- column: expected integer 10 Expected
-- column: weeks integer 8 Weeks
-- column: devices_waiting integer 16 Devices waiting
-- column: sender text 28 Sender
-- important: kind, last, silence_from, silence_to, first, devices_waiting, sender, expected, records, files

SELECT kind, first, last, records, files, silence_from, silence_to, expected, weeks, devices_waiting, sender
FROM coverage
ORDER BY kind = 'sender', kind = 'silence', CASE WHEN kind NOT IN ('silence', 'sender') THEN kind END,
         silence_to, sender
