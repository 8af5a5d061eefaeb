#!/usr/bin/env python3
"""Measures the main job beside its peers, in one run:

    tests/bench/bench.py [--devices 1000000] [--runs 5] [--big] [--json FILE]

Makes a population with `pcreport simulate` in build/bench, then times every job in turn, RUNS times, so that a machine
that drifts is fair to all; prints medians, the ratio to the peer, the goal, and what was run. M is the main job:
ingest of all files into an empty store and the `devices` report, synced to disk. Peers: DuckDB (two threads, in
memory) doing M in its simplest form, sqlite3's .import, libcsv splitting the log on one thread, libxlsxwriter writing
the cells of the devices report in a bare loop, and expat parsing DUIS documents. --big measures M once more at ten
times the population (Q9), for which it needs some 60 KB of disk a Device.

Needs gcc and the libraries (scripts/install-packages.sh build), sqlite3, and for DuckDB node with npm, from which its
package is installed into build/bench; a peer that is missing is left out, and the table says so.
"""
import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "bench"
PCREPORT = ROOT / "build" / "release" / "pcreport"


class Timed:
    """Wall seconds and peak KiB of each run of one job, which may be several processes in a row."""

    def __init__(self):
        self.seconds, self.kib, self.commands = [], [], ()

    def run(self, *commands, ok=(0,)):
        begin, most = time.monotonic(), 0
        self.commands = commands
        for command in commands:
            child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            most = max(most, usage.ru_maxrss)
            if child.returncode not in ok:
                sys.exit(f"{' '.join(map(str, command))}: ended with {child.returncode}")
        self.seconds.append(time.monotonic() - begin)
        self.kib.append(most)

    @property
    def median(self):
        return statistics.median(self.seconds)


def sh(*command, **more):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, **more)


def build():
    sh(ROOT / "scripts/build-release.sh")
    WORK.mkdir(parents=True, exist_ok=True)


def peer_built(name, *libraries):
    """False when the peer cannot be had here; the compiler has told why."""
    source = ROOT / "tests/bench" / f"{name}.c"
    return subprocess.run(["gcc", "-O2", source, "-o", WORK / name, *(f"-l{l}" for l in libraries)]).returncode == 0


def duckdb_ready():
    if not shutil.which("npm"):
        return False
    shutil.copy(ROOT / "tests/bench/duckdb.mjs", WORK)
    if not (WORK / "node_modules/@duckdb").exists():
        (WORK / "package.json").write_text('{"private": true}\n')
        sh("npm", "install", "--silent", "@duckdb/node-api", cwd=WORK)
    return True


def population(devices):
    data = WORK / f"data-{devices}"
    if not data.exists():
        sh(PCREPORT, "simulate", "--quiet", "--devices", devices, "--seed", 1, "--out", data)
    return data


