#!/usr/bin/env python3
"""Random populations: the program must give the same report for any split and order of the input, and agree with the
oracle in every column but next_action.

    PCREPORT=build/dev/pcreport property.py [--first S] [--seeds N] [--workers N] [--keep DIR] [--show N]

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

import oracle
import related
from random_population import CSV_KINDS, Population
from records import DAY, Records, iso, read_snapshot


class Failure(Exception):
    """What went wrong with a seed, for people."""


def run(folder, *args):
    """Runs the program, undisturbed by the user's configuration; returns its standard output."""
    env = {k: v for k, v in os.environ.items() if k not in ("PCREPORT_CONFIG", "XDG_CONFIG_HOME")}
    done = subprocess.run([os.environ["PCREPORT"], *args], cwd=folder, capture_output=True, env={**env, "HOME": folder})
    if done.returncode != 0:
        raise Failure(f"'{' '.join(args)}' ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def write_file(folder, name, text, r=None):
    """Writes a file, as it is or compressed; returns its name."""
    data = text.encode()
    if r and r.random() < 0.3:
        name, data = name + ".gz", gzip.compress(data, mtime=0)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
    return name


def ndjson(snapshots):
    return "".join(json.dumps(s) + "\n" for s in snapshots)


def plain_files(p, folder):
    names = [write_file(folder, kind + ".csv", p.csv_text(kind, rows)) for kind, rows in p.rows.items()]
    if p.snapshots:
        names.append(write_file(folder, "certificates.ndjson", ndjson(p.snapshots)))
    return names


def csv_in_disguise(kind, rows, r):
    """The rows with the columns in another order, another delimiter and other line ends."""
    names = list(CSV_KINDS[kind])
    r.shuffle(names)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=r.choice(",;\t|"), lineterminator=r.choice(["\n", "\r\n"]))
    writer.writeheader()
    writer.writerows(rows)
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
            files.append(write_file(folder, f"{kind}-part{i}.csv", csv_in_disguise(kind, piece, r), r))
    for i, piece in enumerate(pieces(p.snapshots, r)):
        if piece:
            text = ndjson(piece) if r.random() < 0.7 else json.dumps(piece, indent=r.choice([None, 1]))
            files.append(write_file(folder, f"certificates-part{i}.json", text, r))
    r.shuffle(files)
    cut = sorted(r.sample(range(1, len(files)), r.randint(1, 2)))
    return [files[a:b] for a, b in zip([0, *cut], [*cut, len(files)])]


def oracle_records(p):
    records = Records()
    for kind, rows in p.rows.items():
        records.add_csv(kind + ".csv", p.csv_text(kind, rows).encode())
    for s in p.snapshots:
        records.add(read_snapshot(s))
    return records


def compare_with_oracle(report, expected):
    heading, *rows = csv.reader(io.StringIO(report.decode("utf-8"), newline=""))
    if heading != oracle.COLUMNS:
        raise Failure(f"heading: {','.join(heading)}")
    if [r[0] for r in rows] != [r[0] for r in expected]:
        raise Failure(f"Devices: the program has {[r[0] for r in rows]}, the oracle {[r[0] for r in expected]}")
    differences = [f"{want[0]} {want[1]} {name}: the program says '{g}', the oracle '{w}'"
                   for got, want in zip(rows, expected)
                   for name, g, w in zip(heading, got, want) if g != w and name != "next_action"]
    if differences:
        raise Failure("\n  ".join(differences))


def rows_of(report):
    return {row["device_id"]: row for row in csv.DictReader(io.StringIO(report.decode("utf-8"), newline=""))}


def compare_related(report, records, at):
    """R9.1"""
    told = {d: [row[name] for name in related.OPERATOR_COLUMNS] for d, row in rows_of(report).items()}
    expected = related.operator_exceptions(records, at)
    for device in sorted(told.keys() | expected.keys()):
        if told.get(device) != expected.get(device):
            raise Failure(f"R9.1: the program says {told.get(device)}, the oracle {expected.get(device)}")


