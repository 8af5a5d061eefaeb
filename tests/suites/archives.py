#!/usr/bin/env python3
"""libarchive's samples, sound and malformed: archives.py FOLDER, its libarchive/test. Whatever is in them, the program says what
it read and what not, and ends."""
import binascii
import os
import sys
import tempfile

from common import ask, Tally


def decoded(path):
    """The bytes of a file of uuencode, and the name that it gives them."""
    with open(path, "rb") as f:
        lines = f.read().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith((b"begin ", b"begin-base64 ")))
    out = bytearray()
    for line in lines[begin + 1:]:
        if line in (b"end", b"===="):
            break
        if lines[begin].startswith(b"begin-base64 "):
            out += binascii.a2b_base64(line)
        elif line:
            bits = "".join(f"{byte - 32 & 63:06b}" for byte in line[1:])
            out += bytes(int(bits[at:at + 8], 2) for at in range(0, 8 * (line[0] - 32 & 63), 8))
    return lines[begin].split(b" ", 2)[2].decode(), bytes(out)


def main(folder):
    tally = Tally("libarchive's samples")
    with tempfile.TemporaryDirectory() as work:
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".uu"):
                continue
            inner, content = decoded(os.path.join(folder, name))
            path = os.path.join(work, os.path.basename(inner))
            with open(path, "wb") as f:
                f.write(content)
            got = ask("check", "--json", path)
            tally.count({0: "read", 3: "read in part"}.get(got.returncode, "refused"), name,
                        got.returncode == 0 or len(got.stderr) > 0 or b'"refused"' in got.stdout)
            os.unlink(path)
    tally.end()


if __name__ == "__main__":
    main(sys.argv[1])
