-- name: inputs
-- title: Input files
-- audience: Security Sub-Committee
-- description: Every file that the store was built from, with the SHA-256 of its content after decompression, and what became
-- description: of its rows: read = stored + merged into a record that was there + rejected.
--
-- column: number integer 9 Number
-- column: file text 44 File
-- column: kind text 14 Kind
-- column: rows integer 11 Rows read
-- column: stored integer 11 Stored
-- column: merged integer 11 Merged
-- column: rejected integer 11 Rejected
-- column: first_instant instant 20 First instant
-- column: last_instant instant 20 Last instant
-- column: sha256 text 66 SHA-256

SELECT number, name AS file, kind, rows, stored, merged, rejected, first_instant, last_instant, sha256
FROM files
ORDER BY number
