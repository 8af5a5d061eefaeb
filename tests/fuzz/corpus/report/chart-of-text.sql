-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- chart: bars a b T
SELECT 1