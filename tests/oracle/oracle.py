#!/usr/bin/env python3
"""A slow, obvious second implementation of the rules R1 to R7, to compare the program with.

    oracle.py --as-of T FOLDER        prints the `devices` report as CSV

Each function names the rule it transcribes. Nothing is cached, indexed or clever: `completed_at` judges the Device anew
at every instant at which anything changes. Readings of unclear clauses are in README.md. `next_action` is left blank.
"""
import argparse
import csv
import sys

from answers import WINDOW
from judgement import COS_GRACE_DAYS, OBLIGATIONS, OWES, Judgement
from parties import Directory, meter_point
from reasons import classify
from records import DAY, Records, instant, iso

COLUMNS = ("device_id device_type smets csp_region chf_id commissioned_at deadline verdict legacy_verdict "
           "classification reasons responsible_party commissioning_supplier network_operator cos_at issue_credentials "
           "device_certificates network_operator_credentials supplier_credentials communicating recovery_cell "
           "completed_at late excluded_reason next_action").split()


def responsible_party(j):
    """R1: who owes what is unmet; where nothing is, the DCC for CHF and GPF, else the Supplier."""
    dcc, supplier = j.dir.dcc_name(), j.dir.name(j.supplier_now)
    names = []
    for ob in OBLIGATIONS:
        if j.states[ob] not in ("MET", "NOT_APPLICABLE"):
            name = dcc if OWES[j.row.type][ob] == "DCC" else supplier
            if name and name not in names:
                names.append(name)
    if all(s in ("MET", "NOT_APPLICABLE") for s in j.states):
        names = [dcc if j.row.type in ("CHF", "GPF") else supplier]
    return ";".join(names)


def instants_of_change(records, row, registrations):
    """Every instant at which anything about the Device can change, and the first one after those that still count."""
    found = {row.commissioned_at}
    for q in records.requests[row.device]:
        found |= {q.requested_at, q.responded_at, q.execution_at}
        found |= {t + WINDOW + 1 for t in (q.requested_at, q.execution_at) if t is not None}
    found |= {s.taken_at for s in records.snapshots[row.device].values()}
    found |= {c.checked_at for c in records.checks[row.device].values()}
    for r in registrations:
        found |= {r.effective_from, r.effective_to, r.effective_from + COS_GRACE_DAYS * DAY + 1}
    return found - {None}


def completed_at(j, registrations):
    """R5: the earliest instant from which the Device is PASS without a break up to as-of."""
    if j.verdict != "PASS":
        return None
    completed = None
    changes = instants_of_change(j.records, j.row, registrations)
    for at in sorted((t for t in changes if j.commissioned <= t <= j.at), reverse=True):
        if Judgement(j.records, j.dir, j.row, registrations, at).verdict != "PASS":
            break
        completed = at
    return completed


def report_row(j):
    done, name = completed_at(j, j.registrations), j.dir.name
    classification, reasons = classify(j)
    late = "" if done is None else "yes" if done > j.deadline else "no"
    cos_at = j.changes[-1][0] if j.changes else None
    return [j.row.device, j.row.type, j.row.smets, j.row.region, j.row.chf or "", iso(j.commissioned), iso(j.deadline),
            j.verdict, j.legacy, classification, ";".join(reasons), responsible_party(j),
            name(j.commissioning_supplier), name(j.operator_now), iso(cos_at), *j.states, iso(done), late,
            j.excluded, ""]


def devices(records, as_of):
    """The rows of the report, ascending by Device."""
    directory = Directory(records.organisations)
    rows = []
    for device in sorted(records.inventory):
        row = records.inventory_at(device, as_of)
        registrations = list(records.registrations[meter_point(records, row, as_of)].values())
        rows.append(report_row(Judgement(records, directory, row, registrations, as_of)))
    return rows


def main():
    parser = argparse.ArgumentParser(description="Prints the devices report of a folder of input files.")
    parser.add_argument("folder")
    parser.add_argument("--as-of", required=True)
    args = parser.parse_args()
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(devices(Records().add_folder(args.folder), instant(args.as_of)))


if __name__ == "__main__":
    main()
