#!/usr/bin/env python3
"""What each night of a month costs, and that two programs say the same in it:

    tests/bench/nights.py [--devices 20000] [--nights 30] [--program PCREPORT] [--beside OTHER] [--json FILE]

Simulates a population laid out as the inboxes of its last nights, runs every night into one store, and prints a row a
night: what arrived, wall and processor seconds, the store's size and its share of the files that were read, Devices
judged, and how many of them `changes` names. Each night lies in a folder of its own, as with `[run] after = move`. The
last night's inbox is then run once more, which is to cost next to nothing but the judging.
With --beside every night is run by another program too, into a store of its own: the reports are to be the same byte
for byte but for run.json and index.html, which tell the program and its clock, and the table has the ratio of the two.
Works in build/bench; nothing is timed in the tests."""
import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OF_THE_PROGRAM = ("run.json", "index.html")


class Side:
    """One program, its store and what it wrote."""

    def __init__(self, program, folder):
        self.program, self.store, self.out = program, folder / "store.db", folder / "out"
        folder.mkdir(parents=True)

    def run(self, inbox, as_of):
        begin = time.monotonic()
        child = subprocess.Popen([self.program, "run", "--json", "--quiet", "--db", self.store, "--inbox", inbox, "--out",
                                  self.out, "--as-of", as_of], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        told = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 3):
            sys.exit(f"{self.program}: {inbox.name} ended with {child.returncode}")
        summary = json.loads(told.strip().splitlines()[-1])
        return {"seconds": time.monotonic() - begin, "cpu": usage.ru_utime + usage.ru_stime,
                "store": self.store.stat().st_size, "judged": summary["devices"], "rows": summary["rows"]}

    def reports(self, date):
        return self.out / date


def differ(one, other):
    """The files of a night that are not the same in both."""
    names = {p.relative_to(folder) for folder in (one, other) for p in folder.rglob("*") if p.is_file()}
    return sorted(str(n) for n in names if n.name not in OF_THE_PROGRAM and
                  not ((one / n).is_file() and (other / n).is_file() and filecmp.cmp(one / n, other / n, shallow=False)))


def changes_of(folder):
    with open(folder / "changes.csv", encoding="utf-8", newline="") as file:
        return sum(1 for _ in file) - 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=20000)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "pcreport")
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    work = ROOT / "build" / "bench" / "nights"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subprocess.run([args.program, "simulate", "--quiet", f"--devices={args.devices}", f"--nights={args.nights}", "--seed=1",
                    "--out", work / "population"], check=True)
    sides = [Side(args.program, work / "one")] + ([Side(args.beside, work / "other")] if args.beside else [])
    nights, read, unequal = [], 0, []
    inboxes = sorted((work / "population" / "inbox").iterdir())
    print(f"{'night':12}{'arrived MB':>11}{'rows':>10}{'seconds':>9}{'CPU s':>8}{'store MB':>10}{'of files':>9}{'judged':>9}"
          f"{'changes':>9}{'beside':>8}")
    for inbox in inboxes + inboxes[-1:]:
        again = bool(nights) and nights[-1]["night"] == inbox.name
        arrived = 0 if again else sum(p.stat().st_size for p in inbox.rglob("*") if p.is_file())
        told = [side.run(inbox, f"{inbox.name}T06:00:00Z") for side in sides]
        unequal += [f"{inbox.name}: {name}" for name in (differ(*(s.reports(inbox.name) for s in sides)) if args.beside else [])]
        read += arrived
        night = dict(told[0], night=inbox.name, arrived=arrived, changes=changes_of(sides[0].reports(inbox.name)),
                     beside=told[0]["cpu"] / told[1]["cpu"] if args.beside else None)
        nights.append(night)
        print(f"{inbox.name + (' again' if again else ''):12.12}{arrived / 1e6:11.1f}{night['rows']:10}{night['seconds']:9.2f}"
              f"{night['cpu']:8.2f}{night['store'] / 1e6:10.1f}{night['store'] / read:9.3f}{night['judged']:9}"
              f"{night['changes']:9}{'' if night['beside'] is None else format(night['beside'], '8.2f')}", flush=True)
    if args.json:
        args.json.write_text(json.dumps(nights, indent=1) + "\n")
    for line in unequal:
        print(f"not the same: {line}")
    sys.exit(1 if unequal else 0)


if __name__ == "__main__":
    main()
