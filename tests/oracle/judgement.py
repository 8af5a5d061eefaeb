"""R3, R4 and R5: one Device judged at one instant."""
from answers import requests_at
from parties import registered
from records import DAY, HOUR

OBLIGATION_DAYS = 7
COS_GRACE_DAYS = 14

ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY = range(6)
OBLIGATIONS = [ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY]
DS, KA = "DigitalSignature", "KeyAgreement"
NO_CELLS = [(DS, "management"), (KA, "management")]
TOP_UP = (KA, "prePaymentTopUp")

# R4 table: who owes each obligation (None: not applicable), and the Supplier cells of the type.
OWES = {
    "ESME": ["Supplier", "Supplier", "Supplier", "Supplier", "Supplier", "Supplier"],
    "GSME": ["Supplier", "Supplier", None, "Supplier", "Supplier", "Supplier"],
    "GPF": ["DCC", "DCC", "Supplier", "Supplier", "DCC", "DCC"],
    "CHF": ["DCC", "DCC", None, None, "DCC", "DCC"],
}
SUPPLIER_CELLS = {"ESME": NO_CELLS + [TOP_UP], "GSME": NO_CELLS + [TOP_UP], "GPF": NO_CELLS, "CHF": []}

AMBIGUOUS = ("TIMED_OUT", "EMPTY", "UNRECOGNISED")


class Part:
    """One usage or cell of an obligation: what direct evidence says of it, and whether a command covers it."""

    def __init__(self, name, evidence):
        self.name = name
        self.at, self.says, self.reasons = latest(evidence)
        self.covered = False
        self.served = False  # accounted for by an untyped success (R4.2)

    @property
    def open(self):
        return self.says != "proved" and not self.covered

    @property
    def disproved(self):
        return self.open and self.says == "disproved"


def latest(evidence):
    """R4.0: the latest direct evidence decides; of two at one instant the disproving one. What says nothing is none."""
    weight = ["proved", "grace", "disproved"]
    if not evidence:
        return None, None, set()
    at = max(e[0] for e in evidence)
    says = max((e[1] for e in evidence if e[0] == at), key=weight.index)
    return at, says, {e[2] for e in evidence if e[0] == at and e[1] == says and e[2]}


def when_answered(q):
    """The instant of its answer; of a request without one, when it was made."""
    return q.row.requested_at if q.answered_at is None else q.answered_at


