# pcreport pack: made, verified, tampered with, and without identifiers.
. "$SOURCE_DIR/tests/cli/lib.sh"

run 3 ingest --db=store --quiet "$SOURCE_DIR"/sample-data/*.csv "$SOURCE_DIR"/sample-data/*.ndjson
run 3 run --db=store --inbox="$(mktemp -d -p "$DIR")" --out=nights --as-of=2021-09-20T02:00:00Z --quiet # it tells of the rejects of ingest
pack='pack ssc --db=store --period=2021-09'

# A dry run judges and checks, and writes nothing.
run 0 $pack --dry-run
says 'dry run, nothing written: pack for 2021-09: '
says '76 Devices judged, 53 failed under legacy, 25 under revised, 15 unverified'
silent

run 0 $pack --out=one
says 'in one/ssc-2021-09 and one/ssc-2021-09.zip'
silent
for file in ssc-2021-09.xlsx ssc-2021-09.html manifest.json csv/summary.csv csv/trend.csv csv/method.csv; do
    present "one/ssc-2021-09/$file"
done
[ "$(find one -name '.*' | grep -c .)" -eq 0 ] || fail "something temporary is left"

# A folder gives way only where it is empty or a pack; of any other nothing is touched.
run 0 $pack --out=one
mkdir -p taken/ssc-2021-09
run 0 $pack --out=taken
echo mine >taken/ssc-2021-09/csv/notes.csv
cp -r taken before
run 73 $pack --out=taken
complains "name another folder than 'taken/ssc-2021-09'"
complains "'csv/notes.csv' is no file of it"
diff -r before taken || fail "a folder that is no pack was touched"
rm before/ssc-2021-09/manifest.json taken/ssc-2021-09/manifest.json
run 73 $pack --out=taken
complains 'it has no manifest.json'
diff -r before taken || fail "a folder that is no pack was touched"

# The same bytes again, in another place and time zone, with one thread.
sleep 1.1
TZ=Asia/Kathmandu run 0 $pack --out=two --threads=1
diff -r one two || fail "two packs of the same store differ"

# Whole, as a folder and as a .zip; the .zip holds the same.
run 0 pack verify one/ssc-2021-09
says 'is whole'
run 0 pack verify one/ssc-2021-09.zip
mkdir unpacked
python3 -m zipfile -e one/ssc-2021-09.zip unpacked
diff -r one/ssc-2021-09 unpacked/ssc-2021-09 || fail "the .zip holds something else"

# Each kind of tampering is found, in the folder and in the .zip.
tamper() { # WHAT COMMAND...
    local what=$1
    shift
    rm -rf bad
    cp -r one/ssc-2021-09 bad
    (cd bad && "$@") || fail "cannot tamper: $*"
    run 65 pack verify bad
    complains "$what"
    python3 - bad bad.zip <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as z:
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            path = os.path.join(folder, name)
            z.write(path, "ssc-2021-09/" + os.path.relpath(path, sys.argv[1]))
PY
    run 65 pack verify bad.zip
    complains "$what"
}
flip() { printf 'Z' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
tamper "'ssc-2021-09.xlsx' is not as it was made" flip ssc-2021-09.xlsx 1000
tamper "'ssc-2021-09.html' is not as it was made" flip ssc-2021-09.html 5000
tamper "'csv/trend.csv' is missing" rm csv/trend.csv
tamper "'csv/new.csv' is no file of this pack" mv csv/trend.csv csv/new.csv
tamper "'notes.txt' is no file of this pack" touch notes.txt

# An edited total is found although the manifest was edited with it.
edit() {
    sed -i 's/^All,91,/All,92,/' csv/summary.csv
    python3 - <<'PY'
import hashlib, json, re
data = open("csv/summary.csv", "rb").read()
text = open("manifest.json").read()
text = re.sub(r'("name":"csv/summary.csv","bytes":)\d+(,"sha256":")[0-9a-f]{64}',
              lambda m: f'{m.group(1)}{len(data)}{m.group(2)}{hashlib.sha256(data).hexdigest()}', text)
json.loads(text)
open("manifest.json", "w").write(text)
PY
}
tamper "devices is 92, but the sum over the Device types is 91" edit

# What is no pack.
run 66 pack verify nowhere
run 65 pack verify "$SOURCE_DIR/sample-data"
complains 'no manifest.json'
echo '{"format": 99, "files": []}' >manifest.json
mkdir new && mv manifest.json new
run 65 pack verify new
complains 'of a format that this version does not know'
head -c 100000 /dev/zero >zeros.zip
run 65 pack verify zeros.zip

# No identifier of a Device or a supply is left anywhere, the workbook included; organisations stay.
printf 'a key that is long enough\n' >key
run 0 $pack --out=hidden --pseudonymise=key
run 0 pack verify hidden/ssc-2021-09.zip
seen=$(python3 "$SOURCE_DIR/tests/pack/no_identifiers.py" hidden "$SOURCE_DIR/sample-data") || fail "an identifier is left in the pack"
[ "$seen" -gt 10 ] || fail "there are $seen pseudonyms"
# The same key gives the same pseudonyms, another key others.
run 0 $pack --out=hidden2 --pseudonymise=key
same hidden/ssc-2021-09.zip hidden2/ssc-2021-09.zip
printf 'another key, long enough too' >key2
run 0 $pack --out=hidden3 --pseudonymise=key2
! cmp -s hidden/ssc-2021-09/csv/incidents-avoided.csv hidden3/ssc-2021-09/csv/incidents-avoided.csv ||
    fail "another key gives the same pseudonyms"
! grep -rqF 'a key that is' hidden || fail "the key is in the pack"
printf 'short' >key4
run 78 $pack --out=hidden4 --pseudonymise=key4
complains 'a key is 16 to 4096 bytes'
run 66 $pack --out=hidden4 --pseudonymise=nowhere
absent hidden4/ssc-2021-09

# The page needs nothing from anywhere and no script.
! grep -qiE '<script|https?://|url\([^#]|@import|<link|<img' one/ssc-2021-09/ssc-2021-09.html || fail "the page asks for more"
[ "$(stat -c %s one/ssc-2021-09/ssc-2021-09.html)" -lt 2000000 ] || fail "the page is too long"

# Usage.
run 64 pack
complains "'pcreport pack ssc' makes a pack"
run 64 pack ssc --db=store --out=one
complains '--period=YYYY-MM'
run 64 pack ssc --db=store --out=one --period=2021-13
complains 'is no month'
run 64 pack ssc --db=store --out=one --period=2021-09 --as-of=2021-09-30
complains 'at the end of its --period'
run 64 pack verify
run 73 $pack --out=/proc/nowhere
