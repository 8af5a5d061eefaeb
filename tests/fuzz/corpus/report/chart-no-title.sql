-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- chart: bars b a
SELECT 1