class Judgement:
    """One Device at one instant: verdicts, states and reasons."""

    def __init__(self, records, directory, row, rows, at):
        self.records, self.dir, self.row, self.at = records, directory, row, at
        self.registrations = [r for r in rows if r.effective_from <= at]  # R1: as-of
        self.commissioned = row.commissioned_at
        self.deadline = None if self.commissioned is None else self.commissioned + OBLIGATION_DAYS * DAY
        self.supplier_now = self.supplier(at)
        self.operator_now = self.operator(at)
        self.commissioning_supplier = None if self.commissioned is None else self.supplier(self.commissioned)
        self.changes = self.changes_of_supplier()
        self.states = ["NOT_APPLICABLE"] * 6
        self.verdict = self.legacy = "EXCLUDED"
        self.excluded = self.excluded_reason()
        if not self.excluded:
            self.gather()
            self.judge_revised()
            self.judge_legacy()

    # -- R1

    def supplier(self, at):
        r = registered(self.registrations, at)
        return self.dir.party(r.supplier) if r else None

    def operator(self, at):
        r = registered(self.registrations, at)
        return self.dir.party(r.network_operator) if r else None

    def changes_of_supplier(self):
        """R1: (instant, losing party), ascending; a gap between two registrations makes no change."""
        if self.commissioned is None:
            return []
        found = []
        for at in sorted({r.effective_from for r in self.registrations}):
            before, after = self.supplier(at - 1), self.supplier(at)
            if self.commissioned < at <= self.at and before is not None and after is not None and before != after:
                found.append((at, before))
        return found

    def excluded_reason(self):
        """R5.1"""
        if self.row.smets == "SMETS1":
            return "SMETS1"
        if self.row.type not in OWES:
            return "NO_OBLIGATIONS"
        if self.row.status != "Commissioned":
            return "NOT_COMMISSIONED"
        if self.commissioned is None:
            return "NO_COMMISSIONING_INSTANT"
        return "COMMISSIONED_AFTER_AS_OF" if self.commissioned > self.at else ""

    def gather(self):
        """R1: only what was requested, checked or taken since commissioning and not after as-of counts."""
        def counts(at):
            return self.commissioned <= at <= self.at
        device = self.row.device
        self.requests = [q for q in requests_at(self.records.requests[device], self.at)
                         if q.outcome and counts(q.row.requested_at)]
        self.snapshots = [s for s in self.records.snapshots[device].values() if counts(s.taken_at) and s.answered]
        self.checks = [c for c in self.records.checks[device].values() if counts(c.checked_at)]

    # -- requests of an obligation

    def requests_for(self, obligation):
        def fits(r):
            if obligation == ISSUE:
                return r.srv == "6.17"
            if obligation == CERTS:
                return r.srv == "6.15.2"
            if obligation == NETWORK:
                return r.srv in ("6.15.1", "6.21") and r.role in ("", "NetworkOperator")
            if obligation == SUPPLIER:
                return r.srv == "6.23" or r.srv in ("6.15.1", "6.21") and r.role == "Supplier"
            return False
        return [q for q in self.requests if fits(q.row)]

    def succeeded(self, obligation):
        return [q for q in self.requests_for(obligation) if q.outcome == "SUCCEEDED"]

    def sent_by_right_party(self, q):
        """R4.4: by the party registered when it was answered, or by the DCC."""
        party = self.dir.party(q.row.user)
        return party in self.dir.dcc or party == self.supplier(when_answered(q))

    def could_concern(self, q, obligation, part):
        """R4.7: its success would cover the part; a request without an answer is taken as answered when it was made."""
        if part.at is not None and when_answered(q) <= part.at:
            return False
        if obligation in (ISSUE, CERTS):
            if q.row.credential:
                return q.row.credential == part.name
            return self.serves_proved(q, self.parts[obligation]) is None
        return obligation == NETWORK or self.sent_by_right_party(q)

    # -- direct evidence

    def certificate_evidence(self, usage):
        """R4.2"""
        found = []
        for s in self.snapshots:
            for c in s.certificates:
                if c.key_usage != usage:
                    continue
                if c.subject is not None and c.subject != self.row.device:
                    found.append((s.taken_at, "disproved", ""))
                elif c.not_before is not None:
                    fresh = c.not_before >= self.commissioned - 24 * HOUR
                    found.append((s.taken_at, "proved" if fresh else "disproved", ""))
        return found

    def cells_seen(self, role):
        """(snapshot, cell) of a role, where the cell tells who owns it."""
        return [(s, c) for s in self.snapshots for c in s.cells
                if c.role == role and c.status == "ok" and c.subject is not None]

    def operator_evidence(self, name):
        """R4.3"""
        found = []
        for s, c in self.cells_seen("NetworkOperator"):
            party = self.operator(s.taken_at)
            if (c.key_usage, c.cell_usage) != name or party is None:
                continue
            if self.dir.belongs(c.subject, party, "NetworkOperator"):
                found.append((s.taken_at, "proved", ""))
            else:
                found.append((s.taken_at, "disproved", self.wrong_owner(c.subject)))
        return found

    def wrong_owner(self, subject):
        """R4.3: the reason when disproved."""
        role = self.dir.role(subject)
        if role == "Supplier":
            return "SUPPLIER_CERT_IN_NO_CELL"
        if role == "NetworkOperator":
            return "WRONG_NETWORK_OPERATOR"
        return "DCC_CERT_IN_NO_CELL" if self.dir.party(subject) in self.dir.dcc else "UNKNOWN_OWNER"

    def supplier_evidence(self, name):
        """R4.4: only what is not older than the latest CoS."""
        found = []
        cos_at, loser = self.changes[-1] if self.changes else (None, None)
        for s, c in self.cells_seen("Supplier"):
            party = self.supplier(s.taken_at)
            if (c.key_usage, c.cell_usage) != name or party is None or cos_at is not None and s.taken_at < cos_at:
                continue
            if self.dir.belongs(c.subject, party, "Supplier"):
                found.append((s.taken_at, "proved", ""))
            elif (cos_at is not None and self.dir.belongs(c.subject, loser, "Supplier")
                  and s.taken_at <= cos_at + COS_GRACE_DAYS * DAY):
                found.append((s.taken_at, "grace", ""))
            else:
                found.append((s.taken_at, "disproved", ""))
        return found

    # -- R4.1 to R4.4: parts

    def cover_by_usage(self, parts, successes):
        """R4.1, R4.2: typed successes cover their usage, untyped ones one usage each."""
        for q in successes:
            for p in parts:
                if q.row.credential == p.name and (p.at is None or q.answered_at > p.at):
                    p.covered = True
        rest = []
        for q in sorted((q for q in successes if not q.row.credential), key=lambda q: q.answered_at):
            p = self.serves_proved(q, parts)  # first a usage that evidence not earlier than the answer proves
            if p:
                p.served = True
            else:
                rest.append(q)
        unseen = [p for p in parts if p.at is None and not p.covered]  # then a usage without evidence
        if len(rest) < len(unseen):
            return  # too few: each such usage is open
        for p in unseen:
            p.covered = True
        for q in rest[len(unseen):]:  # then a disproved one if the answer is later than the disproof
            p = next((p for p in parts if p.disproved and q.answered_at > p.at), None)
            if p:
                p.covered = True

    @staticmethod
    def serves_proved(q, parts):
        """R4.2: the usage, proved by evidence not earlier than its answer, that an untyped success would serve."""
        return next((p for p in parts if p.says == "proved" and p.at >= when_answered(q) and not p.served), None)

    def cover_by_role(self, parts, successes):
        """R4.3, R4.4: a success covers every cell about which there is no evidence as late as its answer."""
        for p in parts:
            p.covered = any(p.at is None or q.answered_at > p.at for q in successes)

    def parts_of(self, obligation):
        if obligation == ISSUE:
            parts = [Part(DS, []), Part(KA, [])]
            self.cover_by_usage(parts, self.succeeded(ISSUE))
        elif obligation == CERTS:
            parts = [Part(usage, self.certificate_evidence(usage)) for usage in (DS, KA)]
            self.cover_by_usage(parts, self.succeeded(CERTS))
        elif obligation == NETWORK:
            parts = [Part(name, self.operator_evidence(name)) for name in NO_CELLS]
            self.cover_by_role(parts, self.succeeded(NETWORK))
        else:
            parts = [Part(name, self.supplier_evidence(name)) for name in SUPPLIER_CELLS[self.row.type]]
            parts = [p for p in parts if p.at is not None]
            self.cover_by_role(parts, [q for q in self.succeeded(SUPPLIER) if self.sent_by_right_party(q)])
        return parts

    def unclear(self, obligation, part):
        """R4.7: the ambiguous and AWAITING requests that could concern an open part."""
        return [q for q in self.requests_for(obligation)
                if q.outcome in AMBIGUOUS + ("AWAITING",) and self.could_concern(q, obligation, part)]

    def state_by_ambiguity(self, obligation, parts):
        """R4.7"""
        open_parts = [p for p in parts if p.open]
        refused = [q for q in self.requests_for(obligation) if q.outcome in ("FAILED", "REJECTED")]
        if any(p.disproved and not any(q.row.requested_at > p.at for q in self.unclear(obligation, p))
               for p in open_parts):
            return "NOT_MET"
        if any(self.unclear(obligation, p) for p in open_parts):
            return "UNVERIFIED"
        if any(p.says == "proved" for p in parts) and any(
                p.at is None and not any(self.could_concern(q, obligation, p) for q in refused) for p in open_parts):
            return "UNVERIFIED"
        return "NOT_MET" if refused else "NOT_ATTEMPTED"

    def state(self, obligation):
        parts = self.parts[obligation]
        open_parts = [p for p in parts if p.open]
        if obligation == ISSUE and self.states[CERTS] == "MET":                                  # R4.1
            return "MET"
        if obligation == NETWORK and self.dir.no_operator_entity_in_repository(self.operator_now):
            return "NOT_APPLICABLE"                                                              # R4.3
        if obligation == SUPPLIER:                                                               # R4.4
            if not parts:
                return "NOT_APPLICABLE"
            if not any(p.disproved for p in parts):
                expired = self.changes and self.at > self.changes[-1][0] + COS_GRACE_DAYS * DAY
                return "UNVERIFIED" if open_parts and expired else "MET"
        if open_parts:
            return self.state_by_ambiguity(obligation, parts)
        if obligation == NETWORK and self.operator_now is None:                                  # R4.3
            return "UNVERIFIED"
        return "MET"

    # -- R4.5, R4.6

    def came_from_device(self):
        """R4.5: the instants of answers that came from the Device itself."""
        return ([q.answered_at for q in self.requests
                 if q.outcome in ("SUCCEEDED", "FAILED", "EMPTY") and q.answered_at >= self.commissioned]
                + [s.taken_at for s in self.snapshots])

    def latest_check(self, kind):
        """The latest DSP check with a result."""
        found = [c for c in self.checks if c.check == kind and c.result]
        return max(found, key=lambda c: c.checked_at) if found else None

    def communicating(self):
        """R4.5"""
        check, answers = self.latest_check("communicating"), self.came_from_device()
        if check and check.result == "fail" and not any(a > check.checked_at for a in answers):
            return "NOT_MET"
        return "MET" if answers or check else "UNVERIFIED"

    def recovery_cell(self):
        """R4.6"""
        evidence = [(c.checked_at, "proved" if c.result == "pass" else "disproved", "")
                    for c in self.checks if c.check == "recovery-cell" and c.result]
        for s, c in self.cells_seen("Recovery"):
            keys = self.dir.keys.get(c.subject)
            if self.dir.role(c.subject) == "Recovery" and keys and not c.key_id:
                continue  # whose key it is nobody can tell
            right = self.dir.role(c.subject) == "Recovery" and (not keys or c.key_id in keys)
            evidence.append((s.taken_at, "proved" if right else "disproved", ""))
        return {"proved": "MET", "disproved": "NOT_MET", None: "UNVERIFIED"}[latest(evidence)[1]]

    # -- verdicts

    def judge_revised(self):
        """R4, R5.2 to R5.5"""
        owes = OWES[self.row.type]
        self.parts = {ob: self.parts_of(ob) for ob in (CERTS, ISSUE, NETWORK, SUPPLIER)}
        for ob in (CERTS, ISSUE, NETWORK, SUPPLIER):
            if owes[ob]:
                self.states[ob] = self.state(ob)
        self.states[COMMS] = self.communicating()
        self.states[RECOVERY] = self.recovery_cell()
        if all(s in ("MET", "NOT_APPLICABLE") for s in self.states):
            self.verdict = "PASS"
        elif self.at <= self.deadline:
            self.verdict = "PENDING"
        elif any(s in ("NOT_MET", "NOT_ATTEMPTED") for s in self.states):
            self.verdict = "FAIL"
        else:
            self.verdict = "UNVERIFIED"

    def legacy_counts(self, q, obligation):
        """R3: by the party obliged at the commissioning instant."""
        party = self.dir.party(q.row.user)
        if self.row.type == "CHF" or self.row.type == "GPF" and obligation in (ISSUE, CERTS):
            return party in self.dir.dcc
        return party == self.commissioning_supplier

    def judge_legacy(self):
        """R3; self.missed: the obligations whose legacy criterion is not met"""
        def count(obligation, srv):
            return sum(q.outcome == "SUCCEEDED" and q.row.srv == srv and self.legacy_counts(q, obligation)
                       for q in self.requests)

        def passed(kind):
            check = self.latest_check(kind)
            return check is not None and check.result == "pass"
        met = {ISSUE: count(ISSUE, "6.17") >= 2, CERTS: count(CERTS, "6.15.2") >= 2,
               COMMS: passed("communicating"), RECOVERY: passed("recovery-cell")}
        if self.row.type in ("ESME", "GPF"):
            met[NETWORK] = count(NETWORK, "6.15.1") >= 1
        self.missed = [ob for ob in OBLIGATIONS if ob in met and not met[ob]]
        self.legacy = "PASS" if not self.missed else "PENDING" if self.at <= self.deadline else "FAIL"
