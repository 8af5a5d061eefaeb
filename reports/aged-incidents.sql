-- name: aged-incidents
-- title: Open Incidents by category and age
-- audience: Operations Group
-- description: Incidents for Communications Hub Functions that are open, by their main reason and age band, and the
-- description: change since one month earlier (with --since: since then). What was resolved in between is counted
-- description: under RESOLVED SINCE, in the age band it had.
-- sort: category
--
-- column: category text 36 Category
-- column: open_0_7 integer 10 Open 0 to 7 days
-- column: change_0_7 integer 10 Change
-- column: open_8_30 integer 10 Open 8 to 30 days
-- column: change_8_30 integer 10 Change
-- column: open_31_90 integer 10 Open 31 to 90 days
-- column: change_31_90 integer 10 Change
-- column: open_91_180 integer 10 Open 91 to 180 days
-- column: change_91_180 integer 10 Change
-- column: open_over_180 integer 10 Open over 180 days
-- column: change_over_180 integer 10 Change
-- column: open_now integer 10 Open now
-- column: open_before integer 12 Open before
-- column: change integer 8 Change
-- column: oldest_days integer 12 Oldest (days)
-- column: period_from instant 20 Change since
-- column: criteria text 9 Opened and resolved by
-- important: category, open_now, change, oldest_days, open_before, open_0_7, open_8_30, open_31_90, open_91_180
-- important: open_over_180
-- chart: columns category open_now,open_before Open Incidents by category, now and before
-- chart: columns category open_0_7,open_8_30,open_31_90,open_91_180,open_over_180 Open Incidents by category and age

-- One month earlier is the same day of the month before, or its last day.
WITH period AS MATERIALIZED (
    SELECT coalesce(:since, min(date(:as_of, '-1 month'), date(:as_of, 'start of month', '-1 day'))
                            || substr(:as_of, 11)) AS period_from
),
desk AS MATERIALIZED (
    SELECT incident_id, category, opened_at, raised_by_pcreport,
           coalesce(lower(state) IN ('closed', 'resolved', 'cancelled', 'canceled', 'complete', 'completed'), 0) AS ended,
           row_number() OVER (PARTITION BY incident_id ORDER BY extracted_at DESC, number DESC) AS nth
    FROM tickets WHERE unixepoch(extracted_at) <= unixepoch(:as_of)
),
incident AS MATERIALIZED (
    SELECT category, resolved_at IS NULL AS is_open, age_days,
           unixepoch(opened_at) <= unixepoch(period_from)
           AND (resolved_at IS NULL OR unixepoch(resolved_at) > unixepoch(period_from)) AS was_open,
           (unixepoch(period_from) - unixepoch(opened_at)) / 86400 AS age_before
    FROM incidents, period
    UNION ALL
    -- those that the service desk alone knows of: by its own category, open unless its state says otherwise
    SELECT coalesce(category, 'no category'), NOT ended, (unixepoch(:as_of) - unixepoch(opened_at)) / 86400,
           NOT ended AND unixepoch(opened_at) <= unixepoch(period_from),
           (unixepoch(period_from) - unixepoch(opened_at)) / 86400
    FROM desk, period
    WHERE nth = 1 AND raised_by_pcreport = 'no' AND opened_at IS NOT NULL AND unixepoch(opened_at) <= unixepoch(:as_of)
),
counted AS (
    SELECT category, age_band(age_days) AS band, 1 AS now, 0 AS before, age_days FROM incident WHERE is_open
    UNION ALL
    SELECT CASE WHEN is_open THEN category ELSE 'RESOLVED SINCE' END, age_band(age_before), 0, 1, NULL
    FROM incident WHERE was_open
)
SELECT category,
       CAST(total(now) FILTER (WHERE band = '0-7') AS INTEGER) AS open_0_7,
       CAST(total(now - before) FILTER (WHERE band = '0-7') AS INTEGER) AS change_0_7,
       CAST(total(now) FILTER (WHERE band = '8-30') AS INTEGER) AS open_8_30,
       CAST(total(now - before) FILTER (WHERE band = '8-30') AS INTEGER) AS change_8_30,
       CAST(total(now) FILTER (WHERE band = '31-90') AS INTEGER) AS open_31_90,
       CAST(total(now - before) FILTER (WHERE band = '31-90') AS INTEGER) AS change_31_90,
       CAST(total(now) FILTER (WHERE band = '91-180') AS INTEGER) AS open_91_180,
       CAST(total(now - before) FILTER (WHERE band = '91-180') AS INTEGER) AS change_91_180,
       CAST(total(now) FILTER (WHERE band = 'over 180') AS INTEGER) AS open_over_180,
       CAST(total(now - before) FILTER (WHERE band = 'over 180') AS INTEGER) AS change_over_180,
       sum(now) AS open_now, sum(before) AS open_before, sum(now - before) AS change, max(age_days) AS oldest_days,
       period_from, :incident_criteria AS criteria
FROM counted, period
GROUP BY category
