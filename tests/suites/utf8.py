#!/usr/bin/env python3
"""utf8tests: utf8.py FILE, its utf8tests.txt. Each sequence is part of a manufacturer in an inventory of its own: a valid one comes
out as it went in, an invalid one costs its row, or is told as another encoding, and never comes out."""
import os
import sys
import tempfile

from common import check, Tally


def sequences(path):
    with open(path, encoding="ascii") as f:
        for line in f:
            number, *rest = line.rstrip("\n").split(":")
            if number and not number.startswith("#") and rest:
                yield number, rest[0].strip().startswith("valid"), bytes.fromhex(rest[1]) if "hex" in rest[0] else rest[1].encode()


def main(path):
    tally = Tally("UTF-8")
    with tempfile.TemporaryDirectory() as work:
        file = os.path.join(work, "inventory-2021-10-01.csv")
        for number, valid, sequence in sequences(path):
            if any(byte in sequence for byte in b'\n\r",\0'):
                continue
            with open(file, "wb") as f:
                f.write(b"device_id,device_type,status,manufacturer\n00-DB-5A-61-00-00-00-54,ESME,Commissioned,a" + sequence + b"b\n"
                        b"00-DB-5A-61-00-00-00-55,ESME,Commissioned,\xe2\x82\xac\n")
            event = check(file, "--kind=inventory", "--max-rejects=100%")
            kept = event.get("rows", 0) - event.get("rejected", 0)
            tally.count("valid" if valid else "invalid", number, kept == (2 if valid else 1))
    tally.end()


if __name__ == "__main__":
    main(sys.argv[1])
