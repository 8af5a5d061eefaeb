"""R2 and R7: what became of each request, as at an instant."""
import re
from collections import namedtuple

from fields import HOUR, iso
from records import canonical

WINDOW = 24 * HOUR
ORDER = "SUCCEEDED FAILED EMPTY UNRECOGNISED TIMED_OUT REJECTED AWAITING".split()
FILLED = "request_id user_role credential role variant execution_at other sent".split()  # R7: from the other rows where blank
DCC_SYSTEMS = ("5.1 5.2 5.3 8.2 8.3 8.4 8.13 8.14.1 8.14.2 8.14.3 8.14.4 11.1 12.1 12.2").split()
AMBIGUOUS = ("TIMED_OUT", "EMPTY", "UNRECOGNISED")



class Asked(namedtuple("Asked", "row outcome answered_at")):
    """A request as at an instant: what its rows say together, its outcome (None: no attempt), when it was answered."""

    @property
    def made(self):
        """R4.0: a future-dated command is made at its execution_at."""
        return self.row.requested_at if self.row.execution_at is None else self.row.execution_at

    @property
    def answered(self):
        """The instant of its answer; of a request without one, when it was made."""
        return self.row.requested_at if self.answered_at is None else self.answered_at

    @property
    def order(self):
        """Of several made at one instant: the one answered first, those without an answer last; then R7's outcomes."""
        return self.answered_at is None, self.answered_at or 0, ORDER.index(self.outcome)

    @property
    def ambiguous(self):
        """R4.7: ambiguous or AWAITING"""
        return self.outcome in AMBIGUOUS + ("AWAITING",)

    @property
    def refused(self):
        return self.outcome in ("FAILED", "REJECTED")


# --- one row

def code_of(row):
    """R2: the code without a description behind it; IO is read as I0."""
    m = re.match(r"[0-9A-Za-z]+", row.code)
    code = m[0].upper() if m else row.code.upper()
    return "I0" if code == "IO" else code


def code_class(code):
    if code in "E1 E2 E3 E4 E5 E11 E12 E13 E17 E19 E65".split():
        return "REJECTED"
    if code in ("E20", "E21", "E30"):
        return "TIMED_OUT"
    if code.startswith("S1VE") and len(code) > 4 or len(code) == 7 and code[0] == "E" and code[1:].isdigit():
        return "REJECTED"
    return "UNRECOGNISED"


def status_class(row):
    """R2: success, failure, timeout, empty, or unknown for a word not in the mapping."""
    text = row.status.strip().lower()
    if not text:
        return "empty"
    if text in ("success", "successful", "successfully executed", "ok"):
        return "success"
    if text in ("failure", "failed", "fail", "error", "unsuccessful"):
        return "failure"
    if text in ("timed out", "timeout", "no response"):
        return "timeout"
    try:
        number = int(text, 16 if text.startswith("0x") else 10)
    except ValueError:
        return "unknown"
    return "success" if number == 0 else "failure"


def answered_at(row):
    """R2: a code without a responded_at counts as answered at requested_at."""
    if row.responded_at is not None:
        return row.responded_at
    return row.requested_at if row.code or row.status else None


def normal(row):
    """R1: an answer before its request is taken at the request; an execution_at before it is as if blank."""
    if row.responded_at is not None and row.responded_at < row.requested_at:
        row = row._replace(responded_at=row.requested_at)
    if row.execution_at is not None and row.execution_at < row.requested_at:
        row = row._replace(execution_at=None)
    return row


def is_cancellation(row):
    return row.execution_at is not None and iso(row.execution_at).startswith("3000-12-31")


def is_no_attempt(row):
    """R2.1, but for cancellations and what they void."""
    return row.variant in ("2", "4", "6", "8") or row.srv in DCC_SYSTEMS


def own_with_outcome(row):
    """R7: the Device's own answer with an outcome."""
    code = code_of(row)
    return code in ("8F66", "8F67") or code in ("I0", "") and status_class(row) in ("success", "failure")


def outcome(row, at):
    """R2.2 to R2.9 of one row, or of what the rows of a request say together."""
    code, status, answered = code_of(row), status_class(row), answered_at(row)
    future_dated = row.execution_at is not None
    if code and code_class(code) == "REJECTED":                                                  # R2.2
        return "REJECTED"
    if code and code_class(code) == "TIMED_OUT" or status == "timeout":                          # R2.3
        return "TIMED_OUT"
    not_executed = (answered is not None and code in ("I0", "") and status != "failure" and future_dated
                    and answered < row.execution_at)
    if answered is None or code == "I99" or not_executed:                                        # R2.4, R2.5
        window_ends = (row.execution_at if future_dated else row.requested_at) + WINDOW
        return "TIMED_OUT" if at > window_ends else "AWAITING"
    if code in ("I0", "") and status == "failure" or code == "8F67":                             # R2.6
        return "FAILED"
    if code in ("I0", "") and status == "success" or code == "8F66":                             # R2.7
        return "SUCCEEDED"
    if code in ("I0", "") and status == "empty":                                                 # R2.8
        return "EMPTY"
    return "UNRECOGNISED"                                                                        # R2.9


