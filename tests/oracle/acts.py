"""The requests of a Device of a random population, and their answers."""
import names
from fields import DAY, HOUR, SECOND, iso
from names import SORTS


class Acts:
    """Requests, in many ways of being told."""

    def sender(self, at, srv):
        if self.chance(0 if self.disciplined else 0.07):
            return self.any_entity()
        if self.kind == "CHF" or self.kind == "GPF" and (srv in ("6.17", "6.15.2") or self.chance(0.5)):
            return self.r.choice([names.ACB, names.DCC])
        return self.winner if at >= self.cos_at and self.chance(0.6) else self.supplier

    def request(self, srv, **fields):
        """-> (the row without an answer, when it was made)"""
        requested = fields.pop("at", None) or self.at()
        sender = fields.pop("sender", None) or self.sender(requested, srv)
        role = self.r.choice(["IS", "GS", ""])
        if sender not in {entity for entity, _, _ in names.PARTIES}:
            role = self.r.choice(["IS", "GS", "ED", "GT", "ES", "OU", ""])
        base = dict(device_id=self.device, srv=srv, user_id=sender, requested_at=iso(requested), user_role=role, **fields)
        if self.chance(0.85):
            self.p.counter += 1
            target = self.other if self.chance(0.02) else self.device  # of another Device: evidence of nothing
            ids = [sender, target]
            if self.chance(0.3):
                ids = [i.replace("-", "") for i in ids]
            base["request_id"] = ":".join(ids + [str(self.p.counter)])
        return base, requested

    def answer(self, base, requested, sort):
        """Adds the rows of a request that was answered in one way or another."""
        responded = self.after(requested) if self.chance(0.7) else requested + HOUR
        if sort == "good" and self.disciplined:
            responded = requested + self.r.choice([0, SECOND, HOUR])
        row = dict(base)
        row["response_code"] = self.r.choice(names.CODES[sort])
        if self.chance(0.03):
            responded = requested - self.r.choice([1, HOUR, DAY])  # clocks differ
        if row["response_code"] == "I0":
            row["response_code"] = self.r.choice(names.SPELLINGS_OF_I0)
        elif row["response_code"] and self.chance(0.1):
            row["response_code"] += self.r.choice([": no communications", " - described"])
        row["execution_status"] = self.r.choice(names.STATUS_WORDS.get(sort, [""]))
        if sort not in names.STATUS_WORDS and sort not in ("alert+", "alert-") and self.chance(0.06):
            row["execution_status"] = self.r.choice(["Success", "Failure"])  # beside a code that tells otherwise
        if sort != "silent" and not self.chance(0.04):
            row["responded_at"] = iso(responded)
        if self.chance(0.08):  # the answer's row knows less than the request's
            for name in ("credential_type", "remote_party_role", "execution_at", "command_variant"):
                if self.chance(0.4):
                    row[name] = ""
            self.p.add("srv-audit", **base)
        if self.chance(0.25):
            self.p.add("srv-audit", **{**base, "response_code": self.r.choice(["I99", "I99", ""]),
                                       "responded_at": iso(requested)})
        if self.chance(0.06):
            self.p.add("srv-audit", **{**base, "command_variant": self.r.choice("4468"), "response_code": "I0",
                                       "responded_at": iso(responded)})
        if self.chance(0.05) and self.other not in row.get("request_id", "") and self.other.replace("-", "") not in row.get("request_id", ""):
            self.told_twice(row)
        self.p.add("srv-audit", **row)

    def told_twice(self, row):
        """The same request as another system exports it: without its RequestID, with less, to the second."""
        twin = {**row, "request_id": "", "requested_at": row["requested_at"].split(".")[0].rstrip("Z") + "Z"}
        for name in ("credential_type", "remote_party_role", "execution_at"):
            if self.chance(0.3):
                twin[name] = ""
        if self.chance(0.3):
            twin.update(response_code="I99", execution_status="")
        self.p.add("srv-audit", **twin)

    def random_request(self):
        srv = self.r.choice(["6.17", "6.15.2", "6.15.1", "6.15.1", "6.21", "6.23", "4.8.1", "6.24.1",
                             self.r.choice(names.DCC_SYSTEM_SRVS)])
        fields = {"remote_party_role": self.r.choice(["", "NetworkOperator", "Supplier", "LoadController"])}
        if srv in ("6.17", "6.15.2"):
            fields = {"credential_type": self.r.choice(["", "DS", "KA"])}
        if self.chance(0.15):
            fields["command_variant"] = self.r.choice("12345678")
        base, requested = self.request(srv, **fields)
        if self.chance(0.3):
            base["requested_at"] = iso(requested + self.r.choice([250, 1, 999]))  # told to the millisecond
        if self.chance(0.2):
            base["execution_at"] = iso(self.r.choice([self.after(requested), self.after(requested) + DAY,
                                                      requested - HOUR, requested + 9000 * DAY]))
            if self.chance(0.4):
                self.cancel(base, requested)
        for _ in range(self.r.choice([1, 1, 1, 2, 3])):
            self.answer(base, requested, self.r.choice(SORTS))

    def cancel(self, base, requested):
        """A cancellation, which may be refused, and may be told in two rows."""
        at = self.r.choice([self.after(requested), requested + SECOND])
        row = dict(base, requested_at=iso(at), execution_at="3000-12-31T00:00:00Z")
        row["request_id"] = f"{base['user_id']}:{self.device}:{900000 + self.p.counter}"
        if self.chance(0.2):
            row["remote_party_role"] = ""
        if self.chance(0.3):
            self.p.add("srv-audit", **{**row, "execution_at": ""})
        self.answer(row, at, self.r.choice(["good", "good", "none", "none", "bad", "odd", "rejected", "silent"]))

    def expected(self, srv, **fields):
        """A request of the good story: mostly a success, else something that the rules forgive or not."""
        if not self.chance(self.good):
            if self.chance(0.5):
                return
            sort = self.r.choice(SORTS)
        else:
            sort = "good"
        early = [self.commissioned] * 3 + [self.commissioned + DAY]
        if not self.disciplined:
            early += [self.commissioned - HOUR, self.at()]
        base, requested = self.request(srv, at=self.r.choice(early), **fields)
        self.answer(base, requested, sort)

    def seen_then_tried_again(self):
        """A look that shows something wrong, and requests around it that may have mended it."""
        seen = self.commissioned + self.r.choice([1, 2, 3, 9]) * DAY
        self.random_snapshot(at=seen, wrong=0.7)
        for _ in range(self.r.choice([1, 2, 2, 3])):
            srv = self.r.choice(["6.15.2", "6.15.2", "6.15.2", "6.15.1", "6.21", "6.23"])
            fields = {"remote_party_role": self.r.choice(["", "NetworkOperator", "Supplier"])}
            if srv == "6.15.2":
                fields = {"credential_type": self.r.choice(["", "", "DS", "KA"])}
            base, requested = self.request(srv, at=seen + self.r.choice([-DAY, -HOUR, 0, 1, DAY, DAY]), **fields)
            self.answer(base, requested, self.r.choice("good good none timeout silent bad rejected".split()))

    def untyped_only(self):
        """Nothing but untyped requests, of one SRV, some answered, and looks between them."""
        srv = self.r.choice(["6.17", "6.15.2", "6.15.2"])
        for _ in range(self.r.randint(1, 4)):
            base, requested = self.request(srv)
            self.answer(base, requested, self.r.choice("good none timeout silent bad rejected".split()))
        if self.chance(0.5):
            self.random_snapshot(wrong=0.4)

    def cells_passed_on(self):
        """6.15.1 and 6.21 of several senders, with and without a role, about a look."""
        seen = self.commissioned + self.r.choice([1, 3, 5]) * DAY
        if self.chance(0.7):
            self.random_snapshot(at=seen, wrong=self.r.choice([0.0, 0.6]))
        for _ in range(self.r.randint(1, 3)):
            role = self.r.choice(["NetworkOperator", "NetworkOperator", "", "", "Supplier"])
            base, requested = self.request(self.r.choice(["6.15.1", "6.15.1", "6.21"]), remote_party_role=role,
                                           at=seen + self.r.choice([-DAY, -HOUR, 0, HOUR, DAY]),
                                           sender=self.r.choice([self.any_entity(), self.supplier, names.UNKNOWN]))
            self.answer(base, requested, self.r.choice("good good good timeout bad".split()))
