# R10.4: the silences of the log, in one line, in the report and in the night; and --require.
. "$(dirname "$0")/lib.sh"

# hours FROM TO: a read an hour on each of these days of September
hours() {
    echo device_id,srv,user_id,requested_at,user_role,responded_at,response_code,execution_status
    for day in $(seq -w "$1" "$2"); do
        for hour in $(seq -w 0 23); do
            echo "$METER,4.8.1,90-B3-D5-1F-30-01-00-01,2021-09-${day}T$hour:30:00Z,IS,2021-09-${day}T$hour:31:00Z,I0,Success"
        done
    done
}
make_inputs inbox
rm inbox/srv-audit-reads.csv
hours 01 02 >inbox/srv-audit-1.csv
hours 06 30 >inbox/srv-audit-3.csv

# a missing night is no failure: what was asked for in it is not known
silence="the audit log is silent from 2021-09-03T00:00:00Z to 2021-09-06T00:00:00Z, where about 72 requests were to be expected"
run 0 run --inbox=inbox --out=out --as-of=2021-09-30T23:00:00Z --dry-run
says "dry run"
run 0 run --inbox=inbox --out=out --as-of=2021-09-30T23:00:00Z --quiet
complains ": a silence of the log began: $silence; 2 Devices are UNVERIFIED for it" # since none, in a first run
grep -q "^$OTHER,ESME,.*,UNVERIFIED,FAIL,UNVERIFIED,LOG_GAP" out/2021-09-30/devices.csv || fail "not UNVERIFIED for the gap"
grep -q "^silence,,,,,2021-09-03T00:00:00Z,2021-09-06T00:00:00Z,72,3,2," out/2021-09-30/coverage.csv ||
    fail "the report coverage lacks the silence"
grep -q "^srv-audit,2021-09-01T00:30:00Z,2021-09-30T23:00:00Z," out/2021-09-30/coverage.csv || fail "no row of a kind"
run 0 run --inbox=inbox --out=out --as-of=2021-09-30T23:00:00Z --json
says '"silence_began":true'
says '{"from":"2021-09-03T00:00:00Z","to":"2021-09-06T00:00:00Z","expected":72,"devices_waiting":2}'
says '"incidents_opened":0'
run 0 report devices --as-of=2021-09-30T23:00:00Z
complains "$silence; 2 Devices are UNVERIFIED for it"
run 0 changes --since=2021-09-29 --as-of=2021-09-30T23:00:00Z
complains "$silence"
run 0 status
says "2021-09-03T00:00:00Z to 2021-09-06T00:00:00Z, about 72 requests expected"
says "'pcreport report coverage' tells how many Devices wait for each"
run 0 status --json
says '"expected":72,"devices_waiting":null}]'
says '],"devices_waiting":null' # nobody was judged

# it is told in the night in which it is new, and in which it ends
run 0 run --inbox=inbox --out=out --as-of=2021-10-01T01:00:00Z
silent
says "$silence"
hours 03 05 >inbox/srv-audit-2.csv
printf '[coverage]\ncomplete = /2021-09-01\n' >begins.ini # R10.2, R1: else the day before commissioning is silent
run 0 run --config=begins.ini --inbox=inbox --out=out --as-of=2021-10-02T01:00:00Z --require=srv-audit=48
complains "since the last run a silence of the log began: the audit log is silent from 2021-10-01T00:00:00Z"
complains "another one ended"
grep -q "^$OTHER,ESME,.*,FAIL,FAIL,TRUE_FAILURE,NOT_ATTEMPTED" out/2021-10-02/devices.csv || fail "not judged anew"

# A silence that is new is named though it is old and no Device waits for it, and it alone.
mkdir old more
for file in organisations.csv registration.csv; do cp inbox/$file old; done
sed 's/2021-09-01T10/2021-09-20T10/' inbox/inventory-2021-10-01.csv >old/inventory-2021-10-01.csv
hours 16 30 >old/srv-audit-1.csv
hours 11 13 >more/srv-audit-2.csv
hours 05 08 >more/srv-audit-3.csv
printf '[coverage]\ncomplete = 2021-09-16/2022-01-01\n' >late.ini
old() { run 0 run --config=late.ini --db=old.db --inbox="$1" --out=old-out --as-of="$2T06:00:00Z" --quiet; }
old old 2021-12-01
! grep 'silence of the log' err.txt || fail "that a log begins is no news"
for i in 1 2; do # a second run of the date says the same
    old more 2021-12-02
    complains "a silence of the log began: the audit log is silent from 2021-09-14T00:00:00Z to 2021-09-16T00:00:00Z"
    complains "; the audit log is silent from 2021-09-09T00:00:00Z to 2021-09-11T00:00:00Z"
done
mkdir most
hours 01 02 >most/srv-audit-4.csv
old most 2021-12-03
complains "a silence of the log began: the audit log is silent from 2021-09-03T00:00:00Z to 2021-09-05T00:00:00Z"
! grep '2021-09-09T00' err.txt || fail "what was told before is told as begun"
rm -r old-out old.db
run 0 run --config=late.ini --db=old.db --inbox=more --out=old-out --as-of=2021-12-02T06:00:00Z --quiet # a first night
complains ": a silence of the log began: the audit log is silent from 2021-09-14T00:00:00Z"

# Where the whole log ends no sender fell silent alone, whatever the user states to be whole (R10.4).
printf '[coverage]\ncomplete = /\n' >whole.ini
run 0 report coverage --config=whole.ini --as-of=2021-10-20T00:00:00Z --format=csv
says_not "silence,"
says_not "sender,"

# the hours that the user states to be whole
printf '[coverage]\ncomplete = 2021-09-03/2021-09-06\n' >whole.ini
rm pcreport.db inbox/srv-audit-2.csv
run 0 run --config=whole.ini --inbox=inbox --out=again --as-of=2021-09-30T23:00:00Z
silent
says_not "is silent"

run 4 run --inbox=inbox --out=out --as-of=2021-10-02T02:00:00Z --require=srv-audit=26
complains "limit passed: the newest evidence of kind srv-audit is of 2021-09-30T23:3"
run 4 run --inbox=inbox --out=out --as-of=2021-10-02T03:00:00Z --require=duis=1
complains "there is no evidence of kind duis"
run 64 run --inbox=inbox --out=out --require=srv-audit
complains "write it as KIND=HOURS"
run 64 run --inbox=inbox --out=out --require=logs=4
complains "'logs' is no kind of input"
printf '[run]\nrequire = logs=4\n' >wrong.ini
run 78 run --config=wrong.ini --inbox=inbox --out=out