# --- the rows of one request

def answer_rank(row):
    """R7: the Device's own with an outcome, its own without, any other code, then what is no answer."""
    if row.variant in ("2", "4", "6"):
        return 0
    if own_with_outcome(row):
        return 3
    if code_of(row) == "I0":
        return 2
    return 1 if row.code and code_of(row) != "I99" else 0


def merge(rows, at):
    """R7: the answer of one request that counts as at an instant, its blanks filled from the other rows."""
    def key(row):
        answered = answered_at(row)
        return (not is_no_attempt(row), answer_rank(row), answered is not None, answered or 0,
                0 if is_no_attempt(row) else -ORDER.index(outcome(row, at)), canonical(row))
    rows = sorted(rows, key=key, reverse=True)
    counted = rows[0]
    for name in FILLED:
        if getattr(counted, name) in (None, ""):
            for other in rows[1:]:
                if getattr(other, name) not in (None, "") and not (name == "variant" and is_no_attempt(other)):
                    counted = counted._replace(**{name: getattr(other, name)})
                    break
    return counted


# --- the requests of a Device

def identity(row):
    """R7: without a RequestID a request is identified by what it was."""
    if row.request_id:
        return (row.request_id,)
    return row.srv, row.user, row.requested_at, row.credential, row.role, row.execution_at or 0


def same(a, b):
    """R7: whether a request without a RequestID, `a`, is the same as another."""
    def equal(x, y):
        return x in (None, "") or y in (None, "") or x == y
    if a.requested_at % 1000 and b.requested_at % 1000:
        when = a.requested_at == b.requested_at
    else:
        when = a.requested_at // 1000 == b.requested_at // 1000
    return (when and (a.srv, a.user) == (b.srv, b.user) and equal(a.credential, b.credential) and equal(a.role, b.role)
            and equal(a.execution_at, b.execution_at))


def in_order(row):
    originator, target, counter = row.request_id.split(":") if row.request_id else ("", "", 0)
    return row.credential, row.role, row.execution_at or 0, originator, target, int(counter)


def united(groups, at):
    """R7: the groups of rows after each request without a RequestID joined the first that it is the same as."""
    waiting = sorted((g for g in groups if not merge(g, at).request_id), key=lambda g: in_order(merge(g, at)))
    done = [g for g in groups if merge(g, at).request_id]
    while waiting:
        group = waiting.pop(0)
        row = merge(group, at)
        others = [g for g in done + waiting if same(row, merge(g, at))]
        if not others:
            done.append(group)
            continue
        first = min(others, key=lambda g: in_order(merge(g, at)))
        (done if first in done else waiting).remove(first)
        joined = group | first
        (done if any(r.request_id for r in joined) else waiting).append(joined)
    return done


def elsewhere(row):
    """R7: the target of its RequestID is another Device: evidence of nothing."""
    return row.request_id and row.srv not in DCC_SYSTEMS and row.request_id.split(":")[1] != row.device


def executed_after_all(rows, execution_at):
    """R2.1: an alert of the Device, or an answer of its own with an outcome at or after the execution."""
    return any(code_of(r) in ("8F66", "8F67") or own_with_outcome(r) and answered_at(r) >= execution_at for r in rows)


def voided(row, rows, cancellations):
    """R2.1"""
    def equal(a, b):
        return not a or not b or a == b
    return row.execution_at is not None and not executed_after_all(rows, row.execution_at) and any(
        c.requested_at > row.requested_at and answered_at(c) < row.execution_at
        and (c.user, c.srv) == (row.user, row.srv) and equal(c.role, row.role) for c in cancellations)


def bare(rows):
    """R4.7: known only by a bare row (no answer, no command variant of its own) and by R2.1 answers."""
    return any(is_no_attempt(r) and answered_at(r) is not None for r in rows) and all(
        is_no_attempt(r) or not r.variant and answered_at(r) is None for r in rows)


def requests_at(rows, at):
    """Every request as at an instant: no later record, and a later answer as if not yet given (R1)."""
    groups = {}
    for row in rows:
        row = normal(row)
        if row.requested_at <= at and not elsewhere(row):
            if answered_at(row) is not None and answered_at(row) > at:
                row = row._replace(responded_at=None, code="", status="")
            groups.setdefault(identity(row), set()).add(row)
    groups = [(merge(g, at), g) for g in united(list(groups.values()), at)]
    cancellations = [row for row, _ in groups if is_cancellation(row) and row.variant not in ("2", "4", "6")
                     and code_of(row) == "I0" and status_class(row) not in ("failure", "timeout")]
    found = []
    for row, group in groups:
        none = is_no_attempt(row) or is_cancellation(row) or voided(row, group, cancellations) or bare(group)
        found.append(Asked(row, None if none else outcome(row, at), answered_at(row)))
    return found
