# pcreport pack: which months a pack is made of. Refused: in the future, not ended, before the evidence. PROVISIONAL, and
# why, on every page: the evidence ends before the month does, or the log was silent in it.
. "$SOURCE_DIR/tests/cli/lib.sh"

make_store
pack='pack ssc --out=packs'
export SOURCE_DATE_EPOCH=1634000000 # 2021-10-12T00:53:20Z

# Finished, and covered by the evidence.
run 0 $pack --period=2021-09
says_not PROVISIONAL
# A month is the same instant to every command: its last millisecond. A Device commissioned a millisecond later is not in it.
run 0 report --as-of=2021-09 --json --out=month.csv panel-summary
as_of=$(grep -o '"as_of":"[^"]*"' out.txt | tail -1)
[ "$as_of" = '"as_of":"2021-09-30T23:59:59.999Z"' ] || fail "a report of the month is $as_of"
grep -qF "$as_of" packs/ssc-2021-09/manifest.json || fail "the pack is of another instant"
! grep -q PROVISIONAL packs/ssc-2021-09/ssc-2021-09.html packs/ssc-2021-09/manifest.json || fail "a whole month is PROVISIONAL"

# A failing Device without a known party, its MPxN not registered, has a row of its own, so that the totals tie.
mkdir unknown && cp inputs/*.csv inputs/*.ndjson unknown
sed -i '/^2000000000051,/d' unknown/registration.csv
run 0 ingest --db=unregistered unknown/*
run 0 $pack --db=unregistered --period=2021-09
grep -q '^(nobody registered),1,0,0,0,1,' packs/ssc-2021-09/csv/supplier-performance.csv || fail "the failure has no row"
run 0 pack verify packs/ssc-2021-09
rm unknown/registration.csv
run 0 ingest --db=registerless unknown/*
run 0 $pack --db=registerless --period=2021-09
run 0 pack verify packs/ssc-2021-09

# Not ended; in the future; before the evidence, whose first record is of 31 August. Nothing is written.
run 64 $pack --period=2021-10
complains 'no pack for 2021-10: the month has not ended; wait for its end, or make a provisional one of what is there: --provisional'
run 64 $pack --period=2021-11
complains 'no pack for 2021-11: the month is in the future'
run 64 $pack --period=2021-07
complains 'no pack for 2021-07: it lies before the evidence begins'
complains --provisional
complains 'or give the --period that is meant' # a pack takes no --as-of
for month in 2021-10 2021-11 2021-07; do absent "packs/ssc-$month"; done

# Asked for all the same: the state as far as there is one, never one that has not come yet.
run 0 $pack --period=2021-10 --provisional
says 'PROVISIONAL pack for 2021-10, since the month has not ended; the state is that at the end of 11 October 2021'
grep -q '"as_of":"2021-10-11T23:59:59.999Z"' packs/ssc-2021-10/manifest.json || fail "the state is of another day"
run 0 $pack --period=2021-11 --provisional
says 'the month is in the future; the state is that at the end of 11 October 2021'
run 0 $pack --period=2021-07 --provisional
says 'it lies before the evidence begins'

# The evidence ends in the month.
SOURCE_DATE_EPOCH=1640000000 run 0 $pack --period=2021-10
says 'PROVISIONAL pack for 2021-10, since the audit log is silent from 30 September 2021 on'

# The log is silent in the month: no request from 5 to 25 September.
mkdir silent
cp inputs/* silent
sed -i -E '/2021-09-(10|15|20)T09:00:00Z/d' silent/srv-audit-reads.csv
run 0 ingest --db=silent-store silent/*
run 0 pack ssc --db=silent-store --out=silent-packs --period=2021-09
says 'PROVISIONAL pack for 2021-09, since the audit log is silent from 5 September 2021 to 25 September 2021'
page=silent-packs/ssc-2021-09/ssc-2021-09.html
grep -q '<strong>PROVISIONAL</strong>: the audit log is silent from 5 September 2021 to 25 September 2021' "$page" ||
    fail "the page does not say so"
# On every printed page of page and workbook.
grep -q '@top-center { content: "DCC CONTROLLED, period 2021-09, PROVISIONAL: the audit log is silent' "$page" ||
    fail "the head of the printed pages does not say so"
python3 -m zipfile -e silent-packs/ssc-2021-09/ssc-2021-09.xlsx book
for sheet in book/xl/worksheets/sheet*.xml; do
    grep -q '<oddHeader>[^<]*PROVISIONAL: the audit log is silent' "$sheet" || fail "$sheet has no such head"
done
run 0 pack verify silent-packs/ssc-2021-09.zip
# A log that its user states to be whole is silent nowhere.
printf '[coverage]\ncomplete = /\n' >whole.ini
run 0 pack ssc --config=whole.ini --db=silent-store --out=whole-packs --period=2021-09
says_not PROVISIONAL

# The head of the paper, and its marking with what it asks of a reader.
cat >paper.ini <<END
[pack]
reference = SSC_12_0310 <draft>
action = for decision
purpose = To tell what fails.
author = Reporting
recommendation = Agree & note.
marking = sec panel amber
END
run 0 $pack --config=paper.ini --period=2021-09
page=packs/ssc-2021-09/ssc-2021-09.html
for text in 'SSC_12_0310 &lt;draft&gt;' 'for decision' 'Agree &amp; note.' 'sec panel amber' 'For the members it was sent to, and those' \
    '@bottom-left { content: "SSC_12_0310 \\3C draft\\3E "'; do
    grep -qF -- "$(printf '%b' "$text")" "$page" || fail "the page lacks: $text"
done
run 0 $pack --config=paper.ini --period=2021-09 --marking=TLP:RED
grep -q 'For the eyes and ears' "$page" || fail "the sentence is not that of the marking"
printf '[pack]\nmarking = Ours\nsentence = Keep it.\n' >own.ini
run 0 $pack --config=own.ini --period=2021-09
grep -q 'Keep it\.' "$page" || fail "the sentence of a marking of one's own is missing"

# R11.3: what the last run of the month before reported, and would be reported otherwise by now: its certificates come late.
mkdir late empty
cp inputs/* late
mv late/certificates.ndjson later.ndjson
run 0 ingest --db=late-store late/*
run 0 run --db=late-store --inbox=empty --out=nights --as-of=2021-09-30T02:00:00Z --quiet
run 0 ingest --db=late-store later.ndjson
SOURCE_DATE_EPOCH=1640000000 run 0 pack ssc --db=late-store --out=late-packs --period=2021-10
tr -d '\r' <late-packs/ssc-2021-10/csv/restated.csv >restated.csv
diff restated.csv - <<END || fail "what would be reported otherwise is not told"
reported,now,devices
UNVERIFIED,FALSE_POSITIVE,1
END
grep -q 'of what was reported on 30 September 2021, <a href="#restated">1 Device</a> would be reported otherwise' \
    late-packs/ssc-2021-10/ssc-2021-10.html || fail "the page does not say so"

# Tolerances: under the criteria in force a level is breached, by the evidence it is not.
printf 'measure,scope,warn,breach,source\nfailure_rate,all,40%%,60%%,Panel\nfailures,CHF,,5,\n' >levels.csv
printf '[reports]\ntolerances = levels.csv\n' >levels.ini
run 0 $pack --config=levels.ini --period=2021-09
tr -d '\r' <packs/ssc-2021-09/csv/tolerances.csv >tolerances.csv
grep -q '^failure_rate,all,0.4,0.6,1,breached,0.66' tolerances.csv || fail "the level is not held: $(cat tolerances.csv)"
grep -q 'of the failure rate is 60%: the criteria in force report 100.00%, which breaches it; by the evidence it is 66.67%' \
    packs/ssc-2021-09/ssc-2021-09.html || fail "the page does not say so"

# Of a party, each rate is of the Devices on which those criteria oblige it, as in the Suppliers' table. Open Incidents
# are those that a run would leave open, under both criteria alike, though none was made.
mkdir owed && cp inputs/* owed
cat >>owed/organisations.csv <<END
90-B3-D5-1F-30-01-00-02,Borough Gas,Supplier,yes,
END
cat >>owed/registration.csv <<END
2000000000051,90-B3-D5-1F-30-01-00-02,2021-09-20,,90-B3-D5-1F-30-02-00-01
END
printf 'measure,scope,breach\nfailure_rate,Borough Gas,40%%\nfailure_rate,Acme Energy,40%%\nopen_incidents,CHF,0\n' >levels.csv
run 0 ingest --db=owed-store owed/*
run 0 pack ssc --config=levels.ini --db=owed-store --out=owed-packs --period=2021-09
tr -d '\r' <owed-packs/ssc-2021-09/csv/tolerances.csv >tolerances.csv
diff tolerances.csv - <<END || fail "the rates of a party are not those that it owes"
measure,scope,warn,breach,legacy,legacy_state,revised,revised_at_most,revised_state,source
failure_rate,Borough Gas,,0.4,,,1,1,breached,
failure_rate,Acme Energy,,0.4,1,breached,0,0,within,
open_incidents,CHF,,0,1,breached,1,,breached,
END
run 0 pack verify owed-packs/ssc-2021-09
