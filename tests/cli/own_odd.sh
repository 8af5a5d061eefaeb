# An analyst's own report may hold anything, and see nothing but the documented views: each format says the same of it.
. "$(dirname "$0")/lib.sh"
make_store
mkdir own

# own COLUMNS QUERY: the columns are pairs of name and type.
own() {
    {
        echo '-- name: own'
        for column in $1; do echo "-- column: ${column%:*} ${column#*:} 20 ${column%:*}"; done
        printf '\n%s\n' "$2"
    } >own/own.sql
}
report() { run "$1" report --as-of=$AS_OF --report-dir=own --quiet "${@:2}" own; }

# the store's own tables are none of its business, though the shipped reports be made of them
for query in "SELECT name AS x FROM sqlite_schema" "SELECT name AS x FROM file" "SELECT (SELECT count(*) FROM incident) AS x"; do
    own 'x:text' "$query"
    report 78
    complains "the query of \"own\" is wrong: there is no view '"
    mkdir -p inbox
    rm -rf out
    run 65 run --inbox=inbox --out=out --as-of=$AS_OF --report-dir=own
    complains "report 'own' is left out: the query of \"own\" is wrong: there is no view '"
    present out/2021-10-01/index.html
    absent out/2021-10-01/own.csv
done

# a shipped report can be copied and changed
cp "$SOURCE_DIR"/reports/*.sql own
rm own/own.sql
for name in $(sed -n 's/^-- name: //p' own/*.sql); do
    run 0 report --as-of=$AS_OF --since=2021-09-01 --report-dir=own --quiet "$name"
done
rm own/*.sql

# an infinite number is nothing in every format, whatever the column; a number among instants is no date
own 'a:real b:percent c:text d:instant e:integer' 'SELECT 9e999 AS a, -9e999 AS b, 9e999 AS c, 5 AS d, 9e999 AS e'
report 0 --format=csv
says ',,,5,'
report 0 --format=json
says '{"a":null,"b":null,"c":null,"d":5,"e":null}'
report 0 --format=table
! grep -qi inf out.txt || fail "the table tells an infinite number"
report 0 --out=own.xlsx
python3 - own.xlsx <<'PY' || fail "the workbook tells it otherwise"
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    sheet, styles = z.read("xl/worksheets/sheet1.xml").decode(), z.read("xl/styles.xml").decode()
cells = re.findall(r'<c r="([A-E]6)" s="(\d+)"><v>([^<]*)', sheet)
assert [(at, value) for at, _, value in cells] == [("D6", "5")], cells
formats = re.findall(r"<xf [^>]*>", re.search(r"<cellXfs.*?</cellXfs>", styles, re.S).group())
number = re.search(r'numFmtId="(\d+)"', formats[int(cells[0][1])]).group(1)
assert number == "0" or f'<numFmt numFmtId="{number}" formatCode="General"/>' in styles, number
PY

# a query that SQLite has no memory for costs itself, and not the night
{ printf 'SELECT 1 AS x WHERE 1 IN (1'; for _ in $(seq 60); do printf ',%s' $(seq 5000); done | tr -s ' ' ','; echo ')'; } >query
own 'x:text' "$(cat query)"
rm -rf out
run 65 run --inbox=inbox --out=out --as-of=$AS_OF --report-dir=own
complains "report 'own' is left out: "
present out/2021-10-01/index.html

# nor does one that sorts without end: what it may put by is bounded, as the disk is
own 'x:integer' 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS x FROM n ORDER BY -i'
rm -rf out
(ulimit -f 20000 && run 65 run --inbox=inbox --out=out --as-of=$AS_OF --report-dir=own) || exit 1
complains "report 'own' is left out: the query of \"own\" sorts more than there is room for"
present out/2021-10-01/index.html
