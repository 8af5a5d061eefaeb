# simulate: what it accepts, and that its folder appears whole or not at all.
. "$(dirname "$0")/lib.sh"

run 64 simulate --devices=10
complains "--out=DIR"
run 64 simulate --devices=10 --out=a extra
run 64 simulate --devices=0 --out=a
run 64 simulate --devices=10 --out=a --true-failure-rate=1
complains "0.25%"
run 64 simulate --devices=10 --out=a --true-failure-rate=8%
complains "no more Devices can truly fail"
run 64 simulate --devices=10 --out=a --legacy-failure-rate=51%
run 64 simulate --devices=10 --out=a --as-of=1999-12-31
run 0 simulate --devices=10 --seed=18446744073709551615 --dry-run --out=a
run 64 simulate --devices=10 --seed=18446744073709551616 --dry-run --out=a
absent a

run 0 simulate --devices=50 --out=a
says "simulated: 50 Devices"
silent
for file in srv-audit.csv inventory-2025-10-01.csv registration.csv organisations.csv dsp-checks.csv \
    certificates.ndjson as-of.txt truth.csv; do
    present "a/$file"
done
absent a/earlier-inventory-2025-04-01.csv # none of so few was Commissioned before
[ "$(wc -l <a/truth.csv)" -eq 51 ] || fail "truth.csv has $(wc -l <a/truth.csv) lines, not 51"

# The same again, in another time zone and language; then another population in the same place.
TZ=Asia/Tokyo LC_ALL=C.UTF-8 run 0 simulate --devices=50 --seed=1 --out=b
diff -r a b >/dev/null || fail "the same seed gave another population"
run 0 simulate --devices=50 --seed=2 --out=b
! diff -r a b >/dev/null || fail "another seed gave the same population"

# Compressed it says the same, and the files need no further word.
run 0 simulate --devices=50 --gzip --out=z
for file in z/*.gz; do
    name=${file##*/}
    gzip -dc "$file" | cmp -s - "a/${name%.gz}" || fail "$file says something else than a/${name%.gz}"
done
run 0 run --inbox=z --out=reports
present reports/2025-10-01/devices.csv
[ "$(wc -l <reports/2025-10-01/devices.csv)" -eq 51 ] || fail "not every Device was judged"

run 0 simulate --devices=50 --as-of=2031-03-30T01:30:00Z --out=later
present later/inventory-2031-03-30.csv
[ "$(cat later/as-of.txt)" = 2031-03-30T01:30:00Z ] || fail "as-of.txt: $(cat later/as-of.txt)"
run 0 ingest --db=later.db later/srv-audit.csv later/registration.csv later/certificates.ndjson
run 0 report --db=later.db --as-of=2031-03-30T01:30:00Z devices

# Nights: a folder each, in the order of arrival; what all of them bring is what the population without nights has.
run 64 simulate --devices=300 --nights=101 --out=n
run 64 simulate --devices=300 --nights=5 --missing-nights=5 --out=n
complains "(5)"
run 64 simulate --devices=300 --nights=5 --duis --out=n
complains "--nights or --duis"
run 0 simulate --devices=300 --out=whole
run 0 simulate --devices=300 --nights=10 --out=n
[ "$(ls n)" = "$(printf '%s\n' as-of.txt inbox truth.csv)" ] || fail "beside the nights there is: $(ls n)"
[ "$(ls n/inbox)" = "$(printf '2025-09-%s\n' 22 23 24 25 26 27 28 29 30; echo 2025-10-01)" ] ||
    fail "the nights: $(ls n/inbox)"
[ "$(cat n/inbox/2025-09-23/as-of.txt)" = 2025-09-23T06:00:00Z ] || fail "a night does not end at its as-of"
cmp whole/truth.csv n/truth.csv || fail "the truth depends on the nights"
late=0
for file in n/inbox/*/*-2025-*; do
    night=${file#n/inbox/}
    night=${night%%/*}
    day=$(basename "$file" | grep -oE '2025-[0-9]{2}-[0-9]{2}')
    [[ ! $day > $night ]] || fail "$file arrives before its day"
    case $file in */earlier-*) continue ;; esac
    [ "$day" = "$night" ] || late=$((late + 1))
