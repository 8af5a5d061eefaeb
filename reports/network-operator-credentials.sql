-- name: network-operator-credentials
-- title: Network Operator credentials that are missing or wrong
-- audience: Suppliers, Network Operators
-- description: Every ESME and GPF in service, SMETS1 and SMETS2+, whose Network Operator cell (for SMETS1, the slot
-- description: at the S1SP) holds no certificate or one of a party that is not the registered Network Operator, and
-- description: those where a SRV 6.15.1 was refused with S1VE4 or S1VE64 and none succeeded since; with who can
-- description: correct it.
-- sort: smets, s1_cohort, device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: smets text 8 SMETS
-- column: s1_cohort text 8 SMETS1 cohort
-- column: csp_region text 9 CSP region
-- column: chf_id text 24 Communications Hub Function
-- column: mpxn text 14 MPxN
-- column: supplier text 28 Supplier
-- column: network_operator text 28 Registered Network Operator
-- column: digital_signature text 11 Digital signature cell
-- column: digital_signature_holder text 28 Held by
-- column: key_agreement text 11 Key agreement cell
-- column: key_agreement_holder text 28 Held by
-- column: seen_at instant 20 Seen
-- column: in_smki_repository text 10 Operator in SMKI Repository
-- column: corrected_by text 28 Can be corrected by
-- column: refusals integer 9 SRV 6.15.1 refused
-- column: refused_code text 9 Latest refusal
-- column: refused_at instant 20 Refused
-- column: refused_user text 28 Refused to
-- column: next_action text 60 Next action
-- column: registered_since instant 20 Operator registered since
-- important: device_id, digital_signature, key_agreement, next_action, network_operator, corrected_by
-- important: digital_signature_holder, key_agreement_holder, refused_code, refused_at, device_type, mpxn, seen_at

SELECT device_id, device_type, smets, s1_cohort, csp_region, chf_id, mpxn, supplier, network_operator,
       digital_signature, digital_signature_holder, key_agreement, key_agreement_holder, seen_at, in_smki_repository,
       corrected_by, refusals, refused_code, refused_at, refused_user, next_action, registered_since
FROM operator_exceptions
