#!/usr/bin/env python3
"""Runs the rule cases beside this file through pcreport and compares the cells that they name (README.md).

    tests/cases/run.py PCREPORT [NUMBER...]

Prints each cell that differs. Ends with 1 when a case differs that is not on the waiting list, or one on it agrees."""
import concurrent.futures
import csv
import datetime
import io
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WAITING = HERE / "waiting.txt"
NO_INPUTS = {"README", "as-of.txt", "background.csv", "expected.csv", "expected-coverage.csv", "pcreport.ini"}
INGESTED = (0, 3)  # a case may bring rows that are rejected


def own_or_usual(case, name):
    own = case / name
    return own if own.exists() else HERE / name


def write_background(spec, path):
    """The requests of another Device that make up the rest of the log, one every so many minutes of each day."""
    minute = datetime.timedelta(minutes=1)
    with open(path, "w", encoding="ascii") as log:
        log.write("device_id,srv,user_id,requested_at\n")
        for row in csv.DictReader(spec.open(encoding="ascii")):
            day = datetime.datetime.fromisoformat(row["first_day"])
            while day <= datetime.datetime.fromisoformat(row["last_day"]):
                at, last = (datetime.datetime.fromisoformat(f"{day:%Y-%m-%d} {row[end]}") for end in ("from", "to"))
                while at <= last and (not row["days"] or day.weekday() < 5):
                    log.write(f"00-DB-77-77-77-77-77-77,11.2,90-B3-D5-1F-30-01-00-02,{at:%Y-%m-%dT%H:%M:%SZ}\n")
                    at += int(row["minutes"]) * minute
                day += datetime.timedelta(days=1)


def call(program, config, command, *arguments):
    environment = {k: v for k, v in os.environ.items() if k not in ("PCREPORT_CONFIG", "XDG_CONFIG_HOME")}
    return subprocess.run([program, command, "--config", config, *arguments], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)


def reports_of(program, case, names):
    """The rows of each report, or a line that says what went wrong."""
    config = own_or_usual(case, "pcreport.ini")
    inputs = [own_or_usual(case, "organisations.csv")]
    inputs += [path for path in sorted(case.iterdir()) if path.name not in NO_INPUTS | {inputs[0].name}]
    as_of = own_or_usual(case, "as-of.txt").read_text(encoding="ascii").strip()
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        if (case / "background.csv").exists():
            inputs.append(os.path.join(scratch, "background-srv-audit.csv"))
            write_background(case / "background.csv", inputs[-1])
        store = os.path.join(scratch, "store.db")
        done = call(program, config, "ingest", "--db", store, *inputs)
        for name in names if done.returncode in INGESTED else ():
            done = call(program, config, "report", "--db", store, "--as-of", as_of, "--format", "csv", name)
            if done.returncode != 0:
                break
            found.append(list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"), newline=""))))
    if len(found) == len(names):
        return found
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f"ended with {done.returncode}: {said[-1] if said else 'without a word'}"


def expected(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell_differences(rows, cells):
    devices = {row["device_id"]: row for row in rows}
    for cell in cells:
        device, column, wanted = cell["device_id"], cell["column"], cell["value"]
        said = devices.get(device, {}).get(column)
        if said is None:
            yield f"{device}: the report has no {column}"
        elif said != wanted:
            yield f"{device} {column}: {wanted or 'blank'} is right, said is {said or 'blank'}"


def waiting_differences(rows, silences):
    """R10.4: how many Devices wait for each silence, all of which are named."""
    said = {row["silence_from"]: row["devices_waiting"] for row in rows if row["kind"] == "silence"}
    wanted = {row["silence_from"]: row["devices_waiting"] for row in silences}
    for begin in sorted(said.keys() | wanted.keys()):
        if said.get(begin) != wanted.get(begin):
            yield f"silence from {begin or 'ever'}: {wanted.get(begin, 'none')} waiting is right, said is {said.get(begin, 'none')}"


def differences(program, case):
    coverage = case / "expected-coverage.csv"
    reports = reports_of(program, case, ["devices", "coverage"] if coverage.exists() else ["devices"])
    if isinstance(reports, str):
        return [reports]
    cells = expected(case / "expected.csv")
    found = list(cell_differences(reports[0], cells))
    if coverage.exists():
        found += waiting_differences(reports[1], expected(coverage))
    return found if cells else ["expects nothing"]


def main():
    program = os.path.abspath(sys.argv[1])
    wanted = set(sys.argv[2:])
    waiting = set(WAITING.read_text(encoding="ascii").split()) if WAITING.exists() else set()
    cases = sorted(path for path in HERE.iterdir() if path.is_dir() and (not wanted or path.name[:3] in wanted))
    faults = 0 if cases else 1
    differing = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, found in zip(cases, pool.map(lambda case: differences(program, case), cases)):
            waits = case.name[:3] in waiting
            differing += bool(found)
            faults += bool(found) != waits
            for line in found:
                print(f"{case.name}: {line}{' (waiting)' if waits else ''}")
            if waits and not found:
                print(f"{case.name}: agrees; take {case.name[:3]} off {WAITING.name}")
    print(f"cases: {differing} of {len(cases)} differ, {len(waiting)} are waited for")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
