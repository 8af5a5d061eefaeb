"""R2 and R7: what became of each request, as at an instant."""
from collections import namedtuple

from records import HOUR, canonical, iso

WINDOW = 24 * HOUR
Merged = namedtuple("Merged", "row answered_at outcome")  # a request as at an instant
FILLED = "user_role credential role variant execution_at other".split()  # R7: from the other rows where blank


def code_of(row):
    return "I0" if row.code.upper() == "IO" else row.code.upper()


def code_class(code):
    """Response codes: shipped defaults."""
    if code in "E1 E2 E3 E4 E5 E11 E12 E13 E17 E19 E65".split():
        return "REJECTED"
    if code in ("E20", "E21", "E30"):
        return "TIMED_OUT"
    if code.startswith("S1VE") and len(code) > 4 or len(code) == 7 and code[0] == "E" and code[1:].isdigit():
        return "REJECTED"
    return "UNRECOGNISED"


def status_class(status):
    """R2: success or failure, "empty", or "unknown" for a word not in the mapping."""
    text = status.strip().lower()
    if not text:
        return "empty"
    if text in ("success", "successful", "successfully executed", "ok"):
        return "success"
    if text in ("failure", "failed", "fail", "error", "unsuccessful"):
        return "failure"
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


def is_cancellation(row):
    return row.execution_at is not None and iso(row.execution_at).startswith("3000-12-31")


def is_no_attempt(row):
    """R2.1, but for what a cancellation voids: it takes two requests to tell."""
    return (row.variant in ("2", "4", "6", "8") or row.srv in ("8.2", "8.3", "8.4", "8.13", "11.1")
            or is_cancellation(row))


def outcome(row, at):
    """R2.2 to R2.9."""
    code, status, answered = code_of(row), status_class(row.status), answered_at(row)
    future_dated = row.execution_at is not None
    if code and code_class(code) == "REJECTED":                                                  # R2.2
        return "REJECTED"
    if code and code_class(code) == "TIMED_OUT":                                                 # R2.3
        return "TIMED_OUT"
    not_executed = (code == "I0" and status != "failure" and future_dated and answered < row.execution_at)
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


def answer_rank(row):
    """R7: the Device's own answer, any other code, then an acknowledgement, transform or local row, or nothing."""
    if row.variant in ("2", "4", "6"):
        return 0
    if code_of(row) in ("I0", "8F66", "8F67") or status_class(row.status) in ("success", "failure"):
        return 2
    return 1 if row.code and code_of(row) != "I99" else 0


def merge(rows, at):
    """R7: the answer of one request that counts as at an instant, its blanks filled from the other rows."""
    order = "SUCCEEDED FAILED EMPTY UNRECOGNISED TIMED_OUT REJECTED AWAITING".split()

    def key(row):
        answered = answered_at(row)
        return (not is_no_attempt(row), answer_rank(row), answered is not None, answered or 0,
                -order.index(outcome(row, at)), canonical(row).encode())
    rows = sorted(rows, key=key, reverse=True)
    counted = rows[0]
    for name in FILLED:
        if getattr(counted, name) in (None, ""):
            for other in rows[1:]:
                if getattr(other, name) not in (None, "") and not (name == "variant" and is_no_attempt(other)):
                    counted = counted._replace(**{name: getattr(other, name)})
                    break
    return counted


def identity(row):
    """R7: the RequestID; without one, what the request was."""
    return row.request_id or (row.srv, row.user, row.requested_at, row.credential, row.role, row.execution_at)


def requests_at(rows, at):
    """Every request as at an instant: no later record, and a later answer as if not yet given (R1)."""
    groups = {}
    for row in rows:
        if row.requested_at <= at:
            if answered_at(row) is not None and answered_at(row) > at:
                row = row._replace(responded_at=None, code="", status="")
            groups.setdefault(identity(row), set()).add(row)
    merged = [merge(group, at) for group in groups.values()]
    cancellations = [c for c in merged if is_cancellation(c) and c.variant not in ("2", "4", "6")
                     and code_of(c) == "I0"]

    def voided(row):                                                                             # R2.1
        return row.execution_at is not None and any(
            c.requested_at > row.requested_at and answered_at(c) < row.execution_at
            and (c.user, c.srv, c.role) == (row.user, row.srv, row.role) for c in cancellations)
    return [Merged(r, answered_at(r), None if is_no_attempt(r) or voided(r) else outcome(r, at)) for r in merged]
