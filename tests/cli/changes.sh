# changes: two instants, and the same report from `report` and `run`.
. "$(dirname "$0")/lib.sh"

run 64 changes
complains "give --since=INSTANT"
run 64 changes --since=2021-09-01 devices
complains "'devices' is one word too many"
run 66 changes --since=2021-09-01
complains "run 'pcreport ingest FILE...' first"
make_store
run 64 changes --since=2021-10-02 --as-of=$AS_OF
complains "--since must be earlier than as-of, which is $AS_OF"
run 64 report --as-of=$AS_OF changes
complains '"changes" compares with an earlier instant: name it with --since'

run 0 changes --since=2021-09-05 --as-of=$AS_OF
complains "as at $AS_OF: 3 Devices judged; 1 report with 3 rows"
says "$METER,ESME,North,Acme Energy,RECLASSIFIED,PASS,PASS,PENDING,FAIL,AGREED_PASS,FALSE_POSITIVE,"
says "$OTHER,ESME,North,Acme Energy,NEW,PENDING,FAIL,PENDING,FAIL,PENDING,TRUE_FAILURE,"
says "$HUB,CHF,North,Data Communications Company,NEW,PENDING,FAIL,"
cp out.txt changes.csv
run 0 report --since=2021-09-05 --as-of=$AS_OF --quiet changes
same out.txt changes.csv
run 0 changes --since=2021-09-20 --as-of=$AS_OF
says "$OTHER,ESME,North,Acme Energy,PERSISTING,FAIL,FAIL,"
says_not "$METER" # the same at both
run 0 changes --since=2021-09-05 --as-of=$AS_OF --device-type=CHF --format=json --out=chf.json
silent
[ "$(wc -l <chf.json)" -eq 1 ] || fail "chf.json: wanted 1 line"
run 0 changes --since=2021-09-05 --as-of=$AS_OF --json --dry-run
says '"since":"2021-09-05T00:00:00Z"'

# in a first run every failure is new; later ones compare with the one before, also when they are repeated
mkdir inbox
run 0 run --inbox=inbox --out=out --as-of=2021-09-05
[ "$(wc -l <out/2021-09-05/changes.csv)" -eq 1 ] || fail "nothing fails on 5 September"
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
# but for `restated` and `asked_otherwise`, which only a night tells, it is what --since tells: all evidence was there
sed -E 's/,(yes|no),\r$/,,\r/' out/2021-10-01/changes.csv >night.csv
same night.csv changes.csv
grep -q 'NEW,PENDING,FAIL.*,no,.$' out/2021-10-01/changes.csv || fail "what fails anew was not so before"
cp -r out before
run 0 run --inbox=inbox --out=out --as-of=2021-10-02
grep -q "PERSISTING" out/2021-10-02/changes.csv || fail "nothing persists on the day after"
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
same out/2021-10-01/changes.csv before/2021-10-01/changes.csv
rm -r pcreport.db out
make_store
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
grep -q "$OTHER,ESME,North,Acme Energy,NEW,,FAIL,,FAIL,,TRUE_FAILURE,," out/2021-10-01/changes.csv ||
    fail "a first run tells of what fails as new"

# some kinds alone, and how many there are of each, those newly Commissioned apart
run 0 changes --since=2021-09-05 --as-of=$AS_OF
complains "; NEW 2, PERSISTING 0, CLEARED 0, COMMISSIONED 0, RECLASSIFIED 1"
run 0 changes --since=2021-09-05 --as-of=$AS_OF --change=new --columns=device_id,change
lines_out 3
says "$OTHER,NEW"
complains "with 2 rows; NEW 2,"
run 0 changes --since=2021-08-31 --as-of=$AS_OF --json --change=COMMISSIONED --change=NEW --out=c.csv
says '"changes":{"NEW":2,"PERSISTING":0,"CLEARED":0,"COMMISSIONED":1,"RECLASSIFIED":0}'
[ "$(wc -l <c.csv)" -eq 4 ] || fail "two kinds"
run 64 changes --since=2021-09-05 --as-of=$AS_OF --change=OLD
complains "--change 'OLD': there are NEW, PERSISTING, CLEARED, COMMISSIONED, RECLASSIFIED"

# R7, R11.2: then is by the organisations as they were then
cat >organisations-2021-09-25.csv <<END
entity_id,party,role,in_smki_repository
90-B3-D5-1F-30-02-00-01,Northern Wires,NetworkOperator,no
END
run 0 ingest organisations-2021-09-25.csv
run 0 sql --since=2021-09-20 --as-of=$AS_OF --format=csv "SELECT b.network_operator_credentials AS was,
    n.network_operator_credentials AS is_now, b.network_operator FROM devices_before b JOIN devices n USING (device_id)
    WHERE device_id='$OTHER'"
says "NOT_ATTEMPTED,NOT_APPLICABLE,Northern Wires"
