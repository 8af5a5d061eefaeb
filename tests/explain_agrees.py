"""explain_agrees.py PROGRAM STORE AS_OF: holds `explain --json` of every Device against the report `devices` and the view
`obligations`: the two come to their judgement by ways of their own, and what they say of a Device must not differ."""
import json
import subprocess
import sys

program, store, as_of = sys.argv[1:4]
STATES = {name.replace("-", "_"): name for name in (
    "issue-credentials", "device-certificates", "network-operator-credentials", "supplier-credentials", "communicating",
    "recovery-cell")}
SAME = ("device_type smets csp_region chf_id commissioned_at deadline verdict legacy_verdict classification"
        " commissioning_supplier network_operator cos_at completed_at late excluded_reason").split()


def rows(*arguments):
    done = subprocess.run([program, *arguments, "--db", store, "--as-of", as_of], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def joined(reasons):
    return ";".join(r["reason"] for r in reasons) or None


def differences(told, device, obligations):
    """What explain says and what the tables say, where they differ."""
    for key in SAME:
        yield key, told[key], device[key]
    yield "reasons", joined(told["reasons"]), device["reasons"]
    yield "main_reason", told["main_reason"], device["main_reason"]
    for o in told["obligations"]:
        name, row = o["obligation"], obligations[o["obligation"]]
        yield name, o["state"], device[name.replace("-", "_")]
        for key in ("state", "rule", "owed_by", "next_action"):
            yield name + " " + key, o[key], row[key]
        yield name + " reasons", joined(o["reasons"]), row["reasons"]
    assert {o["obligation"] for o in told["obligations"]} == set(STATES.values()) == set(obligations)
    actions = [o["next_action"] for o in told["obligations"] if o["next_action"]]
    yield "next_action", bool(actions), bool(device["next_action"])
    for action in actions:
        yield "next_action", action in (device["next_action"] or ""), True


def main():
    devices = {d["device_id"]: d for d in rows("report", "--format", "json", "devices")}
    obligations = {}
    for row in rows("sql", "--format", "json", "SELECT * FROM obligations"):
        obligations.setdefault(row["device_id"], {})[row["obligation"]] = row
    told = {e["device_id"]: e for e in rows("explain", "--json", *devices) if e["event"] == "explanation"}
    assert devices and set(told) == set(devices)
    faults = [f"{name}: {what}: explain says {ours!r}, the tables {theirs!r}"
              for name, device in devices.items()
              for what, ours, theirs in differences(told[name], device, obligations[name]) if ours != theirs]
    print("\n".join(faults[:20]))
    sys.exit(f"{len(faults)} differences in {len(devices)} Devices" if faults else 0)


main()
