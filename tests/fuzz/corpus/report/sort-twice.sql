-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- sort: a
-- sort: a
SELECT 1