# A night's folder, and what a night says: index.html, run.json; quiet where all is well; alarms; the inbox's memory.
. "$(dirname "$0")/lib.sh"
export PYTHONDONTWRITEBYTECODE=1
# fresh_inputs FOLDER: make_inputs, whose evidence goes on until the last night here.
fresh_inputs() {
    make_inputs "$1"
    for day in 02 04 06; do
        echo "$METER,4.8.1,90-B3-D5-1F-30-01-00-01,2021-10-${day}T05:00:00Z,IS,2021-10-${day}T05:01:00Z,I0,Success"
    done >>"$1/srv-audit-reads.csv"
}
fresh_inputs inbox
night=out/2021-10-01

# json EXPRESSION: prints it, d being run.json
json() { python3 -c "import json; d = json.load(open('$night/run.json')); print($1)" || fail "run.json: $1"; }

# A good night is quiet, and its folder holds the page and the data, the same bytes whenever it is made.
run 0 run --quiet --inbox=inbox --out=out --as-of=$AS_OF
silent
lines_out 0
present $night/index.html
[ "$(json "len(d['files'])")" -eq "$(($(find $night -type f | wc -l) - 1))" ] || fail "run.json does not have every file"
(cd $night && python3 -c "import json
for f in json.load(open('run.json'))['files']: print(f['sha256'] + '  ' + f['path'])" | sha256sum --check --quiet) ||
    fail "a SHA-256 of run.json is wrong"
[ "$(json "[d['alarms'], d['changes'][0]['change'], d['changes'][0]['devices'], d['summary'][-1]['revised_failed']]")" = \
    "[[], 'NEW', 2, 2]" ] || fail "run.json: $(cat $night/run.json)"
if grep -nE 'src=|<link|<script|https?://|@import' $night/index.html; then fail "the page fetches something"; fi
cp -r out first
rm -r out
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
silent
diff -r first out || fail "the same store and as-of gave other bytes"

# What has not changed is not read again; what other settings could read otherwise is.
run 0 run --json --inbox=inbox --out=out --as-of=$AS_OF
says_not '"event":"file"'
says "\"files_already_stored\":$INPUT_FILES"
touch inbox/srv-audit.csv
run 0 run --json --inbox=inbox --out=out --as-of=$AS_OF
[ "$(grep -c '"event":"file"' out.txt)" -eq 1 ] || fail "not only the file that was touched was read"
run 0 run --json --inbox=inbox --out=out --as-of=$AS_OF --max-rejects=1
[ "$(grep -c '"event":"file"' out.txt)" -eq "$INPUT_FILES" ] || fail "other settings did not read all files"
run 0 run --json --inbox=inbox --out=out --as-of=$AS_OF

# The next day: a refused file and one being uploaded are told in the night they come, and not again.
echo what,ever >inbox/odd.csv
echo x >inbox/late.csv.part
run 65 run --quiet --inbox=inbox --out=out --as-of=2021-10-02T06:00:00Z
says "1 file refused"
complains "odd.csv' is of no known kind"
complains "uploads in progress: 'late.csv.part'"
night=out/2021-10-02
[ "$(json "sorted(a['sort'] for a in d['alarms'])")" = "['left', 'refused']" ] || fail "alarms of the second night"
[ "$(json "[(f['fate'], f['since']) for f in d['not_read']]")" = \
    "[('refused', '2021-10-02T06:00:00Z'), ('left', '2021-10-02T06:00:00Z')]" ] || fail "what was not read"
run 65 run --quiet --inbox=inbox --out=out --as-of=2021-10-02T06:00:00Z # still the news of this date
run 0 run --quiet --inbox=inbox --out=out --as-of=2021-10-03T06:00:00Z
silent
lines_out 0
night=out/2021-10-03
[ "$(json "[d['alarms'], len(d['not_read']), d['previous_run']]")" = "[[], 2, '2021-10-02T06:00:00Z']" ] ||
    fail "the third night"
# R11.2: what is as it was reported is not restated, and the page says so of what still fails.
grep -q 'and were not; of those that still fail, those that were reported with another classification' \
    out/2021-10-01/index.html || fail "what Restated counts"
[ "$(json "[(c['devices'], c['restated']) for c in d['changes'] if c['change'] == 'PERSISTING']")" = "[(2, 0)]" ] ||
    fail "what persists: $(json "d['changes']")"
run 0 run --inbox=inbox --out=out --as-of=2021-10-04T06:00:00Z
says "1 file refused before; 1 name in the inbox left alone as before"
echo what,else >inbox/odd.csv # it has changed: looked at again
run 65 run --quiet --inbox=inbox --out=out --as-of=2021-10-05T06:00:00Z
complains "odd.csv' is of no known kind"
rm inbox/odd.csv inbox/late.csv.part

# The view tells how the runs went.
run 0 sql --quiet --format=csv "SELECT substr(as_of, 1, 10) AS day, status, alarms FROM runs WHERE as_of < '2021-10-05'"
says "2021-10-01,0,0"
says "2021-10-02,65,2"
says "2021-10-03,0,0"

# Limits: counts, rates, new failures, tolerances.
night=out/2021-10-06
limits() { run "$1" run --quiet --inbox=inbox --out=out --as-of=2021-10-06T06:00:00Z "${@:2}"; }
limits 0 --fail-on=FAIL=2 --fail-on=FAIL=66.7% --fail-on=FAIL_AT_MOST=2 --fail-on=NEW_FAILURE=0
silent
limits 4 --fail-on=FAIL=66.6%
complains "limit passed: FAIL is 2 of 3, 66.66%, more than the 66.6% of --fail-on"
says "run as at"
limits 4 --fail-on=FAIL_AT_MOST=1
limits 64 --fail-on=FAIL=101%
limits 64 --fail-on=TOLERANCE
run 64 report --as-of=$AS_OF --fail-on=NEW_FAILURE=1 devices
complains "only 'run' and 'changes' know what is new"
run 4 changes --as-of=$AS_OF --since=2021-09-02 --fail-on=NEW_FAILURE=1 --out=c.csv
complains "limit passed: 2 NEW_FAILURE, more than the 1 of --fail-on"
printf 'measure,scope,warn,breach,source\nfailure_rate,all,10%%,60%%,Panel\nfailures,CHF,,1,Panel\nopen_incidents,south,0,1,\n' >levels.csv
printf '[reports]\ntolerances = levels.csv\n' >levels.ini
limits 0 --config=levels.ini
limits 4 --config=levels.ini --fail-on=TOLERANCE
complains "limit passed: failure rate of all is 66.67% at most, more than the tolerated 60%"
[ "$(json "[a['sort'] for a in d['alarms']]")" = "['limit']" ] || fail "a breach is told twice"
[ "$(json "[(t['legacy_state'], t['revised_state']) for t in d['tolerances']]")" = \
    "[('breached', 'breached'), ('within', 'within'), (None, None)]" ] || fail "tolerances: $(json "d['tolerances']")"
grep -q '^"All, All".*,0.1,0.6,breached,breached,' $night/panel-summary.csv || fail "panel-summary lacks the tolerance"
grep -q '<td class="t">failure rate</td><td class="t">all</td>' $night/index.html || fail "a measure is told by its code"
# panel-summary tells each: rates, counts and Incidents by line, those of parties in the line of all.
printf 'measure,scope,breach\nfailures,all,1\nopen_incidents,CHF,0\nopen_incidents,North,1\nfailure_rate,Acme Energy,60%%\nfailures,PPMID,0\n' >levels.csv
run 0 report --config=levels.ini --as-of=$AS_OF --format=csv panel-summary --columns=group,legacy_failures_tolerance,revised_failures_tolerance,legacy_incidents_tolerance,revised_incidents_tolerance,other_tolerances
tr -d '\r' <out.txt | grep -E '^"(CHF, All|All, North|All, All)' >levels.txt
diff levels.txt - <<END || fail "panel-summary does not tell each tolerance"
"CHF, All",,,breached,breached,
"All, North",,,within,within,
"All, All",breached,breached,,,"failure_rate of Acme Energy: legacy breached, revised within; failures of PPMID: nothing judged"
END
printf 'measure,scope,breach\nfailure_rate,all,5\n' >levels.csv
rm -rf new.db
limits 78 --config=levels.ini --db=new.db
complains "levels.csv:2: breach: '5' is no rate"
absent new.db

# A level is told as it was written, and what is known for sure as no range; a scope that is nothing is told before
# anything is read.
printf 'measure,scope,breach\nfailure_rate,all,66.6%%\nopen_incidents,North,0\nfailures,acme energy,0\n' >levels.csv
limits 4 --config=levels.ini --fail-on=TOLERANCE
complains "failure rate of all is 66.67% at most, more than the tolerated 66.6%; number of open Incidents of North is 1, more than \
the tolerated 0; number of failures of Acme Energy is 1 at most, more than the tolerated 0"
printf 'measure,scope,breach\nfailure_rate,all,66.6%%\nfailures,Acme Enery,0\n' >levels.csv
echo what,ever >inbox/odd.csv
limits 78 --json --config=levels.ini
complains "levels.csv:3: scope: 'Acme Enery' is nothing known; near it: 'Acme Energy'; wanted is all, a Device type"
says_not '"event":"file"'
rm inbox/odd.csv
run 78 config check --config=levels.ini
complains "levels.csv:3: scope: 'Acme Enery' is nothing known"
printf 'measure,scope,breach\nfailures,Acme Energy,0\nfailures,90-B3-D5-1F-30-01-00-01,1\n' >levels.csv
limits 78 --config=levels.ini
complains "levels.csv:3: scope: '90-B3-D5-1F-30-01-00-01' is 'Acme Energy', which has a level of failures in line 2 already"

# Rejected rows are to be looked at, by every run of their date, and not on the next.
make_inputs torn
sed -i '3s/^[^,]*/zz/' torn/registration.csv
for run in first second; do
    run 3 run --quiet --db=torn.db --inbox=torn --out=torn-out --as-of=$AS_OF --max-rejects=1
    complains "torn/registration.csv: 1 of 2 rows rejected"
    says "run as at"
    night=torn-out/2021-10-01
    [ "$(json "d['alarms']")" = "[{'sort': 'rejects', 'text': 'torn/registration.csv: 1 of 2 rows rejected'}]" ] ||
        fail "alarms of the $run run: $(json "d['alarms']")"
    grep -q '1 thing to look at' $night/index.html || fail "the page of the $run run says that all is well"
done
run 0 run --quiet --db=torn.db --inbox=torn --out=torn-out --as-of=2021-10-02T06:00:00Z --max-rejects=1
silent

# Sub-folders, links, moving and keeping.
fresh_inputs deep/sub
INPUT_ROWS=$((INPUT_ROWS + 3))
mv deep/sub/organisations.csv elsewhere.csv
ln -s ../elsewhere.csv deep/organisations.csv
ln -s sub deep/again
printf '[run]\nrecursive = yes\nafter = move\nkeep_reports = 3\n' >deep.ini
run 0 run --config=deep.ini --db=deep.db --inbox=deep --out=kept --as-of=$AS_OF
says "$INPUT_FILES files: $INPUT_ROWS rows = $INPUT_ROWS stored"
complains "links to folders are not followed: 'again'"
complains "read through links: 'organisations.csv'"
present deep/done/2021-10-01/srv-audit.csv
absent deep/sub/srv-audit.csv
present elsewhere.csv
for day in 09-28 09-29 09-30 10-02 10-03 10-04; do
    mkdir -p kept/2021-$day
    echo '{"files":[{"path":"index.html","sha256":"'$(sha256sum </dev/null | cut -c1-64)'"}]}' >kept/2021-$day/run.json
    touch kept/2021-$day/index.html
done
mkdir kept/2021-10-00 kept/2021-08-01 kept/notes # no nights
echo mine >kept/2021-09-29/note.txt
rm kept/2021-10-02/run.json
echo broken >kept/2021-10-02/run.json
run 0 run --config=deep.ini --db=deep.db --inbox=deep --out=kept --as-of=2021-10-07T06:00:00Z
says "; 2 folders older than keep_reports stay, as not all in them is what the run wrote"
[ "$(ls -m -w 0 kept)" = "2021-08-01, 2021-09-29, 2021-09-30, 2021-10-00, 2021-10-02, 2021-10-04, 2021-10-07, notes" ] || fail "kept: $(ls -m -w 0 kept)"
printf '[run]\nafter = burn\n' >deep.ini
run 78 run --config=deep.ini --db=deep.db --inbox=deep --out=kept
complains "[run] after = 'burn': wanted is leave, move or delete"

# A folder for each party and CSP, with nothing of another's.
make_inputs shared
cat >>shared/organisations.csv <<END
90-B3-D5-1F-30-01-00-02,ACME Energy,Supplier,yes,
END
sed -i 's/^2000000000051,90-B3-D5-1F-30-01-00-01/2000000000051,90-B3-D5-1F-30-01-00-02/' shared/registration.csv
printf '[csp]\nSky Comms = North;South\n' >csp.ini
run 0 run --config=csp.ini --db=parties.db --inbox=shared --out=parties --as-of=$AS_OF --format=csv,json
cd parties/2021-10-01/parties || fail "no folder of parties"
upper=$(printf 'ACME Energy' | sha256sum | cut -c1-12)
[ "$(find . -type f -name '*.csv' | LC_ALL=C sort | tr '\n' ' ')" = "./ACME-Energy~$upper/failures.csv \
./Data-Communications-Company/failures.csv ./Data-Communications-Company/incidents.csv ./Sky-Comms/failures.csv \
./Sky-Comms/incidents.csv ./index.csv " ] || fail "folders: $(find . -type f | sort)"
[ "$(tr -d '\r' <index.csv | awk -F, '{ print $1 ":" $2 ":" $3 }' | grep -c '^ACME Energy:.*/failures.csv:3$')" -eq 1 ] ||
    fail "index: $(cat index.csv)"
tr -d '\r' <index.csv | awk -F, 'NR > 1 { print $5 "  " $2 }' | sha256sum --check --quiet || fail "a SHA-256 of the index is wrong"
! grep -l "$HUB" ACME*/* || fail "a Supplier is told of a hub"
! tail -qn +2 Sky-Comms/*.csv | grep -v '^Sky Comms,' || fail "a CSP gets rows of another"
! grep -l "$OTHER" Sky-Comms/* Data*/* || fail "a CSP is told of a meter"
cd "$DIR" || exit 1

# A region that the configuration gives to nobody has a CSP of its own: each Incident is in somebody's folder.
printf '[csp]\nSky Comms = South;Central\n' >csp.ini
run 0 run --config=csp.ini --db=parties.db --inbox=shared --out=parties --as-of=$AS_OF
grep -q "$HUB" parties/2021-10-01/parties/CSP-North/incidents.csv || fail "an Incident of North is in no CSP's folder"
absent parties/2021-10-01/parties/Sky-Comms
run 0 sql --config=csp.ini --db=parties.db --quiet --format=csv 'SELECT * FROM csps'
[ "$(tr -d '\r' <out.txt | paste -s -d ' ')" = 'csp,region Sky Comms,Central Sky Comms,South CSP North,North' ] || fail "csps"
printf '[csp]\ncsp north = South\n' >csp.ini
run 78 config check --config=csp.ini
complains "csp.ini:2: [csp] csp north = 'South': that is the name of whoever serves North, where no line names another"

# What is to be corrected is told to both, what is to be done to the one who can do it.
make_inputs wires
echo '90-B3-D5-1F-30-02-00-02,Southern Wires,NetworkOperator,yes,' >>wires/organisations.csv
sed -i 's/30-02-00-01/30-02-00-02/g' wires/certificates.ndjson
sed 's/2021-09-01T13:00/2021-09-20T13:00/;s/2021-09-02T13:00:00Z,E20/2021-09-20T13:01:00Z,S1VE4/' wires/srv-audit.csv |
    grep -E 'device_id|6\.15\.1' >wires/srv-audit-refused.csv
run 0 run --db=wires.db --inbox=wires --out=wires-out --as-of=$AS_OF
cd wires-out/2021-10-01/parties || fail "no folder of parties"
right='a certificate of another party; SRV 6.15.1 was refused with S1VE4 on 2021-09-20'
grep -qP "^Northern Wires,registered operator,$METER,.*,WRONG,WRONG,2021-09-03T02:00:00Z,$right,\r\$" Northern-Wires/corrections.csv ||
    fail "corrections of the registered operator: $(cat Northern-Wires/corrections.csv)"
grep -qP "^Southern Wires,can correct it,$METER,.*,$right,send SRV 6.15.1 \\(NetworkOperator\\) by Southern Wires\r\$" \
    Southern-Wires/corrections.csv || fail "corrections of who can: $(cat Southern-Wires/corrections.csv)"
cd "$DIR" || exit 1

# Messages as JSON, by their schema.
run 65 run --inbox=inbox --out=out --as-of=2021-10-06T06:00:00Z --log-format=json --fail-on=FAIL=0 --extracted-at=2021-01-01 \
    --kind=certificates --db=other.db
python3 "$SOURCE_DIR/tests/schema.py" "$SOURCE_DIR/schemas/log.schema.json" err.txt >out.txt ||
    fail "messages are not as the schema says"

# What the run did not write is never taken away: the night is refused before anything is read.
fresh_inputs noted
noted() { run "$1" run --quiet --db=noted.db --inbox=noted --out=noted-out --as-of="$2" "${@:3}"; }
noted 0 $AS_OF
mkdir noted-out/2021-10-01/parties/mine
echo 'ask Acme' >noted-out/2021-10-01/parties/mine/note.txt
noted 73 $AS_OF --json
complains "'noted-out/2021-10-01' is left as it is"
complains "but it did not write parties/mine/note.txt; move that elsewhere"
says_not '"event":"file"'
present noted-out/2021-10-01/parties/mine/note.txt
rm -r noted-out/2021-10-01/parties/mine
# Nor is a file that somebody changed: not by name alone is it what the run wrote.
cp -r noted-out/2021-10-01 as-written
for file in devices.csv index.html parties/index.csv; do
    sed -i 's/o/0/' noted-out/2021-10-01/$file
    noted 73 $AS_OF --json
    complains "its run wrote, as it wrote it, but somebody changed $file; move that elsewhere"
    says_not '"event":"file"'
    cp as-written/$file noted-out/2021-10-01/$file
done
noted 0 $AS_OF

# A night that went wrong is told with its status, one that was killed as one that did not end; the next night says so.
mkdir noted-desk # what is in the way there is found when the file is to be written
python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('noted-desk/tickets-2021-10-02.csv')"
noted 73 2021-10-02T06:00:00Z --tickets=noted-desk
run 0 status --db=noted.db
says "run as at             2021-10-02T06:00:00Z, "
grep -q '2021-10-02T06:00:00Z, .* s, ended with 73, ' out.txt || fail "how the night ended is not told"
noted 0 2021-10-03T06:00:00Z
night=noted-out/2021-10-03
[ "$(json "d['alarms']")" = "[{'sort': 'unended', 'text': 'the run as at 2021-10-02T06:00:00Z ended with 73: what it found is \
told now'}]" ] || fail "alarms: $(json "d['alarms']")"
noted 0 2021-10-03T06:00:00Z # and the same again
[ "$(json "len(d['alarms'])")" = 1 ] || fail "the second run of the date does not tell it"
mkdir noted-out/.2021-10-04.partial # as a run leaves it that was killed while it read
noted 0 2021-10-05T06:00:00Z
complains "the run of 2021-10-04 did not end, as it was killed or the machine went down: what it found is told now"
absent noted-out/.2021-10-04.partial
night=noted-out/2021-10-05
[ "$(json "[a['sort'] for a in d['alarms']]")" = "['unended']" ] || fail "alarms: $(json "d['alarms']")"
noted 0 2021-10-06T06:00:00Z
silent
lines_out 0

# A slip in --as-of: every night before that instant tells that Incidents and history stay as they are.
make_inputs slip_inbox
run 0 run --db slip.db --inbox=slip_inbox --out=slip --as-of=2052-10-01T06:00:00Z
run 0 run --quiet --db slip.db --inbox=slip_inbox --out=slip --as-of=$AS_OF
complains "a run as at 2052-10-01T06:00:00Z, which is later"
complains "build the store anew"
night=slip/2021-10-01
[ "$(json "[a['sort'] for a in d['alarms']]")" = "['later']" ] || fail "run.json: $(json "d['alarms']")"
