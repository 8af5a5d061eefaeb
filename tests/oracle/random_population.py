#!/usr/bin/env python3
"""A small random population with dense, adversarial timelines, as input files.

    random_population.py --seed S --out DIR

Instants are drawn from a small grid around the commissioning of each Device, so that ties and exact boundaries (window
ends, deadline, end of the CoS grace, 24 hours before commissioning) happen often. DIR gets the inputs, pcreport.ini and
as-of.txt.
"""
import argparse
import csv
import io
import json
import os
import random

import names
from fields import DAY, HOUR, SECOND, instant, iso, summer_time
from names import CSV_KINDS, INSTANT_COLUMNS, OPERATORS, PARTIES, RECOVERY_ENTITY, SECOND_OPERATOR_OF_FIRST, SUPPLIERS
from story import Story

SUMMER, AUTUMN = instant("2021-09-01T00:00:00Z"), instant("2021-10-20T00:00:00Z")
AS_OF = [0, DAY, 3 * DAY, 7 * DAY, 7 * DAY + 1, 8 * DAY, 8 * DAY + 1, 10 * DAY, 14 * DAY, 16 * DAY,
         16 * DAY + 1, 20 * DAY, 24 * DAY, 24 * DAY, 24 * DAY, 24 * DAY, 25 * DAY + HOUR, 30 * DAY, 30 * DAY, 30 * DAY, 30 * DAY, 31 * DAY, 45 * DAY]


