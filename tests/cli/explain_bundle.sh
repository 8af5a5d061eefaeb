# explain --bundle: what is said of a Device with all it rests on, and whether it is still as it was made.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
gzip -k inputs/dsp-checks.csv && rm inputs/dsp-checks.csv
(cd inputs && python3 -m zipfile -c evidence.zip certificates.ndjson && rm certificates.ndjson)
# A value with a line end in it: the row goes over two lines.
echo "$METER,6.15.1,90-B3-D5-1F-30-01-00-01,2021-09-03T13:00:00Z,IS,,NetworkOperator,2021-09-03T13:01:00Z,I0,\"Suc
cess\"" >>inputs/srv-audit.csv
run 0 ingest --quiet --max-rejects=50% inputs/* || run 3 ingest --quiet --max-rejects=50% inputs/*
at="--as-of=$AS_OF"

run 0 explain $at --bundle=dispute $METER
says "bundle of Device $METER in dispute: "
silent
for file in explanation.html explanation.txt explanation.json criteria/legacy.json criteria/revised.json criteria/codes.json; do
    present "dispute/$file"
done
same dispute/criteria/revised.json "$SOURCE_DIR/criteria/revised.json"
run 0 explain $at $METER
head -3 out.txt | diff - <(head -3 dispute/explanation.txt) || fail "the text is not that of explain"

# Each row of the Device as it stands in the file, below the file's heading; nothing of another Device.
rows=$(echo dispute/rows/*-srv-audit.csv)
head -1 inputs/srv-audit.csv | diff - <(head -1 "$rows") || fail "the heading is missing"
diff <(grep "^$METER" inputs/srv-audit.csv) <(grep "^$METER" "$rows") || fail "rows of the log are missing"
diff <(grep "^$METER" inputs/inventory-2021-10-01.csv) <(tail -n +2 dispute/rows/*-inventory-2021-10-01.csv) ||
    fail "more or less than the Device's row of the inventory"
! grep -rq "$OTHER" dispute/rows || fail "rows of another Device are in it"
diff <(zcat inputs/dsp-checks.csv.gz) dispute/rows/*-dsp-checks.csv.gz || fail "rows of a compressed file are missing"
grep -q '"taken_at":"2021-09-03T02:00:00Z"' dispute/rows/*evidence.zip* || fail "rows of an archive are missing"
python3 - <<'PY' || fail "the manifest is not as it should be"
import hashlib, json
m = json.load(open("dispute/manifest.json"))
assert m["bundle"] == "explain" and m["device"].startswith("00-DB") and m["as_of"] == "2021-10-01T06:00:00Z", m
assert all(i["rows"] == i["records"] and "file" in i for i in m["inputs"]), m["inputs"]
for f in m["files"]:
    assert hashlib.sha256(open("dispute/" + f["name"], "rb").read()).hexdigest() == f["sha256"], f
PY

# A DUIS document goes from its declaration to its end; a record of JSON may begin in the line in which another ends.
cp -r "$SOURCE_DIR/sample-data/duis" "$SOURCE_DIR/sample-data/organisations.csv" .
python3 - <<'PY'
import json, os
os.makedirs("pretty")
rows = [json.loads(line) for line in open(os.environ["SOURCE_DIR"] + "/sample-data/certificates.ndjson")]
for r, d in zip(rows, ("71", "72", "72", "71")):
    r["device_id"] = "00-DB-5A-E1-00-00-00-" + d
    r["note"] = "} ] {"
with open("pretty/certificates.json", "w") as f:
    f.write("[" + ", ".join(json.dumps(r, indent=1) for r in rows[:4]) + "]\n")
PY
run 0 ingest --db=duis.db --quiet duis/*.* organisations.csv pretty/certificates.json
run 0 explain --db=duis.db $at --bundle=documents 00-DB-5A-E1-00-00-00-72
python3 - documents <<'PY' || fail "the documents are not whole, or others' are among them"
import glob, json, sys, xml.etree.ElementTree as tree
m = json.load(open(sys.argv[1] + "/manifest.json"))
documents = 0
for i in m["inputs"]:
    text = open(f"{sys.argv[1]}/{i['file']}").read()
    if i["kind"] == "duis":
        parts = text.split("<?xml")[1:]
        assert len(parts) == i["rows"] == i["records"], i
        for part in parts:
            root = tree.fromstring("<?xml" + part)
            assert root.tag.endswith(("}Request", "}Response")) and len(root) > 1, part[:80]
            documents += 1
    if i["kind"] == "certificates":
        assert i["rows"] == 2 and text.count("00-DB-5A-E1-00-00-00-72") == 2 and text.count("device_id") == 2, text
assert documents > 20, documents
PY

# What came from standard input has no name to be looked for: any file of the folders may be it.
"$PCREPORT" ingest --db=piped.db --quiet --kind=inventory --extracted-at=2021-10-01 - <inputs/inventory-2021-10-01.csv
run 66 explain --db=piped.db $at --bundle=piped $METER
complains "pcreport: -: it came from standard input; say with --originals=DIR"
run 0 explain --db=piped.db $at --bundle=piped --originals=inputs $METER
grep -q "^$METER" piped/rows/01-- || fail "the row is not found"

run 0 explain verify dispute
says "is whole"
cp -r dispute bad && echo >>bad/explanation.txt
run 65 explain verify bad
complains "'explanation.txt' is not as it was made"
rm -r bad && cp -r dispute bad && rm bad/criteria/codes.json && touch bad/new
run 65 explain verify bad
complains "'criteria/codes.json' is missing"
complains "'new' is no file of this bundle"
run 66 explain verify nowhere
run 65 explain verify inputs
complains "is no bundle"
mkdir other && echo '{"pack":"ssc","format":1,"files":[]}' >other/manifest.json
run 65 explain verify other
complains "is no manifest of a bundle"

# The same again; from whatever folder, since the inputs are looked for from that of the store, too.
run 0 explain $at --bundle=again $METER
diff -r dispute again || fail "two bundles differ"
mkdir elsewhere
(cd elsewhere && "$PCREPORT" explain --db=../pcreport.db $at --bundle=../again $METER) >out.txt 2>err.txt || fail "exit status $?"
diff -r dispute again || fail "a bundle made in another folder differs"
silent

# The inputs lie somewhere else: told, until it is said where. They may be compressed there, or in folders by date.
mkdir -p archive/2021 && cp -r pcreport.db archive
mv inputs archive/2021/in
run 66 explain $at --bundle=again $METER
complains "inputs/registration.csv: it is not there any more; say with --originals=DIR below which folder it lies"
complains "the bundle 'again' is left as it is: it holds 18 original rows, of which 0 are found now"
diff -r dispute again || fail "a whole bundle gave way to an empty one"
run 66 explain $at --bundle=emptier $METER
says "with 0 original rows; of 6 input files rows are missing"
run 66 explain $at --bundle=emptier $METER
says "with 0 original rows"
run 0 explain $at --bundle=again --originals=archive $METER
silent
diff -r dispute again || fail "a bundle of inputs that were moved differs"
gzip archive/2021/in/srv-audit.csv
echo another >archive/2021/srv-audit.csv
run 0 explain $at --bundle=again --originals=elsewhere --originals=archive $METER
diff -r dispute again || fail "a bundle of inputs that were compressed since differs"
gunzip archive/2021/in/srv-audit.csv.gz
mv archive/2021/in inputs
# Where a run puts its inbox away.
mkdir inbox
cp inputs/* inbox
printf '[run]\nafter = move\n' >run.ini
run 0 run --config=run.ini --db=run.db --inbox=inbox --out=nights $at --quiet
absent inbox/srv-audit.csv
run 0 explain --db=run.db $at --bundle=moved $METER
diff -r dispute/rows moved/rows || fail "a bundle of inputs that a run put away differs"

# A dry run looks for all of it, and writes nothing.
run 0 explain $at --bundle=dry --dry-run $METER
says "dry run, nothing written: bundle of Device $METER: 13 files, with 18 original rows"
absent dry
run 0 explain $at --out=dry.html --dry-run $METER
absent dry.html
run 64 explain $at --dry-run $METER
run 64 explain $at --originals=inputs $METER

# Where an input is gone or another by now, that is told, in the page too.
rm inputs/registration.csv
sed -i '2s/IS/OU/' inputs/srv-audit.csv
run 66 explain $at --bundle=later $METER
complains "inputs/registration.csv: it is not there any more"
complains "inputs/srv-audit.csv: what has its name is another file by now"
says "of 2 input files rows are missing"
grep -q '<span class="bad">missing</span>: it is not there any more' later/explanation.html || fail "the page does not tell"
grep -q 'inputs/srv-audit.csv: 0 of [0-9]* rows; missing: what has its name is another' later/explanation.txt ||
    fail "the text does not tell"
grep -q 'it is not there any more' later/manifest.json || fail "it is not told what is gone"
grep -q 'another file by now' later/manifest.json || fail "it is not told what is another"
[ ! -e later/rows/*-srv-audit.csv ] || fail "rows of another file are in it"
run 0 explain verify later

# A folder gives way only where it is empty or a bundle; of any other nothing is touched.
cp -r later before
run 73 explain $at --bundle=later $OTHER
complains "name another folder than 'later', which is left as it is: it holds the bundle of Device $METER"
diff -r before later || fail "the bundle of another Device was touched"
rm -r before
run 66 explain $at --bundle=later $METER
run 0 explain verify later
mkdir empty
run 66 explain $at --bundle=empty $METER
refused() { # FOLDER WHY
    cp -r "$1" before
    run 73 explain $at --bundle="$1" $METER
    complains "name another folder than '$1'"
    complains "$2"
    diff -r before "$1" || fail "the folder $1 was touched"
    rm -r before
}
mkdir -p mine/thesis && echo years >mine/thesis/chapter
refused mine 'it has no manifest.json'
echo '{"manifest_version":3,"files":[]}' >mine/manifest.json
refused mine 'of a format that this version does not know'
sed 's/"bundle":"explain"/"pack":"ssc"/' later/manifest.json >mine/manifest.json
refused mine 'is no manifest of a bundle'
echo note >later/rows/note
refused later "'rows/note' is no file of it"
rm later/rows/note && ln -s ../inputs later/link
refused later "'link' is no file of it"

printf 'a key that is long enough\n' >key
run 64 explain $at --bundle=x --pseudonymise=key $METER
run 64 explain $at --bundle=x $METER $OTHER
run 64 explain verify
run 73 explain $at --bundle=/proc/x $METER

# R7: Commissioned, Withdrawn and Commissioned again: what is cited and put into the bundle is the extract in force, also
# where its row is the same as that of an earlier one, or names the Device behind another.
mkdir turns
for night in 10:Commissioned 12:Withdrawn 14:Commissioned; do
    cat >turns/inventory-2021-09-${night%%:*}.csv <<END
chf_id,device_id,device_type,status,smets,commissioned_at
$OTHER,00-DB-12-34-56-78-90-B9,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z
$OTHER,$HUB,CHF,${night##*:},SMETS2+,2021-09-01T10:00:00Z
END
done
run 0 ingest --db=turns.db --quiet turns/* inputs/organisations.csv
for night in 10:2021-09-11 12:2021-09-13 14:2021-09-15; do
    run 0 explain --db=turns.db --as-of=${night##*:} --bundle=turned-${night%%:*} $HUB
    grep -q "as the inventory says *turns/inventory-2021-09-${night%%:*}.csv" turned-${night%%:*}/explanation.txt ||
        fail "another extract than that of ${night%%:*} September is cited"
    grep -q "^$OTHER,$HUB," turned-${night%%:*}/rows/*-inventory-2021-09-${night%%:*}.csv || fail "its row is not in the bundle"
    ! grep -rq 90-B9 turned-${night%%:*}/rows || fail "rows of another Device are in it"
done
tr -s ' \n' ' ' <turned-14/explanation.txt | grep -q "09-14.csv, the extract of 2021-09-14T00:00:00Z, which says the same as" ||
    fail "nobody is told that two extracts say the same"
grep -q "As the inventory says</dt><dd>turns/inventory-2021-09-14.csv" turned-14/explanation.html || fail "the page cites none"
run 0 explain --db=turns.db --as-of=2021-09-15 --json $HUB
says '"file":"turns/inventory-2021-09-14.csv","line":null'
# Of an extract in two files nobody knows which one says it, until it is looked.
head -2 turns/inventory-2021-09-14.csv >turns/north-2021-09-14.csv
run 0 ingest --db=turns.db --quiet --extracted-at=2021-09-14 turns/north-2021-09-14.csv
run 0 explain --db=turns.db --as-of=2021-09-15 --bundle=turned-two $HUB
tr -s ' \n' ' ' <turned-two/explanation.txt | grep -q "09-14.csv or turns/north-2021-09-14.csv, the extract" || fail "one of two is cited"
grep -q "^$OTHER,$HUB," turned-two/rows/*-inventory-2021-09-14.csv || fail "its row is not in the bundle of two"
! ls turned-two/rows/*north* 2>/dev/null || fail "a file that does not name the Device is in it"