def compare_changes(report, records, since, rows_now):
    """Both states by the oracle."""
    told = {d: row["change"] for d, row in rows_of(report).items()}
    before, now = ({row[0]: dict(zip(oracle.COLUMNS, row)) for row in rows}
                   for rows in (oracle.devices(records, since), rows_now))
    for device in sorted(now):
        expected = related.change(before[device], now[device])
        if told.get(device) != expected:
            raise Failure(f"change of {device}: the program says {told.get(device)}, the oracle {expected}")


def let_smets1_be_seen(p):
    """Some of what was seen of a SMETS1 Device comes from its S1SP."""
    ones = {row["device_id"] for row in p.rows["inventory"] if row["smets"] == "SMETS1"}
    for snapshot in p.snapshots:
        if snapshot["device_id"] in ones and snapshot["source"] != "6.24.2":
            snapshot["source"] = "S1SP"


def compare_reports(plain, shuffled):
    if plain != shuffled:
        pairs = zip(plain.decode().splitlines(), shuffled.decode().splitlines())
        changed = [f"plain  {a}\n  nights {b}" for a, b in pairs if a != b]
        raise Failure("the report depends on split or order:\n  " + "\n  ".join(changed or ["other number of rows"]))


def try_seed(seed, keep):
    """None, or what went wrong."""
    p, r = Population(seed), random.Random(-1 - seed)
    folder = tempfile.mkdtemp(prefix="pcreport-property-") if keep is None else os.path.join(keep, str(seed))
    let_smets1_be_seen(p)
    since = p.as_of - (3 + seed % 20) * DAY
    report = ("report", "--as-of", iso(p.as_of), "--format", "csv", "devices")
    try:
        os.makedirs(folder, exist_ok=True)
        run(folder, "ingest", "--db", "plain.db", *plain_files(p, folder))
        plain = run(folder, *report, "--db", "plain.db")
        for files in nights(p, folder, r):
            run(folder, "ingest", "--db", "nights.db", *files)
        shuffled = run(folder, *report, "--db", "nights.db")
        if keep is not None:
            write_file(folder, "devices.csv", plain.decode())
        records = oracle_records(p)
        rows = oracle.devices(records, p.as_of)
        compare_with_oracle(plain, rows)
        compare_related(run(folder, *report[:-1], "--db", "plain.db", "network-operator-credentials"), records, p.as_of)
        changes = run(folder, "changes", "--since", iso(since), *report[1:3], "--db", "plain.db")
        compare_changes(changes, records, since, rows)
        compare_reports(plain, shuffled)
    except Failure as e:
        return f"seed {seed}, as-of {iso(p.as_of)}:\n  {e}"
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    return None


def try_task(task):
    return try_seed(*task)


def main():
    parser = argparse.ArgumentParser(description="Compares the program with the oracle on random populations.")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("PCREPORT_PROPERTY_SEEDS", "1000")))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep")
    parser.add_argument("--show", type=int, default=5, help="how many failures to print in full")
    args = parser.parse_args()
    os.environ["PCREPORT"] = os.path.abspath(os.environ["PCREPORT"])
    failures = 0
    with multiprocessing.Pool(args.workers) as pool:
        tasks = ((seed, args.keep) for seed in range(args.first, args.first + args.seeds))
        for failure in pool.imap_unordered(try_task, tasks, chunksize=8):
            if failure:
                failures += 1
                if failures <= args.show:
                    print(failure, flush=True)
    if failures:
        print(f"{failures} of {args.seeds} seeds failed; to look into one: "
              "property.py --first SEED --seeds 1 --keep FOLDER")
        sys.exit(1)
    print(f"{args.seeds} populations: the same in any split and order, and as the oracle says")


if __name__ == "__main__":
    main()
