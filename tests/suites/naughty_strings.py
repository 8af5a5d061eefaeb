#!/usr/bin/env python3
"""The Big List of Naughty Strings: naughty_strings.py FOLDER, with its blns.json. Each string is a party's name: what comes out as
JSON, CSV and workbook is what went in, but for U+FFFD where a control character stood (CSV, workbook) and an apostrophe before
what a spreadsheet would run (CSV)."""
import csv
import io
import json
import os
import re
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

from common import ask, Tally

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
QUERY = "SELECT DISTINCT party FROM parties"
LONGEST = 200  # bytes of a name
ACTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs what begins so


def names_of_workbook(path):
    with zipfile.ZipFile(path) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = ["".join(t.text or "" for t in si.iter(SHEET + "t")) for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        for sheet in sheets:
            for cell in ElementTree.fromstring(book.read(sheet)).iter(SHEET + "c"):
                assert cell.find(SHEET + "f") is None, "a formula"
                if cell.get("t") == "s":
                    yield shared[int(cell.find(SHEET + "v").text)]
                elif cell.get("t") in ("inlineStr", "str"):
                    yield "".join(t.text or "" for t in cell.iter(SHEET + "t"))


CONTROLS = "\x00-\x08\x0b-\x1f\x7f"


def replaced(name, characters):
    return re.sub(f"[{characters}]", "\ufffd", name)


def in_csv(name):
    runs = name.startswith(ACTS) and not re.fullmatch("[-+.0-9eE]*", name)
    return ("'" if runs else "") + replaced(name, CONTROLS)


def main(folder):
    tally = Tally("naughty strings")
    with open(os.path.join(folder, "blns.json"), encoding="utf-8") as f:
        given = json.load(f)
    with tempfile.TemporaryDirectory() as work:
        inside = lambda name: os.path.join(work, name)
        with open(inside("organisations.csv"), "w", encoding="utf-8", newline="") as f:
            rows = csv.writer(f)
            rows.writerow(("entity_id", "party", "role", "in_smki_repository", "key_id"))
            for number, name in enumerate(given):
                rows.writerow((f"90-B3-D5-1F-30-02-{number >> 8:02X}-{number & 255:02X}", name, "Supplier", "yes", f"{number + 1:016X}"))
        taken = ask("ingest", "--quiet", "--db", inside("store.db"), "--max-rejects=100%", inside("organisations.csv"))
        names = {json.loads(line)["party"] for line in
                 ask("sql", "--db", inside("store.db"), "--format=json", QUERY).stdout.decode().split("\n") if line}
        print(f"{len(given)} given, {len(names)} names; ingest ended with {taken.returncode}: "
              + ask("sql", "--db", inside("store.db"), "--format=csv", "SELECT count(*) FROM rejects").stdout.decode().split()[-1] + " rejects")
        from_csv = {row["party"] for row in csv.DictReader(io.StringIO(
            ask("sql", "--db", inside("store.db"), "--format=csv", QUERY).stdout.decode("utf-8-sig"), newline=""))}
        ask("sql", "--db", inside("store.db"), "--out", inside("names.xlsx"), QUERY)
        from_book = set(names_of_workbook(inside("names.xlsx")))
        for name in given:
            taken = name.strip(" \t") in names
            kind = "taken" if taken else "nothing, or too long" if not name.strip() or len(name.encode()) > LONGEST else "lost"
            tally.count(kind, name, kind != "lost")
        for name in names:
            tally.count("in CSV", name, in_csv(name) in from_csv)
            tally.count("in the workbook", name, replaced(name, CONTROLS + "\ufffe\uffff") in from_book)
    tally.end()


if __name__ == "__main__":
    main(sys.argv[1])
