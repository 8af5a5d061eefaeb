# R8: whose verdict opens Incidents, and what the reports say of those that the criteria in force alone open.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
DCC=90-B3-D5-1F-30-00-00-02
MISLED=00-DB-12-34-56-78-90-C1 # a hub whose 6.15.2 timed out, and which holds its certificates: a false positive
sed -i "\$a $MISLED,CHF,Commissioned,SMETS2+,2021-09-01T10:00:00Z,,,North" inbox/inventory-2021-10-01.csv
cat >>inbox/srv-audit.csv <<END
$MISLED,6.17,$DCC,2021-09-01T11:00:00Z,DCC,Digital Signature,,2021-09-01T11:01:00Z,I0,Success
$MISLED,6.17,$DCC,2021-09-01T11:05:00Z,DCC,Key Agreement,,2021-09-01T11:06:00Z,I0,Success
$MISLED,6.15.2,$DCC,2021-09-01T12:00:00Z,DCC,Digital Signature,,2021-09-02T12:00:00Z,E20,
$MISLED,6.15.2,$DCC,2021-09-01T12:05:00Z,DCC,Key Agreement,,2021-09-01T12:06:00Z,I0,Success
END
printf '%s,2021-09-02T10:00:00Z,communicating,pass\n%s,2021-09-02T10:00:00Z,recovery-cell,pass\n' $MISLED $MISLED >>inbox/dsp-checks.csv
cat >>inbox/certificates.ndjson <<END
{"device_id":"$MISLED","taken_at":"2021-09-03T02:00:00Z","source":"6.24.1","answered":true,"device_certificates":[{"key_usage":"DigitalSignature","not_before":"2021-09-01T11:30:00Z","serial":"01","subject_id":"$MISLED"},{"key_usage":"KeyAgreement","not_before":"2021-09-01T11:30:00Z","serial":"02","subject_id":"$MISLED"}]}
END
printf '[incidents]\ncriteria = legacy\nrevised_from = 2021-10-03\n' >legacy.ini
night() {
    run 0 run --config=legacy.ini --inbox=inbox --out=out --tickets=desk --as-of="$1T06:00:00Z"
    for report in chf-incidents incidents-avoided aged-incidents; do
        run 0 report --config=legacy.ini --as-of="$1T06:00:00Z" --format=json --out=$report.json $report
    done
}
# row REPORT HUB EXPRESSION: prints it, r being the row of the hub
row() {
    python3 -c "import json, sys
rows = [r for r in map(json.loads, open('$1.json')) if r['chf_id'] == '$2']
assert len(rows) == 1, rows
r = rows[0]
print($3)" || fail "$1: $(cat "$1.json")"
}

# By the criteria in force the misled hub has an Incident: about what they find unmet, with nothing to do on the Device.
night 2021-10-01
[ "$(row chf-incidents $MISLED "[r['status'], r['unmet'], r['reasons'], r['criteria'], r['opened_by']]")" = \
    "['NEW', 'device_certificates', 'TIMEOUT;CERTIFICATE_EVIDENCE', 'legacy', 'legacy']" ] || fail "the misled hub: $(cat chf-incidents.json)"
row chf-incidents $MISLED "r['next_action']" | grep -q '^nothing on the Device: by the evidence it is done' || fail "nothing is to be done"
[ "$(row chf-incidents $HUB "r['unmet']")" = "issue_credentials;device_certificates;communicating;recovery_cell" ] || fail "the failing hub"
row chf-incidents $HUB "r['next_action']" | grep -q '^send SRV 6.17' || fail "the failing hub's next action"
[ "$(row incidents-avoided $MISLED "r['part']")" = avoidable ] || fail "an Incident that is open is not avoided"
grep -q '"criteria":"legacy"' aged-incidents.json || fail "aged-incidents does not name the criteria"
grep -q '"incident_criteria":"legacy"' out/2021-10-01/run.json || fail "run.json does not name the criteria"
grep -q 'resolved by the verdict under the criteria in force (legacy)' out/2021-10-01/index.html || fail "nor does the page"
grep -q "$MISLED: fails under the criteria in force" desk/tickets-2021-10-01.csv || fail "the ticket: $(cat desk/tickets-2021-10-01.csv)"
grep -q 'Not met by the criteria in force: device certificates; by the evidence: Verdict PASS' desk/tickets-2021-10-01.csv ||
    fail "the ticket's description: $(cat desk/tickets-2021-10-01.csv)"

# From the date on which the revised criteria do, it is resolved, and nothing of it is open; now it is avoided.
night 2021-10-03
[ "$(row chf-incidents $MISLED "[r[k] for k in ('status', 'unmet', 'reasons', 'next_action', 'criteria', 'opened_by')]")" = \
    "['RESOLVED', None, None, None, 'revised', 'legacy']" ] || fail "a resolved Incident: $(cat chf-incidents.json)"
[ "$(row incidents-avoided $MISLED "r['part']")" = avoided ] || fail "not avoided"
grep -q '"incident_criteria":"revised"' out/2021-10-03/run.json || fail "run.json names the wrong criteria"

# R8: nor was it opened in error where the configuration changes from one night to the next: what opened it still finds it to fail.
printf '[incidents]\ncriteria = legacy\n' >in-force.ini
run 0 run --db=other.db --config=in-force.ini --inbox=inbox --out=other --as-of=2021-10-01T06:00:00Z
for i in 1 2; do # a second run of the date says the same
    run 0 run --db=other.db --inbox=inbox --out=other --as-of=2021-10-02T06:00:00Z
    run 0 report --db=other.db --as-of=2021-10-02T06:00:00Z --format=json --out=chf-incidents.json chf-incidents
    [ "$(row chf-incidents $MISLED "r['status']")" = RESOLVED ] || fail "the criteria changed: $(cat chf-incidents.json)"
    [ "$(row chf-incidents $HUB "r['status']")" = OPEN ] || fail "the failing hub: $(cat chf-incidents.json)"
done

# Nor where the date is repeated by the others, which leave it open, before the evidence comes.
mkdir later
mv inbox/certificates.ndjson later
for config in in-force.ini /dev/null; do
    run 0 run --db=repeated.db --config=$config --inbox=inbox --out=repeated --as-of=2021-10-01T06:00:00Z
done
mv later/certificates.ndjson inbox
run 0 run --db=repeated.db --inbox=inbox --out=repeated --as-of=2021-10-02T06:00:00Z
run 0 report --db=repeated.db --as-of=2021-10-02T06:00:00Z --format=json --out=chf-incidents.json chf-incidents
[ "$(row chf-incidents $MISLED "[r['status'], r['opened_by']]")" = "['RESOLVED', 'legacy']" ] || fail "the date was repeated: $(cat chf-incidents.json)"

# The pack names them too.
printf '[incidents]\ncriteria = legacy\n' >legacy.ini
run 0 pack ssc --config=legacy.ini --period=2021-09 --out=packs
grep -q 'CHF Incidents avoidable' packs/ssc-2021-09/ssc-2021-09.html || fail "the pack's page"
grep -q 'by the verdict under the criteria in force (legacy)' packs/ssc-2021-09/csv/method.csv || fail "the pack's method"
run 0 pack verify packs/ssc-2021-09
