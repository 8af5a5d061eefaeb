#!/usr/bin/env python3
"""Measures the main job beside its peers, in one run:

    tests/bench/bench.py [--devices 1000000] [--runs 5] [--big] [--no-sha] [--program PCREPORT] [--json FILE]
    tests/bench/bench.py --scale [20000000]

Makes a population with `pcreport simulate` in build/bench, then times every job in turn, RUNS times, so that a machine
that drifts is fair to all; prints medians of wall and processor seconds, the ratio to the peer, the goal, and what was
run. M is the main job: ingest of all files into an empty store and the `devices` report, synced to disk. Peers: DuckDB
(two threads, in memory) and ClickHouse within a process (chdb) doing M in its simplest form, sqlite3's .import, libcsv
splitting the log on one thread, libxlsxwriter writing the cells of the devices report in a bare loop, and expat
parsing DUIS documents. A peer of M counts where it writes one row a Device, and says of no more than a tenth of them
otherwise than M does, which knows more of the rules. --big measures M once more at ten times the population (Q9), for
which it needs some 60 KB of disk a Device. --scale measures nothing but so many Devices fed in ten batches, each
deleted once it is stored (26 GB of disk for 20 million): every batch, and then the report, verify and explain. --no-sha lets our jobs do without the processor's SHA instructions.

Needs gcc and the libraries (scripts/install-packages.sh build), sqlite3, and for DuckDB and chdb node with npm, from
which their packages are installed into build/bench; a peer that is missing is left out, and the table says so.
"""
import argparse
import collections
import csv
import datetime
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import scale

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "bench"
PCREPORT = ROOT / "build" / "release" / "pcreport"
OURS_ENV = {}
NO_SHA = {"OPENSSL_ia32cap": ":~0x20000000"}
DIFFERS_AT_MOST = 0.1


class Timed:
    """Wall and processor seconds and peak KiB of each run of one job, which may be several processes in a row."""

    def __init__(self):
        self.seconds, self.cpu, self.kib, self.commands = [], [], [], ()

    def run(self, *commands, ok=(0,)):
        begin, most, cpu = time.monotonic(), 0, 0
        self.commands = commands
        for command in commands:
            env = dict(os.environ, **OURS_ENV) if command[0] == PCREPORT else None
            child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, env=env)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            most = max(most, usage.ru_maxrss)
            cpu += usage.ru_utime + usage.ru_stime
            if child.returncode not in ok:
                sys.exit(f"{' '.join(map(str, command))}: ended with {child.returncode}")
        self.seconds.append(time.monotonic() - begin)
        self.cpu.append(cpu)
        self.kib.append(most)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def median_cpu(self):
        return statistics.median(self.cpu)


def sh(*command, **more):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, **more)


def build():
    sh(ROOT / "scripts/build-release.sh")
    WORK.mkdir(parents=True, exist_ok=True)


def peer_built(name, *libraries):
    """False when the peer cannot be had here; the compiler has told why."""
    source = ROOT / "tests/bench" / f"{name}.c"
    return subprocess.run(["gcc", "-O2", source, "-o", WORK / name, *(f"-l{l}" for l in libraries)]).returncode == 0


def npm_ready(script, package):
    """Whether the peer of M that a script asks can be had."""
    if not shutil.which("npm"):
        return False
    shutil.copy(ROOT / "tests/bench" / script, WORK)
    if not (WORK / "node_modules" / package).exists():
        if not (WORK / "package.json").exists():
            (WORK / "package.json").write_text('{"private": true}\n')
        got = subprocess.run(["npm", "install", "--silent", package], cwd=WORK, stdout=subprocess.DEVNULL)
        return got.returncode == 0
    return True


def population(devices):
    data = WORK / f"data-{devices}"
    if not data.exists():
        sh(PCREPORT, "simulate", "--quiet", "--devices", devices, "--seed", 1, "--out", data)
    return data


