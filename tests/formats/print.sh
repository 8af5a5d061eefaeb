#!/bin/bash
# By hand, for it needs libreoffice-calc and poppler-utils and takes minutes: prints the workbook of each report and looks whether
# every column is on paper, and the title whole, with as-of, on every page.
#   PCREPORT=build/release/pcreport tests/formats/print.sh [STORE AS_OF]        (without a store: of sample-data)
set -eu
pcreport=$(readlink -f "${PCREPORT:?}")
sample=$(readlink -f "$(dirname "$0")/../../sample-data")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
store=${1:-$work/store}
as_of=${2:-$(cat "$sample/as-of.txt")}
[ -e "$store" ] || "$pcreport" ingest --quiet --db="$store" "$sample"/*.csv "$sample"/*.ndjson || [ $? -eq 3 ]
store=$(readlink -f "$store")
cd "$work"
reports=$("$pcreport" report --list --json | sed -n 's/.*"event":"report".*"name":"\([^"]*\)".*/\1/p')
"$pcreport" report --quiet --db="$store" --as-of="$as_of" --since=-30d --format=xlsx --out=books/ $reports
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to pdf --outdir pdf books/*.xlsx >log 2>&1
for report in $reports; do
    pdftotext -layout "pdf/$report.pdf" "pdf/$report.txt"
    "$pcreport" report --describe="$report" --json >"pdf/$report.json"
done
/usr/bin/python3 - $reports <<'PY'
import json, re, sys
columns = count = 0
for name in sys.argv[1:]:
    report = next(e for e in map(json.loads, open(f"pdf/{name}.json", encoding="utf-8")) if e["event"] == "report")
    pages = open(f"pdf/{name}.txt", encoding="utf-8").read().split("\f")[:-1]
    count += len(pages)
    for number, page in enumerate(pages, 1):
        assert report["title"] in page, f"{name}: the title is not whole on page {number}"
        assert re.search(r"As at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page), f"{name}: no instant on page {number}"
        assert f"Page {number} of {len(pages)}" in page, f"{name}: no number on page {number}"
    # It stands at the top and the bottom of each page, and in the sheet where it is not cut off: once in the data, once in About.
    shown = [number for number, page in enumerate(pages, 1) if page.count(report["title"]) > 2]
    assert len(shown) <= 2, f"{name}: the title stands again, cut off, on one of the pages {shown}"
    printed = set(re.findall(r"\S+", " ".join(pages)))
    for column in report["columns"]:
        columns += 1
        for word in column["title"].split():
            assert word in printed, f"{name}: the column {column['title']!r} is not on paper"
print(f"{columns} columns of {len(sys.argv) - 1} reports are on {count} pages, each with its title")
PY
