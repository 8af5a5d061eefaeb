-- name: supplier-performance
-- title: Performance by Supplier
-- audience: Security Sub-Committee
-- description: Every Device counts once: for the Supplier registered at as-of, a Gas Proxy Function for that of the gas meter
-- description: on its hub; Communications Hub Functions have no Supplier and are on a line for the DCC. Due are the Devices
-- description: neither excluded nor pending: each was completed on time or late, has failed, or is unverified. Both failure
-- description: rates are shares of the Devices due.
-- sort: due desc, supplier
--
-- column: supplier text 34 Supplier
-- column: devices integer 10 Devices
-- column: excluded integer 9 Excluded
-- column: pending integer 9 Pending
-- column: due integer 10 Due
-- column: on_time integer 10 On time
-- column: late integer 9 Late
-- column: failed integer 9 Failed
-- column: unverified integer 11 Unverified
-- column: legacy_failed integer 10 Legacy failed
-- column: legacy_rate percent 9 Legacy failure rate
-- column: revised_rate percent 9 Revised failure rate
-- column: false_positives integer 10 False positives
-- column: missed_by_legacy integer 10 Missed by legacy
-- chart: bars supplier false_positives,unverified,failed Failed wrongly, unverified and truly failed by Supplier

WITH each AS (
    SELECT CASE WHEN device_type = 'CHF' THEN 'DCC (CHF)'
                WHEN device_type NOT IN ('ESME', 'GSME', 'GPF') THEN '(no obligations)'
                ELSE coalesce(supplier, '(nobody registered)') END AS supplier,
           sum(devices) AS devices, sum(devices * (verdict = 'EXCLUDED')) AS excluded,
           sum(devices * (verdict = 'PENDING')) AS pending,
           sum(devices * (verdict NOT IN ('EXCLUDED', 'PENDING'))) AS due,
           sum(devices * (verdict = 'PASS' AND late IS NOT 'yes')) AS on_time,
           sum(devices * (verdict = 'PASS' AND late IS 'yes')) AS late, sum(devices * (verdict = 'FAIL')) AS failed,
           sum(devices * (verdict = 'UNVERIFIED')) AS unverified,
           sum(devices * (legacy_verdict = 'FAIL' AND verdict NOT IN ('EXCLUDED', 'PENDING'))) AS legacy_failed,
           sum(devices * (classification = 'FALSE_POSITIVE')) AS false_positives,
           sum(devices * (classification = 'MISSED_BY_LEGACY')) AS missed_by_legacy
    FROM device_counts GROUP BY 1
)
SELECT supplier, devices, excluded, pending, due, on_time, late, failed, unverified, legacy_failed,
       legacy_failed * 1.0 / nullif(due, 0) AS legacy_rate, failed * 1.0 / nullif(due, 0) AS revised_rate,
       false_positives, missed_by_legacy
FROM each
