-- name: x-y
-- title: A title
-- split: b
-- sort: b
--
-- column: b percent 5 B

SELECT 0.5 AS b;
