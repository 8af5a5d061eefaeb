-- name: corrections
-- title: Network Operator cells to be corrected
-- audience: each Network Operator, and each party that can correct
-- description: Devices whose Network Operator cell holds no certificate or one of a party that is not the registered Network
-- description: Operator, or of which a correction was refused: yours as the operator that is registered, or as one that can correct
-- description: it. Next action: what you can do yourself; the other party has its own list.
-- split: party
-- sort: party, device_id
--
-- column: party text 28 Party
-- column: your_part text 22 Your part
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: smets text 8 SMETS
-- column: mpxn text 14 MPxN
-- column: network_operator text 28 Registered Network Operator
-- column: digital_signature text 11 Digital signature cell
-- column: key_agreement text 11 Key agreement cell
-- column: seen_at instant 20 Seen
-- column: why text 60 What is wrong
-- column: next_action text 60 Your next action

WITH RECURSIVE these AS MATERIALIZED (
    SELECT device_id, device_type, smets, mpxn, network_operator, digital_signature, key_agreement, seen_at, next_action,
           corrected_by,
           CASE WHEN 'WRONG' IN (digital_signature, key_agreement) THEN 'a certificate of another party; '
                WHEN 'EMPTY' IN (digital_signature, key_agreement) THEN 'no certificate; ' ELSE '' END
           || CASE WHEN in_smki_repository = 'no' THEN 'the registered operator has no certificates in the SMKI Repository; '
                   ELSE '' END
           || CASE WHEN refusals > 0 THEN 'SRV 6.15.1 was refused with ' || refused_code || ' on ' || substr(refused_at, 1, 10)
                   || CASE WHEN refusals > 1 THEN ', and ' || (refusals - 1) || ' before; ' ELSE '; ' END ELSE '' END AS why
    FROM operator_exceptions
),
correctors(device_id, party, rest) AS (
    SELECT device_id, NULL, corrected_by || ';' FROM these WHERE corrected_by IS NOT NULL
    UNION ALL
    SELECT device_id, substr(rest, 1, instr(rest, ';') - 1), substr(rest, instr(rest, ';') + 1)
    FROM correctors WHERE rest <> ''
),
parts AS (
    SELECT network_operator AS party, 'registered operator' AS your_part, device_id FROM these
    WHERE network_operator IS NOT NULL
    UNION
    SELECT party, 'can correct it', device_id FROM correctors WHERE party IS NOT NULL AND party <> ''
)
SELECT party, group_concat(your_part, '; ') AS your_part, these.device_id AS device_id, device_type, smets, mpxn,
       network_operator, digital_signature, key_agreement, seen_at, nullif(substr(why, 1, length(why) - 2), '') AS why,
       CASE WHEN corrected_by IS NULL THEN next_action ELSE
           -- where several correct it, each has an action of its own; begun anew for each row, for as a table of all of them
           -- it would be made, and gone through, for each row
           (WITH RECURSIVE actions(action, rest) AS (
                SELECT NULL, next_action || '; '
                UNION ALL
                SELECT substr(rest, 1, instr(rest, '; ') - 1), substr(rest, instr(rest, '; ') + 2) FROM actions WHERE rest <> '')
            SELECT group_concat(action, '; ') FROM actions
            WHERE substr(action, -length(' by ' || party)) = ' by ' || party) END AS next_action
FROM (SELECT * FROM parts ORDER BY party, device_id, your_part DESC) AS parts JOIN these ON these.device_id = parts.device_id
GROUP BY party, these.device_id
