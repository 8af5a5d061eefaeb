-- name: smets1-firmware-rejections
-- title: SMETS1 firmware refused because of another Device on the network
-- audience: Suppliers
-- description: Each SRV 11.1 that was refused for a SMETS1 Device while an earlier SRV 11.3 to a Device on the same
-- description: Home Area Network was still in progress. Send it again when that has been answered.
-- sort: chf_id, device_id, requested_at
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: s1_cohort text 8 SMETS1 cohort
-- column: chf_id text 24 Communications Hub Function
-- column: supplier text 28 Supplier
-- column: manufacturer text 20 Manufacturer
-- column: model text 16 Model
-- column: firmware text 12 Firmware
-- column: sender text 28 SRV 11.1 sent by
-- column: requested_at instant 20 SRV 11.1 sent
-- column: refused_at instant 20 Refused
-- column: response_code text 10 Response code
-- column: blocking_device_id text 24 Device in the way
-- column: blocking_device_type text 8 Its type
-- column: blocking_sender text 28 SRV 11.3 sent by
-- column: blocking_requested_at instant 20 SRV 11.3 sent
-- important: device_id, blocking_device_id, refused_at, supplier, response_code, sender, blocking_sender, requested_at
-- important: blocking_requested_at

SELECT r.device_id AS device_id, r.device_type AS device_type, s1_cohort, r.chf_id AS chf_id, supplier, manufacturer,
       model, firmware, sender, requested_at, refused_at, response_code, blocking_device_id, blocking_device_type,
       blocking_sender, blocking_requested_at
FROM firmware_rejections AS r JOIN devices AS d ON d.device_id = r.device_id
