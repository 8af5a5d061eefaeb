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
absent a

run 0 simulate --devices=50 --out=a
says "simulated: 50 Devices"
silent
for file in srv-audit.csv inventory-2025-10-01.csv registration.csv organisations.csv dsp-checks.csv \
    certificates.ndjson as-of.txt truth.csv; do
    present "a/$file"
done
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
