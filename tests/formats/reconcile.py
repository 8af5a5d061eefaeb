"""Counts what the report devices lists, and holds every total of the other reports against it."""
import collections
import csv
import sys

folder = sys.argv[1]


def rows(name):
    with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def counts(devices):
    """The figures of one line of a summary, by the names of its columns."""
    verdict = collections.Counter(d["verdict"] for d in devices)
    judged = [d for d in devices if d["verdict"] not in ("EXCLUDED", "PENDING")]
    legacy = sum(d["legacy_verdict"] == "FAIL" for d in judged)
    passed = [d for d in judged if d["verdict"] == "PASS"]
    of = collections.Counter(d["classification"] for d in devices)
    return {
        "devices": len(devices), "excluded": verdict["EXCLUDED"], "pending": verdict["PENDING"],
        "judged": len(judged), "due": len(judged), "passed": len(passed),
        "on_time": sum(d["late"] != "yes" for d in passed), "late": sum(d["late"] == "yes" for d in passed),
        "legacy_failed": legacy, "revised_failed": verdict["FAIL"], "failed": verdict["FAIL"],
        "unverified": verdict["UNVERIFIED"], "false_positives": of["FALSE_POSITIVE"],
        "true_failures": of["TRUE_FAILURE"], "missed_by_legacy": of["MISSED_BY_LEGACY"],
        "legacy_rate": legacy / len(judged) if judged else None,
        "revised_rate": verdict["FAIL"] / len(judged) if judged else None,
        "revised_rate_at_most": (verdict["FAIL"] + verdict["UNVERIFIED"]) / len(judged) if judged else None,
    }


def same(where, line, want):
    for name, text in line.items():
        if name in want:
            got = float(text) if text else None
            assert got == want[name], f"{where}: {name} is {text!r}, but devices gives {want[name]}"


devices = rows("devices")
assert devices, "no devices"

TYPES = ("ESME", "GSME", "GPF", "CHF")
panel = rows("panel-summary")
for line in panel:
    kind, region = line["device_type"], line["csp_region"]
    of_line = [d for d in devices
               if kind in ("All", d["device_type"]) or (kind == "Other" and d["device_type"] not in TYPES)]
    of_line = [d for d in of_line if region in ("All", d["csp_region"]) or (region == "not known" and not d["csp_region"])]
    same(f"panel-summary, {line['group']}", line, counts(of_line))
assert panel[-1]["group"] == "All, All"

# Counted from the report on obligations: a party's failing Devices are those on which an obligation of its own fails.
obligations = rows("obligations")
by_party = {line["party"]: line for line in rows("supplier-performance")}
due = {d["device_id"]: d for d in devices if d["verdict"] not in ("EXCLUDED", "PENDING")}
owed = collections.defaultdict(lambda: collections.defaultdict(list))
for o in obligations:
    if o["device_id"] in due:
        owed[o["owed_by"] or "(nobody registered)"][o["device_id"]].append(o)
assert set(owed) <= set(by_party), set(owed) - set(by_party)
for party, line in by_party.items():
    failing = {i: [o for o in of if o["state"] in ("NOT_MET", "NOT_ATTEMPTED")] for i, of in owed[party].items()}
    failing = {i: of for i, of in failing.items() if of}
    assert int(line["due"]) == len(owed[party]), line
    assert int(line["failed"]) == len(failing), line
    assert int(line["inherited"]) == sum(all(o["inherited"] == "yes" for o in of) for of in failing.values()), line
    assert int(line["due"]) == sum(int(line[c]) for c in ("on_time", "late", "done", "failed", "unverified")), line


def ids(name, column="device_id"):
    return {line[column] for line in rows(name)}


def are(name, got, condition):
    want = {d["device_id"] for d in devices if condition(d)}
    assert got == want, f"{name}: {len(got)} Devices, but devices gives {len(want)}; {sorted(got ^ want)[:3]}"


are("supplier-failures", ids("supplier-failures"), lambda d: d["verdict"] == "FAIL")
are("false-positives", ids("false-positives"), lambda d: d["classification"] == "FALSE_POSITIVE")
are("missed-failures", ids("missed-failures"), lambda d: d["classification"] == "MISSED_BY_LEGACY")
are("evidence-needed", ids("evidence-needed"), lambda d: d["verdict"] == "UNVERIFIED")
are("incidents-avoided", ids("incidents-avoided", "chf_id"),
    lambda d: d["device_type"] == "CHF" and d["legacy_verdict"] == "FAIL"
    and d["verdict"] in ("PASS", "UNVERIFIED"))
print(f"{len(devices)} Devices, {len(panel)} lines of the Panel, {len(by_party)} of parties reconcile")
