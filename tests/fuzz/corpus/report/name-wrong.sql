-- name: X
SELECT 1