"""Fails where any byte of the files below a folder (members of .xlsx and .zip too) tells a Device or a supply of a population,
in whatever form; organisations may stay. Usage: no_identifiers.py FOLDER POPULATION; prints how many pseudonyms it saw."""
import csv
import glob
import io
import os
import re
import sys
import zipfile

folder, population = sys.argv[1:]


def rows(pattern):
    for path in glob.glob(os.path.join(population, pattern)):
        with open(path, newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file)


def bare(identifier):
    return re.sub("[^0-9a-f]", "", identifier.lower())


organisations = {bare(r["entity_id"]) for r in rows("organisations.csv")}
devices = {bare(r["device_id"]) for r in rows("inventory*.csv")} - organisations
supplies = {r["mpxn"] for r in [*rows("inventory*.csv"), *rows("registration*.csv")] if r.get("mpxn")}
assert len(devices) > 50 and len(supplies) > 20, (len(devices), len(supplies))
# The maker's half of an identifier, three octets of it, is enough to tell that one stood there, cut off or not.
makers = {d[:6] for d in devices} - {o[:6] for o in organisations}
forms = [re.compile(f"{m[:2]}([-:. _]){m[2:4]}(?:\\1){m[4:]}".encode()) for m in makers]
seen = 0


def look(name, content):
    global seen
    text = content.lower()
    for form in forms:
        assert not form.search(text), (name, form.search(text))
    for run in re.findall(rb"[0-9a-f]{16,}", text):
        assert not any(run[i : i + 16].decode() in devices for i in range(len(run) - 15)), (name, run)
    joined = re.sub(rb"(?<=\d) (?=\d)", b"", text)
    for digits in set(re.findall(rb"\d+", text)) | set(re.findall(rb"\d+", joined)):
        assert digits.decode() not in supplies, (name, digits)
    for supply in supplies:
        assert len(supply) < 13 or supply.encode() not in joined, (name, supply)
    seen += len(re.findall(rb"d-[0-9a-f]{24}", text))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                look(f"{name}/{member}", archive.read(member))


for where, _, names in os.walk(folder):
    for name in names:
        with open(os.path.join(where, name), "rb") as file:
            look(os.path.join(where, name), file.read())
print(seen)
