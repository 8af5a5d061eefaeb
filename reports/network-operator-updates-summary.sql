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

-- Exceptions are few: they are counted on their own, rather than looked up for each of the others.
WITH counted AS MATERIALIZED (
    SELECT coalesce(s1_cohort, smets) AS cohort, device_type, sum(devices) AS in_service,
           sum(devices * (operator_seen = 'yes')) AS seen
    FROM device_counts WHERE device_type IN ('ESME', 'GPF') AND smi_status = 'Commissioned' GROUP BY 1, 2
),
excepted AS MATERIALIZED (
    SELECT coalesce(d.s1_cohort, d.smets) AS cohort, d.device_type AS device_type,
           digital_signature = 'WRONG' OR key_agreement = 'WRONG' AS wrong,
           digital_signature <> 'WRONG' AND key_agreement <> 'WRONG'
           AND (digital_signature = 'EMPTY' OR key_agreement = 'EMPTY') AS none
    FROM operator_exceptions AS e CROSS JOIN devices AS d ON d.device_id = e.device_id
    WHERE d.device_type IN ('ESME', 'GPF') AND smi_status = 'Commissioned'
)
SELECT cohort, device_type, in_service, seen,
       (SELECT coalesce(sum(wrong), 0) FROM excepted AS e
        WHERE e.cohort IS counted.cohort AND e.device_type = counted.device_type) AS wrong,
       (SELECT coalesce(sum(none), 0) FROM excepted AS e
        WHERE e.cohort IS counted.cohort AND e.device_type = counted.device_type) AS none,
       in_service - seen AS never_seen
FROM counted
ORDER BY cohort, device_type