def nights_of(data, files):
    """Splits the population: the last hundredth of the log and of the snapshots is tonight's, the one before it last
    night's, and the rest is stored."""
    before, inboxes = data / "before", [data / "last-night", data / "tonight"]
    if inboxes[-1].exists():
        return before, inboxes
    for folder in (before, inboxes[0], data / "making"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for name in ("srv-audit.csv", "certificates.ndjson"):
        with open(data / name, "rb") as whole:
            lines = sum(1 for _ in whole)
            whole.seek(0)
            with open(before / name, "wb") as old, open(inboxes[0] / f"1-{name}", "wb") as last, \
                    open(data / "making" / f"2-{name}", "wb") as new:
                for i, line in enumerate(whole):
                    if i == 0 and name.endswith(".csv"):
                        last.write(line)
                        new.write(line)
                    left = lines - i
                    (new if left <= lines // 100 else last if left <= 2 * (lines // 100) else old).write(line)
    for path in files:
        if not (before / path.name).exists():
            os.link(path, before / path.name)
    (data / "making").rename(inboxes[1])
    return before, inboxes


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


def verdicts_of(path):
    with open(path, newline="") as f:
        return collections.Counter((row["verdict"], row["legacy_verdict"]) for row in csv.DictReader(f))


def compare_counts(ours, peer):
    """Why a peer's time does not count; None: it does. A peer in its simplest form knows no UNVERIFIED."""
    if sum(peer.values()) != sum(ours.values()):
        return f"it wrote {sum(peer.values())} rows for {sum(ours.values())} Devices"
    differ = sum(abs(peer[pair] - ours[pair]) for pair in set(ours) | set(peer)) / 2
    share = differ / sum(ours.values())
    return None if share <= DIFFERS_AT_MOST else f"it says otherwise of {share:.0%} of the Devices"


def measure_one_device(runs, requests=1000000):
    """Q11: one Device of which the log holds a million requests."""
    data, store = WORK / f"one-device-{requests}", WORK / "one-device.db"
    device, supplier = "00-DB-12-34-56-78-90-A0", "90-B3-D5-1F-30-01-00-01"
    begin = datetime.datetime(2021, 9, 1, 10)
    if not data.exists():
        making = data.with_suffix(".making")
        making.mkdir(exist_ok=True)
        (making / "inventory-2021-10-01.csv").write_text(
            "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region\n"
            f"{device},ESME,Commissioned,SMETS2+,{begin:%Y-%m-%dT%H:%M:%SZ},,2000000000015,North\n")
        with open(making / "srv-audit.csv", "w") as log:
            log.write("device_id,srv,user_id,requested_at,request_id,responded_at,response_code,execution_status\n")
            for i in range(requests):
                at = begin + datetime.timedelta(seconds=2 * i)
                log.write(f"{device},{'6.24.1' if i % 10000 == 9999 else '4.1.1'},{supplier},{at:%Y-%m-%dT%H:%M:%SZ},"
                          f"{supplier}:{device}:{i},{at:%Y-%m-%dT%H:%M:%SZ},I0,{'success' if i % 3 else ''}\n")
        making.rename(data)
    store.unlink(missing_ok=True)
    sh(PCREPORT, "ingest", "--quiet", "--db", store, *sorted(data.iterdir()))
    report, explain = Timed(), Timed()
    for _ in range(min(runs, 3)):
        at = ["--db", store, "--as-of", "2021-10-01T00:00:00Z"]
        report.run([PCREPORT, "report", "--quiet", *at, "--out", WORK / "one.csv", "devices"])
        explain.run([PCREPORT, "explain", "--quiet", *at, device])
    return report, explain


def measure_many_files(runs, log, rows=1000000, each=100):
    """Q12: rows of the log in files of a hundred, beside the same rows in one file."""
    data = WORK / f"many-{rows}"
    if not data.exists():
        making = data.with_suffix(".making")
        (making / "many").mkdir(parents=True, exist_ok=True)
        with open(log) as whole, open(making / "one.csv", "w") as one:
            heading = next(whole)
            one.write(heading)
            part = None
            for i, line in enumerate(whole):
                if i == rows:
                    break
                if i % each == 0:
                    if part:
                        part.close()
                    part = open(making / "many" / f"{i // each:05}.csv", "w")
                    part.write(heading)
                one.write(line)
                part.write(line)
            part.close()
        making.rename(data)
    many, one, store = Timed(), Timed(), WORK / "many.db"
    files = sorted((data / "many").iterdir())
    for _ in range(min(runs, 3)):
        store.unlink(missing_ok=True)
        many.run([PCREPORT, "ingest", "--quiet", "--db", store, *files])
        store.unlink(missing_ok=True)
        one.run([PCREPORT, "ingest", "--quiet", "--db", store, data / "one.csv"])
    return many, one


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


def day_before(as_of):
    at = datetime.datetime.strptime(as_of, "%Y-%m-%dT%H:%M:%SZ") - datetime.timedelta(days=1)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def run_night(store, inbox, as_of, job=None):
    """A nightly run in a folder of its own. Alarms and silences that begin are no failure of it."""
    shutil.rmtree(WORK / "out", ignore_errors=True)
    (job or Timed()).run([PCREPORT, "run", "--quiet", "--db", store, "--inbox", inbox, "--out", WORK / "out", "--as-of",
                          as_of])


def measure(args):
    data = population(args.devices)
    as_of = (data / "as-of.txt").read_text().strip()
    files = inputs_of(data)
    log = data / "srv-audit.csv"
    before, inboxes = nights_of(data, files)
    old_files = sorted(before.iterdir())
    peers = {"duckdb": npm_ready("duckdb.mjs", "@duckdb/node-api"), "chdb": npm_ready("chdb.mjs", "chdb"),
             "sqlite3": bool(shutil.which("sqlite3")), "libcsv": peer_built("split_libcsv", "csv")}
    job = {name: Timed() for name in ("m", "duckdb", "chdb", "import", "srv", "libcsv", "night", "explain")}
    db = {name: WORK / f"{name}.db" for name in ("m", "import", "srv", "base", "night")}
    for path in db.values():
        path.unlink(missing_ok=True)
    sh(PCREPORT, "ingest", "--quiet", "--db", db["base"], *old_files)
    run_night(db["base"], inboxes[0], day_before(as_of)) # the first of all has no run before it to compare with
    with open(data / "truth.csv") as truth:
        next(truth)
        device = next(truth).split(",")[0]
    for path in files:
        into_page_cache(path)
    for i in range(args.runs):
        print(f"run {i + 1} of {args.runs}", file=sys.stderr)
        db["m"].unlink(missing_ok=True)
        job["m"].run(*main_job(db["m"], data, files))
        for name in ("duckdb", "chdb"):
            if peers[name]:
                job[name].run(["node", WORK / f"{name}.mjs", data, WORK / f"{name}.csv"])
        if peers["sqlite3"]:
            db["import"].unlink(missing_ok=True)
            imports = [f".import --csv {p} {p.stem.split('-')[0]}" for p in files if p.suffix == ".csv"]
            job["import"].run(["sqlite3", db["import"], *imports])
        db["srv"].unlink(missing_ok=True)
        job["srv"].run([PCREPORT, "ingest", "--quiet", "--db", db["srv"], log])
        if peers["libcsv"]:
            job["libcsv"].run([WORK / "split_libcsv", log])
        shutil.copy(db["base"], db["night"])
        run_night(db["night"], inboxes[1], as_of, job["night"])
        job["explain"].run([PCREPORT, "explain", "--db", db["m"], "--as-of", as_of, device])
    ours = verdicts_of(WORK / "devices.csv")
    more = {"xlsx": measure_xlsx(args.runs, db["m"], as_of), "duis": measure_duis(args.runs, args.devices),
            "big": measure_big(args.devices) if args.big else None, "one_device": measure_one_device(args.runs),
            "many_files": measure_many_files(args.runs, log),
            "counts": {"pcreport": ours, **{name: verdicts_of(WORK / f"{name}.csv") for name in ("duckdb", "chdb")
                                            if peers[name]}}}
    return job, more, sum(p.stat().st_size for p in files), db["m"].stat().st_size


def beside(q, what, ours, peer, goal):
    return {"q": q, "what": what, "figure": round(ours.median / peer.median, 3), "goal": goal,
            "seconds": round(ours.median, 2), "peer_seconds": round(peer.median, 2), "cpu": round(ours.median_cpu, 2),
            "peer_cpu": round(peer.median_cpu, 2)}


def missing(q, what, goal, why="peer not installed"):
    return {"q": q, "what": what, "figure": None, "goal": goal, "note": why}


def growth(big):
    if big is None:
        return missing("Q9", "M at ten times the Devices", 10.5, "not asked for (--big), or no room on the disk")
    small, large = big
    row = beside("Q9", "M at ten times the Devices", large, small, 10.5)
    row["what"] += f" ({max(small.kib) // 1024} and {max(large.kib) // 1024} MiB)"
    return row


def xlsx_row(pair):
    if pair is None:
        return missing("Q8", "XLSX of all Devices / libxlsxwriter", 0.4)
    ours, bare = pair
    sizes = [(WORK / name).stat().st_size for name in ("devices.xlsx", "bare.xlsx")]
    what = f"XLSX of all Devices / libxlsxwriter ({max(ours.kib) // 1024} MiB, {sizes[0] / sizes[1]:.2f} of its size)"
    return {"q": "Q8", "what": what, "figure": round(ours.median / bare, 3), "goal": 0.4,
            "seconds": round(ours.median, 2),
            "peer_seconds": round(bare, 2), "cpu": round(ours.median_cpu, 2)}


def table(job, more, input_bytes, store_bytes):
    goals = {"Q1": (0.65, 0.5), "Q1b": (0.9, 0.7), "Q2": (0.35, 0.25), "Q3": (0.8, 0.6)}

    def ratio(q, what, a, b):
        goal = goals[q][not OURS_ENV]
        if not job[b].seconds:
            return missing(q, what, goal)
        why = compare_counts(more["counts"]["pcreport"], more["counts"][b]) if b in more["counts"] else None
        return missing(q, what, goal, why) if why else beside(q, what, job[a], job[b], goal)

    def figure(q, what, value, goal, **rest):
        return {"q": q, "what": what, "figure": value, "goal": goal, **rest}

    one_report, one_explain = (max(t.kib) // 1024 for t in more["one_device"])
    duis = more["duis"]
    many = len(more["many_files"][0].commands[0]) - 5  # behind the command and its options
    return [
        ratio("Q1", "M / DuckDB", "m", "duckdb"),
        ratio("Q1b", "M / chdb", "m", "chdb"),
        ratio("Q2", "M / sqlite3 .import", "m", "import"),
        ratio("Q3", "ingest of the log / libcsv", "srv", "libcsv"),
        figure("Q4", "peak memory of M, MiB", max(job["m"].kib) // 1024, 150),
        beside("Q5", "second night with 1% new / M", job["night"], job["m"], 0.2),
        figure("Q6", "store / input", round(store_bytes / input_bytes, 3), 0.2),
        figure("Q7", "explain, ms", round(job["explain"].median * 1000, 1), 10),
        xlsx_row(more["xlsx"]),
        growth(more["big"]),
        beside("Q10", "ingest of DUIS / expat", *duis, 0.75) if duis else
        missing("Q10", "ingest of DUIS / expat", 0.75, "simulate makes no DUIS, or no peer"),
        figure("Q11", f"a Device of a million requests: peak MiB of report ({one_report}), explain ({one_explain})",
               max(one_report, one_explain), 200),
        beside("Q12", f"{many} files of 100 rows / one file", *more["many_files"], 1.3),
    ]


def quoted(command):
    """A command as one would type it at the root of the source."""
    return " ".join(shlex.quote(str(c).replace(f"{ROOT}/", "")) for c in command)


def peer_commands(job, more):
    """What the main job was, and what it was held against."""
    jobs = {"M": job["m"], "Q1": job["duckdb"], "Q1b": job["chdb"],
            "Q2": job["import"], "Q3": job["libcsv"], "Q5": job["night"]}
    if more["duis"] is not None:
        jobs["Q10"] = more["duis"][1]
    found = {q: [quoted(c) for c in timed.commands] for q, timed in jobs.items()}
    if more["xlsx"] is not None:
        found["Q8"] = [quoted([WORK / "xlsx_bare", WORK / "devices.csv", WORK / "bare.xlsx"])]
    return found


def print_table(rows, commands, counts):
    for r in rows:
        figure = r["note"] if r["figure"] is None else f"{r['figure']:g} (goal {r['goal']:g})"
        seconds = f"{r['seconds']} s" + (f", CPU {r['cpu']}" if "cpu" in r else "") if "seconds" in r else ""
        peer = f"against {r['peer_seconds']} s" if "peer_seconds" in r else ""
        peer += f", CPU {r['peer_cpu']}" if "peer_cpu" in r else ""
        print(f"{r['q']:4}{r['what']:86}{figure:24}{seconds:22}{peer}".rstrip())
    print("Devices by verdict and legacy verdict:")
    for name, count in counts.items():
        print(f"    {name:9}" + ", ".join(f"{'/'.join(pair)} {n}" for pair, n in sorted(count.items())))
    print("What was run (a command for each file of DUIS, of which the first is shown):")
    for q, lines in commands.items():
        for line in lines[:1] if q == "Q10" else lines:
            print(f"{q:4}{line}")


def sha_instructions():
    if OURS_ENV:
        return "not used"
    try:
        return "used" if " sha_ni" in Path("/proc/cpuinfo").read_text() else "none"
    except OSError:
        return "not known"


def main():
    parser = argparse.ArgumentParser(description="Measures the main job beside its peers.")
    parser.add_argument("--devices", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--big", action="store_true", help="measures M at ten times the population too")
    parser.add_argument("--scale", type=int, nargs="?", const=20000000, metavar="DEVICES",
                        help="measures nothing but so many Devices in ten batches (20 million)")
    parser.add_argument("--no-sha", action="store_true", help="our jobs do without the processor's SHA instructions")
    parser.add_argument("--program", help="measures this program instead of building one")
    parser.add_argument("--json", help="writes the table to this file too")
    args = parser.parse_args()
    global PCREPORT
    if args.no_sha:
        OURS_ENV.update(NO_SHA)
    if args.program:
        PCREPORT = Path(args.program).resolve()
        WORK.mkdir(parents=True, exist_ok=True)
    else:
        build()
    if args.scale:
        return scale.run(sys.modules[__name__], args.scale, args.json)
    load = [os.getloadavg()[0]]
    job, more, input_bytes, store_bytes = measure(args)
    load.append(os.getloadavg()[0])
    rows, commands = table(job, more, input_bytes, store_bytes), peer_commands(job, more)
    print(f"{args.devices} Devices, {input_bytes // 10**6} MB of input, medians of {args.runs} runs, {os.cpu_count()} "
          f"cores, SHA instructions {sha_instructions()}, load {load[0]:.1f} before and {load[1]:.1f} at the end")
    print_table(rows, commands, more["counts"])
    if args.json:
        Path(args.json).write_text(json.dumps(
            {"rows": rows, "commands": commands, "load": load, "sha": sha_instructions(),
             "counts": {name: {"/".join(pair): n for pair, n in count.items()}
                        for name, count in more["counts"].items()}},
            indent=1) + "\n")


if __name__ == "__main__":
    main()