done
[ "$late" -ge 3 ] || fail "only $late files are late"
for kind in srv-audit dsp-checks inventory registration; do
    prompt=0
    for night in n/inbox/*; do
        [ ! -e "$night/$kind-${night##*/}.csv" ] || prompt=$((prompt + 1))
    done
    [ "$prompt" -ge 6 ] || fail "only $prompt of ten nights have a $kind of their own"
done
for kind in srv-audit:csv dsp-checks:csv certificates:ndjson; do
    sort -u whole/"${kind%:*}.${kind#*:}" >whole.txt
    sort -u n/inbox/*/"${kind%:*}"-*."${kind#*:}" >nights.txt
    cmp whole.txt nights.txt || fail "the nights bring other rows of ${kind%:*}"
done
cmp <(sort whole/inventory-2025-10-01.csv) <(sort n/inbox/2025-10-01/inventory-2025-10-01.csv) ||
    fail "the last night's inventory is not that of the end"
[ "$(wc -l <n/inbox/2025-09-22/inventory-2025-09-22.csv)" -lt 301 ] || fail "homes are known before they are fitted out"
for night in n/inbox/*; do
    run 0 run --db=n.db --inbox="$night" --out=nights
done
run 0 ingest --db=whole.db whole/*.csv whole/*.ndjson
run 0 report --db=whole.db --as-of="$(cat whole/as-of.txt)" --format=csv --out=whole.csv devices
cmp whole.csv nights/2025-10-01/devices.csv || fail "after the last night the verdicts are not those of the whole"

# Missing nights: no request of such a day, and all others; the truth stays as it is. A log that begins late likewise.
run 0 simulate --devices=300 --missing-nights=3 --json --out=gaps
grep -q "\"missing_nights\":\[\"$(paste -sd, gaps/missing-nights.txt | sed 's/,/","/g')\"\]" out.txt ||
    fail "the summary names other days than missing-nights.txt"
[ "$(wc -l <gaps/missing-nights.txt)" -eq 3 ] || fail "not three nights are missing"
awk -F, 'FNR == NR {gone[$1] = 1; next} FNR == 1 || !(substr($4, 1, 10) in gone)' \
    gaps/missing-nights.txt whole/srv-audit.csv | cmp - gaps/srv-audit.csv || fail "the log lacks other days"
cmp whole/truth.csv gaps/truth.csv || fail "the truth depends on what the log lacks"
run 0 simulate --devices=300 --log-from=2025-04-01 --out=gaps
awk -F, 'NR == 1 || $4 >= "2025-04-01"' whole/srv-audit.csv | cmp - gaps/srv-audit.csv ||
    fail "the log begins at another instant"
run 0 simulate --devices=300 --nights=9 --missing-nights=8 --out=gaps
[ "$(cat gaps/missing-nights.txt)" = "$(printf '2025-09-%s\n' 23 24 25 26 27 28 29 30)" ] ||
    fail "of nine nights not the eight before the last are missing"
run 0 ingest --db=gaps.db gaps/*.txt
complains "missing-nights.txt: passed over"

run 0 simulate --devices=50 --dry-run --out=none
says "nothing was written"
absent none
run 0 simulate --devices=50 --json --out=b
[ "$(tail -1 out.txt | grep -c '"event":"summary".*"devices":50,.*"truly_pass":')" -eq 1 ] || fail "no summary event"
run 0 simulate --devices=50 --quiet --out=b
[ ! -s out.txt ] || fail "--quiet says something"

# A folder with something else in it is left alone; so is the old population when there is no room for the new one.
mkdir mine
echo precious >mine/letter.txt
run 73 simulate --devices=50 --out=mine
complains "name a new folder"
[ "$(cat mine/letter.txt)" = precious ] || fail "a folder of the user was touched"
run 73 simulate --devices=50 --out=mine/letter.txt
(
    trap '' XFSZ
    ulimit -f 100
    "$PCREPORT" simulate --devices=5000 --out=a >/dev/null 2>&1
    [ $? -eq 74 ]
) || fail "no 74 for a full disk"
run 0 simulate --devices=50 --out=b
diff -r a b >/dev/null || fail "the old population was touched"
[ -z "$(find . -name '*partial*')" ] || fail "half a population was left"
