-- name: compare
-- title: Devices that stand otherwise under other criteria
-- audience: who proposes criteria
-- description: Devices whose verdict or classification is another under the criteria compared with.
-- sort: device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: csp_region text 9 CSP region
-- column: responsible_party text 28 Responsible party
-- column: commissioned_at instant 20 Commissioned
-- column: verdict text 12 Verdict
-- column: verdict_with text 12 Verdict with the others
-- column: classification text 18 Classification
-- column: classification_with text 18 Classification with the others
-- column: reasons text 40 Reasons
-- column: reasons_with text 40 Reasons with the others
-- column: next_action text 60 Next action
-- important: device_id, verdict, verdict_with, classification_with, classification, device_type, reasons_with, reasons
-- important: responsible_party, next_action

SELECT n.device_id AS device_id, n.device_type AS device_type, n.csp_region AS csp_region,
       n.responsible_party AS responsible_party, n.commissioned_at AS commissioned_at, n.{verdict} AS verdict,
       o.{verdict} AS verdict_with, n.classification AS classification, o.classification AS classification_with,
       n.reasons AS reasons, o.reasons AS reasons_with, n.next_action AS next_action
FROM devices AS n JOIN devices_before AS o ON o.device_id = n.device_id
WHERE n.{verdict} <> o.{verdict} OR n.classification <> o.classification
