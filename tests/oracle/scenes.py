"""Scenes: stories that turn on one clause of the rules, on a Device of which all else was done.

Each scene is a function of a Story; `OMITS` names the SRVs that the good story leaves to it.
"""
import names
from fields import DAY, HOUR, SECOND, iso

NO = "NetworkOperator"


def told(s, srv, at, sort, **fields):
    """One request as a row with its answer; -> the row."""
    answered = fields.pop("answered", at + 30 * SECOND)
    s.p.counter += 1
    sender = fields.pop("sender", s.supplier)
    row = dict(device_id=s.device, srv=srv, user_id=sender, requested_at=iso(at), **fields)
    row["request_id"] = f"{sender}:{s.device}:{s.p.counter}"
    if sort:
        row.update(response_code=names.CODES[sort][0], execution_status=names.STATUS_WORDS.get(sort, [""])[0],
                   responded_at=iso(answered))
    s.p.add("srv-audit", **row)
    return row


def look(s, at, cells=(), certificates=(), source="6.24.1"):
    s.p.snapshots.append(dict(device_id=s.device, taken_at=iso(at), source=source, answered=True, cells=list(cells),
                              device_certificates=list(certificates)))


def operator_cells(s, subject):
    return [dict(role=NO, key_usage=u, cell_usage="management", subject_id=subject, key_id="", status="ok") for u in ("DS", "KA")]


def certificate(usage, **fields):
    return dict(key_usage=usage, **fields)


def cancelled(s):
    """R2.1: a future-dated 6.15.1, its cancellation, and what tells that it was executed after all."""
    made, executes = s.commissioned + HOUR, s.commissioned + s.r.choice([2, 3]) * DAY
    row = told(s, "6.15.1", made, s.r.choice(["none", "none", "silent"]), remote_party_role=NO, execution_at=iso(executes))
    for _ in range(s.r.choice([1, 1, 2])):
        at = s.r.choice([made + HOUR, made + DAY, executes - HOUR])
        sort = s.r.choice(["good", "none", "none", "bad", "odd", "rejected"])
        other = told(s, "6.15.1", at, sort, execution_at="3000-12-31T00:00:00Z", remote_party_role=s.r.choice([NO, "", "Supplier"]),
                     answered=s.r.choice([at + SECOND, executes - 1, executes, executes + HOUR]))
        if s.chance(0.3):
            s.p.add("srv-audit", **{**other, "execution_at": "", "responded_at": "", "response_code": "", "execution_status": ""})
    after = s.r.choice([None, None, "8F66", "8F67", "Success", "Failure"])
    if after:
        alert = after.startswith("8F")
        s.p.add("srv-audit", **{**row, "responded_at": iso(s.r.choice([executes, executes + 5 * SECOND, executes + HOUR])),
                                "response_code": after if alert else "I0", "execution_status": "" if alert else after})


def silent(s):
    """R4.5, R2.1: a failed check, and then nothing, a success that ends in DCC systems, or an answer of the Device."""
    at = s.commissioned + s.r.choice([9, 10]) * DAY
    s.p.add("dsp-checks", device_id=s.device, checked_at=iso(at), check="communicating", result="fail")
    for _ in range(s.r.randint(0, 2)):
        srv = s.r.choice([*names.DCC_SYSTEM_SRVS, "8.14.3", "5.2", "4.8.1"])
        when = at + s.r.choice([-HOUR, 0, HOUR, HOUR])
        told(s, srv, when, s.r.choice(["good", "good", "none", "bad", "timeout"]), answered=when + s.r.choice([0, HOUR]))


def bare(s):
    """R4.7: a request known by a bare row and by the answer to its transform step."""
    row = told(s, "6.15.1", s.commissioned + HOUR, "", remote_party_role=NO, command_variant=s.r.choice(["", "", "5"]))
    for variant in s.r.choice(["4", "4", "46", ""]):
        s.p.add("srv-audit", **{**row, "command_variant": variant, "response_code": s.r.choice(["I0", "I0", ""]),
                                "responded_at": iso(s.commissioned + 2 * HOUR) if s.chance(0.8) else ""})


def repeated_certificates(s):
    """R4.0: looks of which each repeats the one before, or does not, and successes among them."""
    old, new = iso(s.commissioned - 300 * DAY), iso(s.commissioned + HOUR)
    first = s.commissioned + DAY
    shown = dict(serial="5", not_before=s.r.choice([old, old, new]))
    look(s, first, certificates=[certificate(u, **shown) for u in s.r.choice([["DS"], ["DS", "KA"]])])
    usages = s.r.sample(["DS", "KA", ""], 2)
    for usage in usages:
        at = first + s.r.choice([-2 * HOUR, HOUR, 2 * DAY])
        told(s, "6.15.2", at, s.r.choice(["good", "good", "timeout"]), credential_type=usage,
             answered=at + s.r.choice([SECOND, 3 * HOUR, 2 * DAY]))
    for days in s.r.choice([[1], [1, 3], [1, 2, 3]]):
        again = s.r.choice([dict(serial="5"), dict(serial="6"), dict(serial="5", not_before=new), dict(subject_id=s.device), shown])
        look(s, first + days * DAY, certificates=[certificate(u, **again) for u in s.r.choice([["DS"], ["KA"], ["DS", "KA"]])])


