-- name: evidence
-- title: Evidence by kind
-- audience: operators
-- description: What the store holds of each kind of input, and how old its newest record is at as-of.
--
-- column: kind text 16 Kind
-- column: last instant 20 Newest record
-- column: hours_old integer 10 Hours old
-- column: records integer 12 Records
-- column: files integer 8 Files

SELECT kind, last, (unixepoch(:as_of) - unixepoch(last)) / 3600 AS hours_old, records, files
FROM coverage WHERE kind NOT IN ('silence', 'sender')
ORDER BY kind
