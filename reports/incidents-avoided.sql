-- name: incidents-avoided
-- title: CHF Incidents avoided, and those not yet known
-- audience: DCC, Security Sub-Committee
-- description: Communications Hub Functions for which the criteria in force would have raised an Incident: first those that
-- description: pass the evidence-based criteria, with what misled the criteria in force, and apart from them those of which it
-- description: is not known yet (UNVERIFIED), with what is still to be read. The first are avoided where the evidence-based
-- description: criteria open Incidents; while those in force do, their Incidents are opened and could be avoided (avoidable).
-- sort: part, csp_region, chf_id
--
-- column: part text 15 Part
-- column: chf_id text 24 Communications Hub Function
-- column: csp_region text 9 CSP region
-- column: manufacturer text 20 Manufacturer
-- column: model text 16 Model
-- column: firmware text 12 Firmware
-- column: commissioned_at instant 20 Commissioned
-- column: deadline instant 20 Deadline
-- column: verdict text 12 Verdict
-- column: reasons text 40 Reasons
-- column: completed_at instant 20 Completed
-- column: next_action text 60 Next action
-- important: part, chf_id, reasons, next_action, csp_region, verdict, deadline, completed_at

SELECT CASE WHEN verdict <> 'PASS' THEN 'not yet known' WHEN :incident_criteria = 'legacy' THEN 'avoidable' ELSE 'avoided'
       END AS part, device_id AS chf_id, csp_region,
       manufacturer, model, firmware, commissioned_at, deadline, verdict, reasons, completed_at, next_action
FROM devices
WHERE device_type = 'CHF' AND legacy_verdict = 'FAIL' AND verdict IN ('PASS', 'UNVERIFIED')
