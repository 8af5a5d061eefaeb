-- name: x
-- name: x
SELECT 1