-- name: changes
-- title: What changed since an earlier instant
-- audience: analysts, SSC
-- description: Devices that fail now or failed then (NEW, CLEARED, PERSISTING), and those whose verdict or
-- description: classification is another (RECLASSIFIED). Both states are judged from the evidence; run compares with
-- description: the run before.
-- sort: device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: responsible_party text 28 Responsible party
-- column: change text 14 Change
-- column: verdict_before text 12 Verdict before
-- column: verdict text 12 Verdict
-- column: legacy_verdict_before text 12 Legacy verdict before
-- column: legacy_verdict text 12 Legacy verdict
-- column: classification_before text 18 Classification before
-- column: classification text 18 Classification
-- column: reasons_before text 40 Reasons before
-- column: reasons text 40 Reasons
-- column: excluded_reason text 24 Excluded because
-- column: unmet text 40 Unmet obligations
-- column: next_action text 60 Next action

SELECT device_id, device_type, csp_region, responsible_party, change, verdict_before, verdict, legacy_verdict_before,
       legacy_verdict, classification_before, classification, reasons_before, reasons, excluded_reason, unmet,
       next_action
FROM changes
