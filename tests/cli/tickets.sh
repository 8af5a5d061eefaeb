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
grep -q 'Verdict FAIL; never attempted: .*; not known: communicating' t.csv || fail "what is known and what is not: $(cat t.csv)"
cp t.csv first.csv
night $AS_OF # a second run of the date says the same
tr -d '\r' <desk/tickets-2021-10-01.csv >t.csv
same first.csv t.csv

# What another program wrote there is left as it is, and told before anything is read.
refused() {
    run 73 run --config=desk.ini --inbox=inbox --out=out --tickets=desk --as-of=$AS_OF --json
    complains "'desk/tickets-2021-10-01.$1' $2"
    says_not '"event":"file"'
}
for kind in csv jsonl; do
    mv desk/tickets-2021-10-01.$kind ours
    echo '{"number":"INC01"}' >desk/tickets-2021-10-01.$kind
    refused $kind "is left as it is: it has not the columns that --tickets writes there"
    grep -q INC01 desk/tickets-2021-10-01.$kind || fail "somebody else's file was replaced"
    : >desk/tickets-2021-10-01.$kind # nobody loses that
    night $AS_OF
    rm desk/tickets-2021-10-01.$kind
    mkdir desk/tickets-2021-10-01.$kind
    refused $kind "is a folder, where --tickets writes a file"
    rmdir desk/tickets-2021-10-01.$kind
    mv ours desk/tickets-2021-10-01.$kind
done
night $AS_OF

# Headings are the desk's own, whatever is in them.
printf '[tickets]\nnumber = Ticket, "no."\nchange = =a\n' >odd.ini
run 0 run --config=odd.ini --db=odd.db --inbox=inbox --out=odd --tickets=odd-desk --as-of=$AS_OF
python3 - <<END || fail "headings: $(cat odd-desk/*)"
import csv, json
heading, row = csv.reader(open('odd-desk/tickets-2021-10-01.csv', newline=''))
assert len(heading) == len(row) and heading[10] == 'Ticket, "no."' and heading[1] == "'=a", heading
assert list(json.loads(open('odd-desk/tickets-2021-10-01.jsonl').readline()))[10] == 'Ticket, "no."'
END

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

# One of an Incident that there is none of is told in the night it comes, and stays where it can be seen.
cat >inbox/tickets-2021-10-02b.csv <<END
incident_id,number,state,category,assignee,opened_at,extracted_at
PCI-00-DB-12-34-56-78-90-C9-1,INC09,New,Hub,NOC,2021-10-01T09:00:00Z,2021-10-02T05:00:00Z
pci-$HUB-2,INC10,New,Hub,NOC,2021-10-01T09:00:00Z,2021-10-02T05:00:00Z
END
run 0 run --quiet --config=desk.ini --inbox=inbox --out=out --as-of=2021-10-02T06:00:00Z
complains "2 tickets of the service desk are about no Incident of the store: INC09 \
(PCI-00-DB-12-34-56-78-90-C9-1), INC10 (pci-$HUB-2); see them in the report data-quality"
says "run as at"
grep -q 'Tickets of unknown Incidents' out/2021-10-02/index.html || fail "the page does not show them"
python3 -c "import json
d = json.load(open('out/2021-10-02/run.json'))
assert [(t['number'], t['is_new']) for t in d['tickets_unknown']] == [('INC09', 'yes'), ('INC10', 'yes')], d['tickets_unknown']
assert [a['sort'] for a in d['alarms']] == ['tickets'], d['alarms']" || fail "run.json"
grep -q '^inbox/tickets-2021-10-02b.csv,ticket about no Incident of the store,2,"line 2, INC09"' \
    out/2021-10-02/data-quality.csv || fail "data-quality: $(cat out/2021-10-02/data-quality.csv)"
run 0 run --quiet --config=desk.ini --inbox=inbox --out=out --as-of=2021-10-02T18:00:00Z # still the news of this date
complains "2 tickets of the service desk"

