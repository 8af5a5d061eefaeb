#!/usr/bin/env python3
"""Simulated populations with what their log lacks (R4.7, R10) and with what comes late (R11).

    tests/nights.py month|year|late|changes|sample PCREPORT [--devices N] [--seed S] [--nights N] [--missing N]

month    Night by night: the month as it is, beside the same month with whole days of its log missing and with a log of
         which the first third is missing. No Device fails and no Incident opens that would not with the whole log, but
         for Devices that the whole log shows to be completed, or perhaps, after their deadline by a request that is
         missing; they are listed. The silences that are told are the days that are missing, and no others.
year     The same in one night, with days of the whole year missing, and with a log that begins half a year late.
late     Some nights of the log come after all others: every report is that of the whole month, byte for byte, but for
         those of what was read.
changes  With files that are late, `changes` of each night names just the Devices whose published verdict or
         classification is another than that of the night before, and those that are new; it says which of them would
         have been reported so already then, by what is known now.
sample   The same of the sample data in two nights, with its snapshots a night late.

Prints what it saw and ends with 1 where that does not hold. Works in the current folder."""
import argparse
import collections
import copy
import csv
import datetime
import functools
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile

BY_FILE = ("coverage.csv", "data-quality.csv")  # of what was read, not of the Devices


def call(program, *arguments, allowed=(0,)):
    done = subprocess.run([program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, arguments))}: ended with {done.returncode}: {done.stderr.strip()}")
    return done


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Population:
    """A simulated population, its store, and what was published of it."""

    def __init__(self, args, name, *options):
        self.program, self.name = args.program, name
        self.folder, self.reports, self.store = (pathlib.Path(name + end) for end in ("", "-reports", ".db"))
        call(args.program, "simulate", "--quiet", f"--devices={args.devices}", f"--seed={args.seed}",
             f"--out={self.folder}", *options)
        self.as_of = (self.folder / "as-of.txt").read_text(encoding="ascii").strip()
        self.nights = sorted(self.folder.glob("inbox/*"))

    def run(self):
        """Night by night, as they came; without nights, all at once."""
        for inbox in self.nights or [self.folder]:
            call(self.program, "run", "--quiet", f"--db={self.store}", f"--inbox={inbox}", f"--out={self.reports}")
        return self

    def stored(self, store, but_for=()):
        """The same in another store, of all its inputs but for some."""
        other = copy.copy(self)
        other.store = pathlib.Path(store)
        other.ingest(*(path for path in sorted(self.folder.rglob("*-*.*")) if path not in but_for and path.name != "as-of.txt"))
        other.ingest(*self.folder.rglob("organisations.csv"))
        return other

    def ingest(self, *files):
        call(self.program, "ingest", "--quiet", f"--db={self.store}", *files)

    def every_report(self):
        names = [line.split()[0] for line in call(self.program, "report", "--list").stdout.splitlines()]
        since = instant(self.as_of) - datetime.timedelta(days=20)
        with tempfile.TemporaryDirectory() as folder:
            call(self.program, "report", "--quiet", f"--db={self.store}", f"--as-of={self.as_of}",
                 f"--since={since:%Y-%m-%dT%H:%M:%SZ}", "--format=csv", f"--out={folder}/", *names)
            return {path.name: path.read_bytes() for path in pathlib.Path(folder).rglob("*.csv")
                    if path.name not in BY_FILE}

    @functools.lru_cache(maxsize=4)
    def published(self, night=-1):
        days = sorted(self.reports.iterdir())
        return {row["device_id"]: row for row in rows_of(days[night] / "devices.csv")}

    def requests(self):
        """The rows of the log."""
        for path in sorted(self.folder.rglob("srv-audit*.csv")):
            yield from rows_of(path)

    def incidents(self):
        """The CHFs that had an Incident in some night."""
        return {row["chf_id"] for path in self.reports.glob("*/chf-incidents.csv") for row in rows_of(path)}

    def silences(self):
        """R10.1: what `coverage` tells of the log, but for the time before it begins."""
        told = call(self.program, "report", "--quiet", f"--db={self.store}", f"--as-of={self.as_of}", "--format=csv",
                    "coverage")
        return [(instant(row["silence_from"]), instant(row["silence_to"]))
                for row in csv.DictReader(io.StringIO(told.stdout)) if row["kind"] == "silence" and row["silence_from"]]

    def missing_days(self):
        path = self.folder / "missing-nights.txt"
        days = path.read_text(encoding="ascii").split() if path.exists() else []
        return [(instant(day + "T00:00Z"), instant(day + "T00:00Z") + datetime.timedelta(days=1)) for day in days]

    def failing(self):
        return {device for device, row in self.published().items() if row["verdict"] == "FAIL"}

    def rates(self):
        judged = [row for row in self.published().values() if row["verdict"] not in ("EXCLUDED", "PENDING")]
        failed, unverified = (sum(row["verdict"] == word for row in judged) for word in ("FAIL", "UNVERIFIED"))
        legacy = sum(row["legacy_verdict"] == "FAIL" for row in judged)
        legacy, least, most = (f"{100 * n / max(len(judged), 1):.2f}%" for n in (legacy, failed, failed + unverified))
        return (f"{self.name}: legacy {legacy}, revised {least} to {most} of {len(judged)} judged; "
                f"{len(self.incidents())} CHFs had an Incident")


