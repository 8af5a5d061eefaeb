"""The story of one Device of a random population: a good one, of which things are left out and to which things are added."""
import names
from acts import Acts
from duis_writer import Documents
from fields import DAY, HOUR, instant, iso
from names import HUBS, OPERATORS, SUPPLIERS
from scenes import OMITS
from sights import Sights


class Story(Acts, Sights, Documents):
    """What is written about one Device: reference data here, requests in Acts, looks and checks in Sights."""

    def __init__(self, population, number, kind):
        p, self.p, self.r, self.kind = population, population, population.r, kind
        self.device = f"00-DB-12-34-56-78-9{number}-A0"
        self.other = f"00-DB-12-34-56-78-9{number}-FF"
        self.commissioned = p.commissioned + self.r.choice([0, 0, 0, DAY])
        self.day_only = p.chance(0.1)
        if self.day_only:
            self.commissioned -= self.commissioned % DAY
        self.cos_at = self.commissioned + self.r.choice([2, 3, 5, 9]) * DAY
        c = self.commissioned
        self.grid = [c - DAY, c - 2 * HOUR, c, c, c + 6 * HOUR, c + DAY, c + DAY, c + 2 * DAY, c + 3 * DAY, c + 4 * DAY,
                     c + 7 * DAY, c + 8 * DAY, self.cos_at, self.cos_at, self.cos_at + 14 * DAY, c + 12 * DAY,
                     p.as_of - DAY, p.as_of]
        self.supplier = self.r.choice(SUPPLIERS[:2])
        self.operator = self.r.choice(OPERATORS * 5 + [names.OPERATOR_OF_SUPPLIER, names.UNKNOWN_OPERATOR])
        self.winner = self.r.choice(SUPPLIERS * 3 + [names.UNKNOWN_SUPPLIER])
        self.mpxn = names.mpan(number) if kind == "ESME" else f"71000{number}"
        if kind == "CHF" or p.chance(0.05):
            self.mpxn = ""
        if kind == "GPF" and p.chance(0.7):
            self.mpxn = ""  # that of a GSME on its hub, if there is one
        self.good = self.r.choice([0.5, 0.85, 0.95, 1.0, 1.0])
        fitting = [scene for scene, srv in OMITS.items() if srv != "6.15.1" or kind in ("ESME", "GPF")]
        self.scene = self.r.choice(fitting) if p.chance(0.5) else None
        self.disciplined = self.scene is not None or p.chance(0.3)  # so that the criteria in force are met too, now and then
        if self.disciplined:
            self.good = 1.0
        self.typed = self.r.choice(["all", "all", "none", "some"])

    def chance(self, p):
        return self.p.chance(p)

    def at(self):
        t = self.r.choice(self.grid)
        return t + self.r.choice([-1, 1]) if self.chance(0.06) else t

    def after(self, start):
        """An instant of the grid not before another one, or a little later."""
        later = [t for t in self.grid if t >= start]
        if later and self.chance(0.6):
            return self.r.choice(later)
        return start + self.r.choice([0, 1, HOUR, DAY, DAY + 1])

    def any_entity(self):
        return self.r.choice([self.supplier, self.winner, self.operator, *OPERATORS, *SUPPLIERS, names.ACB, names.TCOS,
                              names.WAN, names.UNKNOWN, names.SECOND_OF_FIRST, names.SECOND_OPERATOR_OF_FIRST,
                              names.OTHER_USER, names.RECOVERY_ENTITY, names.OPERATOR_OF_SUPPLIER])

    def write(self):
        self.inventory()
        self.registration()
        self.good_story()
        if self.scene:
            self.scene(self)
        if self.disciplined and self.chance(0.7):
            return
        for extra in (self.seen_then_tried_again, self.seen_again, self.untyped_only, self.cells_passed_on,
                      self.issued_certificates, self.outcomes_told, self.certificates_sent, self.certificates_placed):
            if self.chance(0.15):
                extra()
        for _ in range(self.r.choice([0, 0, 0, 1, 2, 4, 8])):
            self.r.choice([self.random_request, self.random_request, self.random_snapshot, self.random_check])()

    def good_story(self):
        if self.chance(0.1) and not self.scene:
            return
        left = OMITS[self.scene] if self.scene else ""
        for srv in ("6.17", "6.15.2"):
            if srv == left:
                continue
            for usage in ("DS", "KA"):
                typed = self.typed == "all" or self.typed == "some" and self.chance(0.5)
                self.expected(srv, credential_type=usage if typed else "")
        if self.kind in ("ESME", "GPF") and left != "6.15.1" and self.chance(1 if self.scene else 0.8):
            self.expected(self.r.choice(["6.15.1", "6.15.1", "6.21"]),
                          remote_party_role=self.r.choice(["NetworkOperator", "NetworkOperator", ""]))
        if self.chance(0.1 if self.scene else 0.5):
            self.random_snapshot(wrong=0.05)
        for kind in ("communicating", "recovery-cell"):
            if self.chance(self.good):
                self.check(kind, "pass")

    # -- reference data

    def commissioned_text(self, at):
        return iso(at)[:10] if self.day_only else iso(at)

    def inventory(self):
        hub = self.r.choice([HUBS[0]] * 8 + [HUBS[1], ""])
        row = dict(device_id=self.device, device_type=self.kind, smets=self.r.choice(["", "SMETS2+", "2"]),
                   commissioned_at=self.commissioned_text(self.commissioned),
                   chf_id=self.device if self.kind == "CHF" else hub, mpxn=self.mpxn,
                   csp_region=self.r.choice(["North", "Central", "South", ""]), manufacturer="Acme", model="M1",
                   status="Commissioned")
        if self.chance(0.04):
            row["smets"] = "SMETS1"
        if self.chance(0.04):
            row["status"] = self.r.choice(["Decommissioned", "Suspended", "Pending", "Recovered"])
        if self.chance(0.03):
            row["commissioned_at"] = ""
        while self.chance(0.12):  # an earlier life
            before = self.commissioned - self.r.choice([300, 400, 500]) * DAY
            self.p.add("inventory", **{**row, "commissioned_at": self.commissioned_text(before),
                                       "status": self.r.choice(["Commissioned", "Commissioned", "Suspended"])},
                       extracted_at=iso(self.r.choice([before + 9 * DAY, before + DAY, self.commissioned - DAY - HOUR])))
        self.p.add("inventory", **row, extracted_at=iso(self.commissioned - DAY))
        while self.chance(0.25):  # further extracts, some of one instant, some later than as-of
            if self.chance(0.2):
                row["status"] = self.r.choice(["Commissioned", "Commissioned", "Decommissioned", "Withdrawn"])
            for name in ("mpxn", "commissioned_at", "chf_id"):
                if self.chance(0.2):
                    row[name] = ""
            if self.chance(0.1):
                row["commissioned_at"] = self.commissioned_text(self.at())
            if self.chance(0.1) and self.kind != "CHF":
                row["chf_id"] = self.r.choice(HUBS)
            self.p.add("inventory", **row, extracted_at=iso(self.at()))
        if self.kind == "GSME" and self.chance(0.5):
            self.exchanged_meter(row)

    def exchanged_meter(self, row):
        """An older gas meter on the same hub, no longer in service."""
        older = {**row, "device_id": self.r.choice([self.device[:-2] + "0F", self.device[:-2] + "F0"]),
                 "status": self.r.choice(["Decommissioned", "Commissioned"]), "mpxn": "72000" + self.device[-4],
                 "commissioned_at": iso(self.commissioned - 200 * DAY)}
        self.p.add("inventory", **older, extracted_at=iso(self.commissioned - DAY))
        self.p.add("registration", mpxn=older["mpxn"], supplier_id=self.r.choice(SUPPLIERS),
                   network_operator_id=self.r.choice(OPERATORS), effective_from=iso(self.commissioned - 200 * DAY))

    def registration(self):
        """The registrations of the MPxN in one or two extracts, with gaps, errors and withdrawn switches."""
        if not self.mpxn or self.chance(0.04):
            return
        begin = self.commissioned + self.r.choice([-30, -30, -30, 0, 1]) * DAY
        shape = self.r.choice("one one cos cos gap open twice many withdrawn error back".split())
        if self.commissioned > OCTOBER and self.chance(0.5):
            return self.about_the_end_of_summer_time(begin)
        if shape == "one":
            spans = [(self.supplier, begin, self.at() if self.chance(0.05) else None)]
        elif shape in ("withdrawn", "error"):  # a switch within a registration that goes on
            length = self.r.choice([HOUR, DAY, DAY + 1, 25 * HOUR]) if shape == "error" else self.r.choice([2, 5, 21]) * DAY
            end = self.r.choice([None, None, self.cos_at + length, self.cos_at + 30 * DAY])
            spans = [(self.supplier, begin, end), (self.winner, self.cos_at, self.cos_at + length)]
        else:
            gap = self.r.choice([0, SECOND_GAP, HOUR, DAY, DAY + 1, 25 * HOUR, 2 * DAY]) if shape == "gap" else 0
            spans = [(self.supplier, begin, None if shape == "open" else self.cos_at - gap), (self.winner, self.cos_at, None)]
            if shape == "twice":
                spans.append((self.r.choice(SUPPLIERS), self.cos_at + self.r.choice([0, 2 * DAY, 14 * DAY]), None))
            elif shape in ("many", "back"):
                third = self.supplier if shape == "back" else self.r.choice(SUPPLIERS)
                spans += [(third, self.cos_at + self.r.choice([1, 3, 10]) * DAY, None),
                          (self.r.choice(SUPPLIERS), self.cos_at + 12 * DAY, None)]
        extracts = self.r.choice([[""], [""], [self.commissioned - DAY], ["", self.cos_at], [self.commissioned - DAY, self.cos_at]])
        for extract in extracts:
            for span in spans:
                if len(extracts) == 1 or self.chance(0.8):
                    self.registered(*span, iso(extract) if extract else "")

    def about_the_end_of_summer_time(self, begin):
        """Registrations about 31 October, a day of 25 hours: an error of a day, or a gap of a day."""
        day = {"effective_from": "2021-10-31", "effective_to": "2021-10-31", "supplier_id": self.winner}
        before = {"effective_from": iso(begin), "effective_to": "2021-10-30", "supplier_id": self.supplier}
        after = {"effective_from": "2021-11-01", "effective_to": "", "supplier_id": self.winner}
        whole = {**before, "effective_to": self.r.choice(["", "2021-11-05", "2021-10-31"])}
        rows = self.r.choice([[whole, day], [before, after], [before, {**day, "effective_to": ""}], [whole, {**day, "effective_to": "2021-11-01"}]])
        for row in rows:
            self.p.add("registration", mpxn=self.mpxn, network_operator_id=self.operator, **row)

    def registered(self, supplier, start, end, extract):
        operator = self.operator
        if self.chance(0.12):
            operator = self.r.choice(["", names.UNKNOWN_OPERATOR, *OPERATORS])
        if self.chance(0.03):
            end = start - self.r.choice([0, DAY])  # it covers nothing
        mpxn = self.mpxn
        if len(mpxn) < 10 and self.chance(0.2):
            mpxn = "0" * self.r.randint(1, 10 - len(mpxn)) + mpxn
        if self.chance(0.03):
            supplier = self.r.choice([names.UNKNOWN_SUPPLIER, names.STRANGE_MARKET])
        if self.chance(0.15):  # parties by market identifier
            supplier, operator = names.MARKETS.get(supplier, supplier), names.MARKETS.get(operator, operator)
        self.p.add("registration", mpxn=mpxn, supplier_id=supplier, network_operator_id=operator,
                   effective_from=self.date(start),
                   effective_to=self.date(end) if end else "", extracted_at=extract)

    def date(self, at):
        """Instants in registration data, now and then as a date alone (midnight in London)."""
        return iso(at)[:10] if self.chance(0.08) else iso(at)


SECOND_GAP = 1000
OCTOBER = instant("2021-10-01T00:00:00Z")
