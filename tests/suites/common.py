"""What the suites share: how the program is asked, and how it may end."""
import collections
import json
import os
import subprocess
import sys

PROGRAM = os.environ.get("PCREPORT", "build/dev/pcreport")
SAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "sample-data")
TIMEOUT_S = 60
ENDS = (0, 3, 65, 66)  # done; done but for rejects; nothing to be used; nothing to be opened


def ask(*arguments, **more):
    """Ends with a message where the program crashed, hung or ended as no bad input may make it end."""
    try:
        got = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=TIMEOUT_S,
                             env={**os.environ, "TZ": "UTC", "HOME": "/nonexistent"}, **more)
    except subprocess.TimeoutExpired:
        sys.exit(f"FAILED: no end within {TIMEOUT_S} s: {arguments}")
    if got.returncode not in ENDS:
        sys.exit(f"FAILED: status {got.returncode}: {arguments}\n{got.stderr.decode(errors='replace')}")
    return got


def check(path, *options):
    """The event of one file, {} where it was refused."""
    got = ask("check", "--json", *options, path)
    events = [json.loads(line) for line in got.stdout.splitlines()]
    files = [e for e in events if e["event"] == "file" and e["fate"] == "read"]
    return files[0] if files else {}


class Tally:
    """Counts what was as it should be, and names what was not."""

    def __init__(self, suite):
        self.suite, self.held, self.wrong = suite, collections.Counter(), []

    def count(self, kind, name, as_it_should_be):
        if as_it_should_be:
            self.held[kind] += 1
        else:
            self.wrong.append(f"{kind}: {name}")

    def end(self):
        told = ", ".join(f"{kind} {n}" for kind, n in sorted(self.held.items()))
        print(f"{self.suite}: {sum(self.held.values())} as they should be ({told}), {len(self.wrong)} not")
        for line in self.wrong:
            print("  " + line)
        sys.exit(1 if self.wrong else 0)
