# compare: the same Devices under two criteria files; it says what two reports under one each say.
. "$(dirname "$0")/lib.sh"
make_store
at="--as-of=2021-09-12T06:00:00Z" # two days after the deadline of seven days, and before that of fourteen
sed 's/"name": "revised"/"name": "revised-14"/; s/"obligation_days": 7/"obligation_days": 14/' "$SOURCE_DIR/criteria/revised.json" >r14.json
sed 's/"name": "legacy"/"name": "legacy-14"/; s/"obligation_days": 7/"obligation_days": 14/' "$SOURCE_DIR/criteria/legacy.json" >l14.json

run 0 compare $at --with=r14.json
complains "3 Devices judged under 'revised' and under 'revised-14': 2 stand otherwise"
printf 'verdict,verdict_with,classification,classification_with,devices\r\nFAIL,PENDING,TRUE_FAILURE,PENDING,2\r\nPASS,PASS,FALSE_POSITIVE,FALSE_POSITIVE,1\r\n' >want
same want out.txt
sed 's/"revised-14"/"revised"/' r14.json >nameless.json
run 0 compare $at --with nameless.json
complains "under 'revised' and under 'revised' of nameless.json: 2 stand otherwise" # which of the two it is
run 0 compare $at --with=r14.json --devices --columns=device_id,verdict,verdict_with,reasons,reasons_with
printf 'device_id,verdict,verdict_with,reasons,reasons_with\r\n%s,FAIL,PENDING,NOT_ATTEMPTED,NO_EVIDENCE\r\n%s,FAIL,PENDING,NOT_ATTEMPTED,NO_EVIDENCE\r\n' "$OTHER" "$HUB" >want
same want out.txt
run 0 compare $at --with=r14.json --reasons
says "NOT_ATTEMPTED,NO_EVIDENCE,2"
run 0 compare $at --with=l14.json --json --out=l.csv
says '"criteria":"legacy","with":"legacy-14","devices":3,"moved":3,"report_rows":2'
grep -q '^FAIL,PENDING,FALSE_POSITIVE,AGREED_PASS,1' l.csv || fail "the legacy verdict is compared where the file is legacy"

# it is what two reports say, and days of the configuration do not touch the file compared with
run 0 report $at --quiet --columns=device_id,verdict devices
mv out.txt one.csv
run 0 report $at --quiet --criteria=r14.json --columns=device_id,verdict devices
join -t, <(tr -d '\r' <one.csv | tail -n +2) <(tr -d '\r' <out.txt | tail -n +2) | awk -F, '$2 != $3' >want
run 0 compare $at --quiet --with=r14.json --devices --columns=device_id,verdict,verdict_with
tail -n +2 out.txt | tr -d '\r' >got
same want got
printf '[criteria]\nobligation_days = 14\n' >days.ini
run 0 compare $at --quiet --config=days.ini --with="$SOURCE_DIR/criteria/revised.json" --devices --columns=device_id,verdict,verdict_with
says "$OTHER,PENDING,FAIL"

# a file with itself moves nobody; filters hold
run 0 compare $at --with="$SOURCE_DIR/criteria/revised.json" --devices
lines_out 1
complains ": 0 stand otherwise"
run 0 compare $at --with=r14.json --device-type=CHF --device=$HUB
complains "1 Device judged"

# its workbook tells what was asked and made from, as those of reports do
run 0 compare $at --with=r14.json --device-type=CHF --out=c.xlsx
unzip -p c.xlsx >book.txt
for told in "Compared with" "Evidence-based criteria" "Only device-type" "Made by" "Input files" "As at 2021-"; do
    grep -q "$told" book.txt || fail "the workbook does not tell: $told"
done
grep -q "instead of the evidence-based criteria (SHA-256 $(sha256sum r14.json | cut -c1-64))" book.txt || fail "which criteria"

run 64 compare $at
run 64 compare $at --with=r14.json more
run 78 compare $at --with=none.json
sed 's/"name": "revised"/"name": "ours"/' "$SOURCE_DIR/criteria/revised.json" >ours.json
run 78 compare $at --with=ours.json
complains "must begin with 'legacy' or 'revised'"
run 64 compare $at --with=r14.json --columns=verdct
complains "did you mean 'verdict'?"
