# Bad rows never stop a file: 3, the first are shown, the sum is exact; too many make it a refused file: 65.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
{ cat inputs/srv-audit.csv; echo "$METER,6.17,90-B3-D5-1F-30-01-00-01,2021-02-30T00:00:00Z,,,,,,"; } >bad.csv

run 65 ingest bad.csv
complains "bad.csv"
says "1 file refused"
absent pcreport.db

run 3 ingest --max-rejects=1 bad.csv
complains "bad.csv:7: requested_at: "
complains "bad.csv: 1 of 6 rows rejected; 'pcreport check bad.csv' lists them"
says "1 file: 6 rows = 5 stored + 0 merged + 1 rejected"

run 3 ingest --max-rejects=50% --db=half.db bad.csv
printf '[input]\nmax_rejects = 50%%\n' >config.ini
run 3 ingest --config=config.ini --db=config.db bad.csv
run 65 ingest --config=config.ini --max-rejects=0 --db=zero.db bad.csv

run 3 check --max-rejects=50% bad.csv
says "bad.csv:7: requested_at: "
says "checked 1 file: 6 rows, 1 rejected; nothing was stored"

# --limit: so many of each file
{ cat inputs/dsp-checks.csv; for i in 1 2 3 4; do echo "nonsense$i,2021-09-02,communicating,pass"; done; } >worse.csv
run 3 check --max-rejects=100% --limit=2 worse.csv
[ "$(grep -c '^worse.csv:[0-9]*: device_id: ' out.txt)" -eq 2 ] || fail "--limit=2 shows not two rejects"
says "only the first 2 rejects are shown"
run 3 check --max-rejects=100% --limit=0 worse.csv
[ "$(grep -c '^worse.csv:[0-9]*: device_id: ' out.txt)" -eq 4 ] || fail "--limit=0 shows not all rejects"

# the accounts of rejects balance
run 3 ingest --quiet --max-rejects=100% worse.csv
run 0 verify

# --fail-on outranks 3
run 0 ingest inputs/inventory-2021-10-01.csv
run 4 report --as-of=$AS_OF --fail-on=rejects=4 devices
run 0 report --as-of=$AS_OF --fail-on=rejects=5 devices
