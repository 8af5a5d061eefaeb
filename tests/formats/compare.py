"""Holds a report's CSV, JSON and XLSX against one another, cell by cell, with readers that are not ours.

    compare.py REPORT.sql NAME.csv NAME.json NAME.xlsx

The workbook's cells are compared as what they are in it (number, date, string), by the column's type in the report file.
What may differ between the formats, and how:
- CSV puts an apostrophe before a text that a spreadsheet would take for a formula;
- XLSX holds instants as numbers of days, and an instant before 1900-03-01 as text;
- XLSX holds whole numbers beyond 2^53 as text, because a spreadsheet's numbers are not exact there;
- XLSX cuts a text at 32,767 UTF-16 units and ends it with an ellipsis.
A sheet's rows are those below its heading, which stands below a title, the instant and a line on what it shows; the last
sheet is about the workbook.
"""
import csv
import datetime
import json
import re
import sys

import openpyxl

HEADING = 5  # the row of it


def columns_of(path):
    with open(path, encoding="utf-8") as f:
        return [line.split()[2:4] for line in f if line.startswith("-- column: ")]


def has_totals(path):
    with open(path, encoding="utf-8") as f:
        return any(line.startswith("-- total: ") for line in f)


def csv_rows(path, names):
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f, strict=True))
    assert rows[0] == names, f"{path}: heading {rows[0]}"
    return rows[1:]


def json_rows(path, names):
    rows = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            row = json.loads(line)
            assert list(row) == names, f"{path}: keys {list(row)}"
            rows.append(list(row.values()))
    return rows


def xlsx_rows(path, width):
    book = openpyxl.load_workbook(path, read_only=False, data_only=False)
    rows = []
    assert book.worksheets[-1].title == "About" and book.active == book.worksheets[0], book.sheetnames
    for sheet in book.worksheets[:-1]:
        if not sheet.title.endswith(" charts"):
            rows += sheet.iter_rows(min_row=HEADING + 1, min_col=1, max_col=width)
    return rows


def instant_text(value):
    if isinstance(value, datetime.datetime):
        milli = (value.microsecond + 500) // 1000
        value = value.replace(microsecond=0) + datetime.timedelta(milliseconds=milli)
        text = value.strftime("%Y-%m-%dT%H:%M:%S")
        return f"{text}.{value.microsecond // 1000:03}Z" if value.microsecond else text + "Z"
    return value


def cut(text):
    units = text.encode("utf-16-le")
    if len(units) <= 2 * 32767:
        return text
    return units[: 2 * 32766].decode("utf-16-le", "ignore") + "\u2026"


def without_names(text):
    """In columns of reasons a workbook has plain words behind the codes: "TIMEOUT (no answer in time); IMPLIED (...)"."""
    if not re.match(r"[A-Z][A-Z0-9_]+ \(", text):
        return text
    return re.sub(r" \((?:[^()]|\([^()]*\))*\)", "", text).replace("; ", ";")


def unescape(text):
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), text)


def as_csv(value):
    """What CSV writes for a value of the JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value and value[0] in "=+-@\t\r\n" else value
    return None


def check(kind, name, c, j, x):
    where = f"column {name}: CSV {c!r}, JSON {j!r}, XLSX {x.value!r}"
    if isinstance(j, str) or j is None:
        assert as_csv(j) == c, where
    else:
        assert (int(c) if isinstance(j, int) else float(c)) == j, where
    if j is None or j == "":
        assert x.value is None, where
    elif kind in ("instant", "date"):
        got = instant_text(x.value)
        assert (got[:10] if kind == "date" else got) == j, where
    elif kind == "text" or isinstance(j, str) or abs(j) > 2**53:
        assert x.data_type in ("s", "inlineStr"), where + f" is no string but {x.data_type}"
        told = unescape(x.value)
        assert (without_names(told) if "reason" in name else told) == cut(str(j)), where
    else:
        assert x.data_type == "n" and abs(x.value - j) <= 1e-12 * max(1, abs(j)), where


def main(sql, csv_path, json_path, xlsx_path):
    columns = columns_of(sql)
    names = [name for name, _ in columns]
    rows = csv_rows(csv_path, names), json_rows(json_path, names), xlsx_rows(xlsx_path, len(names))
    if rows[0] and has_totals(sql):
        assert rows[2].pop()[0].value == "Total", xlsx_path
    assert len(rows[0]) == len(rows[1]) == len(rows[2]), f"{csv_path}: rows {[len(r) for r in rows]}"
    for c_row, j_row, x_row in zip(*rows):
        for (name, kind), c, j, x in zip(columns, c_row, j_row, x_row):
            check(kind, name, c, j, x)
    print(f"{names and len(rows[0])} rows of {len(names)} columns agree: {xlsx_path}")


main(*sys.argv[1:])
