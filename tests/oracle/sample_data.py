#!/usr/bin/env python3
"""Compares the devices report of sample-data with the table of its README and with the oracle.

    sample_data.py SAMPLE-DATA DEVICES.CSV
"""
import csv
import os
import sys

import oracle
from fields import instant
from readers import read_folder

EXPECTED = ("legacy_verdict", "verdict", "classification", "reasons")


def readme_table(path):
    """Device -> the four columns expected of it. The last one is excluded_reason for an excluded Device."""
    table = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if len(cells) == 9 and cells[1].startswith("`00-DB"):
                table[cells[1].strip("`")] = dict(zip(EXPECTED, cells[5:]))
    return table


def differences(name, rows, expected):
    """Lines about what `rows` say otherwise than expected; both map a Device to its columns."""
    found = [f"{device}: only in one of {name} and what is expected" for device in rows.keys() ^ expected.keys()]
    for device in sorted(rows.keys() & expected.keys()):
        found += [f"{device} {column}: {name} says '{rows[device][column]}', expected '{value}'"
                  for column, value in expected[device].items() if column in rows[device] and rows[device][column] != value]
    return found


def excluded_reason_as_reasons(rows):
    return {device: {**row, "reasons": row["excluded_reason"] or row["reasons"]} for device, row in rows.items()}


def main():
    folder, report = sys.argv[1:]
    with open(os.path.join(folder, "as-of.txt"), encoding="utf-8") as f:
        as_of = instant(f.read())
    with open(report, encoding="utf-8", newline="") as f:
        program = {row["device_id"]: row for row in csv.DictReader(f)}
    judged = {row[0]: dict(zip(oracle.COLUMNS, row)) for row in oracle.devices(*read_folder(folder), as_of)}
    claimed = readme_table(os.path.join(folder, "README.md"))
    found = differences("the program", excluded_reason_as_reasons(program), claimed)
    found += differences("the oracle", excluded_reason_as_reasons(judged), claimed)
    found += differences("the program (against the oracle)", program, judged)
    print("\n".join(found) or f"{len(claimed)} Devices of sample-data are as its README says")
    sys.exit(1 if found or not claimed else 0)


if __name__ == "__main__":
    main()
