# explain: one Device's story, for people and as JSON.
. "$(dirname "$0")/lib.sh"
make_store
at="--as-of=$AS_OF"

run 0 explain $at $METER
silent
says "Reported as failed, but it is not"
says "TIMEOUT"
says "Acme Energy"
says "Northern Wires"
says "FALSE_POSITIVE"
says "inputs/srv-audit.csv:6"
says "inputs/certificates.ndjson:1"
says "SRV 6.15.1 for NetworkOperator"
says "TIMED_OUT"
says "rule R4.3"
[ "$(awk 'length > 100' out.txt | wc -l)" -eq 0 ] || fail "a line is over 100 columns"
grep -q "$(printf '\033')" out.txt && fail "colour off a terminal"

run 0 explain $at $OTHER
says "It has failed"
says "NOT_ATTEMPTED"
says "next: "
says "What to do next: "
run 0 explain --as-of=2021-09-02 $OTHER
says "Not due yet"
run 0 explain --as-of=2021-08-01 $OTHER
says "Not judged: it was Commissioned later"

run 0 explain $at 00DB1234567890A0 # written another way
says "Device $METER"
run 66 explain $at 00-DB-12-34-56-78-90-FF
complains "knows nothing of Device"

run 0 explain $at --json $METER
lines_out 2
head -1 out.txt >explanation.json
grep -q '"event":"explanation"' explanation.json || fail "no explanation"
grep -q '"classification":"FALSE_POSITIVE"' explanation.json || fail "no classification"
grep -q '"rests_on":\[' explanation.json || fail "no evidence"
says '"exit_status":0'

# a long history: what decides something, and how much more there is
{
    head -1 inputs/srv-audit.csv
    for i in $(seq 10 59); do
        echo "$METER,4.6.1,90-B3-D5-1F-30-01-00-01,2021-09-10T10:00:${i}Z,IS,,,2021-09-10T11:00:00Z,I0,Success"
    done
} >many.csv
run 0 ingest --quiet many.csv
run 0 explain $at $METER
says "more that decide nothing; --all shows them"
says "SRV 6.15.1"
run 0 explain $at --all $METER
says_not "more that decide nothing"

# Of several Devices, one after another; of none, wrong usage.
run 0 explain $at $METER $OTHER
[ "$(grep -c '^Device 00-DB' out.txt)" -eq 2 ] || fail "two Devices asked for"
run 0 explain $at --json $METER $OTHER
lines_out 3
run 64 explain $at $METER not-a-device
[ ! -s out.txt ] || fail "something is told before all identifiers are read"
