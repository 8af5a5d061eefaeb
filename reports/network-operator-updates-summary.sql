-- name: network-operator-updates-summary
-- title: Network Operator slots by cohort and type
-- audience: S1SPs, Network Operators
-- description: Electricity meters and Gas Proxy Functions in service, by SMETS1 cohort and type: of how many the Network Operator
-- description: cells (of SMETS1, the slots at the S1SP) were seen to be right, wrong or without a certificate, and of how many never.
--
-- column: cohort text 12 Cohort
-- column: device_type text 8 Device type
-- column: in_service integer 10 In service
-- column: seen integer 10 Seen
-- column: wrong integer 10 Wrong
-- column: none integer 10 No certificate
-- column: never_seen integer 11 Never seen
-- important: cohort, device_type, in_service, wrong, none, never_seen, seen
-- total: in_service,seen,wrong,none,never_seen

WITH each AS (
    SELECT coalesce(s1_cohort, smets) AS cohort, device_type, operator_seen = 'yes' AS seen,
           device_id IN (SELECT device_id FROM operator_exceptions
                         WHERE digital_signature = 'WRONG' OR key_agreement = 'WRONG') AS wrong,
           device_id IN (SELECT device_id FROM operator_exceptions
                         WHERE digital_signature <> 'WRONG' AND key_agreement <> 'WRONG'
                               AND (digital_signature = 'EMPTY' OR key_agreement = 'EMPTY')) AS none
    FROM devices WHERE device_type IN ('ESME', 'GPF') AND smi_status = 'Commissioned'
)
SELECT cohort, device_type, count(*) AS in_service, sum(seen) AS seen, sum(wrong) AS wrong, sum(none) AS none,
       sum(NOT seen) AS never_seen
FROM each
GROUP BY cohort, device_type
ORDER BY cohort, device_type
