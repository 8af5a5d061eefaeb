#!/usr/bin/env python3
"""What readers that stay open cost a nightly run: tests/bench/readers.py PROGRAM [READERS (100)]

As many commands as that, of five kinds by turns, each with output that nobody reads on, stand on a store while `run` puts
the next night into a copy of it and then, with them, into the store itself. Wall seconds beside CPU seconds of both, for the
machine is shared; that the run is not kept from the store is what is shown."""
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time

DEVICES = 5000
PAIRS = 3
ASKED = (["report", "--format=json", "devices"], ["report", "--format=csv", "obligations"],
         ["sql", "--format=csv", "SELECT * FROM requests"], ["explain"], ["changes", "--since=-30d"])


def timed(command):
    """Its wall and CPU seconds; it ends well, or with rejects."""
    began, before = time.monotonic(), os.times()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: {done.returncode}: {done.stderr.decode()}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, cpu


def leave_open(program, store, as_of, device, number):
    """The command, once it has begun to write into a pipe of one page."""
    asked = ASKED[number % len(ASKED)]
    more = [device] if asked[0] == "explain" else []
    command = [program, asked[0], f"--db={store}", f"--as-of={as_of}", "--quiet", *asked[1:], *more]
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen(command, stdout=write_end, stderr=subprocess.DEVNULL)
    os.close(write_end)
    if os.read(read_end, 1) == b"":
        sys.exit(f"{' '.join(command)}: nothing to read")
    return process, read_end


def night(program, store, folder, as_of, out):
    return timed([program, "run", f"--db={store}", f"--inbox={folder}", f"--as-of={as_of}", f"--out={out}", "--quiet"])


def as_of_in(folder):
    with open(os.path.join(folder, "as-of.txt"), encoding="ascii") as f:
        return f.read().strip()


def measure(program, readers, work):
    made, base = os.path.join(work, "made"), os.path.join(work, "base.db")
    subprocess.run([program, "simulate", f"--devices={DEVICES}", f"--out={made}", "--nights=3", "--quiet"], check=True)
    nights = [os.path.join(made, "inbox", name) for name in sorted(os.listdir(os.path.join(made, "inbox")))]
    for folder in nights[:-1]:
        as_of = as_of_in(folder)
        night(program, base, folder, as_of, os.path.join(work, "before"))
    device = subprocess.run([program, "sql", f"--db={base}", f"--as-of={as_of}", "--format=csv", "--quiet",
                             "SELECT device_id FROM devices LIMIT 1"], check=True, stdout=subprocess.PIPE)
    device = device.stdout.decode().split()[-1]
    last = nights[-1]
    for pair in range(PAIRS):
        alone, beside = os.path.join(work, f"alone{pair}.db"), os.path.join(work, f"beside{pair}.db")
        shutil.copy(base, alone)
        shutil.copy(base, beside)
        wall, cpu = night(program, alone, last, as_of_in(last), os.path.join(work, f"out-a{pair}"))
        opened = [leave_open(program, beside, as_of, device, n) for n in range(readers)]
        waiting = sum(process.poll() is None for process, _ in opened)
        wall_beside, cpu_beside = night(program, beside, last, as_of_in(last), os.path.join(work, f"out-b{pair}"))
        for process, read_end in opened:
            os.close(read_end)
            process.wait()
        print(f"alone {wall:.2f} s ({cpu:.2f} CPU s); beside {waiting} of {readers} readers {wall_beside:.2f} s"
              f" ({cpu_beside:.2f} CPU s): {wall_beside - wall:+.2f} s", flush=True)


def main():
    readers = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as work:
        measure(os.path.abspath(sys.argv[1]), readers, work)


main()
