"""Damages a store in every way that a disk does, and asks each command of it: the right answer, or 65; never a wrong one.

$PCREPORT_DAMAGES (200) tells how many damaged stores are made, $PCREPORT_DAMAGE_SEED which. A store is damaged by one flipped
bit, two pages in each other's place, a sector of zeros, or an end that is cut off.
"""
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile

from nights import environment, fail
from samples import sample

PROGRAM = os.environ["PCREPORT"]
PAGE, SECTOR = 8192, 512
ASKED = 4  # commands of each damaged store
OTHERS = ("requests", "evidence", "certificates", "obligations", "incidents", "rejects", "files", "registrations", "parties",
          "party_counts", "coverage", "reported", "incident_history", "runs", "file_findings", "tickets", "waivers", "suspicions")


def flip(store, draw):
    at = draw.randrange(len(store))
    return store[:at] + bytes([store[at] ^ 1 << draw.randrange(8)]) + store[at + 1:]


def swap(store, draw):
    pages = [store[at:at + PAGE] for at in range(0, len(store), PAGE)]
    a, b = draw.sample(range(len(pages)), 2)
    pages[a], pages[b] = pages[b], pages[a]
    return b"".join(pages)


def cut(store, draw):
    unit = draw.choice((1, PAGE))  # a file of no bytes is a store that is not there yet
    return store[:draw.randrange(1, len(store) // unit) * unit]


def zero(store, draw):
    at = draw.randrange(len(store) // SECTOR) * SECTOR
    return store[:at] + bytes(SECTOR) + store[at + SECTOR:]


DAMAGES = (flip, flip, swap, cut, zero)


def ask(folder, arguments):
    got = subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
                         timeout=120, check=False)
    return got.returncode, got.stdout, got.stderr.decode(errors="replace").strip()


def commands(as_of, devices):
    report = ["report", "--quiet", "--db", "store.db", "--as-of", as_of]
    asked = [[[*report, "devices"]], [[*report, "--format", "json", "devices"]], [[*report, "chf-incidents"]],
             [["changes", "--quiet", "--db", "store.db", "--since", "2021-09-20", "--as-of", as_of]],
             [["status", "--db", "store.db"]], [["verify", "--db", "store.db"]]]
    asked += [[["explain", "--db", "store.db", "--as-of", as_of, device]] for device in devices]
    asked += [[["sql", "--quiet", "--db", "store.db", "--as-of", as_of, f"SELECT * FROM {view}"]] for view in OTHERS]
    asked.append([["ingest", "--quiet", "--db", "store.db", "third.csv"], [*report, "devices"]])
    asked.append([["run", "--quiet", "--db", "store.db", "--inbox", "inbox", "--out", "out", "--as-of", as_of], [*report, "devices"]])
    return asked


def prepare(work):
    """A folder with a store that two runs left, what is there to be ingested, and what to ask about."""
    first, second, as_of = sample()
    for folder, files in (("inbox", first), ("later", second)):
        os.makedirs(os.path.join(work, folder))
        for name, content in files:
            with open(os.path.join(work, folder, name), "wb") as f:
                f.write(content)
    for number, inbox in enumerate(("inbox", "later")):
        status, _, said = ask(work, ["run", "--quiet", "--db", "store.db", "--inbox", inbox, "--out", "out",
                                     "--as-of", f"2021-09-{25 + number}" if number == 0 else as_of])
        if status not in (0, 3):
            fail(f"run: {status}: {said}")
    for folder in ("inbox", "later", "out"):
        shutil.rmtree(os.path.join(work, folder))
    os.makedirs(os.path.join(work, "inbox"))
    with open(os.path.join(os.environ["SOURCE_DIR"], "sample-data", "srv-audit-reads.csv"), "rb") as f:
        third = b"".join(f.readlines()[:40])
    with open(os.path.join(work, "third.csv"), "wb") as f:
        f.write(third)
    _, listed, _ = ask(work, ["sql", "--quiet", "--db", "store.db", "--as-of", as_of, "--format", "csv", "SELECT device_id FROM devices"])
    return commands(as_of, listed.decode().split()[1::9])


def answer(folder, store, steps):
    """What the steps say one after the other: statuses, outputs, and what was said on standard error."""
    shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
    for name in os.listdir(folder):
        if name.startswith("store.db"):
            os.remove(os.path.join(folder, name))
    with open(os.path.join(folder, "store.db"), "wb") as f:
        f.write(store)
    told = []
    for step in steps:
        status, out, said = ask(folder, step)
        told.append((status, b"" if step[0] in ("run", "verify") else out, said))
        if status not in (0, 3):
            break
    return told


def wrong(wanted, got):
    """Why that is no answer of a damaged store, or None."""
    for (status, out, _), (now, now_out, said) in zip(wanted, got):
        if now == 65:
            return None if said or now_out == b"" else "ends with 65 without a word"
        if now != status:
            return f"ends with {now}: {said}"
        if now_out != out:
            return f"ends with {now} and another answer"
    return None


def main():
    count = int(os.environ.get("PCREPORT_DAMAGES", "200"))
    seed = int(os.environ.get("PCREPORT_DAMAGE_SEED", str(random.randrange(10**6))))
    draw = random.Random(seed)
    failures, tried, refused = 0, 0, collections.Counter()
    with tempfile.TemporaryDirectory(prefix="pcreport-damage-") as work:
        asked = prepare(work)
        with open(os.path.join(work, "store.db"), "rb") as f:
            store = f.read()
        wanted = [answer(work, store, steps) for steps in asked]
        for steps, told in zip(asked, wanted):
            if told[-1][0] not in (0, 3):
                fail(f"{' '.join(steps[len(told) - 1])}: {told[-1]}")
        for number in range(count):
            kind = DAMAGES[number % len(DAMAGES)]
            damaged = kind(store, draw)
            if damaged == store:
                continue
            for which in draw.sample(range(len(asked)), ASKED):
                got = answer(work, damaged, asked[which])
                tried += 1
                refused[kind.__name__] += got[-1][0] == 65
                why = wrong(wanted[which], got)
                if why:
                    failures += 1
                    print(f"store {number} ({kind.__name__}), {' '.join(asked[which][len(got) - 1])}: {why}", flush=True)
    print(f"{count} damaged stores of {len(store) // PAGE} pages, {tried} questions: {failures} answered wrongly, refused "
          + ", ".join(f"{kind} {n}" for kind, n in sorted(refused.items())) + f"; seed {seed}")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
