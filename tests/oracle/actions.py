"""next_action: for each obligation that is not MET, the request to send or the read to make, and by which party."""
from device import CERTS, COMMS, ISSUE, NETWORK, OBLIGATIONS, RECOVERY
from reasons import FAILS

WAIT = "wait for the answer"
RDP = "complete the registration of the Network Operator by the Registration Data Provider"


def by(words, party):
    return f"{words} by {party}" if party else words


def executes_later(j, ob):
    """A command of the obligation waits for its execution."""
    return bool(unmet(j, ob)) and any(q.outcome == "AWAITING" and q.made > j.at for q in j.requests if j.concerns(q, ob))


def only_waits(j, ob):
    """Each part that is not MET is in doubt for AWAITING requests alone."""
    return bool(unmet(j, ob)) and all(s.state == "UNVERIFIED" and s.doubts == {"AWAITING_RESPONSE"} for s in unmet(j, ob))


def unmet(j, ob):
    return [s for s in j.parts[ob] if s.state != "MET"]


def may_be_for(q, part, covered):
    """R4.2: an untyped success that covers one usage may as well have been for another of which as little is known."""
    return not q.row.credential and part.says == covered.says and part.outweighed_by(q)


def usage_action(j, ob):
    """R4.1, R4.2"""
    usages = {s.part.name for s in unmet(j, ob)}
    sure = not any(may_be_for(q, s.part, other.part) for s in unmet(j, ob) for other in j.parts[ob] for q in other.covered_by)
    named = f" ({usages.pop()})" if len(usages) == 1 and sure else ""
    if j.states[ob] == "UNVERIFIED" or read_first(j, ob):
        return by(f"read with SRV 6.24.2{named}", j.owner(ob))
    return by(f"send SRV {'6.17' if ob == ISSUE else '6.15.2'}{named}", j.owner(ob))


def read_first(j, ob):
    """R4.7: what was done late in a hole of the log after the deadline is not known."""
    return j.states[ob] == "NOT_ATTEMPTED" and j.silent(ob, j.period_end, j.at)


def first_wrong(j, ob):
    """(reason, holder's identifier) of the cell that fails for what a look shows, the first by R6's order, or (None, None);
    of several values the greatest identifier."""
    found = [(v.reason, v.owner) for s in unmet(j, ob) if s.part.disproved and s.state == "NOT_MET"
             for v in sorted(s.part.values, key=lambda v: v.owner, reverse=True)]
    return min(found, key=lambda told: FAILS.index(told[0]), default=(None, None))


def operator_action(j, ob):
    """R4.3"""
    reason, holder = first_wrong(j, ob)
    if j.states[ob] == "UNVERIFIED" or read_first(j, ob) or reason in (None, "UNKNOWN_OWNER"):
        return by("read with SRV 6.24.1 (NetworkOperator)", j.owner(ob))
    if reason == "DCC_CERT_IN_NO_CELL":
        return by("send SRV 6.21 (NetworkOperator)", j.owner(ob))
    return by("send SRV 6.15.1 (NetworkOperator)", j.dir.name(j.dir.party(holder)))


def supplier_action(j, ob):
    """R4.4"""
    _, holder = first_wrong(j, ob)
    if j.states[ob] != "UNVERIFIED" and j.dir.party(holder) in j.dir.dcc:
        return by("send SRV 6.21 (Supplier)", j.owner(ob))
    if j.states[ob] != "UNVERIFIED" and j.dir.role(holder) == "Supplier":
        return by("send SRV 6.23 (Supplier)", j.owner(ob))
    return by("read with SRV 6.24.1 (Supplier)", j.owner(ob))


def action(j, ob):
    if executes_later(j, ob):
        return WAIT
    if ob == NETWORK and j.operator(j.at) is None:
        return RDP
    if only_waits(j, ob):
        return WAIT
    if ob in (ISSUE, CERTS):
        return usage_action(j, ob)
    if ob == NETWORK:
        return operator_action(j, ob)
    if ob == COMMS and j.states[ob] == "NOT_MET":
        return by("restore communications", j.owner(ob))
    if ob in (COMMS, RECOVERY):
        return by("repeat the DSP check", j.dir.dcc_name())
    return supplier_action(j, ob)


def next_action(j):
    actions = [action(j, ob) for ob in OBLIGATIONS if j.states[ob] not in ("MET", "NOT_APPLICABLE")]
    return "; ".join(dict.fromkeys(actions))
