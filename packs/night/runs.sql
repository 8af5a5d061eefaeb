-- name: runs
-- title: The last 60 runs
-- audience: operators
-- description: What the runs up to this one reported, the latest of each date. Rates are of the Devices neither excluded nor
-- description: pending; the revised one counts what is proved, at most what is unverified too.
--
-- column: as_of instant 20 As at
-- column: judged integer 11 Judged
-- column: legacy_failed integer 11 Legacy failed
-- column: legacy_rate percent 11 Legacy rate
-- column: failed integer 11 Failed
-- column: rate percent 11 Rate
-- column: rate_at_most percent 11 At most
-- column: unverified integer 11 Unverified
-- column: incidents_open integer 11 Incidents open
-- column: files integer 8 Files
-- column: rejected integer 10 Rejected

WITH latest AS MATERIALIZED (
    SELECT max(as_of) AS as_of FROM runs WHERE unixepoch(as_of) <= unixepoch(:as_of)
    GROUP BY substr(as_of, 1, 10) ORDER BY 1 DESC LIMIT 60
),
counted AS (
    SELECT as_of, devices - excluded - pending AS judged, legacy_fail, fail, unverified, incidents_open, files, rejected
    FROM runs WHERE as_of IN (SELECT as_of FROM latest)
)
SELECT as_of, judged, legacy_fail AS legacy_failed, legacy_fail * 1.0 / nullif(judged, 0) AS legacy_rate, fail AS failed,
       fail * 1.0 / nullif(judged, 0) AS rate, (fail + unverified) * 1.0 / nullif(judged, 0) AS rate_at_most, unverified,
       incidents_open, files, rejected
FROM counted
ORDER BY as_of