def completed_late(whole, lacking):
    """Devices that the whole log shows to be completed after their deadline, or perhaps so, and a request of which, made
    after it, the other log lacks."""
    late = {device: instant(row["deadline"]) for device, row in whole.published().items()
            if row["late"] == "yes" or row["verdict"] == "UNVERIFIED"}
    key = ("device_id", "srv", "requested_at")
    kept = {tuple(row[name] for name in key) for row in lacking.requests() if row["device_id"] in late}
    return {row["device_id"] for row in whole.requests()
            if row["device_id"] in late and instant(row["requested_at"]) > late[row["device_id"]]
            and tuple(row[name] for name in key) not in kept}


def covered(population):
    """Whether the silences of the log are the days that are missing, and no others."""
    silences, days = population.silences(), population.missing_days()
    within = lambda day, silence: silence[0] <= day[0] and day[1] <= silence[1]
    unseen = [day for day in days if not any(within(day, silence) for silence in silences)]
    needless = [silence for silence in silences if not any(within(day, silence) for day in days)]
    print(f"{population.name}: {len(silences)} silences of the log, {len(days)} days missing")
    for what, found in (("is missing and no silence", unseen), ("is a silence and not missing", needless)):
        for begin, end in found:
            print(f"FAULT {population.name}: {begin} to {end} {what}")
    return not unseen and not needless


def gained_nothing(whole, lacking):
    """Whether a population that lacks part of its log has no failure and no Incident of its own."""
    late = completed_late(whole, lacking)
    good = covered(lacking)
    print(lacking.rates())
    for what, more in (("fail", lacking.failing() - whole.failing()),
                       ("have an Incident", lacking.incidents() - whole.incidents())):
        print(f"{lacking.name}: {len(more)} Devices more {what}, {len(more & late)} of them for what was done late")
        for device in sorted(more):
            before, now = whole.published()[device], lacking.published()[device]
            print(f"{'    ' if device in late else 'FAULT '}{device} {what}: {now['verdict']} {now['reasons']}; by the "
                  f"whole log {before['verdict']} {before['completed_at']} {before['reasons']}, due {before['deadline']}")
        good &= more <= late
    return good


def month(args):
    whole = Population(args, "whole", f"--nights={args.nights}").run()
    print(whole.rates())
    first = instant(min(row["requested_at"] for row in whole.requests()))
    third = first + (instant(whole.as_of) - first) / 3
    lacking = [("missing", f"--missing-nights={args.missing}"), ("begins-late", f"--log-from={third:%Y-%m-%dT%H:%M:%SZ}")]
    return all([covered(whole)] + [gained_nothing(whole, Population(args, name, f"--nights={args.nights}", option).run())
                                   for name, option in lacking])


def year(args):
    whole = Population(args, "whole").run()
    print(whole.rates())
    half = instant(whole.as_of) - datetime.timedelta(days=183)
    lacking = [("missing", f"--missing-nights={args.missing}"), ("begins-late", f"--log-from={half:%Y-%m-%dT%H:%M:%SZ}")]
    return all([covered(whole)] + [gained_nothing(whole, Population(args, name, option).run())
                                   for name, option in lacking])


