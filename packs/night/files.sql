-- name: files
-- title: Files read
-- audience: operators
-- description: Input files read since the last run of an earlier date, and what became of their rows: read = stored + merged
-- description: into a record that was there + rejected.
--
-- column: file text 44 File
-- column: kind text 14 Kind
-- column: rows integer 11 Rows
-- column: stored integer 11 Stored
-- column: merged integer 11 Merged
-- column: rejected integer 11 Rejected
-- column: first_instant instant 20 First instant
-- column: last_instant instant 20 Last instant
-- column: sha256 text 66 SHA-256

SELECT name AS file, kind, rows, stored, merged, rejected, first_instant, last_instant, sha256
FROM files
WHERE number <= (SELECT last_file FROM runs WHERE as_of = :as_of)
      AND number > coalesce((SELECT last_file FROM runs WHERE status < 70 AND substr(as_of, 1, 10) < substr(:as_of, 1, 10)
                             ORDER BY as_of DESC LIMIT 1), 0)
ORDER BY number