def repeated_cells(s):
    """R4.0, R4.3: the same of Network Operator cells."""
    first = s.commissioned + DAY
    holder = s.r.choice([s.operator, s.supplier, names.OPERATORS[1]])
    look(s, first, operator_cells(s, holder))
    for _ in range(s.r.choice([1, 2])):
        at = first + s.r.choice([-2 * HOUR, HOUR, 2 * DAY])
        told(s, "6.15.1", at, s.r.choice(["good", "good", "timeout"]), remote_party_role=s.r.choice([NO, NO, ""]),
             answered=at + s.r.choice([SECOND, 3 * HOUR]), sender=s.r.choice([s.supplier, s.supplier, names.OPERATORS[1]]))
    look(s, first + s.r.choice([1, 3]) * DAY, operator_cells(s, s.r.choice([holder, holder, s.operator])))


def served_by_a_proof(s):
    """R4.2, R4.7: untyped requests, and looks that show what they were for."""
    seen = s.commissioned + DAY
    if s.chance(0.6):
        usage = s.r.choice(["DS", "KA"])
        look(s, seen, certificates=[certificate(usage, serial="1", not_before=iso(s.commissioned - 300 * DAY))])
    for _ in range(s.r.choice([1, 1, 2, 3])):
        told(s, "6.15.2", seen + s.r.choice([-HOUR, HOUR, HOUR, 2 * DAY]), s.r.choice(["timeout", "timeout", "good", "none", "bad"]),
             credential_type=s.r.choice(["", "", "", "DS"]))
    look(s, seen + s.r.choice([1, 2, 3]) * DAY,
         certificates=[certificate(s.r.choice(["DS", "KA"]), serial="2", not_before=iso(s.commissioned + HOUR))])


def clocks_differ(s):
    """R1: answers dated before their requests, executions before them, and looks between."""
    seen = s.commissioned + DAY
    look(s, seen, operator_cells(s, s.r.choice([s.supplier, s.operator])))
    at = seen + s.r.choice([SECOND, HOUR, -HOUR])
    told(s, "6.15.1", at, s.r.choice(["good", "none", "timeout"]), remote_party_role=NO,
         answered=at - s.r.choice([2 * SECOND, 2 * HOUR, -HOUR]), execution_at=iso(at - HOUR) if s.chance(0.4) else "")


def answers_of_one_request(s):
    """R7: several answers of one request, of every rank."""
    usage = s.r.choice(["DS", ""])
    row = told(s, "6.15.2", s.commissioned + HOUR, "", credential_type="KA")
    other = told(s, "6.15.2", s.commissioned + HOUR, "", credential_type=usage)
    for base in (row, other):
        for _ in range(s.r.choice([1, 2, 3])):
            sort = s.r.choice(["good", "none", "odd", "late", "timeout", "ack", "bad", "silent"])
            s.p.add("srv-audit", **{**base, "response_code": s.r.choice([names.CODES[sort][0], names.CODES[sort][0], ""]),
                                    "execution_status": names.STATUS_WORDS.get(sort, [""])[0], "credential_type": s.r.choice([base["credential_type"], ""]),
                                    "responded_at": iso(s.commissioned + s.r.choice([1, 2, 2, 3]) * HOUR)})


def future_dated(s):
    """R4.0: a command that is made at its execution_at, and looks before and after."""
    made = s.commissioned + HOUR
    executes = s.r.choice([made + 2 * DAY, made + 4 * DAY, made + 3000 * DAY])
    row = told(s, "6.15.1", made, s.r.choice(["none", "good", "silent"]), remote_party_role=NO, execution_at=iso(executes))
    if s.chance(0.7):
        s.p.add("srv-audit", **{**row, "response_code": s.r.choice(["8F66", "8F66", "8F67"]), "execution_status": "",
                                "responded_at": iso(executes + s.r.choice([SECOND, HOUR, DAY]))})
    for _ in range(s.r.choice([0, 1, 1, 2])):
        look(s, made + s.r.choice([HOUR, 2 * DAY, 2 * DAY + SECOND, 3 * DAY, 5 * DAY]),
             operator_cells(s, s.r.choice([s.supplier, s.operator])))


OMITS = {cancelled: "6.15.1", silent: "", bare: "6.15.1", repeated_certificates: "6.15.2", repeated_cells: "6.15.1",
         served_by_a_proof: "6.15.2", clocks_differ: "6.15.1", answers_of_one_request: "6.15.2", future_dated: "6.15.1"}
