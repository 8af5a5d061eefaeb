"""Lets allocations, reads, writes and other calls fail one after the other, and kills before each change of the disk,
in ingest, run and report (see nights.py and inject.c).

$PCREPORT_FAULTS (300) tells how many faults are tried, evenly chosen among all there are; "all" tries every one.
"""
import errno
import os
import subprocess
import sys
import tempfile

from nights import Nights, differences
from samples import sample

ERRORS = [errno.EIO, errno.ENOSPC, errno.EACCES]
PROGRAM = os.environ["PCREPORT"]
PLAIN = os.environ.get("PLAIN_PCREPORT", PROGRAM)  # for what is not being tried: it starts sooner
REFUSED = (65, 66)  # an input could not be read, and all else was done without it


def preload(library, **more):
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": "verify_asan_link_order=0", **more}


def faults_of(night, library, work):
    """Every fault that the night can meet, as inject.c is told it, by class."""
    counts = os.path.join(work, "counts")
    night.begin()
    night.end(night.start(PROGRAM, **preload(library, INJECT="count", INJECT_COUNTS=counts)))
    with open(counts, encoding="ascii") as f:
        calls, writes, changes = map(int, f.readline().split())
        places = sorted(int(line) for line in f)
    yield [f"memory:{n}" for n in places]
    yield [f"memory-on:{n}" for n in places]
    yield [f"call:{n}:{error}" for n in range(calls) for error in ERRORS]
    yield [f"disk:{n}:{errno.ENOSPC}" for n in range(writes)]
    yield [f"kill:{n}" for n in range(changes)]


def wrong_with_end(night, fault, status, said, now):
    """What is wrong with the way the command ended, given the folder it left, or None."""
    kind = fault.split(":")[0]
    wanted = {"memory": (70,), "memory-on": (70,), "disk": (73, 74), "kill": (-9,)}.get(kind, (65, 66, 73, 74, 78))
    left = {path for path in now if "/." in "/" + path or path.endswith("-journal")}
    if status == night.status:
        # what was put out of the way and cannot be removed is no trouble; the next run removes it
        wrong = differences({path: now[path] for path in now if not any(path.startswith(l) for l in left)}, night.tree_after)
        return f"said to be done, but {wrong}" if wrong else None
    if status not in wanted:
        return f"ends with {status}"
    if not said and kind != "kill":
        return "ends without a word"
    return f"leaves {', '.join(sorted(left))}" if left and kind == "memory" else None


def try_fault(night, library, fault):
    """Returns what is wrong, or None."""
    night.begin()
    status, said = night.end(night.start(PROGRAM, **preload(library, INJECT=fault)))
    if "sanitizer_linux_libcdep" in said:  # it is the sanitizer that needed memory
        night.begin()
        status, said = night.run(**preload(library, INJECT=fault))
    if "Fatal Internal Error in libarchive" in said:  # which then ends the process
        return night.check_broken() or night.check_again()
    wrong = wrong_with_end(night, fault, status, said, night.tree())
    if not wrong and status in REFUSED:
        wrong = night.verify()
    elif not wrong:
        wrong = night.check_broken() or night.check_again()
    return f"{wrong} (status {status}, said: {said})" if wrong else None


def chosen(faults, budget):
    count = len(faults) if budget == "all" else min(len(faults), int(budget))
    return [faults[i * len(faults) // count] for i in range(count)]


def main():
    budget = os.environ.get("PCREPORT_FAULTS", "300")
    failures = 0
    with tempfile.TemporaryDirectory(prefix="pcreport-inject-") as work:
        library = os.path.join(work, "inject.so")
        subprocess.run(["gcc", "-O2", "-fPIC", "-shared", "-ftls-model=initial-exec", "-D_GNU_SOURCE",
                        os.path.join(os.environ["SOURCE_DIR"], "tests/faults/inject.c"), "-o", library], check=True)
        tried = 0
        nights = list(Nights(PLAIN, work, *sample()).all())
        for night in nights:
            for faults in faults_of(night, library, work):
                for fault in faults if budget == "all" else chosen(faults, int(budget) // len(nights) // 5):
                    wrong = try_fault(night, library, fault)
                    tried += 1
                    if wrong:
                        failures += 1
                        print(f"{night.name}, {fault}: {wrong}", flush=True)
    print(f"{tried} faults tried, {failures} not borne")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
