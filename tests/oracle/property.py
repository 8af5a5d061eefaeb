#!/usr/bin/env python3
"""Random populations: the program must give the same report for any split and order of the input, and agree with the
oracle in every column.

    PCREPORT=build/plain/pcreport property.py [--first S] [--seeds N] [--workers N] [--keep DIR] [--show N]

`--keep` leaves the input files and the reports of each seed in a folder, to look into one that fails.
"""
import argparse
import csv
import gzip
import io
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

import coverage
import oracle
import related
from fields import DAY, HOUR, iso
from names import CSV_KINDS
from outcomes import requests_at
from random_population import Population
from readers import read_folder

INPUTS = (".csv", ".ndjson", ".pem", ".xml")


class Failure(Exception):
    """What went wrong with a seed, for people."""


def run(folder, command, *args):
    """Runs the program, undisturbed by the user's configuration; returns its standard output."""
    env = {k: v for k, v in os.environ.items() if k not in ("PCREPORT_CONFIG", "XDG_CONFIG_HOME")}
    done = subprocess.run([os.environ["PCREPORT"], command, "--config", "pcreport.ini", *args], cwd=folder,
                          capture_output=True, env={**env, "HOME": folder})
    if done.returncode != 0:
        raise Failure(f"'{command} {' '.join(args)}' ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


# --- the same records as other files

def write_file(folder, name, text, r):
    """Writes a file, as it is or compressed; returns its name."""
    data = text.encode()
    if r.random() < 0.3:
        name, data = name + ".gz", gzip.compress(data, mtime=0)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
    return name


def csv_in_disguise(p, kind, rows, r):
    """The rows with the columns in another order, another delimiter and other line ends."""
    names = list(CSV_KINDS[kind])
    r.shuffle(names)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=r.choice(",;\t|"), lineterminator=r.choice(["\n", "\r\n"]))
    writer.writeheader()
    writer.writerows(p.written(kind, row) for row in rows)
    return out.getvalue()


