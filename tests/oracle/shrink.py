#!/usr/bin/env python3
"""Makes a folder of inputs on which program and oracle differ smaller, for as long as they still differ.

    shrink.py PCREPORT FOLDER OUT [COLUMN]

Drops lines of CSV files and configuration, snapshots, their cells and certificates, and fields, while some Device still
differs in the column (any, without one).
"""
import csv
import io
import json
import os
import shutil
import sys

import compare


class Shrinker:
    """`files`: name -> list of parts (CSV rows, snapshots, lines); the folder OUT holds what was tried last."""

    def __init__(self, program, folder, out, column):
        self.program, self.out, self.column = os.path.abspath(program), out, column
        self.fixed, self.files = {}, {}
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.endswith(".csv") and "-part" not in name:
                with open(path, encoding="utf-8", newline="") as f:
                    self.files[name] = list(csv.DictReader(f))
            elif name == "certificates.ndjson":
                with open(path, encoding="utf-8") as f:
                    self.files[name] = [json.loads(line) for line in f]
            elif name == "duis.xml":
                with open(path, encoding="utf-8") as f:
                    self.files[name] = [{"": d} for d in f.read().split("\n") if d]
            elif name in ("pcreport.ini", "as-of.txt") or name.startswith("issued-"):
                with open(path, encoding="utf-8") as f:
                    self.fixed[name] = f.read()

    def write(self):
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)
        for name, text in self.fixed.items():
            with open(os.path.join(self.out, name), "w", encoding="utf-8") as f:
                f.write(text)
        for name, parts in self.files.items():
            if not parts:
                continue
            text = io.StringIO()
            if name.endswith(".csv"):
                heading = [n for n in parts[0] if any(p[n] for p in parts)]
                writer = csv.DictWriter(text, heading, lineterminator="\n", extrasaction="ignore")
                writer.writeheader()
                writer.writerows(parts)
            else:
                text.writelines((p[""] if name == "duis.xml" else json.dumps(p)) + "\n" for p in parts)
            with open(os.path.join(self.out, name), "w", encoding="utf-8", newline="") as f:
                f.write(text.getvalue())

    def differs(self):
        self.write()
        try:
            found = list(compare.differences(self.program, self.out))
        except (Exception, SystemExit):
            return False
        return any(self.column is None or f" {self.column}:" in line for line in found)

    def without(self, parts):
        """Drops what can be dropped of a list, in halves, quarters, and so on."""
        size = max(1, len(parts) // 2)
        while size:
            at = 0
            while at < len(parts):
                taken = parts[at:at + size]
                del parts[at:at + size]
                if not self.differs():
                    parts[at:at] = taken
                    at += size
            size //= 2

    def blank(self, part):
        """Drops the fields of a row or an object that can be dropped."""
        for name in list(part):
            if isinstance(part[name], list):
                self.without(part[name])
                for inner in part[name]:
                    self.blank(inner)
            elif part[name] and part[name] is not True and name != "status":
                old, part[name] = part[name], ""
                if not self.differs():
                    part[name] = old

    def shrink(self):
        if not self.differs():
            sys.exit("they do not differ")
        for parts in self.files.values():
            self.without(parts)
        for name in [n for n in self.fixed if n.startswith("issued-")]:
            text = self.fixed.pop(name)
            if not self.differs():
                self.fixed[name] = text
        for name, parts in self.files.items():
            for part in parts if name != "duis.xml" else []:
                self.blank(part)
        self.differs()


def main():
    program, folder, out = sys.argv[1:4]
    shrinker = Shrinker(program, folder, out, sys.argv[4] if len(sys.argv) > 4 else None)
    shrinker.shrink()
    print(*compare.differences(shrinker.program, out), sep="\n")


if __name__ == "__main__":
    main()
