#!/usr/bin/env python3
"""Runs a folder of cases through the oracle: each a folder with inputs, as-of.txt, pcreport.ini and expected.csv
(device_id, column, value).

    cases.py FOLDER [--only WORD]

Prints a line for each case that differs; exit 1 if any does.
"""
import argparse
import csv
import os
import sys

import oracle
from fields import instant
from readers import read_folder


def value(column, text):
    if column in ("deadline", "completed_at", "cos_at", "commissioned_at"):
        return instant(text)
    return sorted(text.split(";")) if column == "responsible_party" else text


def differences(folder):
    with open(os.path.join(folder, "expected.csv"), encoding="utf-8", newline="") as f:
        cells = list(csv.DictReader(f))
    with open(os.path.join(folder, "as-of.txt"), encoding="utf-8") as f:
        as_of = instant(f.read())
    rows = {row[0]: dict(zip(oracle.COLUMNS, row)) for row in oracle.devices(*read_folder(folder), as_of)}
    for cell in cells:
        row, column = rows.get(cell["device_id"]), cell["column"]
        if row is None:
            yield f"{cell['device_id']}: no such Device"
        elif value(column, row[column]) != value(column, cell["value"]):
            yield f"{cell['device_id']} {column}: expected '{cell['value']}', the oracle says '{row[column]}'"


def main():
    parser = argparse.ArgumentParser(description="Runs a folder of cases through the oracle.")
    parser.add_argument("folder")
    parser.add_argument("--only", default="", help="cases whose name has this word")
    args = parser.parse_args()
    names = sorted(n for n in os.listdir(args.folder) if os.path.exists(os.path.join(args.folder, n, "expected.csv")))
    names = [n for n in names if args.only in n]
    wrong = 0
    for name in names:
        found = list(differences(os.path.join(args.folder, name)))
        wrong += bool(found)
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{wrong} of {len(names)} cases differ")
    sys.exit(1 if wrong or not names else 0)


if __name__ == "__main__":
    main()
