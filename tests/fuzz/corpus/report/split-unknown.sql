-- name: x
-- column: a integer 9 A
-- column: b text 9 B
-- split: z
SELECT 1