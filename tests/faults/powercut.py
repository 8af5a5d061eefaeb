"""Cuts the power at each point of a command and looks at what is left: the changes of the disk are recorded (trace.c) and as much
of them is put back as a file system may have kept. What ended with status 0 is there, whole; what did not is as after a kill.

Two file systems are tried. `posix` keeps of a file what was synced and any of what was written since, in parts of a sector; of a
folder what was synced and any beginning of what was done to its names since. `ext4` keeps a beginning of all changes of names,
at least up to the last sync of anything, and what was appended to a file before the last of them.

$PCREPORT_POWER_CUTS (80) tells how many cuts are made, evenly over all points of all commands; "all" makes each in each way.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

from nights import chosen, differences, Nights, reports
from samples import sample
from syscalls import build

SECTOR = 512
WAYS = ("least", "most", "posix", "ext4")


class File:
    def __init__(self, content=b""):
        self.content = content  # as it lay on the disk at the beginning
        self.changes = []       # (operation, offset, bytes or None: cut there)


class Folder:
    def __init__(self):
        self.names = {}


class Disk:
    """What was recorded: changes of names and of contents in order, by what they were done to."""

    def __init__(self, folder):
        self.base = folder
        self.inodes = {}
        self.root = self.load(folder)
        self.steps = []  # ("name", folders, function) or ("data", file, change) or ("sync", object)
        self.now = {}    # names as the command sees them, by folder
        self.remember(self.root)

    def load(self, path):
        node = Folder()
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                node.names[entry.name] = self.load(entry.path)
            else:
                with open(entry.path, "rb") as f:
                    node.names[entry.name] = File(f.read())
            self.inodes[entry.inode()] = node.names[entry.name]
        self.inodes[os.stat(path).st_ino] = node
        return node

    def remember(self, folder):
        self.now[folder] = dict(folder.names)
        for node in folder.names.values():
            if isinstance(node, Folder):
                self.remember(node)

    def place(self, path):
        """The folder and name of a path within ours, or None."""
        relative = os.path.relpath(os.path.normpath(path), self.base)
        if relative.startswith("..") or relative == ".":
            return None
        folder = self.root
        *parts, name = relative.split("/")
        for part in parts:
            folder = self.now[folder].get(part)
            if not isinstance(folder, Folder):
                return None
        return folder, name

    def rename(self, change, *folders):
        """`change` takes the names of each folder, as one dict for each."""
        change(*(self.now[folder] for folder in folders))
        self.steps.append(("name", folders, change))

    def take(self, what, inode, offset, length, path, path2, content):
        node, at = self.inodes.get(inode), self.place(path)
        if what == "open" and at and not path.endswith(" (deleted)"):
            folder, name = at
            if self.now[folder].get(name) is None or self.now[folder][name] is not node:
                node = self.inodes[inode] = File()
                self.rename(lambda names, node=node, name=name: names.__setitem__(name, node), folder)
            elif length:
                self.steps.append(("data", node, (0, None)))
        elif what == "write":
            if node is None and (at or path.startswith(self.base)):
                node = self.inodes[inode] = File()  # without a name
            if isinstance(node, File):
                self.steps.append(("data", node, (offset, content)))
        elif what == "truncate" and isinstance(node, File):
            self.steps.append(("data", node, (offset, None)))
        elif what == "sync" and node is not None:
            self.steps.append(("sync", node, None))
        elif what == "mkdir" and at:
            node = self.inodes[inode] = Folder()
            self.now[node] = {}
            self.rename(lambda names, node=node, name=at[1]: names.__setitem__(name, node), at[0])
        elif what in ("unlink", "rmdir") and at:
            self.rename(lambda names, name=at[1]: names.pop(name, None), at[0])
            if what == "unlink" and not length:
                self.inodes.pop(inode, None)  # its number may come again
        elif what == "link" and self.place(path2):
            folder, name = self.place(path2)
            if isinstance(node, File):
                self.rename(lambda names, node=node, name=name: names.__setitem__(name, node), folder)
        elif what == "rename" and at and self.place(path2):
            (one, old), (other, new) = at, self.place(path2)
            both = offset == 2

            def change(names, others, old=old, new=new, both=both):
                moved = names.get(old)
                if moved is None:
                    return
                replaced = others.get(new)
                names.pop(old)
                others[new] = moved
                if both and replaced is not None:
                    names[old] = replaced
            if one is other:
                self.rename(lambda names, change=change: change(names, names), one)
            else:
                self.rename(change, one, other)

    def read(self, path):
        with open(path, "rb") as f:
            while line := f.readline():
                what, inode, offset, length, one, two = line.decode().rstrip("\n").split("\t")
                content = f.read(int(length) + 1)[:-1] if what == "write" else b""
                self.take(what, int(inode), int(offset), int(length), one, two, content)

    def left(self, point, way, draw):
        """The folder as it may be after a cut behind so many steps: names of each folder, content of each file."""
        steps = self.steps[:point]
        synced = {}  # by object: the step that synced it last
        last = 0
        for i, (what, node, _) in enumerate(steps):
            if what == "sync":
                synced[node] = last = i + 1
        names_to = {}  # how far the changes of names of a folder were kept
        committed = draw.randint(last, point) if way == "ext4" else 0
        for folder in self.now:
            least = synced.get(folder, 0)
            names_to[folder] = {"least": least, "most": point, "posix": draw.randint(least, point), "ext4": committed}[way]
        names, content = {folder: dict(folder.names) for folder in self.now}, {}
        for i, (what, node, change) in enumerate(steps):
            if what == "name" and all(i < names_to[folder] for folder in node):
                change(*(names[folder] for folder in node))
            elif what == "data":
                at, new = change
                old = content.get(node, node.content)
                kept = way == "most" or i < synced.get(node, 0) or (way == "ext4" and i < committed and at >= len(old))
                if new is None:
                    if kept or (way != "least" and draw.random() < 0.5):
                        content[node] = old[:at] + bytes(max(0, at - len(old)))
                    continue
                old = old + bytes(max(0, at - len(old)))
                for part in range(0, len(new), SECTOR):
                    if kept or (way != "least" and draw.random() < 0.5):
                        piece = new[part:part + SECTOR]
                        old = old + bytes(max(0, at + part - len(old)))
                        old = old[:at + part] + piece + old[at + part + len(piece):]
                if kept or way != "least":
                    content[node] = old
        return names, content

    def put_back(self, names, content, node, path):
        os.makedirs(path, exist_ok=True)
        for name, child in names[node].items():
            place = os.path.join(path, name)
            if isinstance(child, Folder):
                self.put_back(names, content, child, place)
            else:
                with open(place, "wb") as f:
                    f.write(content.get(child, child.content))


def record(night, tracer, work):
    night.begin()
    disk = Disk(night.folder)
    path = os.path.join(work, "record")
    arguments, night.arguments = night.arguments, ("record", path, night.program, *night.arguments)
    try:
        status, said = night.end(night.start(tracer))
    finally:
        night.arguments = arguments
    if status == 126:
        print("not tried: nothing may be traced here")
        sys.exit(0)
    if status != night.status:
        sys.exit(f"{night.name}: ends with {status} when it is traced: {said}")
    disk.read(path)
    return disk


def cut(night, disk, point, way, draw):
    """Returns what is wrong after it, or None."""
    names, content = disk.left(point, way, draw)
    shutil.rmtree(night.folder, ignore_errors=True)
    disk.put_back(names, content, disk.root, night.folder)
    if point == len(disk.steps):
        now = night.tree()
        if reports(now) != reports(night.tree_after) or now.get("store.db") != night.tree_after.get("store.db"):
            return "it was done, and is lost: " + differences(now, night.tree_after)
    return night.check_broken() or night.check_again()


def main():
    budget = os.environ.get("PCREPORT_POWER_CUTS", "80")
    draw = random.Random(int(os.environ.get("PCREPORT_POWER_CUT_SEED", "1")))
    failures, tried = 0, 0
    with tempfile.TemporaryDirectory(prefix="pcreport-powercut-") as work:
        tracer = build(work)
        nights = [n for n in Nights(os.environ["PCREPORT"], work, *sample()).all()]
        for night in nights:
            disk = record(night, tracer, work)
            cuts = [(point, way) for point in range(len(disk.steps) + 1) for way in WAYS]
            if budget != "all":
                cuts = chosen(cuts[:-1], max(1, int(budget) // len(nights) - 1)) + [(len(disk.steps), "least")]
            bad = 0
            for point, way in cuts:
                why = cut(night, disk, point, way, draw)
                if why:
                    bad += 1
                    print(f"{night.name}, cut behind step {point} of {len(disk.steps)}, {way}: {why[:400]}", flush=True)
            print(f"{night.name}: {len(disk.steps)} steps, {len(cuts)} cuts, {len(cuts) - bad} held", flush=True)
            tried += len(cuts)
            failures += bad
    print(f"{tried} power cuts, {failures} not borne")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