def pieces(rows, r):
    """The rows in another order, some twice, cut into one to three lists."""
    rows = rows + r.sample(rows, r.randint(0, len(rows) // 3))
    r.shuffle(rows)
    count = r.randint(1, 3)
    return [rows[i::count] for i in range(count)]


def nights(p, folder, r):
    """The same records in two or three nights of files."""
    files = []
    for kind, rows in p.rows.items():
        for i, piece in enumerate(pieces(rows, r)):
            files.append(write_file(folder, f"{kind}-part{i}.csv", csv_in_disguise(p, kind, piece, r), r))
    for i, piece in enumerate(pieces([p.snapshot_written(s) for s in p.snapshots], r)):
        if piece:
            text = json.dumps(piece, indent=r.choice([None, 1]))
            if r.random() < 0.7:
                text = "".join(json.dumps(s) + "\n" for s in piece)
            files.append(write_file(folder, f"certificates-part{i}.json", text, r))
    if p.pems:
        files.append(write_file(folder, "issued.pem", "".join(p.pems), r))
    for i, piece in enumerate(pieces(p.documents, r) if p.documents else []):
        if piece:
            files.append(write_file(folder, f"duis-part{i}.xml", "".join(piece), r))
    r.shuffle(files)
    cut = sorted(r.sample(range(1, len(files)), r.randint(1, 2)))
    return [files[a:b] for a, b in zip([0, *cut], [*cut, len(files)])]


# --- comparing

def rows_of(report):
    return {row["device_id"]: row for row in csv.DictReader(io.StringIO(report.decode("utf-8"), newline=""))}


def missing_columns(report):
    """Columns of the specification that the report does not have yet: told at the end, and no failure."""
    heading = next(csv.reader(io.StringIO(report.decode("utf-8"), newline="")))
    unknown = [name for name in heading if name not in oracle.COLUMNS]
    if unknown:
        raise Failure(f"columns that the oracle does not know: {', '.join(unknown)}")
    return [name for name in oracle.COLUMNS if name not in heading]


def compare_with_oracle(report, expected):
    told = rows_of(report)
    if list(told) != [row[0] for row in expected]:
        raise Failure(f"Devices: the program has {list(told)}, the oracle {[row[0] for row in expected]}")
    differences = [f"{want[0]} {want[1]} {name}: the program says '{told[want[0]][name]}', the oracle '{w}'"
                   for want in expected for name, w in zip(oracle.COLUMNS, want)
                   if name in told[want[0]] and told[want[0]][name] != w]
    if differences:
        raise Failure("\n  ".join(differences))


REQUESTS = ("SELECT device_id, srv, request_id, user_id, credential_type, remote_party_role, command_variant, requested_at, "
            "execution_at, responded_at, response_code, execution_status, outcome, rule FROM requests")


def compare_requests(report, records, as_of):
    """R2 and R7: every request, and what became of it. One whose RequestID names another Device is none for the oracle."""
    told = Counter()
    for row in csv.DictReader(io.StringIO(report.decode("utf-8"), newline="")):
        row = {name: value.removeprefix("'") for name, value in row.items()}
        strange = row["request_id"] and row["request_id"].split(":")[1] != row["device_id"]
        none = row["outcome"] == "NO_ATTEMPT" or row.pop("rule") == "R2.1"
        if none:  # which of its rows stands for it is of no matter
            row.update(command_variant="", responded_at="", response_code="", execution_status="", outcome="")
        if strange:
            row["request_id"] = ""
        if not (strange and none):
            told[tuple([*row.values()][:13])] += 1
    expected = Counter()
    for device, rows in records.requests.items():
        for q in requests_at(rows, as_of):
            r = q.row
            if q.outcome is None:
                r = r._replace(variant="", code="", status="")
            if not (r.request_id and r.request_id.split(":")[1] != device):
                expected[(device, r.srv, r.request_id, r.user, r.credential, r.role, r.variant, iso(r.requested_at),
                          iso(r.execution_at), iso(q.answered_at if q.outcome else None), r.code, r.status, q.outcome or "")] += 1
    if told != expected:
        raise Failure(f"requests: the program has {sorted(told - expected)}, the oracle {sorted(expected - told)}")


def compare_related(report, world):
    """R9.1"""
    told = {d: [row[name] for name in related.OPERATOR_COLUMNS] for d, row in rows_of(report).items()}
    expected = related.operator_exceptions(world)
    for device in sorted(told.keys() | expected.keys()):
        if told.get(device) != expected.get(device):
            raise Failure(f"R9.1 {device}: the program says {told.get(device)}, the oracle {expected.get(device)}")


def compare_changes(report, records, settings, since, as_of, rows_now):
    """Both states by the oracle."""
    told = {d: row["change"] for d, row in rows_of(report).items()}
    before, now = ({row[0]: dict(zip(oracle.COLUMNS, row)) for row in rows}
                   for rows in (oracle.devices(records, settings, since), rows_now))
    new = related.in_service(oracle.World(records, settings, as_of)) - related.in_service(oracle.World(records, settings, since))
    for device in sorted(now):
        expected = related.change(before[device], now[device], device in new)
        if told.get(device) != expected:
            raise Failure(f"change of {device}: the program says {told.get(device)}, the oracle {expected}")


def compare_waiting(report, world):
    """R10.4: which silences there are, and how many Devices wait for each."""
    rows = csv.DictReader(io.StringIO(report.decode("utf-8"), newline=""))
    told = {row["silence_from"]: int(row["devices_waiting"]) for row in rows if row["kind"] == "silence"}
    expected = oracle.waiting(world)
    if told != expected:
        raise Failure(f"who waits for silences: the program says {told}, the oracle {expected}")


def compare_log(folder, records):
    """R10.1: how many requests there are of each day, whatever the order in which they came."""
    expected = Counter()
    for hour, requests in coverage.requests_by_hour(records, coverage.FOREVER).items():
        expected[iso(hour * HOUR)[:10]] += requests
    for store in ("plain.db", "nights.db"):
        days = run(folder, "sql", "--quiet", "--db", store, "--format", "csv", "SELECT day, requests FROM log_days")
        told = {row["day"]: int(row["requests"]) for row in csv.DictReader(io.StringIO(days.decode(), newline=""))}
        if told != expected:
            raise Failure(f"requests by day in {store}: the program says {told}, the oracle {dict(expected)}")


def compare_reports(plain, shuffled):
    if plain != shuffled:
        pairs = zip(plain.decode().splitlines(), shuffled.decode().splitlines())
        changed = [f"plain  {a}\n  nights {b}" for a, b in pairs if a != b]
        raise Failure("the report depends on split or order:\n  " + "\n  ".join(changed or ["other number of rows"]))


def try_population(p, folder, r, since):
    """-> the columns that the report lacks"""
    for name, text in p.files().items():
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
            f.write(text)
    report = ("--as-of", iso(p.as_of), "--format", "csv")
    run(folder, "ingest", "--db", "plain.db", *sorted(n for n in os.listdir(folder) if n.endswith(INPUTS)))
    plain = run(folder, "report", "--db", "plain.db", *report, "devices")
    records, settings = read_folder(folder)
    with open(os.path.join(folder, "devices.report"), "wb") as f:
        f.write(plain)
    for files in nights(p, folder, r):
        run(folder, "ingest", "--db", "nights.db", *files)
    shuffled = run(folder, "report", "--db", "nights.db", *report, "devices")
    missing = missing_columns(plain)
    rows = oracle.devices(records, settings, p.as_of)
    compare_requests(run(folder, "sql", "--db", "plain.db", *report, REQUESTS), records, p.as_of)
    compare_with_oracle(plain, rows)
    world = oracle.World(records, settings, p.as_of)
    compare_related(run(folder, "report", "--db", "plain.db", *report, "network-operator-credentials"), world)
    compare_waiting(run(folder, "report", "--db", "plain.db", *report, "coverage"), world)
    changes = run(folder, "changes", "--since", iso(since), "--db", "plain.db", *report)
    compare_changes(changes, records, settings, since, p.as_of, rows)
    compare_log(folder, records)
    compare_reports(plain, shuffled)
    return missing


def try_seed(task):
    """-> (what went wrong or None, the columns that the report lacks)"""
    seed, keep = task
    p, r = Population(seed), random.Random(-1 - seed)
    folder = tempfile.mkdtemp(prefix="pcreport-property-") if keep is None else os.path.join(keep, str(seed))
    try:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return None, try_population(p, folder, r, p.as_of - (3 + seed % 20) * DAY)
    except Failure as e:
        return f"seed {seed}, as-of {iso(p.as_of)}:\n  {e}", []
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description="Compares the program with the oracle on random populations.")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("PCREPORT_PROPERTY_SEEDS", "1000")))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep")
    parser.add_argument("--show", type=int, default=5, help="how many failures to print in full")
    args = parser.parse_args()
    os.environ["PCREPORT"] = os.path.abspath(os.environ["PCREPORT"])
    failures, missing = 0, set()
    with multiprocessing.Pool(args.workers) as pool:
        tasks = ((seed, args.keep) for seed in range(args.first, args.first + args.seeds))
        for failure, lacking in pool.imap_unordered(try_seed, tasks, chunksize=4):
            missing |= set(lacking)
            if failure:
                failures += 1
                if failures <= args.show:
                    print(failure, flush=True)
    if missing:
        print(f"not compared, for the report lacks them: {', '.join(sorted(missing))}")
    if failures:
        print(f"{failures} of {args.seeds} seeds failed; to look into one: "
              "property.py --first SEED --seeds 1 --keep FOLDER")
        sys.exit(1)
    print(f"{args.seeds} populations: the same in any split and order, and as the oracle says")


if __name__ == "__main__":
    main()
