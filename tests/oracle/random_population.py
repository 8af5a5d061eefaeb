#!/usr/bin/env python3
"""A small random population with dense, adversarial timelines, as input files.

    random_population.py --seed S --out DIR

Instants are drawn from a small grid around the commissioning of each Device, so that ties and exact boundaries (window
ends, deadline, end of the CoS grace, 24 hours before commissioning) happen often.
"""
import argparse
import csv
import io
import json
import os
import random

from records import DAY, HOUR, instant, iso, mpan_check_digit

START = instant("2021-09-01T00:00:00Z")

SRV_AUDIT = ("device_id srv user_id requested_at request_id user_role credential_type remote_party_role "
             "command_variant execution_at other_device_id responded_at response_code execution_status").split()
INVENTORY = ("device_id device_type status smets commissioned_at chf_id mpxn csp_region manufacturer model firmware "
             "s1_cohort extracted_at").split()
REGISTRATION = "mpxn supplier_id effective_from effective_to network_operator_id".split()
ORGANISATIONS = "entity_id party role in_smki_repository key_id".split()
DSP_CHECKS = "device_id checked_at check result".split()
CSV_KINDS = {"srv-audit": SRV_AUDIT, "inventory": INVENTORY, "registration": REGISTRATION,
             "organisations": ORGANISATIONS, "dsp-checks": DSP_CHECKS}

SUPPLIERS = ["90-B3-D5-1F-30-01-00-01", "90-B3-D5-1F-30-01-00-02", "90-B3-D5-1F-30-01-00-03"]
SECOND_OF_FIRST = "90-B3-D5-1F-30-01-00-11"  # another entity of the first Supplier's party
OPERATORS = ["90-B3-D5-1F-30-02-00-01", "90-B3-D5-1F-30-02-00-02"]
SECOND_OPERATOR_OF_FIRST = "90-B3-D5-1F-30-02-00-11"
ACB, TCOS, RECOVERY_ENTITY, WAN, DCC = ("90-B3-D5-1F-30-00-00-0" + d for d in "24158")
WRONG_RECOVERY = "90-B3-D5-1F-30-00-00-09"
UNKNOWN = "90-B3-D5-1F-30-09-00-99"
OPERATOR_OF_SUPPLIER = "90-B3-D5-1F-30-02-00-21"  # a Network Operator of the first Supplier's party
HUBS = ["00-DB-12-34-56-78-CF-00", "00-DB-12-34-56-78-CF-01"]
GOOD_KEYS, BAD_KEY = ["48CF97FA9F827FB5", "48CF97FA9F827FB6"], "0123456789ABCDEF"
STATUS_WORDS = {"good": ["Success", "Successful", "OK", "0", "0x00", " successfully executed "],
                "bad": ["Failure", "failed", "Error", "1", "0x19"], "none": [""], "odd": ["Perhaps"]}


def mpan(n):
    core = f"20{n:010d}"
    return core + mpan_check_digit(core)


