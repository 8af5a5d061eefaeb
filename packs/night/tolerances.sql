-- name: tolerances
-- title: Tolerances
-- audience: operators, SEC Panel
-- description: Each level of the tolerances file, the figure under the criteria in force and under the evidence-based ones, and
-- description: whether it is within, warned or breached; of the latter by the worst end of the range. What is known for sure
-- description: (the unverified rate, open Incidents) is no range, and has nothing under At most. Open Incidents are those
-- description: that there are at as-of when a run is made then: of each Communications Hub Function that fails under either criteria.
--
-- column: measure text 16 Measure
-- column: scope text 22 Of
-- column: warn real 9 Warn
-- column: breach real 9 Breach
-- column: legacy real 9 Legacy
-- column: legacy_state text 10 Legacy is
-- column: revised real 9 Revised
-- column: revised_at_most real 9 Revised at most
-- column: revised_state text 10 Revised is
-- column: source text 30 Source

SELECT measure, scope, warn, breach, legacy, legacy_state, revised, revised_at_most, revised_state, source
FROM tolerance_states
ORDER BY place
