#!/bin/bash
# Every report in every format, read back with libraries that are not ours: CSV, JSON and XLSX hold the same, cell by cell;
# the bytes depend on nothing but the store and as-of; and what people put into data harms no format.
set -eu

source_dir=${SOURCE_DIR:?}
pcreport=${PLAIN_PCREPORT:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=/usr/bin/python3 # the one that Debian's openpyxl belongs to
as_of=$(cat "$source_dir/sample-data/as-of.txt")

fail() {
    echo "$*" >&2
    exit 1
}

# report STORE FOLDER NAME...
report() {
    local store=$1 folder=$2

    shift 2
    mkdir -p "$folder"
    "$pcreport" report --quiet --db="$store" --as-of="$as_of" --since=2021-09-20 --format=csv,json,xlsx \
        --out="$folder/" "$@"
}

compare() { # FOLDER NAME [REPORT.sql]
    "$python" "$source_dir/tests/formats/compare.py" "${3:-$source_dir/reports/$2.sql}" \
        "$1/$2.csv" "$1/$2.json" "$1/$2.xlsx"
}

"$pcreport" ingest --quiet --db="$work/store" "$source_dir"/sample-data/*.csv "$source_dir"/sample-data/*.ndjson \
    2>/dev/null || [ $? -eq 3 ]
mapfile -t names < <("$pcreport" report --list | sed 's/ .*//')
[ "${#names[@]}" -ge 15 ] || fail "only ${#names[@]} reports"

report "$work/store" "$work/one" "${names[@]}"
for name in "${names[@]}"; do
    compare "$work/one" "$name"
done

# Another time zone, another locale, one thread, and another instant of the clock.
sleep 1.1
mkdir "$work/two"
env TZ=America/St_Johns LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 \
    "$pcreport" report --quiet --db="$work/store" --as-of="$as_of" --since=2021-09-20T00:00:00Z --threads=1 \
        --format=csv,json,xlsx --out="$work/two/" "${names[@]}"
diff -r "$work/one" "$work/two" || fail "time zone, locale or threads change a report"

# What people and attackers put into data.
mkdir "$work/own"
cat >"$work/own/hostile.sql" <<'SQL'
-- name: hostile
-- column: n integer 5 Number
-- column: t text 20 Text
-- column: i instant 20 Instant
-- column: p percent 9 Share

WITH texts(n, t) AS (VALUES
    (1, '=HYPERLINK("http://a.example","b")'), (2, '+1+1'), (3, '-1'), (4, '@SUM(A1)'), (5, char(9) || 'tab'),
    (6, char(13) || char(10) || 'line ends'), (7, '6.10'), (8, '0012345678901'), (9, '1e5'), (10, '_x0041_ stays'),
    (11, 'שלום ' || char(0x202E) || 'abc'), (12, ' blanks '), (13, 'TRUE'), (14, '2021-09-17'), (15, '#N/A'),
    (16, 'a' || char(0x1F600) || 'b'), (17, '"quoted", and'), (18, '<b>&amp;</b>'), (19, '{=1+1}'), (20, ''))
SELECT n, t, '2021-09-17T09:30:00.123Z' AS i, n / 7.0 AS p FROM texts
UNION ALL SELECT 9007199254740993, 'beyond 2^53', '1899-12-31T00:00:00Z', 0.5
UNION ALL SELECT NULL, NULL, NULL, NULL
UNION ALL SELECT 21, replace(hex(zeroblob(16383)), '0', 'x') || 'y', NULL, NULL
UNION ALL SELECT 22, replace(hex(zeroblob(16383)), '0', 'x') || 'yz', NULL, NULL
UNION ALL SELECT 23, replace(hex(zeroblob(16383)), '0', 'x') || char(0x1F600), NULL, NULL
SQL
report "$work/store" "$work/hostile" --report-dir="$work/own" hostile
compare "$work/hostile" hostile "$work/own/hostile.sql"
grep -q "^1,\"'=HYPERLINK" "$work/hostile/hostile.csv" || fail "a formula was let into CSV"

# Control characters and what is no UTF-8 are replaced in CSV and XLSX alike.
cat >"$work/own/broken.sql" <<'SQL'
-- name: broken
-- column: t text 20 Text

SELECT 'a' || char(1) || 'b' || char(127) || 'c' AS t UNION ALL SELECT CAST(x'61FF62' AS TEXT)
SQL
report "$work/store" "$work/broken" --report-dir="$work/own" broken
"$python" - "$work/broken/broken.xlsx" "$work/broken/broken.csv" <<'PY'
import sys, openpyxl
cells = [row[0].value for row in openpyxl.load_workbook(sys.argv[1]).worksheets[0].iter_rows()][5:]
lines = open(sys.argv[2], encoding="utf-8", newline="").read().split("\r\n")[1:3]
assert cells == lines == ["a\ufffdb\ufffdc", "a\ufffdb"], (cells, lines)
PY

# What stands around the rows: lines above them, sums below, words, links between sheets, and in a party's own file nothing
# of the files of all.
cat >"$work/own/sums.sql" <<'SQL'
-- name: sums
-- title: Some sums
-- description: What is summed.
-- column: name text 12 Name
-- column: count integer 9 Count
-- column: plain integer 9 Not summed
-- column: seen instant 20 Seen
-- column: share percent 9 Share
-- column: reasons text 40 Reasons
-- column: cost integer 9 Cost
-- column: state text 14 State
-- total: count, share, cost

SELECT column1 AS name, column2 AS count, column2 AS plain, :as_of AS seen, column3 AS share, column4 AS reasons, NULL AS cost,
       column5 AS state
FROM (VALUES ('a', 1234, 0.5, 'TIMEOUT;IMPLIED', 'NOT_ATTEMPTED'), ('b', 6, 0.25, 'NOT_ATTEMPTED', 'MET'), ('c', -40, 0.25, 'no such word', 'network_operator_credentials'))
SQL
report "$work/store" "$work/sums" --report-dir="$work/own" sums
"$pcreport" pack ssc --quiet --db="$work/store" --period=2021-09 --out="$work/packs"
cp "$work/store" "$work/night"
mkdir "$work/inbox"
"$pcreport" run --quiet --db="$work/night" --inbox="$work/inbox" --out="$work/nights" --as-of="$as_of" --format=xlsx 2>/dev/null ||
    [ $? -eq 3 ] # rows of the sample were rejected
"$python" "$source_dir/tests/formats/frame.py" "$work/sums/sums.xlsx" "$work"/packs/ssc-2021-09/*.xlsx \
    "$work"/nights/*/supplier-failures/Larkspur-Energy.xlsx "$work/one/devices.xlsx"

# A sheet's last row, and one more. A sheet has 1,048,576 rows; five of them are above the data.
cat >"$work/own/long.sql" <<'SQL'
-- name: long
-- column: n integer 9 Number

WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 1048572) SELECT n FROM count
SQL
"$pcreport" report --quiet --db="$work/store" --as-of="$as_of" --report-dir="$work/own" --format=xlsx \
    --out="$work/long.xlsx" long
"$python" - "$work/long.xlsx" <<'PY'
import re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
names = re.findall(r'<sheet name="([^"]*)"', z.read("xl/workbook.xml").decode())
assert names == ["long", "long (2)", "About"], names
sheets = [z.read(f"xl/worksheets/sheet{i}.xml") for i in (1, 2)]
assert [s.count(b"<row ") for s in sheets] == [1048576, 6]
assert [re.search(b'<dimension ref="([^"]*)"', s)[1] for s in sheets] == [b"A1:A1048576", b"A1:A6"]
PY
# A pack's workbook holds what its CSV files hold.
"$python" "$source_dir/tests/formats/pack.py" "$work/packs/ssc-2021-09"
echo "formats agree"