def late(args):
    population = Population(args, "nights", f"--nights={args.nights}")
    logs = sorted(population.folder.rglob("srv-audit-*"))[1:]
    withheld = logs[1::max(1, len(logs) // args.missing)][:args.missing]
    whole, lacking = population.stored("whole.db"), population.stored("lacking.db", withheld)
    expected, before = whole.every_report(), lacking.every_report()
    lacking.ingest(*withheld)
    found = lacking.every_report()
    differ = [name for name in expected if expected[name] != found.get(name)]
    print(f"{len(withheld)} nights of the log came late: {len(expected)} reports, "
          f"{sum(before[name] != expected[name] for name in expected)} of which differed without them, "
          f"{len(differ)} differ with them")
    for name in differ:
        print(f"FAULT {name} is not that of the whole month")
    return not differ and before["devices.csv"] != expected["devices.csv"]


def changed(before, after):
    """Devices whose published verdict or classification is another, apart from those that fail both times."""
    return {device for device in before.keys() & after.keys()
            if any(before[device][column] != after[device][column] for column in ("verdict", "classification"))
            and not before[device]["verdict"] == after[device]["verdict"] == "FAIL"}


PUBLISHED = ("verdict", "classification")


def said(row):
    return tuple(row[column] for column in PUBLISHED) if row else None


def restated_faults(program, store, before_as_of, after, rows):
    """`restated` against a report of the earlier instant by what is known now."""
    earlier = call(program, "report", "--quiet", f"--db={store}", f"--as-of={before_as_of}", "--format=csv", "devices")
    known = {row["device_id"]: row for row in csv.DictReader(io.StringIO(earlier.stdout))}
    for row in rows:
        device = row["device_id"]
        already = said(known.get(device)) == said(after[device])
        if row["change"] != "PERSISTING" and already != (row["restated"] == "yes"):
            yield (f"{device} is {row['change']}, restated '{row['restated']}'; by now it was {said(known.get(device))} "
                   f"and is {said(after[device])}")


def changes_faults(before, after, rows):
    """`changes` against the two reports that were published."""
    named = {row["device_id"] for row in rows if row["change"] != "PERSISTING"}
    differ, new = changed(before, after), after.keys() - before.keys()
    for device in sorted(differ - named):
        yield f"changes does not name {device}: {said(before[device])} is {said(after[device])}"
    for device in sorted(named - differ - new):
        yield f"changes names {device}, of which nothing differs"
    for device in sorted(new - named):
        if after[device]["verdict"] != "EXCLUDED":
            yield f"changes does not name {device}, which is new"


def follow(program, nights, reports, store):
    """Runs the nights, each an inbox and its instant, and holds what each says of changes against what was published."""
    before, before_as_of = None, None
    good = True
    words = collections.Counter()
    for inbox, as_of in nights:
        call(program, "run", "--quiet", f"--db={store}", f"--inbox={inbox}", f"--as-of={as_of}", f"--out={reports}",
             allowed=(0, 3))
        folder = max(reports.iterdir())
        after = {row["device_id"]: row for row in rows_of(folder / "devices.csv")}
        if before is not None:
            rows = rows_of(folder / "changes.csv")
            words.update((row["change"], row["restated"]) for row in rows)
            for fault in [*changes_faults(before, after, rows),
                          *restated_faults(program, store, before_as_of, after, rows)]:
                print(f"FAULT {folder.name}: {fault}")
                good = False
        before, before_as_of = after, as_of
    for (word, restated), count in sorted(words.items()):
        print(f"{word}{', restated' if restated == 'yes' else ''}: {count}")
    return good and any(restated == "yes" for _, restated in words)


def changes(args):
    population = Population(args, "nights", f"--nights={args.nights}")
    nights = [(night, (night / "as-of.txt").read_text(encoding="ascii").strip()) for night in population.nights]
    return follow(args.program, nights, population.reports, population.store)


def sample(args):
    """The sample data in two nights, its snapshots in the second alone."""
    data = pathlib.Path(__file__).resolve().parent.parent / "sample-data"
    as_of = (data / "as-of.txt").read_text(encoding="ascii").strip()
    nights = [(pathlib.Path("first"), f"{instant(as_of) - datetime.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"),
              (pathlib.Path("second"), as_of)]
    for inbox, _ in nights:
        inbox.mkdir()
    for path in data.glob("*.*"):
        if path.suffix in (".csv", ".ndjson"):
            shutil.copy(path, nights[path.suffix == ".ndjson"][0])
    reports = pathlib.Path("sample-reports")
    good = follow(args.program, nights, reports, "sample.db")
    incidents = {row["incident_id"]: row["status"] for row in rows_of(max(reports.iterdir()) / "chf-incidents.csv")}
    if incidents.get("PCI-00-DB-5A-CF-00-00-00-18-1") != "RAISED_IN_ERROR":
        print("FAULT the Incident of hub 18, which was all right at its opening, is not RAISED_IN_ERROR")
        good = False
    return good


WHAT = {"month": month, "year": year, "late": late, "changes": changes, "sample": sample}


def main():
    parser = argparse.ArgumentParser(description="a simulated month, night by night")
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("program")
    parser.add_argument("--devices", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nights", type=int, default=31)
    parser.add_argument("--missing", type=int, default=7)
    args = parser.parse_args()
    return 0 if WHAT[args.what](args) else 1


if __name__ == "__main__":
    sys.exit(main())
