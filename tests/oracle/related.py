"""R9.1 and the changes between two instants, from their text."""
from answers import code_of, requests_at
from judgement import DS, KA
from parties import Directory, meter_point, registered

OPERATOR_COLUMNS = "device_id digital_signature key_agreement refusals".split()


def sightings(records, row, usage, at):
    """What was seen of a slot, as (instant, source, subject or None for empty), and what nobody can tell left out."""
    slots = row.smets == "SMETS1"
    for s in records.snapshots[row.device].values():
        before = row.commissioned_at is not None and s.taken_at < row.commissioned_at
        if not s.answered or s.taken_at > at or before or (s.source.strip().upper() == "S1SP") != slots:
            continue
        cells = [c for c in s.cells if (c.role, c.key_usage, c.cell_usage) == ("NetworkOperator", usage, "management")]
        if not cells and slots:
            yield s.taken_at, s.source, None
        for c in cells[:1]:
            if c.status == "ok" and (slots or c.subject):
                yield s.taken_at, s.source, c.subject


def operator_exception(records, directory, row, at):
    """R9.1 for one ESME or GPF: the columns, or None where there is nothing to tell."""
    point = meter_point(records, row, at)
    now = registered(list(records.registrations[point].values()), at)
    operator = directory.party(now.network_operator) if now else None
    asked = [q for q in requests_at(records.requests[row.device], at)
             if q.row.srv in ("6.15.1", "6.21") and q.row.role in ("", "NetworkOperator")
             and (row.commissioned_at is None or q.row.requested_at >= row.commissioned_at)]
    success = max((q.answered_at for q in asked if q.outcome == "SUCCEEDED"), default=None)
    states = []
    for usage in (DS, KA):
        seen = sorted(sightings(records, row, usage, at), key=lambda s: s[:2])
        if not seen or operator is None:
            states.append("UNSEEN")
        elif seen[-1][2] is not None and directory.belongs(seen[-1][2], operator, "NetworkOperator"):
            states.append("RIGHT")
        elif success is not None and success > seen[-1][0]:
            states.append("REPLACED")
        else:
            states.append("EMPTY" if seen[-1][2] is None else "WRONG")
    refused = [q for q in asked if q.row.srv == "6.15.1" and q.outcome == "REJECTED"
               and code_of(q.row) in ("S1VE4", "S1VE64") and (success is None or q.answered_at > success)]
    if not refused and not {"EMPTY", "WRONG"} & set(states):
        return None
    return [row.device, *states, str(len(refused))]


def operator_exceptions(records, at):
    """Device -> its state as the report network-operator-credentials has it, without the words about refusals."""
    directory = Directory(records.organisations)
    found = {}
    for device in records.inventory:
        row = records.inventory_at(device, at)
        if row.type in ("ESME", "GPF") and row.status in ("Commissioned", "Suspended", "Recovery", "Recovered"):
            told = operator_exception(records, directory, row, at)
            if told:
                found[device] = told
    return found


def change(before, now):
    """The word of the report `changes` for two rows of the oracle, as dictionaries; None where there is no change."""
    if now["verdict"] == "FAIL":
        return "PERSISTING" if before["verdict"] == "FAIL" else "NEW"
    if before["verdict"] == "FAIL" and now["verdict"] in ("PASS", "EXCLUDED"):
        return "CLEARED"
    same = all(before[name] == now[name] for name in ("verdict", "classification"))
    return None if same else "RECLASSIFIED"
