"""The scale of bench.py: some millions of Devices fed in ten batches, each made, stored and deleted again.

Each batch is a population of a seed of its own, whose meter points are numbered on from those of the batch before: a
simulated population always begins with the same ones.
"""
import json
import os
import shutil
import subprocess
import sys

BATCHES = 10
MPRN_STEP = 2 * 10**7  # further than a population's numbers go
MPAN_STEP = 977777777  # of the ten digits that number a point within its area
MPAN_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
MPXN_COLUMNS = {"inventory-": 6, "earlier-inventory-": 6, "registration": 0}


def moved_mpxn(mpxn, batch):
    if len(mpxn) == 10:
        return str(int(mpxn) + batch * MPRN_STEP)
    core = mpxn[:2] + f"{(int(mpxn[2:12]) + batch * MPAN_STEP) % 10**10:010}"
    return core + str(sum(int(d) * w for d, w in zip(core, MPAN_WEIGHTS)) % 11 % 10)


def move_meter_points(path, column, batch):
    moving = path.with_suffix(".moving")
    with open(path) as old, open(moving, "w") as new:
        new.write(next(old))
        for line in old:
            cells = line.split(",")
            if cells[column]:
                cells[column] = moved_mpxn(cells[column], batch)
            new.write(",".join(cells))
    moving.replace(path)


def make_batch(program, data, devices, batch):
    shutil.rmtree(data, ignore_errors=True)
    subprocess.run([program, "simulate", "--quiet", "--devices", str(devices), "--seed", str(batch + 1), "--out", data],
                   check=True)
    for path in data.iterdir():
        for beginning, column in MPXN_COLUMNS.items():
            if path.name.startswith(beginning) and batch > 0:
                move_meter_points(path, column, batch)


def told(job):
    return {"seconds": round(job.seconds[-1], 2), "cpu": round(job.cpu[-1], 2), "mib": job.kib[-1] // 1024}


def show(what, row):
    figures = ", ".join(f"{name} {value}" for name, value in row.items())
    print(f"{what:28}{figures}", flush=True)
    return {"what": what, **row}


def room_for(devices):
    """A Device takes some 700 bytes of the store; a batch lies beside it as it is read, 3.3 KB a Device, and as it is
    sorted."""
    return devices * 800 + devices // BATCHES * 5000


def measure(bench, devices):
    """Rows of the table: each batch, and then what the store of all of them costs to ask."""
    work, program = bench.WORK, bench.PCREPORT
    data, store, rows = work / "scale", work / "scale.db", []
    if shutil.disk_usage(work).free < room_for(devices):
        sys.exit(f"{work}: {devices} Devices need {room_for(devices) // 10**9} GB of disk")
    store.unlink(missing_ok=True)
    for batch in range(BATCHES):
        job = bench.Timed()
        make_batch(program, data, devices // BATCHES, batch)
        if batch == 0:
            as_of = (data / "as-of.txt").read_text().strip()
            with open(data / "truth.csv") as truth:
                next(truth)
                device = next(truth).split(",")[0]
        files = bench.inputs_of(data)
        read = sum(p.stat().st_size for p in files)
        job.run([program, "ingest", "--quiet", "--db", store, *files])
        shutil.rmtree(data)
        rows.append(show(f"ingest, batch {batch + 1} of {BATCHES}",
                         {**told(job), "input_mb": read // 10**6, "store_mb": store.stat().st_size // 10**6}))
    for what, command, ok in (
            ("report devices", ["report", "--quiet", "--as-of", as_of, "--out", work / "scale.csv", "devices"], (0,)),
            ("verify", ["verify", "--quiet"], (0,)),
            ("explain", ["explain", "--as-of", as_of, device], (0,)),
            ("explain again", ["explain", "--as-of", as_of, device], (0,))):
        job = bench.Timed()
        job.run([program, command[0], "--db", store, *command[1:]], ok=ok)
        rows.append(show(what, told(job)))
    with open(work / "scale.csv", "rb") as report:
        rows.append(show("Devices in the report", {"rows": sum(1 for _ in report) - 1}))
    for path in (store, work / "scale.csv"):
        path.unlink()
    return rows


def run(bench, devices, json_path):
    load = os.getloadavg()[0]
    rows = measure(bench, devices)
    print(f"{devices} Devices in {BATCHES} batches, {os.cpu_count()} cores, SHA instructions "
          f"{bench.sha_instructions()}, load {load:.1f} before and {os.getloadavg()[0]:.1f} at the end")
    if json_path:
        with open(json_path, "w") as out:
            out.write(json.dumps({"scale": devices, "rows": rows, "sha": bench.sha_instructions()}, indent=1) + "\n")
