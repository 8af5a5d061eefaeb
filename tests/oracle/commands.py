"""R4.1 to R4.4: what requests do to the parts of an obligation.

Each function gives the possible ways to read it: a list of (what each part is covered by, which parts are unclear),
of which the one counts for which the obligation comes out best (R4.7).
"""
from itertools import product


def usage_readings(parts, successes, issued):
    """R4.1, R4.2: [(covered: {usage: success}, unclear: {usage}, accounts: {usage: success})]; `issued`: the usages of
    which a certificate was issued"""
    covered, unclear, accounts, rest = {}, set(), {}, []
    for q in sorted(successes, key=lambda q: (q.made, not q.row.credential, q.order)):
        if not q.row.credential:
            served = serves(parts, q, accounts)
            if served:
                accounts[served.name] = q
            else:
                rest.append(q)
            continue
        p = next(p for p in parts if p.name == q.row.credential)
        if p.says == "proved":
            if q.made <= p.since:
                accounts.setdefault(p.name, q)
        elif p.outweighed_by(q):
            covered.setdefault(p.name, q)
        elif p.straddled_by(q):
            unclear.add(p.name)
    wanting = [p for p in parts if p.says != "proved" and p.name not in covered and p.name not in issued]
    readings = []
    for choice in product(rest + [None], repeat=len(wanting)):
        chosen = [q for q in choice if q]
        if len({id(q) for q in chosen}) == len(chosen):
            readings.append(list(zip(wanting, choice)))

    def left_for_issued(reading):
        """What a request did is not told by an issued certificate alone (R6 CERTIFICATE_EVIDENCE)."""
        left = [q for q in rest if all(q is not other for _, other in reading)]
        return dict(zip((p.name for p in parts if p.name in issued and p.name not in covered), left))

    def unseen_served(reading):
        return sum(p.last is None and q is not None for p, q in reading)
    most = max(map(unseen_served, readings))
    return [(covered | {p.name: q for p, q in reading if q and p.outweighed_by(q)} | left_for_issued(reading),
             unclear | {p.name for p, q in reading if q and p.straddled_by(q)}, accounts)
            for reading in readings if unseen_served(reading) == most]


def serves(parts, q, accounts):
    """R4.2: the usage whose proof began not before the untyped request was made, and that no other accounts for."""
    found = [p for p in parts if p.says == "proved" and p.since >= q.made and p.name not in accounts]
    return min(found, key=lambda p: p.since, default=None)


def untyped_in_doubt(parts, requests, accounts):
    """R4.7: the untyped ambiguous requests that no proof would be served by."""
    accounts, rest = dict(accounts), []
    for q in sorted(requests, key=lambda q: (q.made, q.order)):
        served = serves(parts, q, accounts)
        if served:
            accounts[served.name] = q
        else:
            rest.append(q)
    return rest


SENT = {"proved": "covered", "disproved": "misplaced"}


def operator_effects(device, part, successes):
    """R4.3: (covered by, unclear, misplaced by) of one Network Operator cell"""
    def effect(q):
        sent = device.sent_to(q, part)
        if sent:
            return SENT[sent.says]  # whoever sent it
        if not device.may_replace_operator(q):
            return "unclear"
        if q.row.role or part.says is None:
            return "covered"
        return "unclear" if part.says == "disproved" else None

    worst = {"misplaced": 1, "unclear": 2}
    outweighing = sorted((q for q in successes if part.outweighed_by(q)),
                         key=lambda q: (q.made, q.answered, worst.get(effect(q), 0)))
    if outweighing:
        decides = outweighing[-1]
        told = [q for q in outweighing if q.row.role]
        if not decides.row.role and told:
            if effect(told[-1]) == "misplaced":
                return None, True, []  # it may have put right what is known to be wrong
            if effect(decides) != "covered":
                decides = told[-1]
        how = effect(decides)
        return (decides if how == "covered" else None), how == "unclear", [
            q for q in outweighing if how == "misplaced" and q.made == decides.made and effect(q) == how]
    straddling = [q for q in successes if part.straddled_by(q)]
    if part.says == "proved":
        straddling = [q for q in straddling if effect(q) in ("misplaced", "unclear")]
    return None, bool(straddling), []


def supplier_effects(part, successes):
    """R4.4: (covered by, unclear) of one Supplier cell"""
    covering = [q for q in successes if part.outweighed_by(q)]
    if covering or part.says == "proved":
        return (covering[0] if covering and part.says != "proved" else None), False
    return None, any(part.straddled_by(q) for q in successes)
