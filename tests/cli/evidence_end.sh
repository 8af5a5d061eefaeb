# R1: where the evidence ends more than 48 hours before as-of, every command that judges says so, with the instant.
. "$(dirname "$0")/lib.sh"
make_store # its latest evidence is a request of 2021-09-30T09:00:00Z
end="the evidence ends at 2021-09-30T09:00:00Z, over 48 hours before as-of"

run 0 report --as-of=2021-10-02T09:00:00Z --out devices.csv devices # 48 hours to the millisecond
! grep -q "evidence ends" out.txt err.txt || fail "48 hours are not over 48 hours"
run 0 report --as-of=2021-10-02T09:00:00.001Z --out devices.csv devices
complains "pcreport: $end: ingest what came later"
grep -q "^as at .*; $end$" out.txt || fail "the summary lacks it"
run 0 report -q --as-of=2021-10-03 --out devices.csv devices
silent
for command in "explain $METER" "changes --since=2021-09-20" "sql 'SELECT count(*) FROM devices'" "pack ssc --period=2021-10 --out=packs"; do
    case $command in pack*) as_of= ;; *) as_of=--as-of=2021-10-03 ;; esac
    eval "run 0 $command $as_of"
    complains "$end"
done
run 0 report --json --as-of=2021-10-03 --out devices.csv devices
says '"evidence_ends":"2021-09-30T09:00:00Z"'
mkdir inbox
run 0 run --inbox inbox --out out --as-of=2021-10-03
complains "$end"
says "$end"

# Evidence after as-of does not count, wherever its file ends; an inventory, a registration or an issued certificate is none.
cat >more.ndjson <<END
{"device_id":"$METER","taken_at":"2021-09-17T02:00:00Z","source":"6.24.1","answered":false}
{"device_id":"$METER","taken_at":"2021-09-29T02:00:00Z","source":"6.24.1","answered":false}
END
run 0 ingest more.ndjson
run 0 report --as-of=2021-09-20 --out devices.csv devices
complains "the evidence ends at 2021-09-17T02:00:00Z"
run 0 report --as-of=2021-09-18 --out devices.csv devices
silent
run 0 ingest --db empty.db inputs/inventory* inputs/registration.csv inputs/organisations.csv
run 0 report --db empty.db --as-of=2021-10-01T06:00:00Z --out devices.csv devices
complains "the store holds no evidence up to as-of"
