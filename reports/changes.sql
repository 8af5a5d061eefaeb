-- name: changes
-- title: What changed since an earlier instant
-- audience: analysts, SSC
-- description: Devices that fail now or failed then (NEW, PERSISTING, CLEARED), that were not Commissioned then (COMMISSIONED),
-- description: and those whose verdict or classification is another (RECLASSIFIED). A night of run compares with what the
-- description: run of the latest earlier date reported, and `restated` says whether by what is known now it would have been
-- description: reported so already then. With --since both states are judged by what is known now, and restated is empty.
-- description: Where that run was asked another question, another scope or other criteria, Devices can stand otherwise for that
-- description: alone: what of it is other stands under `asked_otherwise`.
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
-- column: restated text 9 Restated
-- column: asked_otherwise text 20 Asked otherwise
-- important: device_id, change, verdict_before, verdict, responsible_party, next_action, unmet, classification
-- important: restated, device_type

SELECT device_id, device_type, csp_region, responsible_party, change, verdict_before, verdict, legacy_verdict_before,
       legacy_verdict, classification_before, classification, reasons_before, reasons, excluded_reason, unmet,
       next_action, restated, asked_otherwise
FROM changes
