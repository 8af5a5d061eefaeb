# --pseudonymise for report, changes and explain: no identifier of a Device or a supply is left in any format; organisations
# stay, and the pseudonyms are those of the pack.
. "$SOURCE_DIR/tests/cli/lib.sh"

# sample-data, and what writes its identifiers otherwise: with colons, with nothing between, with blanks; a last row without a
# line end, which is quoted; rows that are rejected.
cp -r "$SOURCE_DIR/sample-data" data
{
    head -1 data/srv-audit.csv
    sed -n '2,4{s/-//g;p}' data/srv-audit.csv
    echo '00-DB-5A-E1-00-00-00-0,6.17,nobody,never'
    printf '00:DB:5A:E1:00:00:00:12,6.17,,2021-09-03T10:00:00Z 20 0000 0000 015 of 00-DB-5A-E1-00-0'
} >data/srv-audit-otherwise.csv
run 3 ingest --db=store --quiet --max-rejects=90% data/*.csv data/*.ndjson
printf 'a key that is long enough\n' >key
at='--as-of=2021-09-30T23:59:59.999Z'
hide='--pseudonymise=key'
DEVICE=00-DB-5A-E1-00-00-00-09

run 0 report --db=store $at $hide --format=csv,json,xlsx --device=$DEVICE --out=one devices
every=$("$PCREPORT" report --list | cut -d' ' -f1 | grep -v '^changes$')
run 0 report --db=store $at $hide --format=csv,json,xlsx --out=all/ $every
run 0 changes --db=store $at --since=2021-09-10 $hide --format=csv,json,xlsx --out=all/changes/
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
run 64 explain --db=store $at $hide --bundle=all/bundle $DEVICE # original rows: nothing in them can be replaced
cp -r one/. all
seen=$(python3 "$SOURCE_DIR/tests/pack/no_identifiers.py" all data) || fail "an identifier is left"
[ "$seen" -gt 1000 ] || fail "there are $seen pseudonyms"
grep -q 'Larkspur Energy' all/devices.csv || grep -q 'Tidewell' all/devices.csv || fail "the parties are gone too"
grep -q 'stroke: var(--fail)\|--line: #d5dbe3' all/explain.html || fail "the style is changed"
# The same Device has the same pseudonym in the pack.
run 0 pack ssc --db=store --period=2021-09 --out=packs $hide
python3 "$SOURCE_DIR/tests/pack/no_identifiers.py" packs data >/dev/null || fail "an identifier is left in the pack"
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
