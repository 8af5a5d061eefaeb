"""next_action: for each obligation that is not MET, the request to send or the read to make, and by which party."""
from device import CERTS, COMMS, ISSUE, NETWORK, OBLIGATIONS, RECOVERY
from reasons import CELL_REASONS

WAIT = "wait for the answer"
RDP = "complete the registration of the Network Operator by the Registration Data Provider"


def by(words, party):
    return f"{words} by {party}" if party else words


def waits(j, ob):
    """A command of the obligation waits: for its execution, or for the answer that decides an open part."""
    return (any(q.outcome == "AWAITING" and q.made > j.at for q in j.requests if j.concerns(q, ob))
            or any(q.outcome == "AWAITING" for s in j.parts[ob] for q in s.asked if s.state != "MET"))


def unmet(j, ob):
    return [s for s in j.parts[ob] if s.state != "MET"]


def usage_action(j, ob):
    """R4.1, R4.2"""
    usages = {s.part.name for s in unmet(j, ob)}
    named = f" ({usages.pop()})" if len(usages) == 1 else ""
    if j.states[ob] == "UNVERIFIED" or read_first(j, ob):
        return by(f"read with SRV 6.24.2{named}", j.owner(ob))
    return by(f"send SRV {'6.17' if ob == ISSUE else '6.15.2'}{named}", j.owner(ob))


def read_first(j, ob):
    """R4.7: what was done late in a hole of the log after the deadline is not known."""
    return j.states[ob] == "NOT_ATTEMPTED" and j.silent(ob, j.period_end, j.at)


def holders(j, ob, reason):
    """The parties that hold a cell of an open part that is disproved for the reason."""
    return sorted({j.dir.name(j.dir.party(v.owner)) for s in unmet(j, ob) for v in s.part.values if v.owner and s.part.says == "disproved" and reason in s.part.reasons})


def operator_action(j, ob):
    """R4.3"""
    read = by("read with SRV 6.24.1 (NetworkOperator)", j.owner(ob))
    if j.operator(j.at) is None:
        return RDP
    wrong = set().union(*(s.part.reasons for s in unmet(j, ob) if s.state == "NOT_MET"))
    reason = next((r for r in CELL_REASONS if r in wrong), None)
    if j.states[ob] == "UNVERIFIED" or read_first(j, ob) or reason == "UNKNOWN_OWNER":
        return read
    if reason == "DCC_CERT_IN_NO_CELL":
        return by("send SRV 6.21 (NetworkOperator)", j.owner(ob))
    if not reason:  # where the holder is not known, the read comes first
        return read
    return by("send SRV 6.15.1 (NetworkOperator)", holders(j, ob, reason)[0])


def supplier_action(j, ob):
    """R4.4"""
    if j.states[ob] == "UNVERIFIED":
        return by("read with SRV 6.24.1 (Supplier)", j.owner(ob))
    return by("send SRV 6.23 (Supplier)", j.owner(ob))


def action(j, ob):
    if waits(j, ob):
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
