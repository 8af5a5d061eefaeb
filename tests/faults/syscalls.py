"""Lets system calls fail one after the other, beneath stdio and every library, in each command and format (see trace.c, nights.py).

$PCREPORT_SYSCALLS (150) tells how many are tried, evenly chosen among all there are; "all" tries every one, "each"
lets every call fail once, with the errors in turn. Arguments name the commands to be tried, such as "second run" or "pack";
without any, all are.
"""
import errno
import os
import subprocess
import sys
import tempfile

from nights import chosen, differences, Nights
from samples import sample

ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES)
REFUSED = (65, 66)  # an input could not be read, and all else was done without it
STATUSES = (65, 66, 70, 73, 74, 78)


def build(work):
    tracer = os.path.join(work, "trace")
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", os.path.join(os.environ["SOURCE_DIR"], "tests/faults/trace.c"), "-o", tracer],
                   check=True)
    return tracer


def traced(night, tracer, *how):
    night.begin()
    arguments, night.arguments = night.arguments, (*how, night.program, *night.arguments)
    try:
        return night.end(night.start(tracer))
    finally:
        night.arguments = arguments


def wrong(night, status, said):
    """What is wrong with how the command ended and what it left, or None."""
    for path in night.tree():
        if os.path.basename(path).startswith("tmp."):  # libxlsxwriter's, whose removal failed
            os.remove(os.path.join(night.folder, path))
    now = night.tree()
    if status == night.status:
        # what was to be removed and could not be is no trouble: the next run removes it
        left = {path for path in now if "/." in "/" + path or path.endswith("-journal")}
        told = differences({p: d for p, d in now.items() if not any(p.startswith(l) for l in left)}, night.tree_after)
        if told:
            return f"said to be done, but {told}"
        return night.check_again()
    if status not in STATUSES:
        return f"ends with {status}"
    if not said:
        return "ends without a word"
    if status in REFUSED and night.verify() is None:
        return None  # an input could not be read, and all else was done without it
    return night.check_broken() or night.check_again()


def main():
    budget = os.environ.get("PCREPORT_SYSCALLS", "150")
    failures, tried = 0, 0
    with tempfile.TemporaryDirectory(prefix="pcreport-syscalls-") as work:
        tracer = build(work)
        nights = list(Nights(os.environ["PCREPORT"], work, *sample()).all())
        nights = [night for night in nights if night.name in (sys.argv[1:] or [night.name])]
        for night in nights:
            status, said = traced(night, tracer, "count")
            if status == 126:
                print("not tried: nothing may be traced here")
                return 0
            count = int(said.splitlines()[-1])
            if status != night.status:
                return f"{night.name}: ends with {status} when it is traced: {said}"
            faults = [(number, error) for number in range(count) for error in ERRORS]
            if budget == "each":
                faults = [(number, ERRORS[number % len(ERRORS)]) for number in range(count)]
            elif budget != "all":
                faults = chosen(faults, max(1, int(budget) // len(nights)))
            bad = 0
            for number, error in faults:
                status, said = traced(night, tracer, "fail", str(number), str(error))
                why = wrong(night, status, said)
                if why:
                    bad += 1
                    print(f"{night.name}, call {number}, {errno.errorcode[error]}: {why} (status {status}, said: {said[-300:]})", flush=True)
            print(f"{night.name}: {count} calls, {len(faults)} faults tried, {len(faults) - bad} held", flush=True)
            tried += len(faults)
            failures += bad
    print(f"{tried} faults of system calls tried, {failures} not borne")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
