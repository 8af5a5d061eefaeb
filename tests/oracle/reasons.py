"""R6: why the two verdicts differ. `j` is a Judgement (judgement.py)."""
from judgement import AMBIGUOUS, CERTS, COMMS, ISSUE, NETWORK, OBLIGATIONS, RECOVERY, SUPPLIER

UNCLEAR_REASON = {"TIMED_OUT": "TIMEOUT", "EMPTY": "EMPTY_STATUS", "UNRECOGNISED": "UNRECOGNISED_STATUS",
                  "AWAITING": "AWAITING_RESPONSE"}
FALSE_POSITIVE_REASONS = ("TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS CHANGE_OF_SUPPLIER OTHER_PARTY HANDOVER_6_21 "
                          "IMPLIED CERTIFICATE_EVIDENCE COMMS_EVIDENCE RECOVERY_EVIDENCE NO_NOT_IN_REPOSITORY").split()
FAILURE_REASONS = ("NOT_ATTEMPTED REJECTED DEVICE_FAILURE SUPPLIER_CERT_IN_NO_CELL DCC_CERT_IN_NO_CELL "
                   "WRONG_NETWORK_OPERATOR UNKNOWN_OWNER DEVICE_CERT_NOT_REPLACED SUPPLIER_CERT_WRONG "
                   "RECOVERY_CELL_WRONG NOT_COMMUNICATING CONTRADICTED").split()
UNCLEAR_REASONS = "TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS AWAITING_RESPONSE NO_EVIDENCE".split()


def classify(j):
    """R6: the classification and the reasons, in their order."""
    if j.verdict in ("EXCLUDED", "PENDING", "UNVERIFIED"):
        classification = j.verdict
    elif j.verdict == "PASS":
        classification = "FALSE_POSITIVE" if j.legacy == "FAIL" else "AGREED_PASS"
    else:
        classification = "MISSED_BY_LEGACY" if j.legacy == "PASS" else "TRUE_FAILURE"
    order, found = [], set()
    if classification == "FALSE_POSITIVE":
        order, found = FALSE_POSITIVE_REASONS, false_positive_reasons(j)
    elif j.verdict == "FAIL":
        order, found = FAILURE_REASONS, failure_reasons(j)
    elif j.verdict in ("UNVERIFIED", "PENDING"):
        order, found = UNCLEAR_REASONS, unclear_reasons(j)
    return classification, [r for r in order if r in found]


def false_positive_reasons(j):
    found = set()
    for ob in j.missed:
        for q in j.requests_for(ob):
            if q.outcome in AMBIGUOUS:
                found.add(UNCLEAR_REASON[q.outcome])
        if ob == COMMS:
            found.add("COMMS_EVIDENCE")
        elif ob == RECOVERY:
            found.add("RECOVERY_EVIDENCE")
        elif j.states[ob] == "NOT_APPLICABLE":
            found.add("NO_NOT_IN_REPOSITORY")
        elif ob == ISSUE and any(p.open for p in j.parts[ISSUE]):
            found.add("IMPLIED")
        else:
            found |= how_met(j, ob)
    return found


def how_met(j, ob):
    """R6: CHANGE_OF_SUPPLIER, OTHER_PARTY, HANDOVER_6_21 and CERTIFICATE_EVIDENCE of one obligation."""
    found = set()
    first = j.changes[0][0] if j.changes else None

    def after_cos(at):
        return first is not None and at >= first
    seen_only = [p for p in j.parts[ob] if p.says == "proved" and not served(j, ob, p)]
    for p in seen_only:
        found.add("CERTIFICATE_EVIDENCE")
        if after_cos(p.at):
            found.add("CHANGE_OF_SUPPLIER")
    if seen_only and all(p.says == "proved" for p in j.parts[ob]):
        return found  # by direct evidence alone: the requests would not do without it
    for q in j.succeeded(ob):
        if q.row.srv == "6.21":
            found.add("HANDOVER_6_21")
        if not j.legacy_counts(q, ob):
            found.add("CHANGE_OF_SUPPLIER" if after_cos(q.row.requested_at) else "OTHER_PARTY")
    return found


def served(j, ob, part):
    """True when a SUCCEEDED request accounts for the part too, so that it is not met by direct evidence alone."""
    successes = j.succeeded(ob)
    if ob == NETWORK:
        return bool(successes)
    typed = {q.row.credential for q in successes} - {""}
    untyped = sum(not q.row.credential for q in successes)
    others = [p for p in j.parts[ob] if p is not part and p.name not in typed]
    return part.name in typed or untyped > len(others)


def failure_reasons(j):
    found = set()
    for ob in (ISSUE, CERTS, NETWORK, SUPPLIER):
        if j.states[ob] == "NOT_APPLICABLE":
            continue
        outcomes = {q.outcome for q in j.requests_for(ob)}
        disproved = [p for p in j.parts[ob] if p.disproved]
        if j.states[ob] == "NOT_ATTEMPTED":
            found.add("NOT_ATTEMPTED")
        if j.states[ob] == "NOT_MET":
            found |= {"REJECTED"} & outcomes
            found |= {"DEVICE_FAILURE"} if "FAILED" in outcomes else set()
            for p in disproved:
                found |= p.reasons or {"DEVICE_CERT_NOT_REPLACED" if ob == CERTS else "SUPPLIER_CERT_WRONG"}
        if any(contradicted(j, ob, p) for p in disproved):
            found.add("CONTRADICTED")
    if j.states[COMMS] == "NOT_MET":
        found.add("NOT_COMMUNICATING")
    if j.states[RECOVERY] == "NOT_MET":
        found.add("RECOVERY_CELL_WRONG")
    return found


def contradicted(j, ob, part):
    """R4.0: an earlier SUCCEEDED command claimed what the latest evidence disproves."""
    claims = [q for q in j.succeeded(ob) if q.answered_at < part.at]
    if ob == SUPPLIER:
        claims = [q for q in claims if j.sent_by_right_party(q)]
    if ob != CERTS:
        return bool(claims)
    untyped = [q for q in claims if not q.row.credential]
    not_disproved = sum(not p.disproved for p in j.parts[CERTS])
    return any(q.row.credential == part.name for q in claims) or len(untyped) > not_disproved


def unclear_reasons(j):
    found = set()
    for ob in OBLIGATIONS:
        if j.states[ob] in ("MET", "NOT_APPLICABLE"):
            continue
        unclear = [q for p in j.parts.get(ob, []) if p.open for q in j.unclear(ob, p)]
        found |= {UNCLEAR_REASON[q.outcome] for q in unclear}
        if not unclear and j.states[ob] != "NOT_MET":
            found.add("NO_EVIDENCE")
    return found
