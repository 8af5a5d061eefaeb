# config show and config check; and the example that ships, which names every setting.
. "$(dirname "$0")/lib.sh"

# without a file, what holds is told with where it comes from
run 0 config show
silent
says "; no configuration file was found"
grep -qE '^db = pcreport.db +; default$' out.txt || fail "no store"
grep -qE '^obligation_days = 7 +; default$' out.txt || fail "no days"
grep -qE '^; legacy_only|^; folder +; not set$' out.txt || fail "no word of what is not set"
run 0 config check
says "there is no configuration file"

# with one: the line that says it, and what an option outweighs
printf '[store]\ndb = theirs.db\n\n[run]\nrequire = srv-audit=36\nrequire = inventory=48\n[csp]\nAcme Comms = North;Central\n[columns.srv-audit]\ndevice_id = Meter\n' >good.ini
run 0 config show --config=good.ini
says "; read from good.ini"
grep -qE '^db = theirs.db +; good.ini:2$' out.txt || fail "db"
grep -qE '^require = srv-audit=36 +; good.ini:5$' out.txt || fail "require"
grep -qE '^require = inventory=48 +; good.ini:6$' out.txt || fail "require, again"
grep -qE '^Acme Comms = North;Central +; good.ini:8$' out.txt || fail "csp"
grep -qE '^device_id = Meter +; good.ini:10$' out.txt || fail "columns"
run 0 config show --config=good.ini --db=mine.db
grep -qE '^db = mine.db +; option$' out.txt || fail "an option outweighs the file"
run 0 config check --config=good.ini
says "good.ini: 5 settings, nothing wrong"
PCREPORT_CONFIG=good.ini run 0 config show
says '($PCREPORT_CONFIG)'
run 0 config show --config=good.ini --json
says '"section":"store","key":"db","value":"theirs.db","origin":"file","file":"good.ini","line":2}'
says '"section":"report","key":"formats","value":"csv","origin":"default"}'

# all that is wrong is told at once
printf '[input]\nmax_rejects = many\n[coverage]\nsilence_hours = 0\n[report]\nformats = pdf\n[run]\nrequire = nothing=1\nafter = burn\n' >bad.ini
run 78 config check --config=bad.ini
complains "max_rejects"
complains "silence_hours"
complains "no format 'pdf'"
complains "'nothing' is no kind of input"
complains "[run] after = 'burn'"
run 78 config check --config=bad.ini --json
says '"wrong":5'
printf '[criteria]\nrevised = missing.json\n' >lost.ini
run 78 config check --config=lost.ini
complains "cannot read 'missing.json'"
printf '[store]\ndb\n' >broken.ini
run 78 config check --config=broken.ini
run 78 config show --config=broken.ini
run 78 config check --config=none.ini
make_store
printf '[scope]\nparties = Nobody\n' >scope.ini
run 78 config check --config=scope.ini
complains "[scope] parties 'Nobody': no such party"
run 64 config
run 64 config shwo

# the example is sound as it stands, and with each of its settings set
example=$SOURCE_DIR/docs/pcreport.ini
run 0 config check --config="$example"
says "0 settings, nothing wrong"
mkdir given
cp "$SOURCE_DIR"/criteria/*.json given/
printf 'measure,scope,warn,breach,source\nfailure_rate,all,1%%,2%%,ours\n' >given/tolerances.csv
sed -E "s/^;(\[|[A-Za-z_ ]+ = )/\1/; s#/etc/pcreport/reports#given#; s#/etc/pcreport#given#; s/^parties = .*/parties = Acme Energy/" "$example" >all.ini
run 0 config check --config=all.ini
run 0 config show --config=all.ini
! grep -E '; (not set|default)$' out.txt >unset || fail "the example does not show: $(cat unset)"
