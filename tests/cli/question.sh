# R11.2: a night that is asked another question than the one before says so; its Devices stand otherwise for that alone.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
for day in 01 02 03 04 05 06 07 08 09; do # so that the evidence is fresh and the log goes on
    echo "$METER,4.8.1,90-B3-D5-1F-30-01-00-01,2021-10-${day}T05:00:00Z,IS,2021-10-${day}T05:01:00Z,I0,Success"
done >>inbox/srv-audit-reads.csv
night() { run 0 run --quiet --inbox=inbox --out=out --as-of="$1T06:00:00Z" "${@:2}"; }
# asked DATE: what run.json, the page and every row of changes say of it
asked() {
    python3 - "out/$1" <<'END' || fail "the folders of $1 disagree"
import csv, json, sys
data = json.load(open(sys.argv[1] + "/run.json"))
told = {row["asked_otherwise"] for row in csv.DictReader(open(sys.argv[1] + "/changes.csv", encoding="utf-8-sig"))}
assert told == {data["asked_otherwise"] or ""}, (told, data["asked_otherwise"])
assert (data["asked_otherwise"] is not None) == ("asked another question" in open(sys.argv[1] + "/index.html").read())
assert [a["sort"] for a in data["alarms"]] == (["question"] if data["asked_otherwise"] else []), data["alarms"]
print(data["asked_otherwise"])
END
}
night 2021-10-01
[ "$(asked 2021-10-01)" = None ] || fail "a first night has nothing to compare with"
night 2021-10-02
silent
[ "$(asked 2021-10-02)" = None ] || fail "the same question"

# The hub leaves the scope: it did not change.
for i in 1 2; do # a second run of the date says the same
    night 2021-10-03 --own='Acme Energy'
    complains "another question is asked than in the run as at 2021-10-02T06:00:00Z: other is whose obligations are asked about \
(now only those of Acme Energy); what is told as changed may stand otherwise for that alone"
    [ "$(asked 2021-10-03)" = scope ] || fail "another scope"
    grep -q "^$HUB,CHF,.*,CLEARED,FAIL,EXCLUDED,.*OUT_OF_SCOPE.*,yes,scope" out/2021-10-03/changes.csv || fail "the hub: $(cat out/2021-10-03/changes.csv)"
done
night 2021-10-04 --own='Acme Energy'
silent
[ "$(asked 2021-10-04)" = None ] || fail "the scope is as it was"

# Several parts at once; as JSON. What only tells of costs asks nothing else.
sed 's/"name": "revised"/"name": "revised-14"/' "$SOURCE_DIR/criteria/revised.json" >r14.json
printf '[coverage]\nsilence_hours = 36\n[criteria]\nobligation_days = 14\n[costs]\nvisit = 200\n' >other.ini
run 0 config check --config=other.ini
run 0 run --json --config=other.ini --criteria=r14.json --inbox=inbox --out=out --as-of=2021-10-05T06:00:00Z
says '"asked_otherwise":"scope;criteria-in-force;criteria;coverage"'
[ "$(asked 2021-10-05)" = "scope;criteria-in-force;criteria;coverage" ] || fail "several parts"
run 0 changes --since=2021-10-04 --as-of=2021-10-05T06:00:00Z --format=csv --config=other.ini
grep -q ',,$' <(tr -d '\r' <out.txt) || fail "two instants by one question"

# R8: whose verdict opens Incidents, on the day on which that changes alone.
printf '[incidents]\ncriteria = legacy\nrevised_from = 2021-10-08\n' >incidents.ini
night 2021-10-06
night 2021-10-07 --config=incidents.ini
complains "other is whose verdict opens Incidents (now by the criteria in force (legacy)); what is told"
[ "$(asked 2021-10-07)" = incidents ] || fail "other criteria open Incidents"
night 2021-10-08 --config=incidents.ini
complains "other is whose verdict opens Incidents (now by the evidence-based criteria (revised)); what is told"
night 2021-10-09
silent
[ "$(asked 2021-10-09)" = None ] || fail "the criteria that open Incidents are as they were"
