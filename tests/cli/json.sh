# --json: JSON Lines only, one run id, a summary at the end; --log-format=json: messages as JSON Lines.
. "$(dirname "$0")/lib.sh"
make_inputs inbox

# events: every line is an object with the run id of the first
events() {
    [ -s out.txt ] || fail "no events"
    [ "$(grep -c '^{"event":"[a-z-]*","run_id":"[^"]*"' out.txt)" -eq "$(wc -l <out.txt)" ] || fail "not all lines are events"
    [ "$(grep -o '"run_id":"[^"]*"' out.txt | sort -u | wc -l)" -eq 1 ] || fail "more than one run id"
    tail -1 out.txt | grep -q '^{"event":"summary".*"exit_status":'"$1"'}$' || fail "the last line is no summary with $1"
    if command -v python3 >/dev/null; then
        python3 -c 'import json, sys
for line in open("out.txt", encoding="utf-8"): json.loads(line)' || fail "not JSON"
    fi
}
run 0 ingest --json inbox/*
events 0
[ "$(grep -c '"event":"file"' out.txt)" -eq "$INPUT_FILES" ] || fail "not $INPUT_FILES files"
says '"rows":24,"stored":24,"merged":0,"rejected":0'
run 66 ingest --json missing.csv
events 66
says '"fate":"refused"'
run 0 check --json inbox/*
events 0
run 0 run --json --inbox=inbox --out=out --as-of=$AS_OF
events 0
says '"as_of":"2021-10-01T06:00:00Z"'
says '"FALSE_POSITIVE":1'
run 0 report --json --out=devices.csv --as-of=$AS_OF devices
events 0
run 0 report --json --list
events 0
run 0 status --json
events 0
run 66 explain --json 00-DB-12-34-56-78-90-FF
events 66
says '"error":'

run 66 ingest --log-format=json missing.csv
grep -q '^{"at":"[^"]*","level":"error","run_id":"[^"]*","id":"file-refused","message":".*missing.csv' err.txt || fail "no JSON message"
