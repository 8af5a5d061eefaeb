-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- chart: bars b a,a,a,a,a,a,a T
SELECT 1