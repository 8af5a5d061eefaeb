#!/usr/bin/env python3
"""Compares the program with the oracle on folders of inputs, each with as-of.txt and perhaps pcreport.ini.

    compare.py PCREPORT FOLDER...

Prints each cell of the report `devices` in which they differ. Columns that the report lacks are named once.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile

import oracle
from fields import instant
from readers import read_folder

INPUTS = (".csv", ".ndjson", ".json", ".pem", ".der", ".xml")


def report(program, folder, as_of):
    """The rows of the program's report by Device."""
    files = sorted(n for n in os.listdir(folder) if n.endswith(INPUTS) and n not in ("expected.csv", "truth.csv"))
    config = ["--config", "pcreport.ini"] if os.path.exists(os.path.join(folder, "pcreport.ini")) else []
    with tempfile.TemporaryDirectory() as work:
        store = ["--db", os.path.join(work, "store.db")]
        env = {k: v for k, v in os.environ.items() if k not in ("PCREPORT_CONFIG", "XDG_CONFIG_HOME")} | {"HOME": work}
        for args in (["ingest", *files], ["report", "--as-of", as_of, "--format", "csv", "devices"]):
            done = subprocess.run([program, args[0], *config, *store, *args[1:]], cwd=folder, env=env, capture_output=True)
            if done.returncode not in (0, 3):
                sys.exit(f"{folder}: {args[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return {row["device_id"]: row for row in csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))}


def differences(program, folder):
    with open(os.path.join(folder, "as-of.txt"), encoding="utf-8") as f:
        as_of = f.read().strip()
    told = report(program, folder, as_of)
    for row in oracle.devices(*read_folder(folder), instant(as_of)):
        want = dict(zip(oracle.COLUMNS, row))
        got = told.pop(row[0], {})
        for column, value in want.items():
            if column in got and got[column] != value:
                yield f"{row[0]} {row[1]} {column}: the program says '{got[column]}', the oracle '{value}'"
        if not got:
            yield f"{row[0]}: not in the report"
    yield from (f"{device}: only in the report" for device in told)


def main():
    program, bad = os.path.abspath(sys.argv[1]), 0
    for folder in sys.argv[2:]:
        found = list(differences(program, folder))
        bad += bool(found)
        print(*[f"{folder}: {line}" for line in found], sep="\n" if found else "")
    print(f"{bad} of {len(sys.argv) - 2} folders differ")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
