#!/usr/bin/env python3
"""The pollutions of the Pollock benchmark, made of our own log: pollution.py [ROWS (84)]. No folder is needed.

Of each polluted file the records that are read are held against those of the clean one: precision, recall and their F1, as mean over
all files and times ten, as the benchmark tells it. A record read with another value than it had counts against precision."""
import csv
import io
import os
import sys
import tempfile

from common import ask, SAMPLES

QUERY = "SELECT device_id, srv, requested_at, request_id, responded_at, response_code, execution_status FROM requests"
COLUMNS = ("device_id", "srv", "user_id", "requested_at", "request_id", "credential_type", "responded_at", "response_code", "execution_status")


def clean(count):
    with open(os.path.join(SAMPLES, "srv-audit.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))[:count - 1]
    return [list(COLUMNS), *([row[c] for c in COLUMNS] for row in rows)]


def quoted(cell, quote='"'):
    return quote + cell.replace('"', '""') + quote


def lines(table, delimiter=",", quote='"'):
    return [delimiter.join(quoted(cell, quote) for cell in row) for row in table]


def whole(lines_, ending="\r\n"):
    return "".join(line + ending for line in lines_)


def of_a_row(table):
    """One row with a delimiter more, a delimiter less, a quote more, or another delimiter: the most of the benchmark's files."""
    good = lines(table)
    for i, row in enumerate(table):
        for j in range(len(row)):
            cells = [quoted(cell) for cell in row]
            yield f"row {i}: a delimiter more before {j}", ",".join(cells[:j]) + ("," if j else "") + "," + ",".join(cells[j:])
            if j > 0:
                yield f"row {i}: a delimiter less before {j}", ",".join(cells[:j]) + ",".join(cells[j:])
            yield f"row {i}: a quote more in {j}", ",".join([*cells[:j], '"' + cells[j], *cells[j + 1:]])
        yield f"row {i}: blanks as delimiters", " ".join(quoted(cell) for cell in row)


def polluted(table):
    good, text = lines(table), whole(lines(table))
    yield "nothing", text
    yield "no payload", ""
    yield "no line end at the end", text[:-2]
    yield "a blank line at the end", text + "\r\n"
    yield "no heading", whole(good[1:])
    for extra in (1, 2):
        yield f"a heading of {extra + 1} rows", whole([good[0], *[",".join('""' for _ in table[0])] * extra, *good[1:]])
    yield "a preamble", whole([",".join(['"srv-audit"', *['""'] * (len(table[0]) - 1)]), "," * (len(table[0]) - 1), *good])
    for columns in (-1, 0, 1):
        other = [[f"x{i}y{j}" for j in range(len(table[0]) + columns)] for i in range(83)]
        yield f"another table of {columns:+d} columns below", text + whole(lines(other))
    yield "a heading only", whole(good[:1])
    yield "one row", whole(good[:2])
    for index, (name, line) in ((int(n.split()[1].rstrip(":")), (n, l)) for n, l in of_a_row(table)):
        yield name, whole([*good[:index], line, *good[index + 1:]])
    for name, ending in (("LF", "\n"), ("CR", "\r")):
        yield f"lines end with {name}", whole(good, ending)
    for name, delimiter in (("semicolons", ";"), ("tabs", "\t"), ("a comma and a blank", ", "), ("blanks", " ")):
        yield f"{name} as delimiters", whole(lines(table, delimiter))
    yield "apostrophes as quotes", whole(lines(table, quote="'"))


def records(work, text):
    path, db = os.path.join(work, "srv-audit.csv"), os.path.join(work, "store.db")
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    if os.path.exists(db):
        os.unlink(db)
    ask("ingest", "--quiet", "--db", db, "--kind=srv-audit", "--max-rejects=100%", path)
    if not os.path.exists(db):
        return set()
    out = ask("sql", "--quiet", "--db", db, "--format=csv", "--as-of=2030-01-01", QUERY).stdout.decode()
    return {tuple(row) for row in list(csv.reader(io.StringIO(out, newline="")))[1:]}


def tell(what, scores):
    f1, precision, recall = (10 * sum(s[i] for s in scores) / len(scores) for i in range(3))
    print(f"{what}: {len(scores)} files, record precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} of 10")


def main(count):
    table, scores = clean(count), []
    with tempfile.TemporaryDirectory() as work:
        right = records(work, whole(lines(table)))
        assert len(right) > count * 0.9  # answers of one request are one record
        for name, text in polluted(table):
            expected = set() if name in ("no payload", "a heading only") else right
            if name == "one row":
                expected = records(work, whole(lines(table[:2])))
            got = records(work, text)
            same = len(got & expected)
            precision, recall = (same / len(got) if got else 1.0), (same / len(expected) if expected else 1.0)
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            scores.append((f1, precision, recall, name))
    tell("all", scores)
    tell("with a whole heading", [s for s in scores if not s[3].startswith("row 0:")])
    for f1, _, _, name in sorted(scores)[:40]:
        print(f"  {f1:.3f} {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 84)
