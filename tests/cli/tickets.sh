# The service desk: what run --tickets hands over, and what comes back.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
incident=PCI-$HUB-1
cat >desk.ini <<END
[csp]
Sky Comms = North
[tickets]
correlation_id = Correlation ID
assignment_group = Hubs {csp_region}
impact = 3
caller = pcreport of {csp}
urgency = -
END
night() { run 0 run --config=desk.ini --inbox=inbox --out=out --tickets=desk --as-of="$1"; }
night $AS_OF
tr -d '\r' <desk/tickets-2021-10-01.csv >t.csv
[ "$(head -1 t.csv)" = "Correlation ID,change,short_description,description,category,assignment_group,configuration_item,impact,\
work_notes,number,opened_at,resolved_at,csp,csp_region,caller" ] || fail "heading: $(head -1 t.csv)"
grep -q "^$incident,NEW,.*,Hubs North,$HUB,3,.*,Sky Comms,North,pcreport of Sky Comms\$" t.csv || fail "NEW: $(cat t.csv)"
[ "$(wc -l <desk/tickets-2021-10-01.jsonl)" -eq 1 ] || fail "not one Incident as JSON"
python3 -c "import json
row = json.loads(open('desk/tickets-2021-10-01.jsonl').readline())
assert row['Correlation ID'] == '$incident' and row['caller'] == 'pcreport of Sky Comms', row" || fail "JSON Lines"
cp t.csv first.csv
night $AS_OF # a second run of the date says the same
tr -d '\r' <desk/tickets-2021-10-01.csv >t.csv
same first.csv t.csv

# The desk's own number comes back, and one of an Incident that is none of pcreport's.
cat >inbox/tickets-2021-10-02.csv <<END
incident_id,number,state,category,assignee,opened_at,extracted_at
$incident,INC01,In Progress,Hub,NOC,2021-10-01T09:00:00Z,2021-10-02T05:00:00Z
HAND-7,INC02,New,Antenna,NOC,2021-09-30T09:00:00Z,2021-10-02T05:00:00Z
HAND-8,INC03,Closed,Antenna,NOC,2021-09-30T09:00:00Z,2021-10-02T05:00:00Z
END
night 2021-10-02T06:00:00Z
[ "$(wc -l <desk/tickets-2021-10-02.jsonl)" -eq 0 ] || fail "nothing changed, and yet: $(cat desk/tickets-2021-10-02.jsonl)"
grep -q "$incident.*,INC01,In Progress,Hub,NOC" out/2021-10-02/chf-incidents.csv || fail "chf-incidents lacks the desk's words"
grep -q "^Antenna,1,1,0,0,0,0,0,0,0,0,1,0,1,1," out/2021-10-02/aged-incidents.csv ||
    fail "aged-incidents: $(cat out/2021-10-02/aged-incidents.csv)"

# Its reasons change: UPDATED; it is mended: RESOLVED.
cat >inbox/srv-audit-2021-10-03.csv <<END
device_id,srv,user_id,requested_at,user_role,credential_type,responded_at,response_code,execution_status
$HUB,6.17,90-B3-D5-1F-30-00-00-02,2021-10-02T11:00:00Z,DCC,Digital Signature,2021-10-02T11:01:00Z,I0,Failure
END
night 2021-10-03T06:00:00Z
tr -d '\r' <desk/tickets-2021-10-03.csv >t.csv
grep -q "^$incident,UPDATED,.*Was FAIL (.*), is FAIL (.*,INC01," t.csv || fail "UPDATED: $(cat t.csv)"
sed 's/,Commissioned,\(.*\)North/,Decommissioned,\1North/;/ESME/d' inbox/inventory-2021-10-01.csv >inbox/inventory-2021-10-04.csv
night 2021-10-04T06:00:00Z
tr -d '\r' <desk/tickets-2021-10-04.csv >t.csv
grep -q "^$incident,RESOLVED,.*no longer fails.*Resolved by the run as at 2021-10-04T06:00:00Z,INC01," t.csv ||
    fail "RESOLVED: $(cat t.csv)"

# A folder that cannot be made is told before anything is stored.
echo x >file
for folder in file no/such; do
    run 73 run --db=other.db --inbox=inbox --out=other --tickets=$folder --as-of=2021-10-05T06:00:00Z
    complains "cannot make the folder '$folder'"
    absent other/2021-10-05
done
absent other.db

# A night that goes wrong once its Incidents are stored told nobody of them: the next one does.
make_inputs again
later() { run "$1" run --db=again.db --inbox=again --out=later --tickets=later-desk --as-of="$2" "${@:3}"; }
later 0 2021-09-02T06:00:00Z
mkdir -p later-desk/tickets-2021-10-01.csv/in-the-way
later 73 $AS_OF
later 4 2021-10-02T06:00:00Z --fail-on=NEW_FAILURE=1
complains "limit passed: 2 NEW_FAILURE"
grep -q "^$incident,NEW," later-desk/tickets-2021-10-02.csv || fail "NEW is lost: $(cat later-desk/tickets-2021-10-02.csv)"
grep -q '"previous_run":"2021-09-02T06:00:00Z"' later/2021-10-02/run.json || fail "compared with a night that went wrong"
later 0 2021-10-03T06:00:00Z --fail-on=NEW_FAILURE=0
[ "$(wc -l <later-desk/tickets-2021-10-03.jsonl)" -eq 0 ] || fail "told twice"

# Nor is a silence of the log that such a night saw first.
mkdir -p later-desk/tickets-2021-10-20.csv/in-the-way
later 73 2021-10-20T06:00:00Z
cp inbox/srv-audit-2021-10-03.csv again/srv-audit-2021-10-21.csv
sed -i 's/2021-10-02T11/2021-10-20T11/g' again/srv-audit-2021-10-21.csv
later 0 2021-10-21T06:00:00Z
complains "since the last run a silence of the log began"
