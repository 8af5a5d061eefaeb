#!/usr/bin/env python3
"""A slow, obvious second implementation of the rules R1 to R7 and R10, to compare the program with.

    oracle.py [--as-of T] FOLDER        prints the `devices` report as CSV

Each function names the rule it transcribes. Nothing is cached, indexed or clever: `completed_at` judges the Device anew
at every instant at which anything changes. Readings of unclear clauses are in README.md.
"""
import argparse
import csv
import os
import sys

from actions import next_action
from coverage import FOREVER, silences
from device import OBLIGATIONS
from evidence import COS_GRACE_DAYS
from fields import DAY, instant, iso
from judgement import Judgement
from outcomes import WINDOW, normal
from parties import Directory, Registrations, meter_point
from readers import read_folder
from reasons import classify

COLUMNS = ("device_id device_type smets csp_region chf_id commissioned_at deadline verdict legacy_verdict "
           "classification reasons responsible_party commissioning_supplier network_operator cos_at issue_credentials "
           "device_certificates network_operator_credentials supplier_credentials communicating recovery_cell "
           "completed_at late excluded_reason next_action main_reason waived").split()


class World:
    """What is the same for every Device at one as-of."""

    def __init__(self, records, settings, as_of):
        self.records, self.settings, self.as_of = records, settings, as_of
        self.dir = Directory(records, as_of)
        self.silences = silences(records, settings, as_of)
        self.scope = self.dir.parties_named(settings.scope) if settings.scope else None

    def judge(self, device, at=None):
        row = self.records.inventory_at(device, self.as_of)
        point = meter_point(self.records, row, self.as_of)
        rows = self.records.registrations_at(point, self.as_of, self.settings.whole_extracts)
        return Judgement(self, row, Registrations(rows, self.as_of), self.as_of if at is None else at)


def responsible_party(j):
    """R1: who owes what is unmet; where nothing is, the DCC for CHF and GPF, else the Supplier."""
    unmet = [ob for ob in OBLIGATIONS if j.states[ob] not in ("MET", "NOT_APPLICABLE")]
    if not unmet:
        return j.dir.dcc_name() if j.row.type in ("CHF", "GPF") else j.dir.name(j.supplier(j.at))
    names = []
    for name in map(j.owner, unmet):
        if name and name not in names:
            names.append(name)
    return ";".join(names)


def instants_of_change(j):
    """Every instant at which anything about the Device can change, and the first one after those that still count."""
    records, found = j.world.records, {j.commissioned}
    for q in map(normal, records.requests[j.row.device]):
        found |= {q.requested_at, q.responded_at, q.execution_at}
        found |= {t + WINDOW + 1 for t in (q.requested_at, q.execution_at) if t is not None}
    found |= {s.taken_at for s in records.snapshots(j.row.device)}
    found |= {c.checked_at for c in records.checks[j.row.device].values()}
    found |= {c.not_before for c in records.issued[j.row.device]}
    for t in j.registrations.instants:
        found |= {t, t + COS_GRACE_DAYS * DAY + 1}
    return found - {None}


def completed_at(j):
    """R5: the earliest instant from which the Device is PASS without a break up to as-of."""
    if j.verdict != "PASS":
        return None
    completed = None
    for at in sorted((t for t in instants_of_change(j) if j.commissioned <= t <= j.at), reverse=True):
        if Judgement(j.world, j.row, j.registrations, at, j.owing).verdict != "PASS":
            break
        completed = at
    return completed


def report_row(j):
    done, name = completed_at(j), j.dir.name
    classification, reasons, main_reason = classify(j)
    late = "" if done is None else "yes" if done > j.deadline else "no"
    cos_at = j.changes[-1][0] if j.changes else None
    commissioning_supplier = None if j.commissioned is None else j.supplier(j.commissioned)
    return [j.row.device, j.row.type, j.row.smets, j.row.region, j.row.chf or "", iso(j.commissioned), iso(j.deadline),
            j.verdict, j.legacy, classification, ";".join(reasons), responsible_party(j), name(commissioning_supplier),
            name(j.operator(j.at)), iso(cos_at), *j.states, iso(done), late, j.excluded, next_action(j), main_reason, "no"]


def devices(records, settings, as_of):
    """The rows of the report, ascending by Device."""
    world = World(records, settings, as_of)
    return [report_row(world.judge(device)) for device in sorted(records.inventory)]


def waiting(world):
    """R10.4: of each silence, by its beginning (blank: before the first request), how many Devices wait for it."""
    judged = [world.judge(device) for device in sorted(world.records.inventory)]
    return {"" if begin == -FOREVER else iso(begin): sum(j.waits_for(begin, end) for j in judged)
            for begin, end in world.silences}


def main():
    parser = argparse.ArgumentParser(description="Prints the devices report of a folder of input files.")
    parser.add_argument("folder")
    parser.add_argument("--as-of", help="(default: what as-of.txt in the folder says)")
    args = parser.parse_args()
    if args.as_of is None:
        with open(os.path.join(args.folder, "as-of.txt"), encoding="utf-8") as f:
            args.as_of = f.read()
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(devices(*read_folder(args.folder), instant(args.as_of)))


if __name__ == "__main__":
    main()
