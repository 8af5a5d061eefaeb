"""R1: parties, who owns which Entity Identifier, and who is registered for a Device."""
from records import canonical


class Directory:
    """R1: who owns which Entity Identifier, in which role. A party is its name, or ("unknown", identifier)."""

    def __init__(self, organisations):
        self.entity, self.keys = {}, {}
        for row in organisations.values():
            old = self.entity.get(row.entity)
            if old is None or canonical(row).encode() > canonical(old).encode():
                self.entity[row.entity] = row
            if row.key_id:
                self.keys.setdefault(row.entity, set()).add(row.key_id)
        self.dcc = {r.party for r in self.entity.values()
                    if r.role in ("DCC", "AccessControlBroker", "TransitionalCoS")}

    def party(self, identifier):
        if identifier is None:
            return None
        return self.entity[identifier].party if identifier in self.entity else ("unknown", identifier)

    def role(self, identifier):
        return self.entity[identifier].role if identifier in self.entity else None

    def belongs(self, identifier, party, role):
        """R1: ownership is compared by party and role."""
        return party is not None and self.party(identifier) == party and self.role(identifier) == role

    def no_operator_entity_in_repository(self, party):
        """R4.3: every NetworkOperator entity of the party is marked as not in the SMKI Repository."""
        marks = [r.in_repository for r in self.entity.values() if r.party == party and r.role == "NetworkOperator"]
        return bool(marks) and all(m == "no" for m in marks)

    @staticmethod
    def name(party):
        return "" if party is None else party[1] if isinstance(party, tuple) else party

    def dcc_name(self):
        return min(self.dcc) if self.dcc else ""


def registered(rows, at):
    """R1: the registration with the latest effective_from not after the instant, if it has not ended by then."""
    begun = [r for r in rows if r.effective_from <= at]
    if not begun:
        return None
    latest = max(begun, key=lambda r: r.effective_from)
    return None if latest.effective_to is not None and latest.effective_to <= at else latest


def meter_point(records, row, as_of):
    """R1: a GPF without an MPxN has that of the GSME on its hub; of several, the least Device identifier."""
    if row.mpxn or row.type != "GPF" or row.chf is None:
        return row.mpxn
    for device in sorted(records.inventory):
        other = records.inventory_at(device, as_of)
        if other.type == "GSME" and other.chf == row.chf and other.mpxn:
            return other.mpxn
    return ""
