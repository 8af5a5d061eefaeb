"""Lets allocations fail one after the other, in every command and format (see memory.c, commands.py).

$PCREPORT_FAULTS (120) tells how many are tried, evenly chosen among the places of a few commands; "places" tries each place in
the program once, in the first command that comes by it, "all" tries each place in each command, the first and the last allocation
there, alone and with all that follow. Arguments name the commands to be tried, such as "run" or "report csv". $PCREPORT_FAULTS_PART
(0/1), such as "1/2", tries the second half of the places.
"""
import os
import re
import subprocess
import sys
import tempfile

from commands import commands
from nights import chosen, differences

PROGRAM = os.environ["PCREPORT"]
# They come by their places in the same order each time; between them they come by most of the program.
SHORT = ["ingest", "report csv", "report in one workbook", "pack"]
NO_MEMORY = 70
NO_MESSAGE = "out of memory for a message"
OF_OTHERS = ("Fatal Internal Error in libarchive",  # it ends the process
             "Couldn't visit directory",  # likewise libarchive's: why it could not, it does not keep
             "in fts_open",  # of glibc 2.36, likewise
             "sanitizer_linux_libcdep", "failed to allocate", "anitizer: out of memory")  # it is the sanitizer that needs it


BROKE_OFF = "libxlsxwriter broke off"  # as if it were killed: what it was at stays under its temporary name
NOT_WHOLE = (74, "the workbook did not come out whole")  # libxlsxwriter went on without a part of it
# setlocale of glibc 2.36 frees it not where the rest of it fails, nor do these where they end with no memory
SUPPRESSED = "leak:_nl_normalize_codeset\nleak:libxlsxwriter.so\nleak:libminizip.so\nleak:archive_read_open_\n"


def preload(library, **more):
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": "verify_asan_link_order=0:allocator_may_return_null=1",
            "LSAN_OPTIONS": f"print_suppressions=0:suppressions={library}.suppressed", **more}


class Place:
    """From where something is allocated (see memory.c)."""

    def __init__(self, line):
        self.place, self.caller, size, first, count = line.split()
        self.size, self.first, self.count = int(size), int(first), int(count)

    def faults(self):
        """The first allocation there and the last, alone and with all that follow."""
        first = f"{self.place} {self.caller} {self.size} 1"
        last = f"{self.place} {self.caller} 0 {self.count}"
        return [fault + more for fault in [first, last][:self.count] for more in ("", "+")]


def places_of(command, library, work):
    """In the order in which a command comes by them."""
    path = os.path.join(work, "places")
    if os.path.exists(path):
        os.remove(path)
    command.begin()
    command.run(**preload(library, ALLOCATIONS=path))
    with open(path, encoding="ascii") as f:
        return sorted(map(Place, f), key=lambda p: p.first)


def faults_of(command, library, work, budget, tried):
    part, parts = map(int, os.environ.get("PCREPORT_FAULTS_PART", "0/1").split("/"))
    places = [p for p in places_of(command, library, work) if int(p.place, 16) // 2 % parts == part]
    if budget == "places":
        places = [p for p in places if p.place not in tried]
        tried.update(p.place for p in places)
        return [p.faults()[0] for p in places]
    if budget == "all":
        return [fault for p in places for fault in p.faults()]
    return [p.faults()[i % 2] for i, p in enumerate(chosen(places, budget))]


def tells_otherwise(command):
    """A message for which there is no memory says so in its place."""
    (out, said), (wanted_out, wanted_said) = command.heard, command.told
    return out != wanted_out or said != wanted_said and NO_MESSAGE not in said


def not_whole(status, said):
    """Where there is no memory for the message either, what libxlsxwriter says itself tells that it was at work."""
    return status == NOT_WHOLE[0] and (NOT_WHOLE[1] in said or "[ERROR][" in said and NO_MESSAGE in said)


def wrong_with_left(command):
    """What is wrong with what a command that did not end well left: asked once of each state, and the state is gone then."""
    state = frozenset(command.tree().items())
    if state not in command.states:
        command.states[state] = command.check_broken() or command.check_again()
    return command.states[state]


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
        return wrong_with_left(command)
    if left:
        return f"leaves {', '.join(sorted(left))}"
    return None if command.untouched else wrong_with_left(command)


def way_to(mark):
    """The functions that led to the allocation that failed, the last one first."""
    with open(mark, encoding="utf-8", errors="replace") as f:
        frames = re.findall(r"^(.*?)\((.*?)\)\[", f.read(), re.M)
    way = []
    for file, at in frames:
        if file == PROGRAM and at.startswith("+"):
            got = subprocess.run(["addr2line", "-fsC", "-e", file, at[1:]], stdout=subprocess.PIPE, check=False).stdout
            at = " ".join(got.decode().split()) or at
        way.append(at if file == PROGRAM else f"{os.path.basename(file)} {at}")
    return ", ".join(w for w in way if "memory.so" not in w and "libasan" not in w)


def try_fault(command, library, fault):
    """Whether the program came by the place, and what is wrong, or None."""
    if not command.untouched:
        command.begin()
    command.untouched = False
    mark = library + ".failed"
    if os.path.exists(mark):
        os.remove(mark)
    status, said = command.run(**preload(library, FAIL_ALLOCATION=fault, FAILED_ALLOCATION=mark))
    if not os.path.exists(mark):
        return False, None if status == command.status else f"ends with {status} without a fault: {said}"
    if status == NO_MEMORY and BROKE_OFF in said or not_whole(status, said) or status not in (
            NO_MEMORY, command.status) and any(word in said for word in OF_OTHERS):
        return True, wrong_with_left(command)
    wrong = wrong_with(command, status, said, fault.endswith("+"))
    shown = said[-2500:] if "anitizer" in said else said[-250:]
    return True, f"{wrong} (status {status}, said: {shown}) at {way_to(mark)}" if wrong else None


def main():
    budget, only = os.environ.get("PCREPORT_FAULTS", "120"), sys.argv[1:]
    if budget not in ("places", "all"):
        only = only or SHORT
        budget = max(2, int(budget) // len(only))
    tried, count, unmet, failures = set(), 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="pcreport-memory-") as work:
        library = os.path.join(work, "memory.so")
        subprocess.run(["gcc", "-O2", "-fPIC", "-shared", "-ftls-model=initial-exec", "-D_GNU_SOURCE",
                        os.path.join(os.environ["SOURCE_DIR"], "tests/faults/memory.c"), "-o", library], check=True)
        with open(library + ".suppressed", "w", encoding="ascii") as f:
            f.write(SUPPRESSED)
        for command in commands(PROGRAM, work, only):
            if command is None or only and command.name not in only:
                continue
            faults = faults_of(command, library, work, budget, tried)
            command.untouched, command.states = False, {}
            bad = 0
            for fault in faults:
                met, wrong = try_fault(command, library, fault)
                unmet += not met
                if wrong:
                    bad += 1
                    print(f"{command.name}, allocation {fault}: {wrong}", flush=True)
            print(f"{command.name}: {len(faults)} faults tried, {len(faults) - bad} borne", flush=True)
            count += len(faults)
            failures += bad
    print(f"{count - unmet} failing allocations tried, {failures} not borne; {unmet} places were not come by again")
    return failures > 0 or unmet > count // 10


if __name__ == "__main__":
    sys.exit(main())
