-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- chart: pie b a T
SELECT 1