class Population:
    """Rows by kind (lists of dictionaries), snapshots (objects), X.509 files, the configuration, the as-of instant."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.rows = {kind: [] for kind in CSV_KINDS}
        self.snapshots, self.pems, self.documents, self.ini = [], [], [], []
        self.counters = set()
        self.counter = 0
        self.local = self.chance(0.2)  # some files are kept in local time
        self.zones = {kind: "Europe/London" for kind in (*CSV_KINDS, "certificates") if self.local and self.chance(0.4)}
        self.whole_extracts = self.chance(0.2)
        self.commissioned = self.r.choice([SUMMER, SUMMER, AUTUMN]) + self.r.choice([9, 10]) * DAY + 10 * HOUR
        self.as_of = self.commissioned + self.r.choice(AS_OF)
        self.organisations()
        kinds = [self.r.choice(["ESME", "ESME", "GSME", "GPF", "CHF"]) for _ in range(self.r.randint(1, 5))]
        if self.chance(0.2):
            kinds[:2] = ["GPF", "GSME"]
        if self.chance(0.1):
            kinds[-1] = self.r.choice(["HCALCS", "SAPC", "PPMID", "IHD", "CAD"])
        for number, kind in enumerate(kinds):
            Story(self, number, kind).write()
        self.configuration()
        self.for_several()
        self.twice()

    def chance(self, p):
        return self.r.random() < p

    def add(self, kind, **fields):
        self.rows[kind].append({name: fields.get(name, "") for name in CSV_KINDS[kind]})

    def for_several(self):
        """Requests that several Devices hold, of which one may be the target; not all rows tell the same instant."""
        devices = sorted({row["device_id"] for row in self.rows["inventory"]}) + names.STRANGE_TARGETS[:1]
        for _ in range(self.r.choice([0, 0, 1, 4])):
            self.counter += 1
            target = self.r.choice([names.ACB, names.ACB, *devices])
            at = self.commissioned + self.r.choice([-1, 0, 1, 5]) * DAY
            base = dict(srv=self.r.choice([*names.DCC_SYSTEM_SRVS, "4.8.1"]), response_code="I0", execution_status="Success",
                        request_id=f"{SUPPLIERS[0]}:{target}:{self.counter}")
            for device in self.r.sample(devices, self.r.randint(1, len(devices))):
                made = at + self.r.choice([0, 0, 0, -HOUR, 1, HOUR])
                self.add("srv-audit", **base, device_id=device, requested_at=iso(made), responded_at=iso(made + SECOND),
                         user_id=self.r.choice([SUPPLIERS[0]] * 9 + [SUPPLIERS[1]]))

    def twice(self):
        """Some rows came more than once."""
        for rows in self.rows.values():
            for row in list(rows):
                if self.chance(0.05):
                    rows.append(dict(row))

    # -- reference data

    def organisations(self):
        rows = list(PARTIES)
        sort = self.r.choice(["one"] * 12 + ["no DCC", "several DCC", "no Recovery", "no operator"])
        if sort == "no DCC":
            rows = [r for r in rows if r[0] not in (names.ACB, names.TCOS, names.DCC)]
        elif sort == "several DCC":
            rows = [(e, "A Broker" if e == names.ACB else party, role) for e, party, role in rows]
        elif sort == "no Recovery":
            rows = [r for r in rows if r[0] != RECOVERY_ENTITY]
        elif sort == "no operator":
            rows = [r for r in rows if r[0] != OPERATORS[0]]
        if self.chance(0.7):
            rows.append((SUPPLIERS[2], "Cedar Gas", "Supplier"))
        if self.chance(0.1):  # two rows that claim one identity
            rows.append((self.r.choice(SUPPLIERS), "Birch Power", self.r.choice(["Supplier", "NetworkOperator"])))
        outside = self.r.choice([(), (), (), OPERATORS[:1], OPERATORS, [OPERATORS[0], SECOND_OPERATOR_OF_FIRST]])
        keys = self.r.choice([[], names.GOOD_KEYS[:1], names.GOOD_KEYS])
        taken = self.r.choice(["", iso(self.commissioned - 3 * DAY)])
        for entity, party, role in rows:
            mark = "no" if entity in outside else self.r.choice(["yes", ""])
            market = names.MARKETS.get(entity, "")
            if market and self.chance(0.3):  # a row of its own for the market identifier
                self.add("organisations", party=party, role=role, market_id=market, extracted_at=taken)
                market = ""
            for key in (keys or [""]) if entity == RECOVERY_ENTITY else [""]:
                self.add("organisations", entity_id=entity, party=party, role=role, in_smki_repository=mark, key_id=key,
                         market_id=market, extracted_at=taken)
            if entity in OPERATORS and self.chance(0.1):  # a further certificate, marked otherwise
                self.add("organisations", entity_id=entity, party=party, role=role, key_id=names.BAD_KEY,
                         in_smki_repository=self.r.choice(["yes", "no"]), extracted_at=taken)
            if self.chance(0.08):  # a later extract tells otherwise
                later = self.commissioned + self.r.choice([-2, 0, 5, 20]) * DAY
                self.add("organisations", entity_id=entity, party=self.r.choice([party, "Dogwood Energy"]),
                         role=self.r.choice([role, role, "Supplier", "NetworkOperator"]),
                         in_smki_repository=self.r.choice(["yes", "no"]), extracted_at=iso(later))

    # -- configuration, and the log that decides where it states nothing

    def configuration(self):
        for kind in sorted(self.zones):
            self.ini += [f"[read.{kind}]", "time_zone = Europe/London"]
        if self.whole_extracts:
            self.ini += ["[registration]", "extracts = whole"]
        if self.chance(0.15):
            told = [row["entity_id"] or row["market_id"] for row in self.rows["organisations"]]
            known = sorted({row["party"] for row in self.rows["organisations"] if told.count(row["entity_id"] or row["market_id"]) == 1}
                           & set(names.SCOPES))
            self.ini += ["[scope]", "parties = " + ";".join(self.r.sample(known, self.r.randint(1, 2)))]
        self.ini.append("[coverage]")
        if self.chance(0.45):
            self.ini.append("complete = /")
            return
        self.ini.append(f"silence_hours = {self.r.choice([24, 24, 24, 6, 48])}")
        self.ini.append(f"expected_requests = {self.r.choice([20, 20, 5, 1])}")
        while self.chance(0.2):
            begin = self.commissioned + self.r.choice([-40, -1, 0, 2, 5]) * DAY
            end = begin + self.r.choice([5, 24, 60, 24 * 9]) * HOUR
            texts = self.r.choice([(iso(begin), iso(end)), ("", iso(end)), (iso(begin), "")])
            self.ini.append(f"complete = {'/'.join(texts)}")
        if self.chance(0.95):
            self.background()

    def background(self):
        """Requests for Devices that are not in the inventory, with nights that are missing."""
        first = self.commissioned - self.r.choice([60, 35, 30, 20, 10, 3, 0, -2]) * DAY - self.r.choice([0, 5]) * HOUR
        last = self.as_of + self.r.choice([0, 0, DAY, -HOUR, -30 * HOUR, -6 * DAY, -10 * DAY])
        step = self.r.choice([20 * 60 * SECOND, HOUR, 2 * HOUR, 6 * HOUR, 30 * HOUR])
        weekdays = self.chance(0.4)  # working days only
        several = self.r.choice([1, 1, 2, 3])  # Devices of each request
        holes = []
        for _ in range(self.r.choice([0, 0, 1, 1, 2, 4])):
            begin = self.commissioned + self.r.choice([-12, -1, 0, 1, 3, 4, 7, 8, 10]) * DAY + self.r.choice([-10, 0, 3]) * HOUR
            holes.append((begin, begin + self.r.choice([5, 7, 20, 24, 25, 30, 49, 72, 100, 168, 169, 200]) * HOUR))
        at = first
        while at <= last:
            quiet = weekdays and (at // DAY + 3) % 7 >= 5
            if not quiet and not any(b <= at < e for b, e in holes):
                self.counter += 1
                for device in names.STRANGE_TARGETS[:several]:
                    self.add("srv-audit", device_id=device, srv="4.8.1" if several == 1 else "11.1", user_id=SUPPLIERS[0],
                             requested_at=iso(at), responded_at=iso(at + SECOND), response_code="I0",
                             execution_status="Success",
                             request_id=f"{SUPPLIERS[0]}:{device if several == 1 else names.ACB}:{self.counter}")
            at += step

    # -- as files

    def written(self, kind, row):
        """The row with the instants of a kind that is kept in local time written so, without a zone."""
        if kind not in self.zones:
            return row
        row = dict(row)
        for name in INSTANT_COLUMNS.get(kind, ()):
            row[name] = local(row[name])
        return row

    def snapshot_written(self, snapshot):
        if "certificates" not in self.zones:
            return snapshot
        certificates = [{**c, "not_before": local(c["not_before"])} if "not_before" in c else c
                        for c in snapshot["device_certificates"]]
        return {**snapshot, "taken_at": local(snapshot["taken_at"]), "device_certificates": certificates}

    def csv_text(self, kind, rows):
        out = io.StringIO()
        writer = csv.DictWriter(out, CSV_KINDS[kind], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.written(kind, row) for row in rows)
        return out.getvalue()

    def files(self):
        """Name -> text."""
        found = {kind + ".csv": self.csv_text(kind, rows) for kind, rows in self.rows.items()}
        if self.snapshots:
            found["certificates.ndjson"] = "".join(json.dumps(self.snapshot_written(s)) + "\n" for s in self.snapshots)
        found.update({f"issued-{i}.pem": text for i, text in enumerate(self.pems)})
        if self.documents:
            found["duis.xml"] = "".join(self.documents)
        found["pcreport.ini"] = "\n".join(self.ini) + "\n"
        found["as-of.txt"] = iso(self.as_of) + "\n"
        return found


def local(text):
    """An instant as a clock in London reads, without a zone; a date alone, and the hour that comes twice, stay."""
    if ":" not in text:
        return text
    at = instant(text)
    if summer_time(at) != summer_time(at + HOUR) or summer_time(at) != summer_time(at - HOUR):
        return text
    return iso(at + HOUR if summer_time(at) else at).rstrip("Z").replace("T", " ")


def main():
    parser = argparse.ArgumentParser(description="Writes a small random population.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    for name, text in Population(args.seed).files().items():
        with open(os.path.join(args.out, name), "w", encoding="utf-8", newline="") as f:
            f.write(text)


if __name__ == "__main__":
    main()