def night_of(data, files):
    """Splits the population: the last hundredth of the log and of the snapshots is tonight's, the rest is stored."""
    before, inbox = data / "before", data / "inbox"
    if inbox.exists():
        return before, inbox
    before.mkdir(exist_ok=True)
    (data / "inbox.making").mkdir(exist_ok=True)
    for name in ("srv-audit.csv", "certificates.ndjson"):
        with open(data / name, "rb") as whole:
            lines = sum(1 for _ in whole)
            whole.seek(0)
            with open(before / name, "wb") as old, open(data / "inbox.making" / name, "wb") as new:
                for i, line in enumerate(whole):
                    if i == 0 and name.endswith(".csv"):
                        new.write(line)
                    (old if i < lines - lines // 100 else new).write(line)
    for path in files:
        if not (before / path.name).exists():
            os.link(path, before / path.name)
    (data / "inbox.making").rename(inbox)
    return before, inbox


def inputs_of(data):
    return sorted(p for p in data.iterdir() if p.suffix in (".csv", ".ndjson") and p.name != "truth.csv")


def main_job(store, data, files):
    as_of = (data / "as-of.txt").read_text().strip()
    return ([PCREPORT, "ingest", "--quiet", "--db", store, *files],
            [PCREPORT, "report", "--quiet", "--db", store, "--as-of", as_of, "--out", WORK / "devices.csv", "devices"])


def measure_xlsx(runs, store, as_of):
    """The workbook of every Device, and the bare loop over the cells of the CSV that lies there, by its own clock."""
    if not peer_built("xlsx_bare", "csv", "xlsxwriter"):
        return None
    ours, bare = Timed(), []
    for _ in range(runs):
        ours.run([PCREPORT, "report", "--quiet", "--db", store, "--as-of", as_of, "--format", "xlsx", "--out",
                  WORK / "devices.xlsx", "devices"])
        done = subprocess.run([WORK / "xlsx_bare", WORK / "devices.csv", WORK / "bare.xlsx"], check=True,
                              capture_output=True, text=True)
        bare.append(float(done.stdout))
    return ours, statistics.median(bare)


def measure_duis(runs, devices):
    """A tenth of the population as DUIS documents: they are some ten times as long."""
    can = subprocess.run([PCREPORT, "simulate", "--help"], capture_output=True, text=True).stdout
    if "--duis" not in can or not peer_built("expat_bare", "expat"):
        return None
    data = WORK / f"duis-{devices // 10}"
    if not data.exists():
        sh(PCREPORT, "simulate", "--quiet", "--duis", "--devices", devices // 10, "--seed", 1, "--out", data)
    files = sorted((data / "duis").glob("*.xml"))
    ours, bare, store = Timed(), Timed(), WORK / "duis.db"
    for _ in range(runs):
        store.unlink(missing_ok=True)
        ours.run([PCREPORT, "ingest", "--quiet", "--db", store, *files])
        bare.run(*([WORK / "expat_bare", f] for f in files))
    return ours, bare


def measure_big(devices):
    """M once at the population and once at ten times it, one after the other. None: the disk has no room."""
    if shutil.disk_usage(WORK).free < devices * 10 * 60000 // 10:
        return None
    jobs = []
    for n in (devices, 10 * devices):
        data, store, job = population(n), WORK / "big.db", Timed()
        store.unlink(missing_ok=True)
        job.run(*main_job(store, data, inputs_of(data)))
        store.unlink(missing_ok=True)
        jobs.append(job)
    shutil.rmtree(WORK / f"data-{10 * devices}")
    return jobs


def into_page_cache(path):
    """In pieces: the peak memory that the kernel tells of a child is never less than that of its parent."""
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass


def measure(args):
    data = population(args.devices)
    as_of = (data / "as-of.txt").read_text().strip()
    files = inputs_of(data)
    log = data / "srv-audit.csv"
    before, inbox = night_of(data, files)
    old_files = sorted(before.iterdir())
    peers = {"duckdb": duckdb_ready(), "sqlite3": bool(shutil.which("sqlite3")),
             "libcsv": peer_built("split_libcsv", "csv")}
    job = {name: Timed() for name in ("m", "duckdb", "import", "srv", "libcsv", "night", "explain")}
    db = {name: WORK / f"{name}.db" for name in ("m", "import", "srv", "base", "night")}
    for path in db.values():
        path.unlink(missing_ok=True)
    sh(PCREPORT, "ingest", "--quiet", "--db", db["base"], *old_files)
    with open(data / "truth.csv") as truth:
        next(truth)
        device = next(truth).split(",")[0]
    for path in files:
        into_page_cache(path)
    for i in range(args.runs):
        print(f"run {i + 1} of {args.runs}", file=sys.stderr)
        db["m"].unlink(missing_ok=True)
        job["m"].run(*main_job(db["m"], data, files))
        if peers["duckdb"]:
            job["duckdb"].run(["node", WORK / "duckdb.mjs", data, WORK / "duckdb.csv"])
        if peers["sqlite3"]:
            db["import"].unlink(missing_ok=True)
            imports = [f".import --csv {p} {p.stem.split('-')[0]}" for p in files if p.suffix == ".csv"]
            job["import"].run(["sqlite3", db["import"], *imports])
        db["srv"].unlink(missing_ok=True)
        job["srv"].run([PCREPORT, "ingest", "--quiet", "--db", db["srv"], log])
        if peers["libcsv"]:
            job["libcsv"].run([WORK / "split_libcsv", log])
        shutil.copy(db["base"], db["night"])
        shutil.rmtree(WORK / "out", ignore_errors=True)
        job["night"].run([PCREPORT, "run", "--quiet", "--db", db["night"], "--inbox", inbox, "--out", WORK / "out",
                          "--as-of", as_of])
        job["explain"].run([PCREPORT, "explain", "--db", db["m"], "--as-of", as_of, device])
    more = {"xlsx": measure_xlsx(args.runs, db["m"], as_of), "duis": measure_duis(args.runs, args.devices),
            "big": measure_big(args.devices) if args.big else None}
    return job, more, sum(p.stat().st_size for p in files), db["m"].stat().st_size


def beside(q, what, ours, peer, goal):
    return {"q": q, "what": what, "figure": round(ours / peer, 3), "goal": goal, "seconds": round(ours, 2),
            "peer_seconds": round(peer, 2)}


def growth(big):
    if big is None:
        return {"q": "Q9", "what": "M at ten times the Devices", "figure": None, "goal": 11,
                "note": "not asked for (--big), or no room on the disk"}
    small, large = big
    row = beside("Q9", "M at ten times the Devices", large.median, small.median, 11)
    row["what"] += f" ({max(small.kib) // 1024} and {max(large.kib) // 1024} MiB)"
    return row


def duis_row(pair):
    if pair is None:
        return {"q": "Q10", "what": "ingest of DUIS / expat", "figure": None, "goal": 1.0,
                "note": "simulate makes no DUIS, or no peer"}
    return beside("Q10", "ingest of DUIS / expat", pair[0].median, pair[1].median, 1.0)


def xlsx_row(pair):
    if pair is None:
        return {"q": "Q8", "what": "XLSX of all Devices / libxlsxwriter", "figure": None, "goal": 1.2,
                "note": "peer not installed"}
    ours, bare = pair
    return beside("Q8", f"XLSX of all Devices / libxlsxwriter ({max(ours.kib) // 1024} MiB)", ours.median, bare, 1.2)


def table(job, more, input_bytes, store_bytes):
    m = job["m"].median

    def ratio(q, what, a, b, goal):
        if not job[b].seconds:
            return {"q": q, "what": what, "figure": None, "goal": goal, "note": "peer not installed"}
        return {"q": q, "what": what, "figure": round(job[a].median / job[b].median, 3), "goal": goal,
                "seconds": round(job[a].median, 2), "peer_seconds": round(job[b].median, 2)}

    return [
        ratio("Q1", "M / DuckDB", "m", "duckdb", 0.5),
        ratio("Q2", "M / sqlite3 .import", "m", "import", 0.3),
        ratio("Q3", "ingest of the log / libcsv", "srv", "libcsv", 1.0),
        {"q": "Q4", "what": "peak memory of M, MiB", "figure": max(job["m"].kib) // 1024, "goal": 600},
        {"q": "Q5", "what": "nightly run with 1% new / M", "figure": round(job["night"].median / m, 3), "goal": 0.25,
         "seconds": round(job["night"].median, 2)},
        {"q": "Q6", "what": "store / input", "figure": round(store_bytes / input_bytes, 3), "goal": 0.35},
        {"q": "Q7", "what": "explain, ms", "figure": round(job["explain"].median * 1000, 1), "goal": 20},
        xlsx_row(more["xlsx"]),
        growth(more["big"]),
        duis_row(more["duis"]),
    ]


def quoted(command):
    """A command as one would type it at the root of the source."""
    return " ".join(shlex.quote(str(c).replace(f"{ROOT}/", "")) for c in command)


def peer_commands(job, more):
    """What the main job was, and what it was held against."""
    jobs = {"M": job["m"], "Q1": job["duckdb"], "Q2": job["import"], "Q3": job["libcsv"], "Q5": job["night"]}
    if more["duis"] is not None:
        jobs["Q10"] = more["duis"][1]
    found = {q: [quoted(c) for c in timed.commands] for q, timed in jobs.items()}
    if more["xlsx"] is not None:
        found["Q8"] = [quoted([WORK / "xlsx_bare", WORK / "devices.csv", WORK / "bare.xlsx"])]
    return found


def print_table(rows, commands):
    for r in rows:
        figure = r["note"] if r["figure"] is None else f"{r['figure']:g} (goal {r['goal']:g})"
        seconds = f"{r['seconds']} s" if "seconds" in r else ""
        peer = f"against {r['peer_seconds']} s" if "peer_seconds" in r else ""
        print(f"{r['q']:4}{r['what']:52}{figure:26}{seconds:10}{peer}".rstrip())
    print("What was run (a command for each file of DUIS, of which the first is shown):")
    for q, lines in commands.items():
        for line in lines[:1] if q == "Q10" else lines:
            print(f"{q:4}{line}")


def main():
    parser = argparse.ArgumentParser(description="Measures the main job beside its peers.")
    parser.add_argument("--devices", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--big", action="store_true", help="measures M at ten times the population too")
    parser.add_argument("--json", help="writes the table to this file too")
    args = parser.parse_args()
    build()
    load = [os.getloadavg()[0]]
    job, more, input_bytes, store_bytes = measure(args)
    load.append(os.getloadavg()[0])
    rows, commands = table(job, more, input_bytes, store_bytes), peer_commands(job, more)
    print(f"{args.devices} Devices, {input_bytes // 10**6} MB of input, medians of {args.runs} runs, {os.cpu_count()} "
          f"cores, load {load[0]:.1f} before and {load[1]:.1f} at the end")
    print_table(rows, commands)
    if args.json:
        Path(args.json).write_text(json.dumps({"rows": rows, "commands": commands, "load": load}, indent=1) + "\n")


if __name__ == "__main__":
    main()
