-- name: a
-- column: b text 8
SELECT 1 AS b
