# The configuration: found in the usual places, outweighed by options, and 78 with file and line where it is wrong.
. "$(dirname "$0")/lib.sh"
make_inputs inputs

printf '# mine\n[store]\ndb = mine.db\n' >config.ini
run 0 ingest --config=config.ini inputs/*
present mine.db
run 0 ingest --config=config.ini --db=other.db --quiet inputs/*
present other.db
PCREPORT_CONFIG=config.ini run 0 status
says "mine.db"
mkdir -p "$HOME/.config/pcreport" xdg/pcreport
cp config.ini "$HOME/.config/pcreport/config.ini"
(unset XDG_CONFIG_HOME; run 0 status; says "mine.db") || exit 1
printf '[store]\ndb = other.db\n' >xdg/pcreport/config.ini
XDG_CONFIG_HOME=xdg run 0 status
says "other.db"
rm -r "$HOME/.config"

# wrong LINE TEXT: the configuration so written is refused
wrong() {
    printf '%b' "$3" >wrong.ini
    run 78 status --config=wrong.ini
    complains "wrong.ini:$1"
    complains "$2"
}
wrong 2 "did you mean 'db'?" '[store]\ndbs = x\n'
wrong 3 "unknown section" '\n[stork]\ndb = x\n'
wrong 2 "neither a [section]" '[store]\njust words\n'
wrong 1 "neither a [section]" '[store\ndb = x\n'
wrong 1 "before the first [section]: 'db'" 'db = x\n'
wrong 3 "given twice" '[store]\ndb = a\ndb = b\n'
wrong 2 "whole number" '[criteria]\nobligation_days = soon\n'
wrong 2 "no such kind" '[columns.letters]\na = b\n'
wrong 2 "too long" "[store]\ndb = $(printf 'x%.0s' $(seq 300))\n"
run 78 status --config=missing.ini
complains "missing.ini"
run 0 status --config=config.ini

# headings of one's own, days of one's own
sed '1s/device_id/Meter ID/' inputs/dsp-checks.csv >renamed.csv
printf '[columns.dsp-checks]\ndevice_id = Meter ID\n' >columns.ini
run 65 ingest --db=columns.db --kind=dsp-checks renamed.csv
run 0 ingest --db=columns.db --config=columns.ini --kind=dsp-checks renamed.csv
printf '[criteria]\nobligation_days = 60\n[report]\nformats = json\n' >days.ini
run 0 report --db=mine.db --config=days.ini --as-of=$AS_OF devices
says ",PENDING,"

# criteria of one's own
cp "$SOURCE_DIR/criteria/revised.json" ours.json
run 0 report --db=mine.db --as-of=$AS_OF --criteria=ours.json devices
sed -i 's/"revised"/"ours"/' ours.json
run 78 report --db=mine.db --as-of=$AS_OF --criteria=ours.json devices
complains "must begin with 'legacy' or 'revised'"
# one kind in the place of the other would clear Devices without evidence
sed 's/"name": "legacy"/"name": "revised"/' "$SOURCE_DIR/criteria/legacy.json" >swapped.json
run 78 report --db=mine.db --as-of=$AS_OF --criteria=swapped.json devices
complains "'network-operator-credentials' of ESME needs 'cells' in revised criteria"
sed 's/"name": "revised"/"name": "legacy"/' "$SOURCE_DIR/criteria/revised.json" >swapped.json
run 78 report --db=mine.db --as-of=$AS_OF --criteria=swapped.json devices
complains "'issue-credentials' of ESME needs 'successes' in legacy criteria"
echo "{" >broken.json
run 78 report --db=mine.db --as-of=$AS_OF --criteria=broken.json devices
run 78 report --db=mine.db --as-of=$AS_OF --codes=missing.json devices


# what is said about judging: a wrong word, span or party is told before anything is judged
judged() {
    printf '%b' "$2" >judging.ini
    run 78 report --db=mine.db --config=judging.ini devices
    complains "$1"
}
judged "FROM/TO" '[coverage]\ncomplete = 2021-09-01\n'
judged "ends before it begins" '[coverage]\ncomplete = 2021-10-01/2021-09-01\n'
judged "[coverage] complete = 'x/'" '[coverage]\ncomplete = x/\n'
judged "an hour at least" '[coverage]\nsilence_hours = 0\n'
judged "changes or whole" '[registration]\nextracts = some\n'
judged "revised or legacy" '[incidents]\ncriteria = both\n'
judged "revised_from" '[incidents]\ncriteria = legacy\nrevised_from = soon\n'
judged "no such party" '[scope]\nparties = Nobody at all\n'
printf '[coverage]\ncomplete = /2021-09-01\ncomplete = 2021-08-01/\n' >judging.ini
run 0 report --db=mine.db --config=judging.ini devices

# A key that is given twice is told, whatever its section: nobody knows which of the two was meant.
for twice in '[store]\ndb = a\ndb = b' '[run]\nsettle = 1\nsettle = 2' '[read.srv-audit]\ndates = day-first\ndates = month-first' \
    '[columns.inventory]\ndevice_id = A\nDevice ID = B' '[words.inventory]\nstatus.Live = Commissioned\nstatus.LIVE = Pending'; do
    printf -- "$twice\n" >twice.ini
    run 78 status --config=twice.ini
    complains "twice.ini:3: "
    complains "this key is given twice"
done

# A key that stands in the wrong section is told where it belongs.
printf '[run]\nformats = csv\n' >wrong.ini
run 78 status --config=wrong.ini
complains "wrong.ini:2: unknown key 'formats' in [run]: it belongs into [report]"
