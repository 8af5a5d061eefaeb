# A night in which something is missing never looks like a good one.
. "$(dirname "$0")/lib.sh"
night() { run "$1" run --quiet --db="$2.db" --inbox="$2" --out="$2-out" --as-of="$3T06:00:00Z" "${@:4}"; }
# alarms FOLDER DATE: the sorts of the night's alarms, as its data tell them
alarms() { python3 -c "import json; print(*sorted(a['sort'] for a in json.load(open('$1-out/$2/run.json'))['alarms']))"; }
quiet_night() {
    night 0 "$1" "$2"
    silent
    lines_out 0
}

# R1: the feed dies on 30 September at nine: told when over 48 hours have gone, and each week after that.
make_inputs feed
quiet_night feed 2021-10-01
quiet_night feed 2021-10-02
night 0 feed 2021-10-03
complains "the evidence ends at 2021-09-30T09:00:00Z, over 48 hours before as-of: ingest what came later"
says "run as at 2021-10-03T06:00:00Z"
[ "$(alarms feed 2021-10-03)" = evidence ] || fail "alarms: $(alarms feed 2021-10-03)"
grep -q '<li>the evidence ends at 30 Sep 2021, 09:00, over 48 hours before as-of</li>' feed-out/2021-10-03/index.html ||
    fail "the page does not tell it as the page tells instants"
grep -q '>Still failing</td><td>2</td><td>0</td>' feed-out/2021-10-03/index.html || fail "what still fails is no news of then"
night 0 feed 2021-10-03 # still the news of this date
complains "the evidence ends"
quiet_night feed 2021-10-04
grep -q 'Requests, looks and checks end at 30 Sep 2021, 09:00, over 48 hours before as-of' feed-out/2021-10-04/index.html ||
    fail "the page of the next night does not say where the evidence ends"
grep -q '"evidence_ends":"2021-09-30T09:00:00Z"' feed-out/2021-10-04/run.json || fail "run.json does not"
for date in 2021-10-09 2021-10-10 2021-10-16 2021-10-17; do night 0 feed $date; done
for date in 2021-10-09 2021-10-16; do ! alarms feed $date | grep -q evidence || fail "$date tells it again"; done
for date in 2021-10-10 2021-10-17; do alarms feed $date | grep -q evidence || fail "$date does not tell it again"; done
echo "device_id,checked_at,check,result
$METER,2021-10-17T10:00:00Z,communicating,pass" >feed/dsp-checks-later.csv
for date in 2021-10-18 2021-10-20; do night 0 feed $date; done
[ "$(alarms feed 2021-10-18) $(alarms feed 2021-10-20)" = " evidence" ] || fail "that it died again is not told"
mkdir nothing
night 0 nothing 2021-10-01
complains "the store holds no evidence up to as-of"

# as-of.txt that nobody wrote anew: every night is as at its instant, and takes no notice of what came since.
make_inputs stale
echo $AS_OF >stale/as-of.txt
stale() { run 0 run --quiet --db=stale.db --inbox=stale --out=stale-out "$@"; }
stale
silent
echo "device_id,checked_at,check,result
$METER,2021-10-01T06:00:01Z,communicating,fail" >stale/dsp-checks-later.csv
for time in first second; do
    stale
    complains "stale/as-of.txt says 2021-10-01T06:00:00Z, and there is evidence up to 2021-10-01T06:00:01Z, which is not looked at"
    says "run as at 2021-10-01T06:00:00Z"
    [ "$(alarms stale 2021-10-01)" = as-of ] || fail "alarms of the $time run: $(alarms stale 2021-10-01)"
done
stale --as-of=$AS_OF # that is what was asked for
silent

# A file of a heading alone is what an export leaves that broke off: told in the night that reads it.
make_inputs broken
head -1 broken/inventory-2021-10-01.csv >broken/inventory-2021-10-02.csv
head -1 broken/srv-audit.csv >broken/srv-audit-2021-10-02.csv
head -1 broken/dsp-checks.csv >broken/dsp-checks-2021-10-02.csv # none may have been made
for time in first second; do
    night 0 broken 2021-10-01
    complains "no record in broken/inventory-2021-10-02.csv, broken/srv-audit-2021-10-02.csv"
    says "run as at"
    [ "$(alarms broken 2021-10-01)" = empty ] || fail "alarms of the $time run: $(alarms broken 2021-10-01)"
