#!/usr/bin/env python3
"""Runs a folder of cases through the oracle: each a folder with inputs, as-of.txt, pcreport.ini and expected.csv
(device_id, column, value), in the form that tests/cases/README.md describes.

    cases.py FOLDER [--only WORD]

Prints a line for each case that differs; exit 1 if any does.
"""
import argparse
import csv
import os
import shutil
import sys
import tempfile

import oracle
from fields import DAY, SECOND, instant, iso
from readers import read_folder

USUAL = ("organisations.csv", "pcreport.ini", "as-of.txt")  # stand beside the cases that have none of their own


def value(column, text):
    if column in ("deadline", "completed_at", "cos_at", "commissioned_at"):
        return instant(text)
    return sorted(text.split(";")) if column == "responsible_party" else text


def write_background(path, out):
    """Requests to another Device, one every so many minutes of some hours of each day."""
    with open(path, encoding="utf-8", newline="") as f, open(out, "w", encoding="utf-8") as log:
        log.write("device_id,srv,user_id,requested_at\n")
        for spec in csv.DictReader(f):
            day = instant(spec["first_day"])
            while day <= instant(spec["last_day"]):
                at, last = (instant(f"{iso(day)[:10]} {spec[end]}") for end in ("from", "to"))
                while at <= last and (not spec["days"] or (day // DAY + 3) % 7 < 5):
                    log.write(f"00-DB-77-77-77-77-77-77,11.2,90-B3-D5-1F-30-01-00-02,{iso(at)}\n")
                    at += int(spec["minutes"]) * 60 * SECOND
                day += DAY


def judged(folder):
    """(Device -> its row, how many wait for each silence) of a case completed by what usually holds."""
    with tempfile.TemporaryDirectory() as work:
        for name in USUAL:
            usual = os.path.join(folder, "..", name)
            if os.path.exists(usual):
                shutil.copy(usual, work)
        shutil.copytree(folder, work, dirs_exist_ok=True)
        background = os.path.join(work, "background.csv")
        if os.path.exists(background):
            write_background(background, os.path.join(work, "srv-audit-background.csv"))
            os.remove(background)
        with open(os.path.join(work, "as-of.txt"), encoding="utf-8") as f:
            as_of = instant(f.read())
        records, settings = read_folder(work)
        rows = {row[0]: dict(zip(oracle.COLUMNS, row)) for row in oracle.devices(records, settings, as_of)}
        return rows, oracle.waiting(oracle.World(records, settings, as_of))


def differences(folder):
    with open(os.path.join(folder, "expected.csv"), encoding="utf-8", newline="") as f:
        cells = list(csv.DictReader(f))
    rows, waiting = judged(folder)
    for cell in cells:
        row, column = rows.get(cell["device_id"]), cell["column"]
        if row is None:
            yield f"{cell['device_id']}: no such Device"
        elif value(column, row[column]) != value(column, cell["value"]):
            yield f"{cell['device_id']} {column}: expected '{cell['value']}', the oracle says '{row[column]}'"
    coverage = os.path.join(folder, "expected-coverage.csv")
    if os.path.exists(coverage):
        with open(coverage, encoding="utf-8", newline="") as f:
            expected = {row["silence_from"]: int(row["devices_waiting"]) for row in csv.DictReader(f)}
        if waiting != expected:
            yield f"waiting for silences: expected {expected}, the oracle says {waiting}"


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