class Population:
    """Rows by kind (lists of dictionaries), snapshots (objects) and the as-of instant."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.rows = {kind: [] for kind in CSV_KINDS}
        self.snapshots = []
        self.counter = 0
        self.organisations()
        count = self.r.randint(1, 6)
        types = [self.r.choice(["ESME", "ESME", "GSME", "GPF", "CHF"]) for _ in range(count)]
        if self.r.random() < 0.15:
            types[-1] = self.r.choice(["HCALCS", "SAPC", "PPMID", "IHD", "CAD"])
        self.commissioned = START + self.r.choice([9, 10]) * DAY + 10 * HOUR
        self.as_of = self.commissioned + self.r.choice(
            [-20 * DAY, -1, 0, DAY, 3 * DAY, 7 * DAY, 7 * DAY + 1, 8 * DAY, 10 * DAY, 14 * DAY, 16 * DAY, 16 * DAY + 1, 20 * DAY,
             24 * DAY, 24 * DAY, 24 * DAY, 30 * DAY, 30 * DAY])
        for number, kind in enumerate(types):
            Timeline(self, number, kind).write()
        self.twice()

    def chance(self, p):
        return self.r.random() < p

    def organisations(self):
        rows = [(SUPPLIERS[0], "Alder Energy", "Supplier"), (SUPPLIERS[1], "Birch Power", "Supplier"),
                (SECOND_OF_FIRST, "Alder Energy", "Supplier"), (OPERATORS[0], "North Moor Networks", "NetworkOperator"),
                (OPERATORS[1], "South Fen Networks", "NetworkOperator"), (ACB, "DCC", "AccessControlBroker"),
                (SECOND_OPERATOR_OF_FIRST, "North Moor Networks", "NetworkOperator"), (TCOS, "DCC", "TransitionalCoS"),
                (RECOVERY_ENTITY, "DCC", "Recovery"), (WAN, "Arqiva North", "WANProvider"), (DCC, "DCC", "DCC"),
                (WRONG_RECOVERY, "Crag Holdings", "OtherUser"),
                (OPERATOR_OF_SUPPLIER, "Alder Energy", "NetworkOperator")]
        dcc = self.r.choice(["one"] * 8 + ["none", "several"])
        if dcc == "none":
            rows = [r for r in rows if r[0] not in (ACB, TCOS, DCC)]
        elif dcc == "several":
            rows = [(e, "A Broker" if e == ACB else party, role) for e, party, role in rows]
        if self.chance(0.7):
            rows.append((SUPPLIERS[2], "Cedar Gas", "Supplier"))
        if self.chance(0.1):  # two rows that claim one identity
            rows.append((self.r.choice(SUPPLIERS), "Birch Power", self.r.choice(["Supplier", "NetworkOperator"])))
        outside = self.r.choice([(), (), (), OPERATORS[:1], OPERATORS, [OPERATORS[0], SECOND_OPERATOR_OF_FIRST]])
        keys = self.r.choice([[], GOOD_KEYS[:1], GOOD_KEYS])
        for entity, party, role in rows:
            mark = "no" if entity in outside else self.r.choice(["yes", ""])
            for key in (keys or [""]) if entity == RECOVERY_ENTITY else [""]:
                self.add("organisations", entity_id=entity, party=party, role=role, in_smki_repository=mark, key_id=key)

    def add(self, kind, **fields):
        self.rows[kind].append({name: fields.get(name, "") for name in CSV_KINDS[kind]})

    def twice(self):
        """Some rows came more than once."""
        for rows in self.rows.values():
            for row in list(rows):
                if self.chance(0.05):
                    rows.append(dict(row))

    def csv_text(self, kind, rows):
        out = io.StringIO()
        writer = csv.DictWriter(out, CSV_KINDS[kind], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()


class Timeline:
    """The story of one Device: a good one, of which things are left out and to which things are added."""

    def __init__(self, population, number, kind):
        p, self.p, self.r, self.kind = population, population, population.r, kind
        self.device = f"00-DB-12-34-56-78-9{number}-A0"
        self.other = f"00-DB-12-34-56-78-9{number}-FF"
        self.commissioned = p.commissioned + self.r.choice([0, 0, 0, DAY])
        self.cos_at = self.commissioned + self.r.choice([2, 3, 5, 9]) * DAY
        c = self.commissioned
        self.grid = [c - DAY, c, c, c + 6 * HOUR, c + DAY, c + DAY, c + 2 * DAY, c + 3 * DAY, c + 4 * DAY, c + 7 * DAY,
                     c + 8 * DAY, self.cos_at, self.cos_at, self.cos_at + 14 * DAY, c + 12 * DAY, p.as_of - DAY,
                     p.as_of]
        self.supplier, self.operator = self.r.choice(SUPPLIERS[:2]), self.r.choice(OPERATORS * 3 + [OPERATOR_OF_SUPPLIER])
        self.winner = self.r.choice(SUPPLIERS)
        self.mpxn = mpan(number) if kind == "ESME" else f"71000{number}"
        if kind == "CHF" or self.p.chance(0.05):
            self.mpxn = ""
        if kind == "GPF" and self.p.chance(0.7):
            self.mpxn = ""  # that of a GSME on its hub, if there is one
        self.good = self.r.choice([0.5, 0.85, 0.95, 1.0, 1.0])
        self.typed = self.r.choice(["all", "all", "none", "some"])

    def at(self):
        t = self.r.choice(self.grid)
        return t + self.r.choice([-1, 1]) if self.p.chance(0.06) else t

    def after(self, start):
        """An instant of the grid not before another one, or a little later."""
        later = [t for t in self.grid if t >= start]
        if later and self.p.chance(0.6):
            return self.r.choice(later)
        return start + self.r.choice([0, 1, HOUR, DAY, DAY + 1])

    def any_entity(self):
        return self.r.choice([self.supplier, self.winner, self.operator, *OPERATORS, *SUPPLIERS, ACB, TCOS, WAN,
                              UNKNOWN, SECOND_OF_FIRST, SECOND_OPERATOR_OF_FIRST, WRONG_RECOVERY, RECOVERY_ENTITY,
                              OPERATOR_OF_SUPPLIER])

    def write(self):
        self.inventory()
        self.registration()
        self.good_story()
        if self.p.chance(0.2):
            self.seen_then_tried_again()
        for _ in range(self.r.choice([0, 0, 1, 2, 4, 8])):
            self.r.choice([self.random_request, self.random_request, self.random_snapshot, self.random_check])()

    # -- reference data

    def inventory(self):
        hub = self.r.choice([HUBS[0]] * 8 + [HUBS[1], ""])
        row = dict(device_id=self.device, device_type=self.kind, smets=self.r.choice(["", "SMETS2+", "2"]),
                   commissioned_at=iso(self.commissioned), chf_id=self.device if self.kind == "CHF" else hub,
                   mpxn=self.mpxn, csp_region=self.r.choice(["North", "Central", "South", ""]), manufacturer="Acme",
                   model="M1", status="Commissioned")
        if self.p.chance(0.04):
            row["smets"] = "SMETS1"
        if self.p.chance(0.04):
            row["status"] = self.r.choice(["Decommissioned", "Suspended", "Pending"])
        if self.p.chance(0.03):
            row["commissioned_at"] = ""
        self.p.add("inventory", **row, extracted_at=iso(self.commissioned - DAY))
        while self.p.chance(0.25):  # further extracts, some of one instant, some later than as-of
            if self.p.chance(0.3):
                row["status"] = self.r.choice(["Commissioned", "Decommissioned", "Withdrawn"])
            if self.p.chance(0.2):
                row["mpxn"] = self.r.choice(["", self.mpxn])
            if self.p.chance(0.1):
                row["commissioned_at"] = iso(self.at())
            if self.p.chance(0.2) and self.kind != "CHF":
                row["chf_id"] = self.r.choice(HUBS)
            self.p.add("inventory", **row, extracted_at=iso(self.at()))

    def registration(self):
        if not self.mpxn or self.p.chance(0.04):
            return
        begin = self.commissioned + self.r.choice([-30, -30, -30, 0, 1]) * DAY

        def add(supplier, start, end=None):
            end = None if end is not None and end <= start else end
            operator = "" if self.p.chance(0.04) else UNKNOWN if self.p.chance(0.02) else self.operator
            supplier = UNKNOWN if self.p.chance(0.02) else supplier
            self.p.add("registration", mpxn=self.mpxn, supplier_id=supplier, network_operator_id=operator,
                       effective_from=self.written(start), effective_to=self.written(end) if end else "")
        shape = self.r.choice(["one", "one", "cos", "cos", "gap", "open", "twice"])
        if shape == "one":
            add(self.supplier, begin, self.at() if self.p.chance(0.05) else None)
            return
        add(self.supplier, begin, None if shape == "open" else self.cos_at - (DAY if shape == "gap" else 0))
        if self.p.chance(0.1):
            self.operator = self.r.choice(OPERATORS)
        add(self.winner, self.cos_at)
        if shape == "twice":
            add(self.r.choice(SUPPLIERS), self.cos_at + self.r.choice([0, 2 * DAY, 14 * DAY]))

    def written(self, at):
        """Instants in registration data, now and then as a date alone (midnight in London)."""
        return iso(at)[:10] if self.p.chance(0.08) else iso(at)

    # -- requests

    def request(self, srv, **fields):
        """One request and the rows of its answers."""
        requested = fields.pop("at", None) or self.at()
        sender = fields.pop("sender", None) or self.sender(requested)
        base = dict(device_id=self.device, srv=srv, user_id=sender, requested_at=iso(requested),
                    user_role=self.r.choice(["IS", "GS", ""]), **fields)
        if self.p.chance(0.85):
            self.p.counter += 1
            dashes = self.r.choice([True, True, False])
            ids = [sender, self.device] if dashes else [i.replace("-", "") for i in (sender, self.device)]
            base["request_id"] = ":".join(ids + [str(self.p.counter)])
        return base, requested

    def sender(self, at):
        if self.p.chance(0.07):
            return self.any_entity()
        if self.kind in ("CHF", "GPF") and self.p.chance(0.8):
            return self.r.choice([ACB, DCC])
        return self.winner if at >= self.cos_at and self.p.chance(0.6) else self.supplier

    def answer(self, base, requested, sort):
        """Adds the rows of a request that was answered in one way or another."""
        responded = self.after(requested) if self.p.chance(0.7) else requested + HOUR
        row = dict(base)
        codes = {"good": "I0", "bad": "I0", "none": "I0", "odd": "I0", "timeout": self.r.choice(["E20", "E21", "E30"]),
                 "rejected": self.r.choice(["E4", "E5", "E65", "S1VE4", "E061502"]),
                 "unknown": self.r.choice(["E77", "X1", "E06150"]), "ack": "I99", "silent": "", "alert+": "8F66",
                 "alert-": "8F67"}
        row["response_code"] = codes[sort]
        if self.p.chance(0.02):
            responded = requested - self.r.choice([1, HOUR, DAY])  # clocks differ
        if row["response_code"] == "I0":
            row["response_code"] = self.r.choice(["I0", "I0", "I0", "I0", "IO", ""])
        row["execution_status"] = self.r.choice(STATUS_WORDS.get(sort, [""]))
        if sort not in STATUS_WORDS and self.p.chance(0.06):
            row["execution_status"] = self.r.choice(["Success", "Failure"])  # beside a code that tells otherwise
        if sort != "silent" and not self.p.chance(0.04):
            row["responded_at"] = iso(responded)
        if self.p.chance(0.08):  # the answer's row knows less than the request's
            for name in ("credential_type", "remote_party_role", "execution_at", "command_variant"):
                if self.p.chance(0.4):
                    row[name] = ""
            self.p.add("srv-audit", **base)
        if self.p.chance(0.3):
            self.p.add("srv-audit", **{**base, "response_code": self.r.choice(["I99", "I99", ""]),
                                       "responded_at": iso(requested)})
        if self.p.chance(0.05):
            self.p.add("srv-audit", **{**base, "command_variant": self.r.choice("468"), "response_code": "I0",
                                       "responded_at": iso(responded)})
        if self.p.chance(0.02):  # one RequestID on two Service Requests
            row["srv"] = self.r.choice(["6.17", "6.15.2", "6.15.1", "6.21", "4.8.1"])
        self.p.add("srv-audit", **row)

    SORTS = "good good good bad none odd timeout timeout rejected unknown ack silent alert+ alert-".split()

    def random_request(self):
        srv = self.r.choice(["6.17", "6.15.2", "6.15.1", "6.15.1", "6.21", "6.23", "4.8.1", "8.2", "6.24.1"])
        fields = {"remote_party_role": self.r.choice(["", "NetworkOperator", "Supplier", "LoadController"])}
        if srv in ("6.17", "6.15.2"):
            fields = {"credential_type": self.r.choice(["", "DS", "KA"])}
        if self.p.chance(0.15):
            fields["command_variant"] = self.r.choice("12345678")
        base, requested = self.request(srv, **fields)
        if self.p.chance(0.15):
            base["execution_at"] = iso(self.after(requested))
            if self.p.chance(0.3):
                self.cancel(base, requested)
        for _ in range(self.r.choice([1, 1, 1, 2, 3])):
            self.answer(base, requested, self.r.choice(self.SORTS))

    def cancel(self, base, requested):
        at = self.after(requested)
        row = dict(base, requested_at=iso(at), execution_at="3000-12-31T00:00:00Z")
        row["request_id"] = f"{base['user_id']}:{self.device}:{900000 + self.p.counter}"
        self.answer(row, at, self.r.choice(["good", "none", "none", "rejected", "silent"]))

    def seen_then_tried_again(self):
        """A snapshot that shows something wrong, and requests around it that may have mended it."""
        seen = self.commissioned + self.r.choice([1, 2, 3]) * DAY
        self.random_snapshot(at=seen, wrong=0.7)
        for _ in range(self.r.choice([1, 2, 2, 3])):
            srv = self.r.choice(["6.15.2", "6.15.2", "6.15.2", "6.15.1", "6.21", "6.23"])
            fields = {"remote_party_role": self.r.choice(["", "NetworkOperator", "Supplier"])}
            if srv == "6.15.2":
                fields = {"credential_type": self.r.choice(["", "", "DS", "KA"])}
            base, requested = self.request(srv, at=seen + self.r.choice([-DAY, -HOUR, 0, 1, DAY, DAY]), **fields)
            self.answer(base, requested, self.r.choice("good good none timeout silent bad rejected".split()))

    def expected(self, srv, **fields):
        """A request of the good story: mostly a success, else something that the rules forgive or not."""
        if not self.p.chance(self.good):
            if self.p.chance(0.5):
                return
            sort = self.r.choice(self.SORTS)
        else:
            sort = "good"
        early = [self.commissioned] * 3 + [self.commissioned + DAY, self.at()]
        base, requested = self.request(srv, at=self.r.choice(early), **fields)
        self.answer(base, requested, sort)

    def good_story(self):
        if self.p.chance(0.1):
            return
        for srv in ("6.17", "6.15.2"):
            for usage in ("DS", "KA"):
                typed = self.typed == "all" or self.typed == "some" and self.p.chance(0.5)
                self.expected(srv, credential_type=usage if typed else "")
        if self.kind in ("ESME", "GPF") and self.p.chance(0.8):
            self.expected(self.r.choice(["6.15.1", "6.15.1", "6.21"]),
                          remote_party_role=self.r.choice(["NetworkOperator", "NetworkOperator", ""]))
        if self.p.chance(0.6):
            self.random_snapshot(wrong=0.05)
        for kind in ("communicating", "recovery-cell"):
            if self.p.chance(self.good):
                self.check(kind, "pass")

    # -- direct evidence

    def check(self, kind, result):
        self.p.add("dsp-checks", device_id=self.device, checked_at=iso(self.at()), check=kind, result=result)

    def random_check(self):
        self.check(self.r.choice(["communicating", "recovery-cell"]), self.r.choice(["pass", "fail", "fail", ""]))

    def random_snapshot(self, at=None, wrong=0.35):
        at = self.at() if at is None else at
        cells, certificates = [], []

        def cell(role, usage, subject, cell_usage="management", key_id=""):
            if self.p.chance(0.1):
                return
            if self.p.chance(wrong):
                subject = "" if self.p.chance(0.1) else self.any_entity()
            status = "ok" if self.p.chance(0.95) else "trustAnchorNotFound"
            cells.append(dict(role=role, key_usage=usage, cell_usage=cell_usage, subject_id=subject, key_id=key_id,
                              status=status))
        supplier = self.winner if at >= self.cos_at and self.p.chance(0.6) else self.supplier
        for usage in ("DigitalSignature", "KeyAgreement"):
            if self.p.chance(0.8):
                cell("NetworkOperator", usage, self.operator)
            if self.p.chance(0.4):
                cell("Supplier", usage, supplier)
            if self.p.chance(0.8):
                certificates.append(self.certificate(usage, wrong))
        if self.p.chance(0.3):
            cell("Supplier", "KeyAgreement", supplier, "prePaymentTopUp")
        if self.p.chance(0.5):
            cell("Recovery", "DigitalSignature", RECOVERY_ENTITY, key_id=self.r.choice(GOOD_KEYS + [BAD_KEY, ""]))
        self.p.snapshots.append(dict(
            device_id=self.device, taken_at=iso(at), source=self.r.choice(["6.24.1", "6.24.1", "6.24.2"]),
            answered=self.p.chance(0.93), cells=cells, device_certificates=certificates))

    def certificate(self, usage, wrong):
        out = dict(key_usage=usage, subject_id=self.device, serial=str(self.r.randint(1, 10**12)))
        out["not_before"] = iso(self.commissioned + self.r.choice([-DAY, 0, HOUR, 2 * DAY]))
        if self.p.chance(wrong):
            change = self.r.choice(["old", "old", "just old", "blank", "other", "no subject", "no serial"])
            if change == "old":
                out["not_before"] = iso(self.commissioned - 400 * DAY)
            elif change == "just old":
                out["not_before"] = iso(self.commissioned - DAY - 1)
            elif change == "blank":
                del out["not_before"]
            elif change == "other":
                out["subject_id"] = self.other
            else:
                del out["subject_id" if change == "no subject" else "serial"]
        return out


def main():
    parser = argparse.ArgumentParser(description="Writes a small random population.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    population = Population(args.seed)
    os.makedirs(args.out, exist_ok=True)
    for kind, rows in population.rows.items():
        with open(os.path.join(args.out, kind + ".csv"), "w", encoding="utf-8", newline="") as f:
            f.write(population.csv_text(kind, rows))
    with open(os.path.join(args.out, "certificates.ndjson"), "w", encoding="utf-8") as f:
        f.writelines(json.dumps(s) + "\n" for s in population.snapshots)
    with open(os.path.join(args.out, "as-of.txt"), "w", encoding="utf-8") as f:
        f.write(iso(population.as_of) + "\n")


if __name__ == "__main__":
    main()
