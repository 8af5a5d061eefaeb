-- name: obligations
-- title: Every obligation of every Device
-- audience: analysts
-- description: One row for each Device and obligation that applies to it: its state and the rule that decided it, the party
-- description: that owes it (inherited: only since a Change of Supplier), why, and what to do next. Made to pivot.
-- sort: device_id, position
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: obligation text 28 Obligation
-- column: state text 14 State
-- column: rule text 8 Rule
-- column: owed_by text 28 Owed by
-- column: inherited text 9 Inherited
-- column: main_reason text 36 Main reason
-- column: reasons text 40 Reasons
-- column: next_action text 60 Next action
-- column: verdict text 12 Verdict
-- column: position integer 8 Position
-- important: device_id, obligation, state, owed_by, next_action, main_reason, rule, inherited, verdict, device_type

SELECT device_id, device_type, csp_region, obligation, state, rule, owed_by, inherited, main_reason, reasons, next_action,
       verdict, position
FROM obligations
WHERE state <> 'NOT_APPLICABLE'
