-- name: network-operator-updates
-- title: Network Operator certificates to place
-- audience: S1SPs, Network Operators
-- description: What a correction of Network Operator credentials has to place: for each cell (of SMETS1, the slot at the S1SP) that
-- description: holds no certificate or another party's, what it holds, the entity of the registered operator and the keys by which
-- description: its certificates are known from cells that hold them, and the registration it rests on; or why it cannot be told.
-- sort: smets, cohort, device_id, slot
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: s1sp text 12 S1SP
-- column: cohort text 8 SMETS1 cohort
-- column: slot text 16 Slot
-- column: holds text 28 Holds a certificate of
-- column: registered_operator text 28 Registered Network Operator
-- column: entity_id text 24 Entity to place
-- column: ds_key_id text 18 Digital signature key
-- column: ds_serial text 24 Its serial
-- column: ka_key_id text 18 Key agreement key
-- column: ka_serial text 24 Its serial
-- column: valid_to instant 20 Valid to
-- column: registration text 50 By the registration
-- column: why_not text 60 Why it cannot be told
-- column: smets text 8 SMETS
-- column: state text 10 State
-- important: device_id, slot, registered_operator, holds, why_not, entity_id, cohort, s1sp, ds_key_id, ka_key_id
-- important: valid_to

WITH wrong AS MATERIALIZED (
    SELECT device_id, device_type, smets, s1_cohort, mpxn, network_operator, 'DigitalSignature' AS slot,
           digital_signature AS state, digital_signature_holder AS holds, in_smki_repository
    FROM operator_exceptions WHERE digital_signature IN ('EMPTY', 'WRONG')
    UNION ALL
    SELECT device_id, device_type, smets, s1_cohort, mpxn, network_operator, 'KeyAgreement', key_agreement,
           key_agreement_holder, in_smki_repository
    FROM operator_exceptions WHERE key_agreement IN ('EMPTY', 'WRONG')
),
-- The registration that counts at as-of: the latest that holds then, by the latest extract that says it. CAST says that it is
-- a text, without which it could not be looked up by it below.
registered AS MATERIALIZED (
    SELECT CAST(mpxn AS TEXT) AS mpxn, network_operator_id, effective_from, conflict, file, line,
           row_number() OVER (PARTITION BY mpxn ORDER BY unixepoch(effective_from) DESC, last_extract DESC) AS place
    FROM registrations
    WHERE mpxn IN (SELECT mpxn FROM wrong) AND unixepoch(effective_from) <= unixepoch(:as_of)
          AND (effective_to IS NULL OR unixepoch(effective_to) > unixepoch(:as_of))
),
operators AS MATERIALIZED (
    SELECT DISTINCT network_operator, network_operator_id AS entity_id
    FROM wrong JOIN registered ON registered.mpxn = wrong.mpxn AND place = 1
),
-- The keys that an entity's certificates have in cells that were seen to hold them: of some Devices that are right, for to look
-- at all would take as long as to judge them.
keys AS MATERIALIZED (
    SELECT entity_id, key_usage, key_id, max(taken_at)
    FROM operators JOIN certificates AS c ON c.device_id IN (
             SELECT device_id FROM devices
             WHERE operator_seen = 'yes' AND network_operator_credentials = 'MET'
                   AND devices.network_operator = operators.network_operator LIMIT 50)
    WHERE subject_id = entity_id AND holder = 'cell' AND key_id IS NOT NULL AND role = 'NetworkOperator'
    GROUP BY entity_id, key_usage
)
SELECT w.device_id AS device_id, device_type,
       (SELECT source FROM certificates AS c
        WHERE c.device_id = w.device_id AND c.role = 'NetworkOperator' AND source LIKE 'S1SP%'
        ORDER BY taken_at DESC LIMIT 1) AS s1sp,
       s1_cohort AS cohort, slot, holds,
       network_operator AS registered_operator, r.network_operator_id AS entity_id,
       (SELECT key_id FROM keys WHERE entity_id = r.network_operator_id AND key_usage = 'DigitalSignature') AS ds_key_id,
       NULL AS ds_serial,
       (SELECT key_id FROM keys WHERE entity_id = r.network_operator_id AND key_usage = 'KeyAgreement') AS ka_key_id,
       NULL AS ka_serial, NULL AS valid_to,
       'from ' || r.effective_from || ' (' || r.file || ':' || r.line || ')' AS registration,
       CASE WHEN w.mpxn IS NULL THEN 'no MPxN is known of the Device'
            WHEN r.mpxn IS NULL THEN 'no registration of its MPxN holds at this instant'
            WHEN r.network_operator_id IS NULL THEN 'the registration names no Network Operator'
            WHEN r.conflict = 'yes' THEN 'two rows of one extract tell the registration differently'
            WHEN in_smki_repository = 'no' THEN 'the operator has no certificate in the SMKI Repository'
            WHEN (SELECT count(DISTINCT entity_id) FROM parties AS p
                  WHERE p.party = network_operator AND p.role = 'NetworkOperator') > 1
                 THEN 'the operator has several entities: the registered one is told'
       END AS why_not, smets, state
FROM wrong AS w LEFT JOIN registered AS r ON r.mpxn = w.mpxn AND r.place = 1
