"""Lets allocations fail one after the other, in every command and format (see memory.c, commands.py).

$PCREPORT_FAULTS (120) tells how many are tried, evenly chosen among all there are; "places" tries each place once, in the first
command that comes by it, "all" tries each place in each command, alone and with all that follow. Arguments name the commands to
be tried, such as "run" or "report csv"; without any, all are.
"""
import os
import subprocess
import sys
import tempfile

from commands import commands
from nights import chosen, differences

PROGRAM = os.environ["PCREPORT"]
NO_MEMORY = 70
NO_MESSAGE = "out of memory for a message"
OF_OTHERS = ("Fatal Internal Error in libarchive",  # it ends the process
             "Couldn't visit directory",  # likewise libarchive's: why it could not, it does not keep
             "in fts_open",  # of glibc 2.36, likewise
             "sanitizer_linux_libcdep", "failed to allocate", "anitizer: out of memory")  # it is the sanitizer that needs it


BROKE_OFF = "libxlsxwriter broke off"  # as if it were killed: what it was at stays under its temporary name
NOT_WHOLE = (74, "the workbook did not come out whole")  # libxlsxwriter went on without a part of it
# setlocale of glibc 2.36 frees it not where the rest of it fails, nor do these where they end with no memory
SUPPRESSED = "leak:_nl_normalize_codeset\nleak:libxlsxwriter.so\nleak:libminizip.so\n"


def preload(library, **more):
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": "verify_asan_link_order=0:allocator_may_return_null=1",
            "LSAN_OPTIONS": f"print_suppressions=0:suppressions={library}.suppressed", **more}


def places_of(command, library, work):
    """(place, first allocation there, last) of a command, in the order in which it comes by them."""
    path = os.path.join(work, "places")
    if os.path.exists(path):
        os.remove(path)
    command.begin()
    command.run(**preload(library, ALLOCATIONS=path))
    with open(path, encoding="ascii") as f:
        lines = [line.split() for line in f]
    return sorted(((place, int(first), int(last)) for place, first, last in lines), key=lambda p: p[1])


def faults_of(command, library, work, tried):
    budget = os.environ.get("PCREPORT_FAULTS", "120")
    places = places_of(command, library, work)
    if budget == "places":
        places = [p for p in places if p[0] not in tried]
        tried.update(p[0] for p in places)
        return [str(first) for _, first, _ in places]
    faults = [f"{n}{more}" for more in ("", "+") for n in sorted({n for p in places for n in p[1:]})]
    return faults if budget == "all" else chosen(faults, max(2, int(budget) // 40))


def tells_otherwise(command):
    """A message for which there is no memory says so in its place."""
    (out, said), (wanted_out, wanted_said) = command.heard, command.told
    return out != wanted_out or said != wanted_said and NO_MESSAGE not in said


def not_whole(status, said):
    """Where there is no memory for the message either, what libxlsxwriter says itself tells that it was at work."""
    return status == NOT_WHOLE[0] and (NOT_WHOLE[1] in said or "[ERROR][" in said and NO_MESSAGE in said)


def wrong_with(command, status, said, none_left):
    """What is wrong with how it ended and what it left, or None."""
    if "LeakSanitizer" in said or "runtime error" in said or "AddressSanitizer" in said:
        return "a sanitizer complains"
    now = command.tree()
    command.untouched = now == command.tree_before
    left = {path for path in now if "/." in "/" + path or path.endswith("-journal")}
    if status == command.status:
        # what was put out of the way and cannot be removed is no trouble; the next run removes it
        wrong = differences({p: d for p, d in now.items() if not any(p.startswith(l) for l in left)}, command.tree_after)
        wrong = wrong or tells_otherwise(command) and "what it tells differs"
        return f"said to be done, but {wrong}" if wrong else None
    if status != NO_MEMORY:
        return f"ends with {status}"
    if not said:
        return "ends without a word"
    if left and none_left:  # what walks a folder to remove it needs memory; the next run removes it
        return command.check_broken() or command.check_again()
    if left:
        return f"leaves {', '.join(sorted(left))}"
    return None if command.untouched else command.check_broken() or command.check_again()


def try_fault(command, library, fault):
    """Returns what is wrong, or None."""
    if not command.untouched:
        command.begin()
    command.untouched = False
    status, said = command.run(**preload(library, FAIL_ALLOCATION=fault))
    if status == NO_MEMORY and BROKE_OFF in said or not_whole(status, said) or status not in (
            NO_MEMORY, command.status) and any(word in said for word in OF_OTHERS):
        return command.check_broken() or command.check_again()
    wrong = wrong_with(command, status, said, fault.endswith("+"))
    shown = said[-2500:] if "anitizer" in said else said[-250:]
    return f"{wrong} (status {status}, said: {shown})" if wrong else None


def main():
    only, tried, count, failures = sys.argv[1:], set(), 0, 0
    with tempfile.TemporaryDirectory(prefix="pcreport-memory-") as work:
        library = os.path.join(work, "memory.so")
        subprocess.run(["gcc", "-O2", "-fPIC", "-shared", "-ftls-model=initial-exec", "-D_GNU_SOURCE",
                        os.path.join(os.environ["SOURCE_DIR"], "tests/faults/memory.c"), "-o", library], check=True)
        with open(library + ".suppressed", "w", encoding="ascii") as f:
            f.write(SUPPRESSED)
        for command in commands(PROGRAM, work, only):
            if command is None or only and command.name not in only:
                continue
            faults = faults_of(command, library, work, tried)
            command.untouched = False
            bad = 0
            for fault in faults:
                wrong = try_fault(command, library, fault)
                if wrong:
                    bad += 1
                    print(f"{command.name}, allocation {fault}: {wrong}", flush=True)
            print(f"{command.name}: {len(faults)} faults tried, {len(faults) - bad} borne", flush=True)
            count += len(faults)
            failures += bad
    print(f"{count} failing allocations tried, {failures} not borne")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
