"""R4.0: what looks at a Device show of one part (a usage, a cell), and how it stands with the part by them."""
from collections import namedtuple

# One value that a look shows of a part. says: proved, grace, expired, disproved, or None where it says nothing.
Value = namedtuple("Value", "owner serial key_id not_before says reason", defaults=(None, ""))
WEIGHT = [None, "proved", "grace", "expired", "disproved"]


def repeats(a, b):
    """No field that both give differs."""
    return all(x in (None, "") or y in (None, "") or x == y for x, y in zip(a[:4], b[:4]))


class Part:
    """One usage or cell: since when it has been as the latest look shows it, when that was last seen, what it says."""

    def __init__(self, name, sightings=(), role="", held=None):
        """`sightings` are (look, Value); a look has an instant `taken_at`. `role`: of a cell. `held`: the Value of an
        owner that is carried on to an instant."""
        self.name, self.role = name, role
        self.says = self.since = self.last = self.held_at = None
        self.reasons, self.values = set(), []
        self.looks = [look for look, _ in sightings]
        self.covered = self.unclear = self.misplaced = False
        self.account(sightings, held)
        self.seen_reasons = self.reasons

    def account(self, sightings, held):
        before, run_since, run_says = [], None, None
        for at in sorted({look.taken_at for look, _ in sightings}):
            shown = [v for look, v in sightings if look.taken_at == at]
            says = max((v.says for v in shown), key=WEIGHT.index)   # the disproving one decides
            shown = [v for v in shown if v.says == says]
            reasons = {v.reason for v in shown} - {""}
            if not any(repeats(a, b) for a in shown for b in before):
                run_since, run_says = at, None
            values = shown
            held_at = at
            if says is None:
                says, reasons, values, held_at = run_says, self.reasons, self.values, self.held_at  # it carries the run on
                again = [held(at, v.owner) for v in values] if says is not None and held else []
                if any(v.says for v in again):
                    says, held_at = max((v.says for v in again), key=WEIGHT.index), at
                    reasons = {v.reason for v in again if v.says == says} - {""}
            if says is not None:
                self.held_at = held_at
                self.says, self.since, self.last, self.reasons, self.values = says, run_since, at, reasons, values
            before, run_says = shown, says

    def misplaced_at(self, at, values):
        """R4.3: a success that outweighs the looks is known to have placed what does not belong there."""
        self.misplaced, self.says, self.since, self.last = True, "disproved", at, at
        self.reasons, self.values = {v.reason for v in values}, values

    @property
    def proved(self):
        return self.says == "proved" and not self.unclear

    @property
    def open(self):
        """R4.7: neither proved nor covered"""
        return not self.proved and not self.covered

    @property
    def disproved(self):
        return self.says == "disproved" and not self.covered

    def outweighed_by(self, q):
        """R4.0: a command made after the part was last seen."""
        return self.last is None or self.last < q.made

    def straddled_by(self, q):
        """R4.0: a command made before that look and answered after it."""
        return self.last is not None and q.made < self.last < q.answered

    def touched_by(self, q):
        """R4.7: a success of it would cover the part or leave it unclear, as far as the time goes; that of a request
        without an answer is yet to come."""
        return self.outweighed_by(q) or self.straddled_by(q) or q.answered_at is None and q.made < self.last

    def not_shown_with(self, other):
        """R4.7.4: the other is proved by a look that did not show this one."""
        return other.says == "proved" and any(
            look.taken_at == other.last and look not in self.looks for look in other.looks)
