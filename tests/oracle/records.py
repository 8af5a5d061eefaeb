"""The inputs of the oracle, and R7: the merging of rows that claim one identity.

A row that cannot be read is dropped, as the program does. In whatever order and however often rows are added, the
result is the same.
"""
from collections import defaultdict, namedtuple

from fields import iso, same_mpxn

UNIT_SEPARATOR = "\x1f"
LONG_AGO = -(1 << 62)  # an extract of unknown instant is older than any known

Request = namedtuple("Request", "device srv user requested_at request_id user_role credential role variant "
                                "execution_at other responded_at code status sent", defaults=[""])  # sent: cells (DUIS)
Inventory = namedtuple("Inventory", "device type status smets commissioned_at chf mpxn region manufacturer model "
                                    "firmware cohort extracted_at day_only")
Registration = namedtuple("Registration", "mpxn supplier effective_from effective_to network_operator extracted_at")
Organisation = namedtuple("Organisation", "entity party role in_repository key_id extracted_at")
Check = namedtuple("Check", "device checked_at check result")
Cell = namedtuple("Cell", "role key_usage cell_usage subject key_id status")
Certificate = namedtuple("Certificate", "key_usage serial not_before subject key_id issuer_key_id")
Snapshot = namedtuple("Snapshot", "device taken_at source answered cells certificates")
Sent = namedtuple("Sent", "device requested_at serial key_id")  # the certificate of a 6.15.2 request
Issued = namedtuple("Issued", "device key_usage not_before serial key_id")  # a device certificate as an X.509 file

INSTANTS = {"requested_at", "execution_at", "responded_at", "commissioned_at", "extracted_at", "effective_from",
            "effective_to", "checked_at"}


def canonical(record):
    """R7: the fields as they are written out, with U+001F between them, to be compared as bytes."""
    parts = [iso(value) if name in INSTANTS and value != LONG_AGO else "" if value in (None, LONG_AGO) else str(value)
             for name, value in zip(record._fields, record) if name != "day_only"]
    return UNIT_SEPARATOR.join(parts).encode()


def known_at(extracts, at):
    """R7: of what extracts say, the latest not after the instant; if all are later, the earliest."""
    known = [t for t in extracts if t <= at]
    return max(known) if known else min(extracts)


def prefer(table, identity, row, preference=lambda row: 0):
    """R7: of two rows that claim one identity, the preferred, else that of the greater canonical text."""
    old = table.get(identity)
    if old is None or (preference(row), canonical(row)) > (preference(old), canonical(old)):
        table[identity] = row


def inventory_preference(row):
    """Commissioned before other statuses, then the earlier commissioning instant."""
    return row.status == "Commissioned", row.commissioned_at is not None, -(row.commissioned_at or 0)


class Records:
    """Everything that was read, by identity."""

    def __init__(self):
        self.inventory = defaultdict(dict)      # device -> extracted_at -> row
        self.registrations = defaultdict(dict)  # mpxn -> (extracted_at, effective_from) -> row
        self.registered = set()                 # every registration that anything told
        self.organisations = defaultdict(dict)  # entity -> (extracted_at, key identifier) -> row
        self.requests = defaultdict(set)        # device -> distinct rows
        self.checks = defaultdict(dict)         # device -> (check, checked_at) -> row
        self.pieces = defaultdict(lambda: defaultdict(set))  # device -> (taken_at, source) -> snapshots
        self.issued = defaultdict(set)          # device -> device certificates as files
        self.sent = defaultdict(set)            # device -> certificates that requests sent

    def add(self, r):
        if isinstance(r, Request):
            self.requests[r.device].add(r)
        elif isinstance(r, Inventory):
            prefer(self.inventory[r.device], r.extracted_at, r, inventory_preference)
        elif isinstance(r, Registration):
            told = r._replace(mpxn=same_mpxn(r.mpxn))
            self.registered.add(told)
            prefer(self.registrations[told.mpxn], (told.extracted_at, told.effective_from), told,
                   lambda x: x.effective_to is not None)
        elif isinstance(r, Organisation):
            prefer(self.organisations[r.entity], (r.extracted_at, r.key_id), r)
        elif isinstance(r, Check):
            prefer(self.checks[r.device], (r.check, r.checked_at), r, lambda x: ["", "pass", "fail"].index(x.result))
        elif isinstance(r, Issued):
            self.issued[r.device].add(r)
        elif isinstance(r, Sent):
            self.sent[r.device].add(r)
        else:
            self.pieces[r.device][r.taken_at, r.source].add(r)

    def snapshots(self, device):
        """R7: several snapshots of one identity are one look in several pieces."""
        return [Snapshot(device, taken_at, source, any(p.answered for p in pieces),
                         {c for p in pieces for c in p.cells}, {c for p in pieces for c in p.certificates})
                for (taken_at, source), pieces in self.pieces[device].items()]

    def inventory_at(self, device, at):
        """R7: the row that counts, its blanks filled from the latest earlier extract that has them."""
        rows = self.inventory[device]
        taken = known_at(rows, at)
        row = rows[taken]
        for earlier in sorted((t for t in rows if t < taken), reverse=True):
            old = rows[earlier]
            if row.commissioned_at is None and old.commissioned_at is not None:
                row = row._replace(commissioned_at=old.commissioned_at, day_only=old.day_only)
            if not row.mpxn:
                row = row._replace(mpxn=old.mpxn)
            if row.chf is None:
                row = row._replace(chf=old.chf)
        return row

    def first_commissioning(self, device, present):
        """R1: the earliest that a row extracted before the present commissioning instant gives, or that itself."""
        given = [r.commissioned_at for r in self.inventory[device].values()
                 if r.status == "Commissioned" and r.commissioned_at is not None and r.extracted_at < present]
        return min(given + [present])

    def registrations_at(self, mpxn, at, whole):
        """R7: of each effective_from the latest extract; with whole extracts only what the latest extract says."""
        rows = self.registrations.get(same_mpxn(mpxn), {}) if mpxn else {}
        if whole and rows:
            latest = known_at({taken for taken, _ in rows}, at)
            return [r for (taken, _), r in rows.items() if taken == latest]
        found = []
        for begin in {begin for _, begin in rows}:
            latest = known_at({taken for taken, b in rows if b == begin}, at)
            found.append(rows[latest, begin])
        return found
