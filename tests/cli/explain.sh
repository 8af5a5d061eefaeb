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
# R6: a true failure is also one that the criteria in force still give time for.
sed 's/"obligation_days": 7/"obligation_days": 90/' "$SOURCE_DIR/criteria/legacy.json" >patient.json
run 0 explain $at --criteria=patient.json $OTHER
says "criteria in force           PENDING"
says "It has failed by the evidence, before the criteria in force come to it. Open: "
says_not "It has failed, under the criteria in force"
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

# Part by part, with what each record did to it; the cancellation that voided a command; why there was no Change of Supplier.
METER=00-DB-12-34-56-78-90-B0
cat >inventory-2021-10-01.csv <<END
device_id,device_type,status,smets,commissioned_at,mpxn
$METER,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z,2000000000112
END
cat >registration.csv <<END
mpxn,supplier_id,effective_from,effective_to,network_operator_id
2000000000112,90-B3-D5-1F-30-01-00-01,2020-04-01,2021-09-05T00:00:00Z,90-B3-D5-1F-30-02-00-01
2000000000112,90-B3-D5-1F-30-01-00-02,2021-09-08T00:00:00Z,,90-B3-D5-1F-30-02-00-01
END
cat >srv-audit.csv <<END
device_id,srv,user_id,requested_at,remote_party_role,execution_at,responded_at,response_code,execution_status
$METER,6.15.1,90-B3-D5-1F-30-01-00-01,2021-09-02T08:00:00Z,NetworkOperator,2021-09-20T00:00:00Z,2021-09-02T08:01:00Z,I0,
$METER,6.15.1,90-B3-D5-1F-30-01-00-01,2021-09-02T09:00:00Z,NetworkOperator,3000-12-31T00:00:00Z,2021-09-02T09:01:00Z,I0,
$METER,6.15.1,90-B3-D5-1F-30-01-00-02,2021-09-03T09:00:00Z,NetworkOperator,,,E20,
END
cat >certificates.ndjson <<END
{"device_id":"$METER","taken_at":"2021-09-04T02:00:00Z","source":"6.24.1","answered":true,"cells":[{"role":"NetworkOperator","key_usage":"DigitalSignature","subject_id":"90-B3-D5-1F-30-01-00-01","status":"ok"},{"role":"NetworkOperator","key_usage":"KeyAgreement","subject_id":"90-B3-D5-1F-30-02-00-01","status":"ok"}]}
END
run 0 ingest --db parts.db inputs/srv-audit-reads.csv inventory-2021-10-01.csv registration.csv srv-audit.csv certificates.ndjson inputs/organisations.csv
run 0 explain --db parts.db $at --all $METER
says "voided by the cancellation [4]: it is not to be executed"
says "no Change of Supplier"
says "Digital Signature: NOT_MET (R4.7.1); seen so since 2021-09-04T02:00:00Z"
says "[6] shows it otherwise than it is to be"
says "[5] was made before it was seen, and so decides nothing"
says "[6] shows it as it is to be"
run 0 explain --db parts.db $at --json $METER
head -1 out.txt >explanation.json
for piece in '"voided_by":4' '"registration_gaps":[{"from":"2021-09-05T00:00:00Z","to":"2021-09-08T00:00:00Z","before":"Acme Energy","after":"90-B3-D5-1F-30-01-00-02"}]' \
    '{"key_usage":"DigitalSignature","cell_usage":"management","state":"NOT_MET","rule":"R4.7.1","since":"2021-09-04T02:00:00Z","last":"2021-09-04T02:00:00Z","records":[{"number":6,"effect":"disproves"},{"number":5,"effect":"past"}]}'; do
    grep -qF -- "$piece" explanation.json || fail "the explanation lacks $piece"
done

# The page tells the same.
run 0 explain --db parts.db $at --out=parts.html $METER
for piece in 'Digital Signature: not done <small>R4.7.1</small>; seen so since 2021-09-04T02:00:00Z' \
    '<a href="#e6">6</a> shows it otherwise than it is to be' '<a href="#e5">5</a> was made before it was seen' \
    'voided by the cancellation [4]' 'No Change of Supplier</dt><dd>from Acme Energy to 90-B3-D5-1F-30-01-00-02: nobody'; do
    grep -qF -- "$piece" parts.html || fail "the page lacks $piece"
done

# A silence of the log that an obligation waits for: without those reads it is silent but for three days.
run 0 ingest --db gap.db inventory-2021-10-01.csv registration.csv srv-audit.csv certificates.ndjson inputs/organisations.csv
run 0 explain --db gap.db $at --json $METER
grep -q '"silences":\[{"from":null,"to":"2021-09-02T08:00:00Z"},{"from":"2021-09-03T10:00:00Z","to":"2021-10-01T06:00:00Z"}\]' out.txt ||
    fail "the silences are not told"
run 0 explain --db gap.db $at $METER
says "waits for the log before 2021-09-02T08:00:00Z, when it begins"
says "waits for the log from 2021-09-03T10:00:00Z to 2021-10-01T06:00:00Z, where it is silent"
run 0 explain --db gap.db $at --out=gap.html $METER
grep -q '<li>waits for the log from 2021-09-03T10:00:00Z to 2021-10-01T06:00:00Z, where it is silent</li>' gap.html ||
    fail "the page does not tell of the silence"

# A meter point stands for its Devices, and a GPF without an MPxN is at that of the GSME on its hub (R1).
"$PCREPORT" ingest --quiet --db meter.db "$SOURCE_DIR"/sample-data/inventory* "$SOURCE_DIR"/sample-data/registration.csv \
    "$SOURCE_DIR"/sample-data/organisations.csv
run 0 explain --db meter.db $at --json 75000002
grep -c '"event":"explanation"' out.txt | grep -qx 2 || fail "two Devices are at the meter point"
says 00-DB-5A-61-00-00-00-02
says 00-DB-5A-6F-00-00-00-03
run 0 explain --db meter.db $at 75000002 00-DB-5A-E1-00-00-00-10
[ "$(grep -c '^Device 00-DB-5A-' out.txt)" -eq 3 ] || fail "a meter point and a Device"
run 66 explain --db meter.db $at 75009999
complains "no Device at the meter point '75009999'"
run 64 explain --db meter.db $at --out=page.html 75000002
complains "is of one Device; there are 00-DB-5A-61-00-00-00-02, 00-DB-5A-6F-00-00-00-03"
absent page.html
