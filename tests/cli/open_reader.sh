# Whoever leaves a report open (a pager, a slow pipe) does not keep the night from writing the store.
. "$(dirname "$0")/lib.sh"
"$PCREPORT" simulate --devices=2500 --seed=3 --out=made --quiet
rm made/truth.csv
run 0 ingest --db=made.db made/*.csv made/*.ndjson
as_of=$(cat made/as-of.txt)
make_inputs more
"$PCREPORT" report --db=made.db --as-of="$as_of" --format=json devices >whole.json 2>err.txt

# left_open FILE COMMAND...: the command stands with its output unread while FILE is put into the store
left_open() {
    local file=$1 slow
    shift
    mkfifo pipe
    "$PCREPORT" "$1" --db=made.db --as-of="$as_of" --quiet "${@:2}" >pipe 2>slow.txt &
    slow=$!
    exec 3<pipe
    head -c 1 <&3 >first # it has begun to write, and is not read any further
    run 0 ingest --db=made.db "$file"
    says 'ingested 1 file'
    kill -0 $slow 2>/dev/null || fail "$*: it does not wait for its reader"
    cat first - <&3 >rest
    exec 3<&-
    wait $slow || fail "$*: $?"
    rm pipe
}
left_open more/dsp-checks.csv report --format=json devices
same rest whole.json
left_open more/srv-audit.csv report --format=csv devices
left_open more/certificates.ndjson sql --format=csv 'SELECT * FROM devices'

# who leaves before the end has had what was wanted
"$PCREPORT" report --db=made.db --as-of="$as_of" --quiet --format=json devices 2>err.txt | head -c 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "a reader that leaves: ${PIPESTATUS[0]}"
silent
TMPDIR=/nowhere "$PCREPORT" report --db=made.db --as-of="$as_of" --format=json devices 2>err.txt | cat >out.txt
[ "${PIPESTATUS[0]}" -eq 74 ] || fail "no place to put rows by: ${PIPESTATUS[0]}"
complains TMPDIR
