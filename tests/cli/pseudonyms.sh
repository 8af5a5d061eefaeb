# --pseudonymise for report, changes and explain: no identifier of a Device or a supply is left in any format; organisations
# stay, and the pseudonyms are those of the pack.
. "$SOURCE_DIR/tests/cli/lib.sh"

run 3 ingest --db=store --quiet "$SOURCE_DIR"/sample-data/*.csv "$SOURCE_DIR"/sample-data/*.ndjson
printf 'a key that is long enough\n' >key
at='--as-of=2021-09-30T23:59:59.999Z'
hide='--pseudonymise=key'
DEVICE=00-DB-5A-E1-00-00-00-09

run 0 report --db=store $at $hide --format=csv,json,xlsx --device=$DEVICE --out=one devices
run 0 report --db=store $at $hide --format=csv,json --out=all/ devices obligations network-operator-updates join-exceptions \
    evidence-needed false-positives chf-incidents network-operator-credentials smets1-firmware-rejections
run 0 changes --db=store $at --since=2021-09-10 $hide --out=all/changes.csv
run 0 explain --db=store $at $hide $DEVICE
cp out.txt all/explain.txt
run 0 explain --db=store $at $hide --json $DEVICE
cp out.txt all/explain.json
run 0 explain --db=store $at $hide --out=all/explain.html $DEVICE
python3 - all/explain.json <<'PY' || fail "an event is no JSON any more"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
assert events[0]["event"] == "explanation" and events[0]["device_id"].startswith("D-"), events[0]["device_id"]
PY
(cd one && python3 -m zipfile -e devices.xlsx ../all/book) || fail "the workbook cannot be unpacked"
cp one/devices.csv one/devices.json all
python3 - all "$SOURCE_DIR/sample-data" <<'PY' || fail "an identifier is left"
import csv, os, re, sys
folder, data = sys.argv[1:]
organisations = {re.sub("[^0-9A-F]", "", r["entity_id"].upper()) for r in csv.DictReader(open(f"{data}/organisations.csv"))}
devices, supplies = set(), set()
for row in csv.DictReader(open(f"{data}/inventory-2021-10-01.csv")):
    devices.add(re.sub("[^0-9A-F]", "", row["device_id"].upper()))
    supplies.add(row["mpxn"])
supplies.discard("")
devices -= organisations
seen = 0
for where, _, names in os.walk(folder):
    for name in names:
        text = open(os.path.join(where, name), "rb").read().decode("utf-8", "replace")
        for token in re.findall(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[-:]?){7}[0-9A-Fa-f]{2}(?![0-9A-Za-z])", text):
            assert re.sub("[^0-9A-F]", "", token.upper()) not in devices, (name, token)
        for digits in re.findall(r"\d+", text):
            assert digits not in supplies, (name, digits)
        seen += len(re.findall(r"D-[0-9a-f]{24}", text))
assert seen > 100, seen
PY
grep -q 'Larkspur Energy' all/devices.csv || grep -q 'Tidewell' all/devices.csv || fail "the parties are gone too"
grep -q 'stroke: var(--fail)\|--line: #d5dbe3' all/explain.html || fail "the style is changed"
# The same Device has the same pseudonym in the pack.
run 0 pack ssc --db=store --period=2021-09 --out=packs $hide
one=$(tail -1 one/devices.csv | cut -d, -f1)
grep -q "$one" packs/ssc-2021-09/csv/false-positives.csv || fail "the pack has another pseudonym"
run 66 report --db=store $at --pseudonymise=nowhere devices
run 66 explain --db=store $at --pseudonymise=nowhere $DEVICE

# What is quoted of a rejected row is a broken identifier, which no form tells: it is not shown, nor is the row.
make_inputs broken
cat >>broken/registration.csv <<END
2000000000015X,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01
20000"00000"069,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01
END
run 3 ingest --db=rejects --quiet --max-rejects=90% broken/*
mkdir own
cat >own/rejected.sql <<END
-- name: rejected
-- title: Rejected rows
-- audience: test
-- column: reason text 20 Reason
-- column: bytes text 20 Row
SELECT reason, bytes FROM rejects
END
run 0 report --db=rejects --as-of=$AS_OF --format=csv --out=open.csv data-quality
grep -q 2000000000015X open.csv || fail "the test shows nothing: no reject is quoted"
run 0 report --db=rejects --as-of=$AS_OF --report-dir=own --format=csv,json,xlsx $hide --out=closed/ data-quality rejected
run 0 pack ssc --db=rejects --period=2021-09 --out=closed $hide
(cd closed && python3 -m zipfile -e data-quality.xlsx book && python3 -m zipfile -e ssc-2021-09/ssc-2021-09.xlsx book2)
grep -q 'not shown' closed/data-quality.csv || fail "it is not told that a value is left out"
grep -q 'not shown' closed/rejected.csv || fail "it is not told that a row is left out"
! grep -rE '2000000000015|20000("|&quot;)+00000' closed || fail "a rejected identifier is left"
