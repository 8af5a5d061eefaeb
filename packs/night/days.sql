-- name: days
-- title: Requests of the log by day
-- audience: operators
-- description: How many requests the audit log holds of each of the last 60 days up to as-of, by UTC day.
--
-- column: day date 12 Day
-- column: requests integer 12 Requests

WITH RECURSIVE back(n) AS (SELECT 59 UNION ALL SELECT n - 1 FROM back WHERE n > 0),
span AS MATERIALIZED (SELECT date(:as_of, '-' || n || ' days') AS day FROM back)
SELECT span.day AS day, coalesce(log_days.requests, 0) AS requests
FROM span LEFT JOIN log_days ON log_days.day = span.day
ORDER BY span.day
