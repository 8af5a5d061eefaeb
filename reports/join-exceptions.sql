-- name: join-exceptions
-- title: Joins that the inventory and the Device Log tell differently
-- audience: DCC, Suppliers
-- description: Pairs of Devices whose join (SRV 8.7.1, 8.7.2) got no clear answer and was never confirmed, where a
-- description: retry failed later or an unjoin (SRV 8.8.1, 8.8.2) was rejected with E080801: the Device knows the
-- description: pair as joined and the Smart Metering Inventory does not. The inventory has to be corrected by hand.
-- description: WORKED: an alert 8F12 in between says that the join worked; POSSIBLE: an unjoin was rejected, and the
-- description: log holds no join of the pair.
-- sort: device_id, other_device_id
--
-- column: device_id text 24 Device
-- column: device_type text 8 Device type
-- column: other_device_id text 24 Other Device
-- column: other_device_type text 8 Its type
-- column: csp_region text 9 CSP region
-- column: chf_id text 24 Communications Hub Function
-- column: supplier text 28 Supplier
-- column: join_srv text 8 Join
-- column: join_user text 28 Asked for by
-- column: join_requested_at instant 20 Asked for
-- column: join_outcome text 12 Outcome
-- column: join_code text 8 Response code
-- column: later_srv text 8 Later request
-- column: later_user text 28 Later asked for by
-- column: later_requested_at instant 20 Later asked for
-- column: later_outcome text 12 Later outcome
-- column: later_code text 8 Later response code
-- column: later_count integer 8 Such requests
-- column: evidence text 60 Evidence
-- column: cost_gbp integer 10 Cost of correction (GBP)
-- column: certainty text 10 Certainty
-- important: device_id, other_device_id, certainty, evidence, supplier, join_srv, later_srv, later_code, cost_gbp
-- important: join_requested_at, later_requested_at
-- total: cost_gbp

SELECT e.device_id AS device_id, e.device_type AS device_type, other_device_id, o.device_type AS other_device_type,
       e.csp_region AS csp_region, e.chf_id AS chf_id, coalesce(e.supplier, o.supplier) AS supplier, join_srv,
       join_user, join_requested_at, join_outcome, join_code, later_srv, later_user, later_requested_at, later_outcome, later_code, later_count,
       coalesce('SRV ' || join_srv || ' ' || join_outcome || coalesce(' (' || join_code || ')', '')
                || ' and never confirmed; ', 'no join in the log; ')
       || coalesce('alert 8F12 at ' || log_changed_at || '; ', '') || 'SRV ' || later_srv || ' ' || later_outcome || coalesce(' (' || later_code || ')', '') AS evidence, cost_gbp,
       certainty
FROM join_exceptions AS e LEFT JOIN devices AS o ON o.device_id = other_device_id
