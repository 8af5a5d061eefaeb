#!/usr/bin/env python3
"""Compares a `devices` report in CSV with the truth.csv of the simulated population it was made of.

    tests/score.py REPORT.csv TRUTH.csv [--details N] [--related FOLDER]

Prints the confusion matrix of true and reported verdict, the rates, and how often each classification and reason
occurs. Ends with 1 when the evidence sufficed to judge a Device right and it was not: wrongly cleared, wrongly failed,
unverified though decidable, any other verdict, a legacy verdict that is not the expected one, or the state of an
obligation that contradicts what the Device holds. With --related the reports of R9 in that folder must name just the
Devices that the truth does."""
import argparse
import collections
import csv
import sys

OBLIGATIONS = ("issue_credentials device_certificates network_operator_credentials supplier_credentials communicating "
               "recovery_cell").split()
COLUMNS = ["device_type", *OBLIGATIONS, "true_verdict", "legacy_expected", "decidable", "story", "related"]
VERDICTS = "PASS FAIL UNVERIFIED PENDING EXCLUDED".split()
CONTRADICTS = {"yes": ("NOT_MET", "NOT_ATTEMPTED"), "no": ("MET",)}


def read_truths(path):
    """The columns of each Device; a million of them hold few different words."""
    with open(path, newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != ["device_id", *COLUMNS]:
            sys.exit(f"{path}: no truth.csv")
        return {row[0]: tuple(map(sys.intern, row[1:])) for row in rows}


def faults_of(truth, report):
    """What is wrong with the row of a Device."""
    found = []
    true, said = truth["true_verdict"], report["verdict"]
    if truth["legacy_expected"] != report["legacy_verdict"]:
        found.append("legacy verdict not as expected")
    if truth["decidable"] == "no":
        return found
    if true == "FAIL" and said == "PASS":
        found.append("wrongly cleared")
    elif true == "PASS" and said == "FAIL":
        found.append("wrongly failed")
    elif said == "UNVERIFIED":
        found.append("unverified though decidable")
    elif true != said:
        found.append("another verdict than the true one")
    if (report["main_reason"] == "") != (report["classification"] in ("AGREED_PASS", "EXCLUDED")):
        found.append("no one main reason")
    for name in OBLIGATIONS:
        if report[name] in CONTRADICTS.get(truth[name], ()):
            found.append(f"{name} misjudged")
    return found


RELATED = {"R9.1": "network-operator-credentials", "R9.2": "join-exceptions", "R9.3": "smets1-firmware-rejections"}


def related_faults(truths, folder, faults):
    """Each report of R9 against the truth."""
    for rule, name in RELATED.items():
        true = {device for device, values in truths.items() if rule in values[COLUMNS.index("related")].split(";")}
        with open(f"{folder}/{name}.csv", newline="") as file:
            said = {row["device_id"] for row in csv.DictReader(file)}
        print(f"related {rule}: {len(said)}")
        for device in sorted(true ^ said):
            if device in said and truths[device][COLUMNS.index("decidable")] == "no":
                continue  # seen so last, and no evidence can show that it is mended
            what = "not reported" if device in true else "reported without being so"
            faults[f"{rule} {what}"].append((device, truths[device][COLUMNS.index("story")]))


def print_matrix(matrix):
    for decidable in ("yes", "no"):
        print(f"{'true, decidable: ' + decidable:<24}" + "".join(f"{v:>12}" for v in VERDICTS))
        for true in VERDICTS:
            row = [matrix[decidable, true, said] for said in VERDICTS]
            if any(row):
                print(f"  {true:<22}" + "".join(f"{n:>12}" for n in row))


def print_rates(counts, judged):
    for name in ("failed under the legacy criteria", "failed under the revised criteria",
                 "failed or unverified under the revised criteria", "truly failed"):
        print(f"{name}: {counts[name]} of {judged} = {100 * counts[name] / max(judged, 1):.2f}%")


def main():
    parser = argparse.ArgumentParser(description="holds a devices report against the truth")
    parser.add_argument("report")
    parser.add_argument("truth")
    parser.add_argument("--details", type=int, default=5, help="Devices shown for each fault (default: 5)")
    parser.add_argument("--related", metavar="FOLDER", help="where the reports of R9 are, as CSV")
    args = parser.parse_args()
    matrix, counts, words = collections.Counter(), collections.Counter(), collections.Counter()
    faults = collections.defaultdict(list)
    judged = 0
    truths = read_truths(args.truth)
    if args.related:
        related_faults(truths, args.related, faults)
    with open(args.report, newline="") as file:
        for report in csv.DictReader(file):
            values = truths.pop(report["device_id"], None)
            if values is None:
                faults["not in the truth"].append((report["device_id"], ""))
                continue
            truth = dict(zip(COLUMNS, values))
            matrix[truth["decidable"], truth["true_verdict"], report["verdict"]] += 1
            judged += report["verdict"] not in ("EXCLUDED", "PENDING")
            counts["failed under the legacy criteria"] += report["legacy_verdict"] == "FAIL"
            counts["failed under the revised criteria"] += report["verdict"] == "FAIL"
            counts["failed or unverified under the revised criteria"] += report["verdict"] in ("FAIL", "UNVERIFIED")
            counts["truly failed"] += truth["true_verdict"] == "FAIL"
            words["classification " + report["classification"]] += 1
            for reason in filter(None, report["reasons"].split(";")):
                words[f"reason {report['classification']} {reason}"] += 1
            if report["main_reason"]:
                words[f"main reason {report['classification']} {report['main_reason']}"] += 1
            if report["excluded_reason"]:
                words["excluded " + report["excluded_reason"]] += 1
            for fault in faults_of(truth, report):
                faults[fault].append((report["device_id"], truth["story"]))
    for device in truths:
        faults["not in the report"].append((device, truths[device][COLUMNS.index("story")]))
    print_matrix(matrix)
    print_rates(counts, judged)
    for word in sorted(words):
        print(f"{word}: {words[word]}")
    for fault, devices in sorted(faults.items()):
        print(f"FAULT {fault}: {len(devices)}")
        for device, story in devices[:args.details]:
            print(f"    {device} {story}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
