-- name: impact
-- title: What the difference between the two criteria costs
-- audience: who proposes a modification
-- description: By the party that owes and the month of the deadline: the Devices that only the criteria in force fail, which somebody
-- description: looks after; the Incidents among them, of Communications Hub Functions, that the evidence avoids; and the failures
-- description: that the criteria in force miss. Cost: a false positive times [costs] hour, an Incident avoided times incident, a
-- description: failure missed times visit, as the configuration gives them; empty where it gives none of them.
-- sort: party, month
--
-- column: party text 34 Party
-- column: month text 9 Month
-- column: false_positives integer 10 False positives
-- column: incidents_avoided integer 10 Incidents avoided
-- column: missed_failures integer 10 Missed failures
-- column: cost integer 12 Cost
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
)
SELECT party, month, false_positives, incidents_avoided, missed_failures,
       CASE WHEN coalesce(:cost_hour, :cost_incident, :cost_visit) IS NOT NULL
            THEN false_positives * coalesce(:cost_hour, 0) + incidents_avoided * coalesce(:cost_incident, 0)
                 + missed_failures * coalesce(:cost_visit, 0) END AS cost
FROM line
