"""One Device at one instant: what counts for it (R1), who owes what (R4 table, R5 scope), where the log is silent (R10)."""
from coverage import FOREVER, overlaps
from fields import DAY, HOUR
from outcomes import requests_at
from parties import Registrations

OBLIGATION_DAYS, BEFORE_HOURS = 7, 24
ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY = range(6)
OBLIGATIONS = [ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY]

# R4 table: who owes each obligation (None: not applicable)
OWES = {
    "ESME": ["Supplier", "Supplier", "Supplier", "Supplier", "Supplier", "Supplier"],
    "GSME": ["Supplier", "Supplier", None, "Supplier", "Supplier", "Supplier"],
    "GPF": ["DCC", "DCC", "Supplier", "Supplier", "DCC", "DCC"],
    "CHF": ["DCC", "DCC", None, None, "DCC", "DCC"],
}


class Device:
    """`world` has what is the same for every Device: records, dir, settings, silences, as_of."""

    def __init__(self, world, row, registrations, at, owing=None):
        self.world, self.dir, self.row, self.at = world, world.dir, row, at
        self.registrations = registrations
        self.commissioned = row.commissioned_at
        self.deadline = None
        if self.commissioned is not None:
            self.deadline = self.commissioned + (DAY if row.day_only else 0) + OBLIGATION_DAYS * DAY
            self.first = world.records.first_commissioning(row.device, self.commissioned)
        self.changes = self.changes_of_supplier()
        self.owing = self.owed() if owing is None else owing
        self.excluded = self.excluded_reason()
        self.gather()

    # -- R1

    def supplier(self, at):
        r = self.registrations.at(at)
        return self.dir.party(r.supplier) if r else None

    def operator(self, at):
        r = self.registrations.at(at)
        return self.dir.party(r.network_operator) if r else None

    def changes_of_supplier(self):
        """R1: (instant, losing party), ascending."""
        if self.commissioned is None:
            return []
        found = []
        for at in self.registrations.instants:
            before, after = self.supplier(at - 1), self.supplier(at)
            if self.commissioned < at <= self.at and before is not None and after is not None and before != after:
                found.append((at, before))
        return found

    def registered_since_commissioning(self):
        instants = [t for t in self.registrations.instants if self.commissioned < t <= self.at] + [self.commissioned]
        return {self.supplier(t) for t in instants} - {None}

    def gather(self):
        """R1: only what was checked or taken since commissioning and not after as-of counts; requests from 24 hours
        before."""
        device, records = self.row.device, self.world.records
        self.requests, self.snapshots, self.checks, self.issued, self.sent = [], [], [], set(), []
        if self.commissioned is None:
            return
        self.counts_from = self.commissioned - BEFORE_HOURS * HOUR

        def counts(at):
            return self.commissioned <= at <= self.at
        self.requests = [q for q in requests_at(records.requests[device], self.at)
                         if q.outcome and q.made >= self.counts_from]
        self.snapshots = [s for s in records.snapshots(device) if counts(s.taken_at) and s.answered]
        self.checks = [c for c in records.checks[device].values() if counts(c.checked_at)]
        self.sent = [c for c in records.sent[device] if counts(c.requested_at)]
        self.issued = {c.key_usage for c in records.issued[device]
                       if c.not_before <= self.at and c.not_before >= self.commissioned - 24 * HOUR}

    # -- who owes

    def owner(self, obligation):
        """R4 table: the party that owes an obligation at as-of, by name."""
        if OWES[self.row.type][obligation] == "DCC":
            return self.dir.dcc_name()
        return self.dir.name(self.supplier(self.at))

    def owed(self):
        """The obligations of the type that are owed by the scope, or by anybody where there is none."""
        owes = OWES.get(self.row.type, [None] * 6)
        scope = self.world.scope
        return [ob for ob in OBLIGATIONS if owes[ob] and (
            scope is None or (self.dir.dcc & scope if owes[ob] == "DCC" else self.supplier(self.at) in scope))]

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
        if self.commissioned > self.at:
            return "COMMISSIONED_AFTER_AS_OF"
        return "" if self.owing else "OUT_OF_SCOPE"

    def sent_by_registered(self, q):
        """R4.4: by the party registered when it was answered, or by the DCC."""
        party = self.dir.party(q.row.user)
        return party in self.dir.dcc or party is not None and party == self.supplier(q.answered)

    def may_replace_operator(self, q):
        """R4.3: sent by a Supplier, by the DCC or by the party registered as Network Operator."""
        party, role = self.dir.party(q.row.user), self.dir.role(q.row.user)
        if q.row.user not in self.dir.entity and role is None:
            role = {"IS": "Supplier", "GS": "Supplier", "DCC": "DCC"}.get(q.row.user_role)
        return (role in ("Supplier", "DCC") or party in self.dir.dcc
                or party is not None and party == self.operator(q.answered))

    # -- R10

    def silences(self, obligation):
        """R10.1; R5: for what a Supplier owes, the time since commissioning in which no party of the scope was registered
        too."""
        found = list(self.world.silences)
        if self.world.scope is not None and OWES[self.row.type][obligation] == "Supplier":
            bounds = [-FOREVER, *self.registrations.instants, FOREVER]
            found += [(max(a, self.commissioned), b) for a, b in zip(bounds, bounds[1:])
                      if b > self.commissioned and self.supplier(a) not in self.world.scope]
        return found

    def silent(self, obligation, begin, end):
        return overlaps(self.silences(obligation), begin, end)

    @property
    def period_end(self):
        """R10.2: the obligation period runs from commissioning to the deadline or as-of."""
        return min(self.deadline, self.at)
