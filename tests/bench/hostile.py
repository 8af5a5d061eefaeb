#!/usr/bin/env python3
"""What hostile input costs: tests/bench/hostile.py PROGRAM [FOLDER]

Small files that unpack to much, files of rejects alone, and one Device with a million requests: peak memory, bytes written (the
store, the sorter's and what is spilled) and CPU seconds, these also for each megabyte given. FOLDER ($TMPDIR) is worked in."""
import gzip
import io
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

HEADING = "device_id,srv,user_id,requested_at,responded_at,response_code,execution_status\n"
DEVICE, USER = "00-DB-12-34-56-78-90-A0", "90-B3-D5-1F-30-01-00-00"
MIB = 1 << 20
DUIS = b'<sr:Response xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway">'


def row(i):
    at = f"2021-{1 + i // 100000 % 9:02}-{1 + i // 4000 % 25:02}T{i // 170 % 24:02}:{i % 60:02}:{i // 60 % 60:02}"
    return f"{DEVICE},4.8.1,{USER},{at}.{i % 1000:03}Z,{at}.{i % 1000:03}Z,I0,Success\n"


def zstd(data):
    return subprocess.run(["zstd", "-19", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# (what it is, name, how its bytes are made)
INPUTS = (
    ("200 MiB of short rejects in gzip", "rejects.csv.gz", lambda: gzip.compress((HEADING + "x,\n" * (67 * MIB)).encode())),
    ("1 GiB of long rejects in gzip", "long.csv.gz", lambda: gzip.compress((HEADING + ("x" * 1000 + ",\n") * MIB).encode())),
    ("1 GiB of one line in gzip", "line.csv.gz", lambda: gzip.compress((HEADING + row(0)).encode() + b"0" * (1024 * MIB))),
    ("1 GiB of zeros in gzip", "zeros.csv.gz", lambda: gzip.compress((HEADING + row(0)).encode() + bytes(1024 * MIB))),
    ("1 GiB of blank lines in zstd", "blank.csv.zst", lambda: zstd((HEADING + row(0)).encode() + b"\n" * (1024 * MIB))),
    ("10,000 members in zip", "members.zip", lambda: zipped((f"srv-audit-{i}.csv", HEADING + row(i)) for i in range(10000))),
    ("20 members of 20 MiB of rejects in zip", "big.zip",
     lambda: zipped((f"log-{i}.csv", HEADING + "x,\n" * (7 * MIB)) for i in range(20))),
    ("100 MiB of open brackets, JSON in gzip", "deep.json.gz", lambda: gzip.compress(b"[" * (100 * MIB))),
    ("100 MiB of open elements, DUIS in gzip", "deep.xml.gz", lambda: gzip.compress(DUIS + b"<sr:Response>" * (8 * MIB))),
    ("1,000,000 requests of one Device in zstd", "srv-audit.csv.zst",
     lambda: zstd((HEADING + "".join(map(row, range(1000000)))).encode())),
)


def make(name, how):
    """Writes an input, in a process of its own: what is measured would begin with its memory."""
    process = multiprocessing.Process(target=lambda: pathlib.Path(name).write_bytes(how()))
    process.start()
    process.join()


def measured(command):
    """Status, peak memory in MiB, bytes written, CPU seconds."""
    with open(os.devnull, "wb") as null:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=null, stderr=null)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{process.pid}/io", encoding="ascii") as f:
        written = int(dict(line.split(": ") for line in f.read().splitlines())["wchar"])
    _, status, used = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024, written, used.ru_utime + used.ru_stime


def main(program, folder=None):
    print("| input, or what is asked then | bytes given | status | peak MiB | MiB written | CPU s | CPU s for each MB given |\n"
          "| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=folder, prefix="pcreport-hostile-") as work:
        os.chdir(work)
        for what, name, how in INPUTS:
            make(name, how)
            given = os.path.getsize(name)
            asked = [(what, ["ingest", "--db=one.db", name])]
            if name.startswith("srv-audit"):
                at = ["--db=one.db", "--as-of=2021-10-01"]
                asked += [("then `report devices`", ["report", *at, "--out=out", "devices"]),
                          ("then `explain`", ["explain", *at, DEVICE])]
            for label, command in asked:
                status, peak, written, cpu = measured([program, *command])
                print(f"| {label} | {given:,} | {status} | {peak:,.0f} | {written / MIB:,.1f} | {cpu:.2f} | "
                      f"{cpu / given * 1e6:.1f} |", flush=True)
            os.remove(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
