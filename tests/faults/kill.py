"""Kills ingest, run and report at random instants (see nights.py): $PCREPORT_KILLS of them (40)."""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from nights import Nights, fail, split_log

DEVICES = os.environ.get("PCREPORT_KILL_DEVICES", "4000")
AS_OF = "2026-01-15T00:00:00Z"


def population(work):
    subprocess.run([os.environ.get("PLAIN_PCREPORT", os.environ["PCREPORT"]), "simulate", "--quiet", "--devices", DEVICES,
                    "--seed", "1", "--out", os.path.join(work, "population")], check=True)
    work = os.path.join(work, "population")
    os.remove(os.path.join(work, "truth.csv"))
    files = {}
    for name in os.listdir(work):
        if name.endswith((".csv", ".ndjson")):
            with open(os.path.join(work, name), "rb") as f:
                files[name] = f.read()
    log1, log2 = split_log(files.pop("srv-audit.csv"))
    cells = files.pop("certificates.ndjson").splitlines(keepends=True)
    middle = len(cells) // 2
    first = [*sorted(files.items()), ("srv-audit-1.csv", log1), ("certificates-1.ndjson", b"".join(cells[:middle]))]
    return first, [("srv-audit-2.csv", log2), ("certificates-2.ndjson", b"".join(cells[middle:]))]


def measure(night):
    night.begin()
    began = time.monotonic()
    night.run()
    return time.monotonic() - began


def kill_once(night, delay, verify):
    night.begin()
    process = night.start()
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    status, _ = night.end(process)
    # a reader that looks at the store mends it; the run that follows must do so as well
    return status == -signal.SIGKILL, night.check_broken(verify) or night.check_again()


def main():
    kills = int(os.environ.get("PCREPORT_KILLS", "40"))
    seed = int(os.environ.get("PCREPORT_KILL_SEED", str(random.randrange(10**6))))
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="pcreport-kill-") as work:
        nights = [(night, measure(night)) for night in Nights(os.environ["PCREPORT"], work, *population(work), AS_OF).all()]
        hit = 0
        for number in range(kills):
            night, took = nights[number % len(nights)]
            delay = draw.uniform(0, took)
            killed, wrong = kill_once(night, delay, number // len(nights) % 2 == 0)
            if wrong:
                fail(f"{night.name}, killed after {delay:.4f} s of {took:.3f} (seed {seed}): {wrong}")
            hit += killed
    print(f"{kills} times ({hit} before the end) killed at random; seed {seed}; "
          + ", ".join(f"{night.name} {took:.2f} s" for night, took in nights))
    return 0 if hit > kills // 3 else "hardly any kill came before the end"


if __name__ == "__main__":
    sys.exit(main())
