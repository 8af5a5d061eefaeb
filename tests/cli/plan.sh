# plan reads: which reads settle most, held against what is UNVERIFIED; and random samples.
. "$(dirname "$0")/lib.sh"
"$PCREPORT" ingest --quiet "$SOURCE_DIR"/sample-data/*.* 2>/dev/null
at="--as-of=2021-10-01T06:00:00Z"

run 0 plan $at reads
complains "15 Devices are UNVERIFIED; 14 reads settle 13 Devices, and no plan of so many settles more"
complains "lies between 32.89% and 52.63%, then up to 35.53%; 2 need something other than a read"
tr -d '\r' <out.txt >plan.csv
# hubs first of those that one read settles, then the oldest; the Device that takes two reads last, its parts together
sed -n 2p plan.csv | grep -qE '^1,00-DB-5A-CF-00-00-00-43,6.24.2,device_certificates,Data Communications Company,.*,CHF,1$' || fail "the hub is not first"
tail -1 plan.csv | grep -qE '^14,00-DB-5A-E1-00-00-00-69,6.24.2,issue_credentials;device_certificates,Larkspur Energy,.*,ESME,13$' || fail "two parts of one read"
# every part that is in doubt and that a read settles is in it, once, unless its Device needs something else too
"$PCREPORT" report $at --quiet evidence-needed --columns=device_id,obligation,next_action | tr -d '\r' | tail -n +2 >needed.csv
grep -v ',read with SRV ' needed.csv | cut -d, -f1 | sort -u >other
grep ',read with SRV ' needed.csv | grep -vFf other | cut -d, -f1,2 | sort >want
awk -F, 'NR > 1 { n = split($4, part, ";"); for (i = 1; i <= n; i++) print $2 "," part[i] }' plan.csv | sort >got
same want got

# a budget that does not reach for the Device of two reads is not spent on half of it
for budget in 1 5 12 13; do
    run 0 plan $at --quiet --budget=$budget reads
    [ "$(tail -1 out.txt | cut -d, -f1)" -eq $((budget < 12 ? budget : 12)) ] || fail "budget $budget"
done
run 0 plan $at --json --budget=3 --out=three.csv reads
says '"unverified":15,"settled_by_reads":13,"settled_otherwise":2,"devices":3,"reads":3,"report_rows":3'
run 0 plan $at --csp=Central --device-type=CHF reads
complains "0 reads settle 0 Devices"

# a sample is drawn again by its seed; its interval is exact
run 0 plan $at --quiet --sample=5 --seed=3 reads
mv out.txt first.csv
run 0 plan $at --quiet --sample=5 --seed=3 --threads=1 reads
same first.csv out.txt
run 0 plan $at --quiet --sample=5 --seed=4 reads
! cmp -s first.csv out.txt || fail "another seed draws the same"
run 0 plan $at --sample=5 --seed=3 --found=1 reads
complains "if 1 of them fail, 0.51% to 71.64% do (95%, exact) of the 13 that reads settle" # 0.0051 and 0.7164: Clopper-Pearson of 1 in 5

# of 76 judged 25 fail, 13 are readable, 2 in doubt otherwise: (25 + 13 * 0.0051) / 76 and (25 + 13 * 0.7164 + 2) / 76
complains "and the failure rate lies between 32.98% and 47.78%; 2 need something other"
cut -d, -f6,7 out.txt >rates.csv
# row by row what the sample up to there says, in whatever order the one that fails comes: of one read, anything
diff rates.csv - <<END || fail "the rows do not tell what was found"
rate_low,rate_high
0.328947,0.526316
0.328947,0.524164
0.328947,0.510186
0.328947,0.493111
0.329811,0.477808
END
run 0 plan $at --sample=5 --seed=3 --found=5 reads
[ "$(sed -n 2p out.txt | cut -d, -f6,7)" = 0.333224,0.526316 ] || fail "one read, which finds a failure, raises no lower end"
# a sample of all of them leaves nothing to chance
run 0 plan $at --sample=50 --found=2 reads
complains "if 2 of them fail, 15.38% to 15.38% do"
run 64 plan $at --sample=50 --found=20 reads
complains "reads settle no more than 13 Devices"

run 64 plan $at
run 64 plan $at weeds
run 64 plan $at --budget=0 reads
run 64 plan $at --budget=3 --sample=3 reads
run 64 plan $at --found=1 reads
run 64 plan $at --sample=2 --found=3 reads
