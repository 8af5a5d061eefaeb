-- name: ageing
-- title: Open CHF Incidents by age
-- audience: Security Sub-Committee
-- description: Incidents open at the end of the period, by whole days since the run that opened them (a pack opens none), and CSP region.
--
-- column: age_band text 12 Age in days
-- column: north integer 9 North
-- column: central integer 9 Central
-- column: south integer 9 South
-- column: unknown integer 13 No region known
-- column: open integer 9 Open
-- total: north,central,south,unknown,open
-- chart: bars age_band north,central,south,unknown Open CHF Incidents by age in days

WITH bands(position, age_band) AS (VALUES (1, '0-7'), (2, '8-30'), (3, '31-90'), (4, '91-180'), (5, 'over 180')),
opened AS MATERIALIZED (SELECT age_band, csp_region FROM incidents WHERE resolved_at IS NULL)
SELECT bands.age_band AS age_band,
       coalesce(sum(csp_region = 'North'), 0) AS north, coalesce(sum(csp_region = 'Central'), 0) AS central,
       coalesce(sum(csp_region = 'South'), 0) AS south,
       sum(opened.age_band IS NOT NULL AND csp_region IS NULL) AS unknown, count(opened.age_band) AS open
FROM bands LEFT JOIN opened ON opened.age_band = bands.age_band
GROUP BY position
ORDER BY position
