"""Commands that change a store or write reports, and what they are held to when something breaks them off.

A night is a command, the folder it starts from, and the folder it leaves when nothing goes wrong. However it is broken
off: reports are the ones before or the ones after, never a mixture; the store passes `verify`; and the same command
again leaves the same folder, byte for byte, as one that nothing disturbed, but for the times of runs in the store.
"""
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys

TIMEOUT_S = 120
TIMES = re.compile(r'\b[\d.]+ m?s\b|"(milli)?seconds":[\d.]+|"(at|run_id)":"[^"]*"|202[2-9]-\S*')


def chosen(faults, budget):
    count = len(faults) if budget == "all" else min(len(faults), int(budget))
    return [faults[i * len(faults) // count] for i in range(count)]


def fail(message):
    sys.exit("FAILED: " + message)


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PCREPORT_", "INJECT", "SOURCE_DATE_EPOCH"))}
    return {**kept, "TZ": "UTC", "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", **more}


def said_by_store(path):
    """A digest of what a store says, but for when runs began, how long they took, how the process ended, and where the
    file system put the files of the inbox."""
    untold = (("run", "started_at"), ("run", "milliseconds"), ("run", "status"), ("inbox_file", "inode"),
              ("inbox_file", "changed_ns"))
    said = hashlib.sha256()
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            told = [c for c in columns if (table, c) not in untold]
            rows = f"SELECT {', '.join(told)} FROM {table}"
            if table == "tally":
                rows += " WHERE name NOT IN ('sum of run', 'sum of inbox_file')"
            for row in db.execute(rows):
                said.update(repr((table, row)).encode())
    db.close()
    return said.hexdigest()


STORES = {}  # what was said by the bytes of stores


def digest(path):
    with open(path, "rb") as f:
        of_bytes = hashlib.sha256(f.read()).hexdigest()
    if os.path.basename(path) != "store.db" or os.path.getsize(path) == 0 or os.path.exists(path + "-journal"):
        return of_bytes
    if of_bytes not in STORES:
        try:
            STORES[of_bytes] = said_by_store(path)
        except sqlite3.Error:
            return of_bytes  # verify tells more
    return STORES[of_bytes]


def tree(folder):
    """Every file and folder but the inputs, with the digest of its bytes."""
    found = {}
    for path, folders, files in os.walk(folder):
        if path == folder and "inbox" in folders:
            folders.remove("inbox")
        for name in folders:
            found[os.path.relpath(os.path.join(path, name), folder) + "/"] = ""
        for name in files:
            found[os.path.relpath(os.path.join(path, name), folder)] = digest(os.path.join(path, name))
    return found


def reports(found):
    """What of a tree a reader of reports sees: the files that are neither the store nor under a temporary name."""
    return {path: digest for path, digest in found.items()
            if not path.startswith("store.db") and not any(part.startswith(".") for part in path.split("/"))
            and not path.endswith("/")}


def differences(got, wanted):
    return ", ".join(f"{path} {'differs' if path in got and path in wanted else 'is left over' if path in got else 'is missing'}"
                     for path in sorted(got.keys() | wanted.keys()) if got.get(path) != wanted.get(path))


class Night:
    def __init__(self, name, program, before, arguments, work, one_by_one=False):
        """`before` is a folder; it is kept as it is. `one_by_one`: each report is put in place once it is whole."""
        self.one_by_one = one_by_one
        self.name, self.program, self.before, self.arguments = name, program, before, arguments
        self.folder = os.path.join(work, "now")
        self.tree_before = tree(before)
        self.begin()
        status, said = self.run()
        if status not in (0, 3):
            fail(f"{name}: exit status {status} with nothing gone wrong: {said}")
        self.status, self.tree_after, self.told = status, tree(self.folder), self.heard
        self.begin()
        self.run()
        if self.heard != self.told:
            fail(f"{name}: twice the same, and what is told differs: {self.heard} {self.told}")
        if self.verify():
            fail(f"{name}: {self.verify()}")
        if tree(self.folder) != self.tree_after:
            fail(f"{name}: twice the same, and the results differ: {differences(tree(self.folder), self.tree_after)}")

    def begin(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.before, self.folder, symlinks=True)

    def start(self, program=None, **env):
        return subprocess.Popen([program or self.program, *self.arguments], cwd=self.folder, env=environment(**env),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process):
        """The exit status (negative: the signal) and what was said on standard error."""
        try:
            out, said = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return None, "it hangs"
        said = said.decode(errors="replace").strip()
        self.heard = tuple(TIMES.sub("", text) for text in (out.decode(errors="replace"), said))
        return process.returncode, said

    def run(self, **env):
        return self.end(self.start(**env))

    def tree(self):
        return tree(self.folder)

    def verify(self):
        if not os.path.exists(os.path.join(self.folder, "store.db")):
            return None
        got = subprocess.run([self.program, "verify", "--db", "store.db"], cwd=self.folder, env=environment(),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
        return None if got.returncode == 0 else f"verify ends with {got.returncode}: {got.stdout.decode().strip()}"

    def without_archives(self):
        """The new reports, with the .zip of a pack as it was before: a folder and a file cannot be replaced in one step."""
        def is_archive(path):
            return path.endswith(".zip")
        return {path: digest for path, digest in reports(self.tree_after).items() if not is_archive(path)} | {
            path: digest for path, digest in reports(self.tree_before).items() if is_archive(path)}

    def check_broken(self, verify=True):
        """What must hold right after the command was broken off. Returns what does not, or None."""
        now = tree(self.folder)
        before, after = reports(self.tree_before), reports(self.tree_after)
        if self.one_by_one:
            after = {**before, **{path: of for path, of in after.items() if reports(now).get(path) == of}}
        if reports(now) not in (before, after, self.without_archives()):
            return ("the reports are neither those before nor those after: "
                    + differences(reports(now), before))
        if "store.db" not in now:
            return "the store is gone" if "store.db" in self.tree_before else None
        return self.verify() if verify else None

    def check_again(self):
        """Runs the command again: afterwards all is as if nothing had happened. Returns what is not, or None."""
        status, said = self.run()
        if status not in (0, 3):  # 3 only where the rejects were not stored yet
            return f"run again, it ends with {status}: {said}"
        wrong = differences(tree(self.folder), self.tree_after)
        return f"run again, {wrong}" if wrong else None


class Nights:
    """The nights of one set of inputs: (name, content) of the first night, and of the second."""

    def __init__(self, program, work, first, second, as_of):
        self.program, self.work, self.as_of = program, work, as_of
        self.inputs = (first, second)

    def folder(self, name, base=None, inputs=()):
        path = os.path.join(self.work, name)
        if base:
            shutil.copytree(base, path)
        os.makedirs(os.path.join(path, "inbox"), exist_ok=True)
        for file, content in inputs:
            with open(os.path.join(path, "inbox", file), "wb") as f:
                f.write(content)
        return path

    def last_month(self):
        year, month = int(self.as_of[:4]), int(self.as_of[5:7])
        return f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"

    def all(self):
        first, second = self.inputs
        night = lambda name, before, *arguments: Night(name, self.program, before, arguments, self.work)
        names = lambda inputs: ["inbox/" + file for file, _ in inputs]
        run = ["run", "--db", "store.db", "--inbox", "inbox", "--out", "out", "--as-of", self.as_of]

        def after(made, name, inputs=()):
            made.begin()
            made.run()
            return self.folder(name, made.folder, inputs)

        empty = self.folder("empty", inputs=first)
        made = night("first ingest", empty, "ingest", "--db", "store.db", *names(first))
        yield made
        half = after(made, "half", second)
        yield night("second ingest", half, "ingest", "--db", "store.db", *names(second))
        made = night("first run", empty, *run)
        yield made
        made = night("second run", after(made, "run", second), *run)
        yield made
        whole = after(made, "whole")
        with open(os.path.join(whole, "devices.csv"), "w", encoding="ascii") as f:
            f.write("of yesterday\n")
        asked = ["--db", "store.db", "--as-of", self.as_of]
        yield night("report", whole, "report", *asked, "--out", "devices.csv", "devices")
        for form in ("json", "xlsx"):
            yield night(f"report {form}", whole, "report", *asked, "--format", form, "--out", f"panel.{form}", "panel-summary")
        yield night("sql", whole, "sql", *asked, "--format", "xlsx", "--out", "devices.xlsx", "SELECT * FROM devices")
        yield night("changes", whole, "changes", *asked, "--since", "2021-01-01", "--out", "changes.csv")
        yield night("pack", whole, "pack", "ssc", "--db", "store.db", "--period", self.last_month(), "--out", "packs")
        yield night("simulate", self.folder("nothing"), "simulate", "--devices", "30", "--seed", "1", "--duis", "--out", "population")


def split_log(log):
    """A log in two nights, each with the heading."""
    heading, *rows = log.splitlines(keepends=True)
    middle = len(rows) * 2 // 3
    return heading + b"".join(rows[:middle]), heading + b"".join(rows[middle:])
