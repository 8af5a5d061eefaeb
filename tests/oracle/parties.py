"""R1: parties, who owns which Entity Identifier, and who is registered for a Device at an instant."""
from fields import DAY, HOUR, EPOCH, summer_time_change
from records import canonical, known_at

import datetime as dt


class Directory:
    """R1: who owns which Entity Identifier, in which role. A party is its name, or ("unknown", identifier)."""

    def __init__(self, records, at):
        self.entity, self.keys, self.in_repository = {}, {}, {}
        for entity, rows in records.organisations.items():
            latest = known_at({taken for taken, _ in rows}, at)
            told = [r for (taken, _), r in rows.items() if taken == latest]
            self.entity[entity] = max(told, key=canonical)
            if not all(r.in_repository == "" for r in told):
                self.in_repository[entity] = any(r.in_repository == "yes" for r in told)
            self.keys[entity] = {key for _, key in rows} - {""}
        self.dcc = {r.party for r in self.entity.values()
                    if r.role in ("DCC", "AccessControlBroker", "TransitionalCoS")}
        self.recovery_known = any(r.role == "Recovery" for r in self.entity.values())
        registered = [r for r in records.registered if r.effective_from <= at]
        self.named = {r.network_operator: "NetworkOperator" for r in registered if r.network_operator}
        self.named.update({r.supplier: "Supplier" for r in registered})

    def party(self, identifier):
        if identifier is None:
            return None
        return self.entity[identifier].party if identifier in self.entity else ("unknown", identifier)

    def role(self, identifier):
        """R1: an unknown identifier has the role that the registrations give it (as both: Supplier)."""
        return self.entity[identifier].role if identifier in self.entity else self.named.get(identifier)

    def belongs(self, identifier, party, role):
        """R1: ownership is compared by party and role."""
        return party is not None and self.party(identifier) == party and self.role(identifier) == role

    def no_operator_entity_in_repository(self, party):
        """R4.3: every NetworkOperator entity of the party is marked as not in the SMKI Repository."""
        marks = [self.in_repository[e] for e, r in self.entity.items()
                 if e in self.in_repository and r.party == party and r.role == "NetworkOperator"]
        return bool(marks) and not any(marks)

    @staticmethod
    def name(party):
        return "" if party is None else party[1] if isinstance(party, tuple) else party

    def dcc_name(self):
        return min(self.dcc) if self.dcc else ""

    def parties_named(self, words):
        """The parties of a scope: by name or by Entity Identifier."""
        return {self.party(w) if w in self.entity else w for w in words}


def one_day(begin, end):
    """R1: up to one day, which has 25 hours where summer time ends in it."""
    if end - begin <= DAY:
        return True
    year = (EPOCH + dt.timedelta(milliseconds=begin)).year
    return end - begin <= DAY + HOUR and begin <= summer_time_change(year, 10) < end


class Registrations:
    """R1: the registrations of one MPxN as known at as-of."""

    def __init__(self, rows, as_of):
        rows = [r for r in rows if r.effective_from <= as_of]
        rows = [r for r in rows if r.effective_to is None or r.effective_to > r.effective_from]
        self.rows = [r for r in rows if not any(self.passed_over(r, other) for other in rows)]
        self.instants = sorted({r.effective_from for r in self.rows} | {r.effective_to for r in self.rows} - {None})

    @staticmethod
    def passed_over(r, other):
        """One of up to one day within another, or ending with it."""
        return (r.effective_to is not None and one_day(r.effective_from, r.effective_to)
                and other.effective_from < r.effective_from
                and (other.effective_to is None or other.effective_to >= r.effective_to))

    def covering(self, at):
        rows = [r for r in self.rows if r.effective_from <= at and (r.effective_to is None or at < r.effective_to)]
        return max(rows, key=lambda r: r.effective_from) if rows else None

    def at(self, at):
        """The one that covers the instant, or in a gap of up to one day the one before it."""
        covering = self.covering(at)
        if covering:
            return covering
        before = [r.effective_to for r in self.rows if r.effective_to is not None and r.effective_to <= at]
        after = [r.effective_from for r in self.rows if r.effective_from > at]
        if before and after and one_day(max(before), min(after)):
            return self.covering(max(before) - 1)
        return None


def meter_point(records, row, as_of):
    """R1: a GPF without an MPxN has that of the GSME on its hub: Commissioned before others, then the least Device."""
    if row.mpxn or row.type != "GPF" or row.chf is None:
        return row.mpxn
    others = [records.inventory_at(device, as_of) for device in records.inventory]
    others = [o for o in others if o.type == "GSME" and o.chf == row.chf and o.mpxn]
    best = min(others, key=lambda o: (o.status != "Commissioned", o.device), default=None)
    return best.mpxn if best else ""
