-- name: impact
-- title: What the difference between the two criteria costs
-- audience: who proposes a modification
-- description: By the party that owes and the month of the deadline: the Devices that only the criteria in force fail, which somebody
-- description: looks after; the Incidents among them, of Communications Hub Functions, that the evidence avoids; and the failures
-- description: that the criteria in force miss. Cost: a false positive times [costs] hour, an Incident avoided times incident, a
-- description: failure missed times visit, as the configuration gives them; empty where it lacks one that the row needs, which is
-- description: named beside.
-- sort: party, month
--
-- column: party text 34 Party
-- column: month text 9 Month
-- column: false_positives integer 10 False positives
-- column: incidents_avoided integer 10 Incidents avoided
-- column: missed_failures integer 10 Missed failures
-- column: cost integer 12 Cost
-- column: cost_lacks text 24 [costs] lacks
-- important: party, month, cost, false_positives, incidents_avoided, missed_failures
-- total: false_positives,incidents_avoided,missed_failures,cost

WITH each AS (
    SELECT coalesce(responsible_party, '(nobody registered)') AS party, substr(deadline, 1, 7) AS month,
           classification = 'FALSE_POSITIVE' AS misled, device_type = 'CHF' AS is_hub
    FROM devices WHERE classification IN ('FALSE_POSITIVE', 'MISSED_BY_LEGACY')
),
line AS (
    SELECT party, month, sum(misled) AS false_positives, sum(misled AND is_hub) AS incidents_avoided,
           sum(NOT misled) AS missed_failures
    FROM each GROUP BY party, month
),
priced AS (
    SELECT *, nullif(substr(CASE WHEN false_positives > 0 AND :cost_hour IS NULL THEN ';hour' ELSE '' END
                            || CASE WHEN incidents_avoided > 0 AND :cost_incident IS NULL THEN ';incident' ELSE '' END
                            || CASE WHEN missed_failures > 0 AND :cost_visit IS NULL THEN ';visit' ELSE '' END, 2), '') AS cost_lacks
    FROM line
)
SELECT party, month, false_positives, incidents_avoided, missed_failures,
       CASE WHEN cost_lacks IS NULL
            THEN false_positives * coalesce(:cost_hour, 0) + incidents_avoided * coalesce(:cost_incident, 0)
                 + missed_failures * coalesce(:cost_visit, 0) END AS cost,
       cost_lacks
FROM priced
