"""R6: why the two verdicts differ. `j` is a Judgement."""
from device import CERTS, COMMS, ISSUE, NETWORK, OBLIGATIONS, RECOVERY
from judgement import CREDENTIALS, IN_DOUBT
from outcomes import AMBIGUOUS

MISLED = ("TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS CHANGE_OF_SUPPLIER OTHER_PARTY HANDOVER_6_21 NO_NOT_IN_REPOSITORY "
          "DSP_CHECK EARLY_REQUEST NOT_LOGGED").split()
CLEARED = "REQUEST_EVIDENCE IMPLIED CERTIFICATE_EVIDENCE COMMS_EVIDENCE RECOVERY_EVIDENCE".split()
CELL_REASONS = "SUPPLIER_CERT_IN_NO_CELL DCC_CERT_IN_NO_CELL WRONG_NETWORK_OPERATOR UNKNOWN_OWNER".split()
FAILS = ["NOT_ATTEMPTED", "REJECTED", "DEVICE_FAILURE", *CELL_REASONS, "DEVICE_CERT_NOT_REPLACED", "SUPPLIER_CERT_WRONG",
         "RECOVERY_CELL_WRONG", "NOT_COMMUNICATING", "CONTRADICTED"]
DOUBT = "TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS AWAITING_RESPONSE UNCLEAR LOG_GAP NO_EVIDENCE".split()
MAIN_OF_FAILURE = [*CELL_REASONS, "SUPPLIER_CERT_WRONG", "RECOVERY_CELL_WRONG", "DEVICE_CERT_NOT_REPLACED",
                   "DEVICE_FAILURE", "REJECTED", "NOT_ATTEMPTED", "NOT_COMMUNICATING"]


def first_of(order, found):
    return next((r for r in order if r in found), "")


def classify(j):
    """R6: (classification, reasons in their order, main reason)"""
    if j.verdict == "EXCLUDED":
        return "EXCLUDED", [], ""
    if j.verdict in ("PENDING", "UNVERIFIED"):
        found, seen = in_doubt(j), last_seen_wrong(j)
        reasons = [r for r in DOUBT if r in found] + [r for r in FAILS if r in seen]
        return j.verdict, reasons, first_of(DOUBT, found) or first_of(MAIN_OF_FAILURE, failing(j))
    if j.verdict == "PASS":
        if j.legacy != "FAIL":
            return "AGREED_PASS", [], ""
        found = what_misled_and_cleared(j)
        return "FALSE_POSITIVE", [r for r in MISLED + CLEARED if r in found], first_of(MISLED, found)
    found = failing(j)
    return ("MISSED_BY_LEGACY" if j.legacy == "PASS" else "TRUE_FAILURE", [r for r in FAILS if r in found],
            first_of(MAIN_OF_FAILURE, found))


# --- a FALSE_POSITIVE

def what_misled_and_cleared(j):
    found = set()
    for ob in j.missed:
        if ob == COMMS:
            found |= {"DSP_CHECK", "COMMS_EVIDENCE"}
        elif ob == RECOVERY:
            found |= {"DSP_CHECK", "RECOVERY_EVIDENCE"}
        else:
            of_this = {IN_DOUBT[q.outcome] for q in j.requests_for(ob) if q.outcome in AMBIGUOUS}
            of_this |= {"NO_NOT_IN_REPOSITORY"} if j.exempt and ob == NETWORK else set()
            of_this |= {"IMPLIED"} if j.implied and ob == ISSUE else how_met(j, ob)
            found |= of_this if of_this & set(MISLED) else of_this | {"NOT_LOGGED"}
    return found


