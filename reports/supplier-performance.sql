-- name: supplier-performance
-- title: Performance by party
-- audience: Security Sub-Committee
-- description: For each party that owes something: the Devices due on which it does, which are those neither excluded nor pending,
-- description: and how they stand with it. A Device on which two parties owe something counts for both, and fails for the party
-- description: whose obligation fails; inherited are the failures that are its own only since a Change of Supplier. Done: its
-- description: own part is met on a Device that does not pass. What is owed while nobody is registered has a row of its own.
-- description: The revised rate is of what is proved, and at most with what is unverified; the legacy one is of the Devices on
-- description: which the criteria in force oblige the party.
-- sort: due desc, party
--
-- column: party text 34 Party
-- column: due integer 10 Due
-- column: on_time integer 10 On time
-- column: late integer 9 Late
-- column: done integer 9 Done
-- column: failed integer 9 Failed
-- column: inherited integer 9 Of them inherited
-- column: unverified integer 11 Unverified
-- column: revised_rate percent 9 Revised failure rate
-- column: revised_rate_at_most percent 9 Revised at most
-- column: legacy_due integer 10 Legacy due
-- column: legacy_failed integer 10 Legacy failed
-- column: legacy_rate percent 9 Legacy failure rate
-- important: party, due, failed, unverified, revised_rate, revised_rate_at_most, legacy_rate, late, inherited, on_time
-- important: done, legacy_due, legacy_failed
-- chart: bars party failed,unverified Failed and unverified by party

WITH each AS (
    SELECT coalesce(party, '(nobody registered)') AS party, sum(devices * (criteria = 'revised')) AS due,
           sum(devices * (state = 'on time')) AS on_time, sum(devices * (state = 'late')) AS late,
           sum(devices * (state = 'done')) AS done, sum(devices * (criteria = 'revised' AND state = 'failed')) AS failed,
           sum(devices * (criteria = 'revised' AND state = 'failed' AND inherited = 'yes')) AS inherited,
           sum(devices * (state = 'unverified')) AS unverified, sum(devices * (criteria = 'legacy')) AS legacy_due,
           sum(devices * (criteria = 'legacy' AND state = 'failed')) AS legacy_failed
    FROM party_counts GROUP BY 1
)
SELECT party, due, on_time, late, done, failed, inherited, unverified, failed * 1.0 / nullif(due, 0) AS revised_rate,
       (failed + unverified) * 1.0 / nullif(due, 0) AS revised_rate_at_most, legacy_due, legacy_failed,
       legacy_failed * 1.0 / nullif(legacy_due, 0) AS legacy_rate
FROM each