# Its reasons change: UPDATED; it is mended: RESOLVED.
cat >inbox/srv-audit-2021-10-03.csv <<END
device_id,srv,user_id,requested_at,user_role,credential_type,responded_at,response_code,execution_status
$HUB,6.17,90-B3-D5-1F-30-00-00-02,2021-10-02T11:00:00Z,DCC,Digital Signature,2021-10-02T11:01:00Z,I0,Failure
END
night 2021-10-03T06:00:00Z
tr -d '\r' <desk/tickets-2021-10-03.csv >t.csv
[ ! -s err.txt ] || fail "told again on the next date"
grep -q "^$incident,UPDATED,.*Was FAIL (.*), is FAIL (.*; .* was not attempted, is not met.*,INC01," t.csv || fail "UPDATED: $(cat t.csv)"
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

# Columns that a desk cannot import by are refused before anything is read.
refused() { # LINE MESSAGE: of the section
    printf '[csp]\nSky = North\n[tickets]\nimpact = 3\n%s\n' "$1" >bad.ini
    run 78 run --config=bad.ini --db=none.db --inbox=inbox --out=none --as-of=$AS_OF
    complains "bad.ini:5: [tickets] $2"
    absent none.db
    run 78 config check --config=bad.ini
    complains "bad.ini:5: [tickets] $2"
}
refused 'correlation_id = -' "correlation_id = '-': this column cannot be left out"
refused 'caller = of {nosuch}' "caller = 'of {nosuch}': {nosuch} is no column"
refused 'category = Impact' "category = 'Impact': two columns would have the heading 'impact'"
refused 'number = correlation_id' "number = 'correlation_id': two columns would have the heading 'correlation_id'"
printf '[tickets]\nchange = State\nnumber = state\n' >bad.ini
run 78 config check --config=bad.ini
complains "bad.ini:3: [tickets] number = 'state': two columns would have the heading 'state'"
printf '[tickets]\nimpact = {"a": {}} {csp_region}\n' >good.ini # braces around no word are as they are
run 0 config check --config=good.ini

# A hub is one CSP'"'"'s.
printf '[csp]\nSky = North; Central\nSea = South;North\n' >bad.ini
run 78 run --config=bad.ini --db=none.db --inbox=inbox --out=none --as-of=$AS_OF
complains "bad.ini:3: [csp] Sea = 'South;North': North is served by 'Sky' already, in line 2"
run 78 config check --config=bad.ini

# A full disk (here: a limit on the size of files) that takes one of the two files, but not the other: none of them is
# put in place, nor the night's folder.
make_inputs full
for i in $(seq 10 25); do
    echo "00-DB-12-34-56-78-91-$i,CHF,Commissioned,SMETS2+,2021-09-01T10:00:00Z,,,North"
done >>full/inventory-2021-10-01.csv
{
    echo '[tickets]'
    for i in $(seq 40); do printf 'note%s = %s\n' "$i" "$(head -c 170 /dev/zero | tr '\0' '\\')"; done # JSON doubles a backslash
} >full.ini
(
    trap '' XFSZ
    ulimit -f 240
    "$PCREPORT" run --config=full.ini --db=full.db --inbox=full --out=full-out --tickets=full-desk --as-of=$AS_OF >out.txt 2>err.txt
    echo $? >status.txt
)
[ "$(cat status.txt)" -eq 74 ] || fail "tickets on a full disk: $(cat status.txt), wanted 74"
complains "jsonl'"
[ -z "$(ls -A full-desk)" ] || fail "half of the tickets was left: $(ls -A full-desk)"
absent full-out/2021-10-01
run 0 run --config=full.ini --db=full.db --inbox=full --out=full-out --tickets=full-desk --as-of=$AS_OF
present full-desk/tickets-2021-10-01.jsonl
present full-out/2021-10-01/run.json