done
grep -q '^broken/inventory-2021-10-02.csv,no record in the file,1,,' broken-out/2021-10-01/data-quality.csv || fail "no finding"
! grep 'no record.*dsp-checks' broken-out/2021-10-01/data-quality.csv || fail "no checks are no finding"
quiet_night broken 2021-10-02
run 0 ingest --db=other.db broken/dsp-checks-2021-10-02.csv
complains "broken/dsp-checks-2021-10-02.csv: there is no record in it"
run 0 check broken/dsp-checks-2021-10-02.csv
complains "broken/dsp-checks-2021-10-02.csv: there is no record in it"

# A store that is new where others wrote nights, or that an old copy took the place of.
make_inputs lost
run 0 run --db=lost.db --inbox=lost --out=lost-out --as-of=$AS_OF
says "; made the new store 'lost.db'"
cp lost.db copy.db
quiet_night lost 2021-10-02
rm lost.db
for time in first second; do
    night 0 lost 2021-10-03 # and the evidence is old
    complains "the store 'lost.db' knows of no night before this one, while 'lost-out' holds that of 2021-10-02: Incidents and"
    [ "$(alarms lost 2021-10-03)" = "evidence store" ] || fail "alarms of the $time run: $(alarms lost 2021-10-03)"
done
quiet_night lost 2021-10-04
cp copy.db lost.db
night 0 lost 2021-10-05
complains "the last night that the store 'lost.db' knows of is as at 2021-10-01T06:00:00Z, while 'lost-out' holds that of 2021-10-04"
cp copy.db lost.db
quiet_night lost 2021-10-02 # in order

# A night that a slip of two days made the store keep nothing of has a folder, and the store is the right one.
make_inputs slip
quiet_night slip 2021-10-01
run 0 run --quiet --db=slip.db --inbox=slip --out=slip-out --as-of=2021-10-04T06:00:00Z
night 0 slip 2021-10-02
complains "as there was a run as at 2021-10-04T06:00:00Z, which is later"
night 0 slip 2021-10-03
run 0 run --quiet --db=slip.db --inbox=slip --out=slip-out --as-of=2021-10-04T07:00:00Z
[ "$(alarms slip 2021-10-04)" = evidence ] || fail "the folders of nights that left the history: $(alarms slip 2021-10-04)"
rm slip.db
night 0 slip 2021-10-04
[ "$(alarms slip 2021-10-04)" = "evidence store" ] || fail "a lost store: $(alarms slip 2021-10-04)"

run 0 ingest --db=lost2.db lost/*
says "; made the new store 'lost2.db'"
run 0 ingest --db=lost2.db lost/*
says_not "new store"

# What a run writes is nothing that the next one reads.
make_inputs box
mkdir elsewhere
ln -s ../box elsewhere/link
for out in box box/out ./box/../box/a/b elsewhere/link/out "$PWD/box"; do
    run 64 run --inbox=box --out="$out" --as-of=$AS_OF
    complains "--out '$out' lies in the inbox 'box': the next run would read what this one writes there"
done
run 64 run --inbox=box --out=out --tickets=box/desk --as-of=$AS_OF
complains "--tickets 'box/desk' lies in the inbox 'box'"
run 64 run --inbox=box --out=out --db=box/store.db --as-of=$AS_OF
complains "--db 'box/store.db' lies in the inbox 'box'"
absent box/store.db
run 0 run --inbox=box --out=box-out --as-of=$AS_OF --db=box.db # begins alike, and is another

# Where [run] after = move has no place for what it moves, nothing is read.
printf '[run]\nafter = move\n' >move.ini
for done in done done/2021-10-01; do
    make_inputs moved
    mkdir -p "$(dirname moved/$done)"
    : >moved/$done
    run 73 run --config=move.ini --db=moved.db --inbox=moved --out=moved-out --as-of=$AS_OF --json
    complains "'moved/$done' is no folder, where [run] after = move puts the files that are stored: move it elsewhere"
    says_not '"event":"file"'
    absent moved-out/2021-10-01
    rm -r moved
done
