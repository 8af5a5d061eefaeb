#!/bin/bash
# By hand, for it needs chromium and poppler-utils: prints the page of a pack and looks whether every column and every row is on
# paper, the marking and the number on every page, and the figures unfolded.
#   tests/pack/print.sh packs/ssc-2021-09/ssc-2021-09.html
set -eu
page=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --no-pdf-header-footer \
    --print-to-pdf="$work/page.pdf" "file://$page" >"$work/log" 2>&1
pdftotext "$work/page.pdf" "$work/page.txt"
python3 - "$page" "$work/page.txt" <<'PY'
import collections, html, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
pages = open(sys.argv[2], encoding="utf-8").read().split("\f")[:-1]
marking = html.unescape(re.search(r'<div class="marking">(.*?)</div>', page)[1])
for number, text in enumerate(pages, 1):
    assert marking in text, f"page {number} lacks the marking"
    assert f"Page {number} of {len(pages)}" in text, f"page {number} lacks its number"
words = lambda t: re.findall(r"[^\s;:,.()]+", html.unescape(re.sub(r"<[^>]*>", " ", t)))
printed = collections.Counter(words(" ".join(pages).replace("-\n", "-")))
headings = cells = 0
for table in re.findall(r"<table.*?</table>", page, re.S):
    for th in re.findall(r"<th[^>]*>(.*?)</th>", table):
        headings += 1
        for w in words(th):
            assert printed[w] > 0, f"the column {th!r} is not on paper"
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S):
        for td in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)[-1:]:
            cells += 1
            for w in words(td):
                assert printed[w] > 0 or "-" in w or "_" in w or len(w) > 14, f"the last cell {td!r} is not on paper"
print(f"{len(pages)} pages: {headings} columns and the last cells of {cells} rows are on paper")
PY
