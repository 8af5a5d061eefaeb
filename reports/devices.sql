-- name: devices
-- title: Every Device with both verdicts
-- audience: analysts
-- description: One row for every Device of the inventory: the verdict of the criteria in force and of the
-- description: evidence-based criteria, why they differ, and the state of each Post Commissioning Obligation.
-- sort: device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: smets text 8 SMETS
-- column: csp_region text 9 CSP region
-- column: chf_id text 24 Communications Hub Function
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: verdict text 12 Verdict
-- column: legacy_verdict text 12 Legacy verdict
-- column: classification text 18 Classification
-- column: reasons text 40 Reasons
-- column: responsible_party text 28 Responsible party
-- column: commissioning_supplier text 28 Commissioning Supplier
-- column: network_operator text 28 Network Operator
-- column: cos_at instant 20 Change of Supplier
-- column: issue_credentials text 16 Issue credentials
-- column: device_certificates text 16 Device certificates
-- column: network_operator_credentials text 16 Network Operator credentials
-- column: supplier_credentials text 16 Supplier credentials
-- column: communicating text 16 Communicating
-- column: recovery_cell text 16 Recovery cell
-- column: completed_at instant 20 Completed
-- column: late text 6 Late
-- column: excluded_reason text 24 Excluded because
-- column: next_action text 60 Next action
-- column: main_reason text 36 Main reason
-- column: waived text 8 Waived
-- important: device_id, verdict, main_reason, next_action, device_type, responsible_party, classification
-- important: legacy_verdict, deadline, csp_region, excluded_reason, reasons

SELECT device_id, device_type, smets, csp_region, chf_id, commissioned_at, deadline, verdict, legacy_verdict,
       classification, reasons, responsible_party, commissioning_supplier, network_operator, cos_at,
       issue_credentials, device_certificates, network_operator_credentials, supplier_credentials,
       communicating, recovery_cell, completed_at, late, excluded_reason, next_action, main_reason, waived
FROM devices