def how_met(j, ob):
    """By which requests, and by what looks showed alone."""
    found = set()
    first = j.changes[0][0] if j.changes else None
    requests = []
    for s in j.parts[ob]:
        requests += s.covered_by
        if s.part.says == "proved":
            by = accounting(j, ob, s.part)
            requests += by
            if not by and not s.covered_by:
                found.add("CERTIFICATE_EVIDENCE")
                if first is not None and s.part.since >= first:
                    found.add("CHANGE_OF_SUPPLIER")
        elif not s.covered_by:
            found.add("CERTIFICATE_EVIDENCE")  # an issued certificate (R4.1)
    for q in requests:
        wrong_sender = not j.legacy_sender(q, ob)
        if wrong_sender:
            after = first is not None and q.row.requested_at >= first
            found.add("CHANGE_OF_SUPPLIER" if after else "OTHER_PARTY")
        if q.row.srv == "6.21":
            found.add("HANDOVER_6_21")
        if j.early(q):
            found.add("EARLY_REQUEST")
        if wrong_sender or q.row.srv == "6.21" or j.early(q):
            found.add("REQUEST_EVIDENCE")
    return found


def accounting(j, ob, part):
    """The successes that account for what a look proves: made not after the proof began."""
    if ob in (ISSUE, CERTS):
        return [j.accounts[ob][part.name]] if part.name in j.accounts[ob] else []
    return [q for q in j.succeeded(ob) if q.made <= part.since and j.may_have_placed(q, part)]


# --- a failure

def failing(j):
    found = set()
    for ob in CREDENTIALS:
        for s in j.parts[ob]:
            if ob == ISSUE and j.implied:
                continue
            if s.state == "NOT_ATTEMPTED":
                found.add("NOT_ATTEMPTED")
            if s.state == "NOT_MET":
                outcomes = {q.outcome for q in j.refusals(ob, s.part)}
                found |= {"REJECTED"} & outcomes
                found |= {"DEVICE_FAILURE"} if "FAILED" in outcomes else set()
                found |= s.part.reasons if s.rule == 1 else set()
            if s.part.disproved and contradicted(j, ob, s.part):
                found.add("CONTRADICTED")
    if j.states[COMMS] == "NOT_MET":
        found.add("NOT_COMMUNICATING")
    if j.states[RECOVERY] == "NOT_MET":
        found.add("RECOVERY_CELL_WRONG")
    return found


def contradicted(j, ob, part):
    """R4.0: an earlier SUCCEEDED command claimed what the latest look disproves."""
    claims = [q for q in j.succeeded(ob) if q.answered < part.last]
    if part.misplaced:
        return False  # no look does
    if ob == NETWORK:
        claims = [q for q in claims if j.may_replace_operator(q) or j.sent_to(q, part)]
    if ob != CERTS:
        return any(not as_claimed(j, ob, part, q) if j.placed(q, part) is None
                   else j.placed(q, part) - {v.owner for v in part.values} for q in claims)
    untyped = [q for q in claims if not q.row.credential]
    not_disproved = sum(not s.part.disproved for s in j.parts[CERTS])
    return any(q.row.credential == part.name for q in claims) or len(untyped) > not_disproved


def as_claimed(j, ob, part, q):
    """A success without outcomes claims the certificate of the party that was registered when it was answered."""
    party, role = (j.operator(q.answered), "NetworkOperator") if ob == NETWORK else (j.supplier(q.answered), "Supplier")
    return any(j.dir.belongs(v.owner, party, role) for v in part.values)


# --- in doubt

def in_doubt(j):
    found = set()
    for ob in OBLIGATIONS:
        if j.states[ob] in ("MET", "NOT_APPLICABLE"):
            continue
        of_this = set().union(*(s.doubts for s in j.parts[ob]))
        if ob == COMMS and j.states[ob] == "UNVERIFIED" and j.silent_since_check:
            of_this.add("LOG_GAP")
        if not of_this and j.states[ob] in ("UNVERIFIED", "NOT_ATTEMPTED"):
            of_this.add("NO_EVIDENCE")
        found |= of_this
    return found


def last_seen_wrong(j):
    """R4.7: the reason of the latest look at a part that is open and that the look disproves."""
    return set().union(*(s.part.reasons for ob in CREDENTIALS for s in j.parts[ob] if s.part.disproved))
