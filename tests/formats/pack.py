"""Holds every CSV file of a pack against its sheet of the workbook, cell by cell, in the order of the sheets. What is a code
in the one stands in plain words in the other: those of the glossary."""
import csv
import datetime
import glob
import sys

import openpyxl

FILES = ["summary", "trend", "cohorts", "month-changes", "restated", "tolerances", "waived", "waivers", "supplier-performance", "false-positive-causes",
         "failure-causes", "ageing", "chf-incidents", "incidents-avoided", "missed-failures", "failing-devices",
         "false-positives", "evidence-needed", "data-quality", "method", "glossary", "inputs"]

TOTALS = {"cohorts", "false-positive-causes", "failure-causes", "ageing"}


def totals_of(title):
    """The stored values of the last row of a sheet."""
    return [as_text(c.value) for c in list(values[title].iter_rows())[-1]]


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value += datetime.timedelta(microseconds=500)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value.microsecond < 1000 else \
            value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    return value


folder = sys.argv[1]
book = openpyxl.load_workbook(glob.glob(f"{folder}/*.xlsx")[0])
values = openpyxl.load_workbook(glob.glob(f"{folder}/*.xlsx")[0], data_only=True)
sheets = [s for s in book.worksheets[1:] if not s.title.endswith(" charts")]
assert len(sheets) == len(FILES), [s.title for s in sheets]
with open(f"{folder}/csv/glossary.csv", encoding="utf-8", newline="") as f:
    plain = {w["code"]: w["word"] for w in csv.DictReader(f) if w["code"]}


def in_words(text):
    codes = [c.replace("-", "_") if c.replace("-", "_") in plain else c for c in text.split(";")]
    return "; ".join(plain[c] for c in codes) if all(c in plain for c in codes) else text


# The figures on the cover lead to sheets that there are.
links = [c for row in book.worksheets[0].iter_rows() for c in row if c.hyperlink]
assert len(links) == 7, links
for c in links:
    sheet, place = c.hyperlink.location.rsplit("!", 1)
    assert place == "A1" and sheet.strip("'") in book.sheetnames and str(c.value).endswith("see the sheet " + sheet.strip("'")), c.value

cells = 0
for name, sheet in zip(FILES, sheets):
    with open(f"{folder}/csv/{name}.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f, strict=True))[1:]
    got = [[as_text(c.value) for c in row] for row in sheet.iter_rows(min_row=6, max_col=sheet.max_column)]
    if len(got) == len(rows) + 1 and name in TOTALS:  # below the rows their sums, stored beside the formula
        for column, sum_of in enumerate(totals_of(sheet.title)[:len(rows[0])] if rows else []):
            if isinstance(sum_of, (int, float)):
                assert sum_of == sum(float(r[column] or 0) for r in rows), f"{name}: the total {sum_of} of column {column + 1}"
        got.pop()
    assert len(rows) == len(got), f"{name}: {len(rows)} rows in CSV, {len(got)} in the workbook"
    for a, b in zip(rows, got):
        for x, y in zip(a, b):
            cells += 1
            x = in_words(x) if name != "glossary" else x
            same = abs(float(x) - y) <= 1e-12 * max(1, abs(y)) if isinstance(y, (int, float)) else x.removeprefix("'") == str(y).removeprefix("'")
            assert same, f"{name}: {x!r} in CSV, {y!r} in the workbook"
    assert book[sheet.title].oddHeader.center.text.split("\n")[0].endswith("period 2021-09"), book[sheet.title].oddHeader.center.text
print(f"{cells} cells of {len(FILES)} sheets agree")
