# report: files, folders, standard output, filters and limits.
. "$(dirname "$0")/lib.sh"

run 66 report devices
complains "run 'pcreport ingest FILE...' first"
absent pcreport.db
run 0 report --list
says "supplier-failures"
make_store
at="--as-of=$AS_OF"

run 0 report $at devices
complains "as at $AS_OF: 3 Devices judged; 1 report with 3 rows"
says "$METER,ESME"
grep -q FALSE_POSITIVE out.txt || fail "no false positive"
cp out.txt devices.csv
run 0 report $at --quiet devices
silent
same out.txt devices.csv
run 0 report $at --out=file.csv devices
silent
says "in file.csv"
same file.csv devices.csv

# several reports or formats make a folder, as does one that is there
run 0 report $at --out=both --format=csv,json devices
same both/devices.csv devices.csv
[ "$(wc -l <both/devices.json)" -eq 3 ] || fail "devices.json: wanted 3 lines"
run 0 report $at --out=two devices supplier-failures
present two/supplier-failures.csv
mkdir there
run 0 report $at --out=there devices
run 0 report $at --out=new-folder/ devices
present new-folder/devices.csv
same there/devices.csv devices.csv
run 0 report $at --dry-run --out=nothing.csv devices
says "dry run, nothing written"
absent nothing.csv

# filters
only() { # only COUNT FILTER...
    local want=$1
    shift
    run 0 report $at "$@" devices
    lines_out $((want + 1))
}
only 1 --device=$METER
only 2 --device=$METER --device=$HUB
only 1 --device-type=CHF
only 3 --device-type=chf --device-type=esme
only 1 --classification=FALSE_POSITIVE
only 2 --verdict=FAIL
only 2 --supplier="acme energy"
only 2 --supplier=90-B3-D5-1F-30-01-00-01
only 2 --network-operator="Northern Wires"
only 3 --csp=north
only 0 --csp=South
only 3 --commissioned-from=2021-09-01 --commissioned-to=2021-09-01
only 0 --commissioned-from=2021-09-02
only 0 --commissioned-to=2021-08-31
run 64 report $at --verdict=BAD devices
complains "PASS, FAIL, PENDING, UNVERIFIED, EXCLUDED"
run 64 report $at --csp=West devices
complains "North, Central, South"
run 64 report $at --supplier=Acne devices
complains "near it: 'Acme Energy'"
run 64 report $at --supplier="Acme Energy" --supplier=Other devices
complains "once"
run 64 report $at --device=123 devices

# limits
run 4 report $at --fail-on=TRUE_FAILURE=1 --out=limit.csv devices
complains "limit passed: 2 TRUE_FAILURE, more than the 1"
present limit.csv
run 0 report $at --fail-on=TRUE_FAILURE=2 --fail-on=UNVERIFIED=0 --out=limit.csv devices

# a folder that cannot be made, and standard output that is full or closed
run 73 report $at --out=no/such/folder/file.csv devices
"$PCREPORT" report $at --quiet devices >/dev/full 2>err.txt
[ $? -eq 74 ] || fail "a full standard output is not 74"
"$PCREPORT" report $at --quiet devices 2>err.txt | true
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "a closed pipe is not a normal end"
silent

# reports of one's own
mkdir own
cat >own/mine.sql <<'END'
-- name: mine
-- title: Mine
-- column: device_id text 24 Device
SELECT device_id FROM devices ORDER BY device_id
END
run 0 report $at --report-dir=own mine
lines_out 4
sed -i 's/SELECT device_id/SELECT device_type/' own/mine.sql
run 78 report $at --report-dir=own mine
complains "mine"
run 78 report $at --report-dir=nowhere mine
