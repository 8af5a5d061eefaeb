"""R9.1 and the changes between two instants, from their text."""
from evidence import DS, KA
from outcomes import code_of, requests_at

OPERATOR_COLUMNS = "device_id digital_signature key_agreement refusals".split()


def sightings(j, usage):
    """What was seen of a slot, as (instant, source, subject or None for empty), and what nobody can tell left out."""
    slots, row = j.row.smets == "SMETS1", j.row
    for s in j.world.records.snapshots(row.device):
        before = row.commissioned_at is not None and s.taken_at < row.commissioned_at
        if not s.answered or s.taken_at > j.at or before or (s.source.strip().upper() == "S1SP") != slots:
            continue
        cells = [c for c in s.cells if (c.role, c.key_usage, c.cell_usage) == ("NetworkOperator", usage, "management")]
        if not cells and slots:
            yield s.taken_at, s.source, None
        for c in cells:
            if c.status == "ok" and (slots or c.subject):
                yield s.taken_at, s.source, c.subject


def placed(j, requests, usage):
    """R4.3: what successes are known to have sent, as sightings."""
    for q in requests:
        for c in q.row.sent or ():
            if (c.role, c.key_usage, c.cell_usage) == ("NetworkOperator", usage, "management") and c.subject:
                yield q.made, "sent", c.subject


def operator_exception(j):
    """R9.1 for one ESME or GPF: the columns, or None where there is nothing to tell."""
    operator, row = j.operator(j.at), j.row
    asked = [q for q in requests_at(j.world.records.requests[row.device], j.at)
             if q.row.srv in ("6.15.1", "6.21") and q.row.role in ("", "NetworkOperator")
             and (row.commissioned_at is None or q.row.requested_at >= row.commissioned_at)]
    replaced = [q for q in asked if q.outcome == "SUCCEEDED" and j.may_replace_operator(q)]
    success = max((q.answered for q in replaced), default=None)
    sent = [q for q in asked if q.outcome == "SUCCEEDED" and not j.outcomes(q) and any(
        c.role == "NetworkOperator" for c in q.row.sent or ())]
    states = []
    for usage in (DS, KA):  # of several values at one instant the disproving one decides (R4.0)
        seen = sorted([*sightings(j, usage), *placed(j, sent, usage)], key=lambda s: (
            s[0], not j.dir.belongs(s[2], operator, "NetworkOperator"), s[2] is not None))
        if not seen or operator is None:
            states.append("UNSEEN")
        elif seen[-1][2] is not None and j.dir.belongs(seen[-1][2], operator, "NetworkOperator"):
            states.append("RIGHT")
        elif any(q.made > seen[-1][0] and not j.outcomes(q) and q not in sent for q in replaced):
            states.append("REPLACED")
        else:
            states.append("EMPTY" if seen[-1][2] is None else "WRONG")
    refused = [q for q in asked if q.row.srv == "6.15.1" and q.outcome == "REJECTED"
               and code_of(q.row) in ("S1VE4", "S1VE64") and (success is None or q.answered > success)]
    if not refused and not {"EMPTY", "WRONG"} & set(states):
        return None
    return [row.device, *states, str(len(refused))]


def operator_exceptions(world):
    """Device -> its state as the report network-operator-credentials has it, without the words about refusals."""
    found = {}
    for device in world.records.inventory:
        j = world.judge(device)
        if j.row.type in ("ESME", "GPF") and j.row.status in ("Commissioned", "Suspended", "Recovery", "Recovered"):
            told = operator_exception(j)
            if told:
                found[device] = told
    return found


def in_service(world):
    """The Devices that are Commissioned at as-of, whatever their type."""
    rows = [world.records.inventory_at(device, world.as_of) for device in world.records.inventory]
    return {r.device for r in rows if r.status == "Commissioned"
            and (r.commissioned_at is None or r.commissioned_at <= world.as_of)}


def change(before, now, commissioned):
    """R11.2: the word of the report `changes` for two rows of the oracle, as dictionaries; None where there is none.
    `commissioned`: it is Commissioned now and was not then."""
    if now["verdict"] == "FAIL":
        return "PERSISTING" if before["verdict"] == "FAIL" else "NEW"
    if before["verdict"] == "FAIL" and now["verdict"] in ("PASS", "EXCLUDED"):
        return "CLEARED"
    if commissioned:
        return "COMMISSIONED"
    same = all(before[name] == now[name] for name in ("verdict", "classification"))
    return None if same else "RECLASSIFIED"
