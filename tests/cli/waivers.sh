# Waivers: a waived Device keeps its verdict and stays in every count; reports mark it, and show rates before and after.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
cat >inbox/waivers.csv <<END
device_id,model,party,obligation,reason,approver,reference,from,expires
$OTHER,,Northern Wires,,no access,SSC,SSC 1/2,,2021-12-31
$HUB,,,issue-credentials,firmware,SSC,SSC 1/3,,2021-12-31
$OTHER,,,,longer ago,SSC,SSC 0/1,2021-01-01,2021-09-30
END
failing="SELECT device_id, verdict, waived FROM devices WHERE verdict = 'FAIL'"
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
says "1 pass, 2 fail"
run 0 sql --quiet --format=csv --as-of=$AS_OF "$failing"
says "$OTHER,FAIL,no" # it is another party that owes it
sed -i "s/^$OTHER,,Northern Wires,/$OTHER,,Acme Energy,/" inbox/waivers.csv
run 0 run --inbox=inbox --out=out --as-of=$AS_OF
run 0 sql --quiet --format=csv --as-of=$AS_OF "$failing"
says "$OTHER,FAIL,yes"
says "$HUB,FAIL,no" # only one of its obligations is waived
grep -q '^"All, All".*,1,0.333[0-9]*,0.333' out/2021-10-01/panel-summary.csv ||
    fail "rates: $(grep '^"All, All' out/2021-10-01/panel-summary.csv)"
grep -q "$OTHER.*,yes" out/2021-10-01/supplier-failures.csv || fail "supplier-failures does not mark it"
grep -q "1 Device is waived: they stay in every count. As if they did not fail, the rate is 33.33%" out/2021-10-01/index.html ||
    fail "the page does not tell"
grep -q 'waiver that has expired,1,"line 4, expired 2021-09-30T23:00:00Z"' out/2021-10-01/data-quality.csv ||
    fail "the expired waiver is no finding: $(grep -i waiver out/2021-10-01/data-quality.csv)"

# One for a Device, model or party that nobody knows waives nothing, and is a finding.
cp inbox/waivers.csv known.csv
cat >>inbox/waivers.csv <<END
00-DE-AD-BE-EF-00-00-01,,,,mistyped,SSC,,,2021-12-31
,,Nobody Ltd,,mistyped,SSC,,,2021-12-31
,NOPE-1,,,mistyped,SSC,,,2021-12-31
END
run 0 run --inbox=inbox --out=out --as-of=$AS_OF --quiet
grep -q 'waiver for nothing that is known,3,line 5: 00-DE-AD-BE-EF-00-00-01' out/2021-10-01/data-quality.csv ||
    fail "waivers of the unknown are no finding: $(grep -i waiver out/2021-10-01/data-quality.csv)"
mv known.csv inbox/waivers.csv
rm pcreport.db # the rest is asked without them

# The pack shows rates before and after, and who agreed to what until when.
run 0 run --inbox=inbox --out=out --as-of=$AS_OF --quiet
run 0 pack ssc --period=2021-09 --out=packs
run 0 pack verify packs/ssc-2021-09
tr -d '\r' <packs/ssc-2021-09/csv/waived.csv >waived.csv
diff waived.csv - <<END || fail "rates before and after waivers"
device_type,judged,revised_failed,unverified,waived,waived_failed,revised_rate,revised_rate_at_most,rate_after_waivers,rate_after_waivers_at_most
ESME,2,1,0,1,1,0.5,0.5,0,0
All,3,2,0,1,1,0.6666666666666666,0.6666666666666666,0.3333333333333333,0.3333333333333333
END
grep -q "<a href=\"#waived\">1 Device is waived</a>: they stay in every count. As if they did not fail, the rate of the evidence is 33.33%" \
    packs/ssc-2021-09/ssc-2021-09.html || fail "the page of the pack does not tell"
grep -q "^$OTHER,,Acme Energy,,no access,SSC,SSC 1/2,,[^,]*,holds" packs/ssc-2021-09/csv/waivers.csv || fail "who agreed to it"
grep -q "^$HUB,.*,SSC 1/3,,2021-12-31,holds" packs/ssc-2021-09/csv/waivers.csv || fail "the end of a British day in winter"
grep -q "^$OTHER,,,,longer ago,SSC,SSC 0/1,2021-01-01,2021-09-30,expired" packs/ssc-2021-09/csv/waivers.csv ||
    fail "the end of a British day"
grep -q "$OTHER.*,yes" packs/ssc-2021-09/csv/failing-devices.csv || fail "the list does not mark it"
# A rate that does not tie is found although the manifest ties.
(cd packs/ssc-2021-09 && sed -i 's/^All,3,2,0,1,1/All,3,2,0,2,1/' csv/waived.csv)
run 65 pack verify packs/ssc-2021-09
complains 'waived is 2, but the sum over the Device types is 1'

# It stops by itself.
run 0 sql --quiet --format=csv --as-of=2022-01-01T00:00:00Z "SELECT count(*) AS n FROM devices WHERE waived = 'yes'"
lines_out 2
grep -qx $'0\r' out.txt || fail "a waiver did not stop"

# A bad row is a reject, with line, column and what is wanted; the others are taken.
printf 'device_id,obligation,reason,approver,expires\n%s,issue,x,SSC,2021-12-31\n,,x,SSC,2021-12-31\n%s,,x,SSC,2021-12-31\n' \
    $OTHER $OTHER >more.csv
run 3 ingest --max-rejects=5 --kind=waivers more.csv
complains 'more.csv:2: obligation: "issue" is no obligation; wanted is one of issue-credentials'
complains "more.csv:3: says nothing of what it is for"
