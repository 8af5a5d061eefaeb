# run: the nightly job, and the same again.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
echo "$AS_OF" >inbox/as-of.txt
echo "# notes" >inbox/README.md
echo "device_id,truth" >inbox/truth.csv
echo "not an input" >inbox/.hidden
mkdir inbox/folder

run 66 run --inbox=nowhere --out=out
run 0 run --inbox=inbox --out=out --dry-run
says "dry run as at $AS_OF: $INPUT_FILES files: $INPUT_ROWS rows, 0 rejected"
absent pcreport.db
absent out

run 0 run --inbox=inbox --out=out
complains "inbox: folders are not read, put their files into the inbox itself, or set [run] recursive = yes: 'folder'"
rmdir inbox/folder
run 0 run --inbox=inbox --out=again
silent
rm -r again pcreport.db
run 0 run --inbox=inbox --out=out
silent
lines_out 1
says "run as at $AS_OF: $INPUT_FILES files: $INPUT_ROWS rows = $INPUT_ROWS stored + 0 merged + 0 rejected"
says "3 Devices judged: 1 pass, 2 fail (legacy: 3), 0 unverified, 0 pending, 0 excluded"
says "Incidents: 1 opened, 0 resolved, 1 open"
says "reports in out/2021-10-01"
for report in "$SOURCE_DIR"/reports/*.sql; do
    present "out/2021-10-01/$(basename "$report" .sql).csv"
done
present out/2021-10-01/supplier-failures
grep -rqs "$OTHER" out/2021-10-01/supplier-failures || fail "no file of a party names $OTHER"
grep -q "NEW" out/2021-10-01/chf-incidents.csv || fail "no new Incident"
[ -z "$(find out -name '.*' -o -name '*partial*')" ] || fail "something temporary was left in out"

# again: nothing changes, and it says so
cp -r out before
cp pcreport.db before.db
run 0 run --inbox=inbox --out=out
silent
says "nothing changed"
says "$INPUT_FILES files already stored"
diff -r out before || fail "the second run changed the reports"
same pcreport.db before.db

# --as-of outweighs as-of.txt; an earlier run leaves the Incidents alone
run 0 run --inbox=inbox --out=out --as-of=2021-09-15
says "run as at 2021-09-15T00:00:00Z"
says "left as they are"
present out/2021-09-15/devices.csv
run 0 run --inbox=inbox --out=out --as-of=2021-11-01 --format=json
says "0 opened, 0 resolved, 1 open"
present out/2021-11-01/devices.json
absent out/2021-11-01/devices.csv
run 0 run --inbox=inbox --out=out --as-of=2021-11-01 --dry-run
says "dry run as at 2021-11-01T00:00:00Z"
says "3 Devices judged"

# how each run went is remembered
run 0 sql --quiet --format=csv "SELECT as_of, started_at IS NOT NULL, seconds >= 0, status, files, rejected, alarms FROM runs"
says "2021-10-01T06:00:00Z,1,1,0,$INPUT_FILES,0,0"
says "2021-11-01T00:00:00Z,1,1,0,0,0,2" # the log fell silent, and the evidence is old

# a limit, a refused file, a bad as-of.txt, an output that cannot be made
ended() { # STATUS,ALARMS [STORE]: how the run as at AS_OF ended
    run 0 sql --db="${2:-pcreport.db}" --quiet --format=csv "SELECT status, alarms FROM runs WHERE as_of = '$AS_OF'"
    says "$1"
}
run 4 run --inbox=inbox --out=out --fail-on=FAIL=1
ended 0,0 # that of November was there: history stays as it is
run 4 run --inbox=inbox --out=now --db=now.db --fail-on=FAIL=1 --as-of=$AS_OF
ended 4,1 now.db
run 0 run --inbox=inbox --out=now --db=now.db --as-of=$AS_OF
ended 0,0 now.db
: >file
run 73 run --inbox=inbox --out=file --db=now.db --as-of=$AS_OF
ended 0,0 now.db # as the run did that told what it found
rm file
echo "what,ever" >inbox/odd.csv
run 65 run --inbox=inbox --out=out --fail-on=FAIL=1
complains "odd.csv"
says "1 file refused"
run 65 run --inbox=inbox --out=out # refused again: no run of a later date has told it yet
rm inbox/odd.csv
rm -r before && cp -r out before
echo "tomorrow" >inbox/as-of.txt
run 65 run --inbox=inbox --out=out
complains "inbox/as-of.txt:1: 'tomorrow'"
: >file
run 73 run --inbox=inbox --out=file --as-of=$AS_OF
diff -r before/2021-10-01 out/2021-10-01 || fail "a failed run changed the reports"

# an earlier hour of the latest date: its folder and what it reported take the other's place, the Incidents stay (R11.1)
rm -r out pcreport.db inbox/as-of.txt
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
run 0 run --inbox=inbox --out=out --as-of=2021-10-01T03:00:00Z
says "left as they are: a run as at a later instant was there, and what that reported is replaced"
grep -q "What it reported is replaced by this page" out/2021-10-01/index.html || fail "the page does not tell of the other run"
run 0 sql --quiet --format=csv "SELECT as_of FROM runs"
says "2021-10-01T03:00:00Z"
says_not "2021-10-01T06:00:00Z"
run 0 sql --quiet --format=csv "SELECT DISTINCT run_as_of FROM reported"
says "2021-10-01T03:00:00Z"

# the first days there are: none of the 60 before them can be drawn, and that is no trouble
run 0 run --db=early.db --inbox=inbox --out=early --as-of=1900-01-01
present early/1900-01-01/index.html
