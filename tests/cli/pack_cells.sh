# pack verify opens the workbook again: an edit of it is told although its SHA-256 in the manifest was edited with it.
. "$SOURCE_DIR/tests/cli/lib.sh"

make_store
run 0 pack ssc --db=pcreport.db --period=2021-09 --provisional --out=. --quiet
good=ssc-2021-09

cat >edit.py <<'PY'
import hashlib, json, re, sys, zipfile
name, code = sys.argv[1:3]
path = "bad/" + name
if name.endswith(".xlsx"):
    with zipfile.ZipFile(path) as z:
        parts = [(n, z.read(n).decode()) for n in z.namelist()]
    was = list(parts)
    def change(part, pattern, to, flags=re.S):
        at = next(i for i, (n, _) in enumerate(parts) if n == part)
        text, count = re.subn(pattern, to.replace("~", '"'), parts[at][1], count=1, flags=flags)
        assert count == 1, (part, pattern)
        parts[at] = (part, text)
    def sheet(name):
        book = dict(parts)["xl/workbook.xml"]
        return f'xl/worksheets/sheet{re.search(f"<sheet name=.{name}. sheetId=.([0-9]+).", book)[1]}.xml'
    exec(code)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for n, text in parts:
            z.writestr(n, text)
else:
    text = open(path).read()
    was = text
    exec(code)
    assert text != was
    open(path, "w").write(text)
data = open(path, "rb").read()
manifest = open("bad/manifest.json").read()
manifest, count = re.subn(r'("name":"' + name + r'","bytes":)\d+(,"sha256":")[0-9a-f]{64}',
                          lambda m: f"{m[1]}{len(data)}{m[2]}{hashlib.sha256(data).hexdigest()}", manifest)
assert count == 1
open("bad/manifest.json", "w").write(manifest)
PY
edit() { # FILE PYTHON: a copy of the pack with the file edited, and its SHA-256 in the manifest
    rm -rf bad && cp -r $good bad
    python3 edit.py "$1" "$2" 2>err.txt || fail "cannot edit: $2"
}
told() { # PYTHON MESSAGE: of the workbook
    edit $good.xlsx "$1"
    run 65 pack verify bad
    complains "pcreport: '$good.xlsx' $2"
    ! grep -qF 'SHA-256' err.txt || fail "the manifest was not edited with it"
}

# Put together anew by another program, with the same parts, it is the same workbook.
edit $good.xlsx 'pass'
run 0 pack verify bad
silent
says "is whole: every file is as its manifest says, the workbook holds the cells that were written, and the totals agree"

told 'change(sheet("Summary"), r"<v>[0-9]+</v></c></row>", "<v>77</v></c></row>")' "has other cells on its sheet 'Summary' than were written"
told 'change(sheet("Trend"), r"<row r=.6..*?</row>", "")' "has 15 cells in 4 rows on its sheet 'Trend', not the 27 in 5 that were written"
told 'change(sheet("Failing, listed"), r"(<row r=.7..*?</row>)", r"\1<row r=~99~><c r=~A99~><v>1</v></c></row>")' "has 37 cells in 7 rows on its sheet 'Failing, listed', not the 36 in 6 that were written"
told 'change("xl/sharedStrings.xml", "<t>True failures<", "<t>Others<")' "has other cells on its sheet 'Summary' than were written"
told 'change("xl/workbook.xml", "(<sheet name=.Trend. [^/]*)/>", r"\1 state=~hidden~/>")' "hides its sheet 'Trend'"
told 'change("xl/workbook.xml", "<sheet name=.Trend. [^/]*/>", "")' "lacks its sheet 'Trend'"
told 'change("xl/workbook.xml", "<sheet name=.Trend. ", "<sheet name=~Trends~ ")' "has a sheet 'Trends', which was not written"
told 'change("xl/workbook.xml", "(<sheet name=.Trend. [^/]*/>)(<sheet [^/]*/>)", r"\2\1")' "is not as it was made, though its cells are"
told 'change(sheet("Trend"), "<row r=.6.", "<row r=~6~ hidden=~1~")' "is not as it was made, though its cells are"
told 'change("xl/_rels/workbook.xml.rels", "sheet2.xml(.*)sheet3.xml", r"sheet3.xml\1sheet2.xml")' "is not as it was made, though its cells are"
told 'parts = [p for p in parts if p[0] != sheet("Trend")]' "has 0 cells in 0 rows on its sheet 'Trend'"
told 'change("xl/styles.xml", "<styleSheet", "<stylesheet")' "is no workbook that can be read: xl/styles.xml: mismatched tag"
told 'parts = [(n, t[:99]) for n, t in parts]' "is no workbook that can be read"

# However much it unpacks to, it costs little memory.
told 'change(sheet("Trend"), "<row r=.6.", "<row" + " " * (65 << 20) + "r=~6~")' "is no workbook that can be read: xl/worksheets/sheet3.xml: it is larger than any that is written here"

# What is no workbook, or one from which another program unpacks something else.
edit $good.xlsx 'pass'
printf x >>bad/$good.xlsx
run 65 pack verify bad
complains "'$good.xlsx' is no workbook that can be read: it holds more than its parts"
: >bad/$good.xlsx
run 65 pack verify bad
complains "'$good.xlsx' is no workbook that can be read: it is empty"

# Of a .csv the rows are counted.
edit csv/glossary.csv 'text = "".join(text.splitlines(keepends=True)[:-1])'
run 65 pack verify bad
complains "'csv/glossary.csv' has"

# Under pseudonyms, too.
printf 'a key that is long enough\n' >key
run 0 pack ssc --db=pcreport.db --period=2021-09 --provisional --out=hidden --quiet --pseudonymise=key
run 0 pack verify hidden/$good.zip
silent
says 'the workbook holds the cells that were written'

# A pack that was made before its manifest told of cells: as whole as can be known, which is told.
rm -rf bad && cp -r $good bad
sed -zi -E 's/,"sheets":\[[^]]*\],"parts":"[0-9a-f]*"//; s/,"rows":[0-9]+//g' bad/manifest.json
! grep -qE 'rows|sheets|parts' bad/manifest.json || fail "cannot edit the manifest"
run 0 pack verify bad
says "is whole: every file is as its manifest says, and the totals agree"
complains "the manifest of 'bad' does not tell of the cells of its workbook, which are not compared"
