#!/usr/bin/env python3
"""A slow, obvious second implementation of the rules R1 to R7, to compare the program with.

    oracle.py --as-of T FOLDER        prints the `devices` report as CSV

Each function names the rule it transcribes. Nothing is cached, indexed or clever: `completed_at` judges the Device anew
at every instant at which anything changes. Readings of unclear clauses are in README.md. `next_action` is left blank.
"""
import argparse
import csv
import sys
from collections import namedtuple

from records import DAY, HOUR, Records, canonical, instant, iso

WINDOW = 24 * HOUR
OBLIGATION_DAYS = 7
COS_GRACE_DAYS = 14

COLUMNS = ("device_id device_type smets csp_region chf_id commissioned_at deadline verdict legacy_verdict "
           "classification reasons responsible_party commissioning_supplier network_operator cos_at issue_credentials "
           "device_certificates network_operator_credentials supplier_credentials communicating recovery_cell "
           "completed_at late excluded_reason next_action").split()

ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY = range(6)
OBLIGATIONS = [ISSUE, CERTS, NETWORK, SUPPLIER, COMMS, RECOVERY]
DS, KA = "DigitalSignature", "KeyAgreement"
NO_CELLS = [(DS, "management"), (KA, "management")]
TOP_UP = (KA, "prePaymentTopUp")

# R4 table: who owes each obligation (None: not applicable), and the Supplier cells of the type.
OWES = {
    "ESME": ["Supplier", "Supplier", "Supplier", "Supplier", "Supplier", "Supplier"],
    "GSME": ["Supplier", "Supplier", None, "Supplier", "Supplier", "Supplier"],
    "GPF": ["DCC", "DCC", "Supplier", "Supplier", "DCC", "DCC"],
    "CHF": ["DCC", "DCC", None, None, "DCC", "DCC"],
}
SUPPLIER_CELLS = {"ESME": NO_CELLS + [TOP_UP], "GSME": NO_CELLS + [TOP_UP], "GPF": NO_CELLS, "CHF": []}

AMBIGUOUS = ("TIMED_OUT", "EMPTY", "UNRECOGNISED")
UNCLEAR_REASON = {"TIMED_OUT": "TIMEOUT", "EMPTY": "EMPTY_STATUS", "UNRECOGNISED": "UNRECOGNISED_STATUS",
                  "AWAITING": "AWAITING_RESPONSE"}

FALSE_POSITIVE_REASONS = ("TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS CHANGE_OF_SUPPLIER OTHER_PARTY HANDOVER_6_21 "
                          "IMPLIED CERTIFICATE_EVIDENCE COMMS_EVIDENCE RECOVERY_EVIDENCE NO_NOT_IN_REPOSITORY").split()
FAILURE_REASONS = ("NOT_ATTEMPTED REJECTED DEVICE_FAILURE SUPPLIER_CERT_IN_NO_CELL DCC_CERT_IN_NO_CELL "
                   "WRONG_NETWORK_OPERATOR UNKNOWN_OWNER DEVICE_CERT_NOT_REPLACED SUPPLIER_CERT_WRONG "
                   "RECOVERY_CELL_WRONG NOT_COMMUNICATING CONTRADICTED").split()
UNCLEAR_REASONS = "TIMEOUT EMPTY_STATUS UNRECOGNISED_STATUS AWAITING_RESPONSE NO_EVIDENCE".split()


# ---------------------------------------------------------------------------------------------------- R1 parties

class Directory:
    """R1: who owns which Entity Identifier, in which role. A party is its name, or ("unknown", identifier)."""

    def __init__(self, organisations):
        self.entity, self.keys = {}, {}
        for row in organisations.values():
            old = self.entity.get(row.entity)
            if old is None or canonical(row).encode() > canonical(old).encode():
                self.entity[row.entity] = row
            if row.key_id:
                self.keys.setdefault(row.entity, set()).add(row.key_id)
        self.dcc = {r.party for r in self.entity.values()
                    if r.role in ("DCC", "AccessControlBroker", "TransitionalCoS")}

    def party(self, identifier):
        if identifier is None:
            return None
        return self.entity[identifier].party if identifier in self.entity else ("unknown", identifier)

    def role(self, identifier):
        return self.entity[identifier].role if identifier in self.entity else None

    def belongs(self, identifier, party, role):
        """R1: ownership is compared by party and role."""
        return party is not None and self.party(identifier) == party and self.role(identifier) == role

    def no_operator_entity_in_repository(self, party):
        """R4.3: every NetworkOperator entity of the party is marked as not in the SMKI Repository."""
        marks = [r.in_repository for r in self.entity.values() if r.party == party and r.role == "NetworkOperator"]
        return bool(marks) and all(m == "no" for m in marks)

    @staticmethod
    def name(party):
        return "" if party is None else party[1] if isinstance(party, tuple) else party

    def dcc_name(self):
        return min(self.dcc) if self.dcc else ""


def registered(rows, at):
    """R1: the registration with the latest effective_from not after the instant, if it has not ended by then."""
    begun = [r for r in rows if r.effective_from <= at]
    if not begun:
        return None
    latest = max(begun, key=lambda r: r.effective_from)
    return None if latest.effective_to is not None and latest.effective_to <= at else latest


def meter_point(records, row, as_of):
    """R1: a GPF without an MPxN has that of the GSME on its hub; of several, the least Device identifier."""
    if row.mpxn or row.type != "GPF" or row.chf is None:
        return row.mpxn
    for device in sorted(records.inventory):
        other = records.inventory_at(device, as_of)
        if other.type == "GSME" and other.chf == row.chf and other.mpxn:
            return other.mpxn
    return ""


# ------------------------------------------------------------------------------- R2, R7 requests and their outcomes

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


# ------------------------------------------------------------------------------------------ R4 parts and evidence

class Part:
    """One usage or cell of an obligation: what direct evidence says of it, and whether a command covers it."""

    def __init__(self, name, evidence):
        self.name = name
        self.at, self.says, self.reasons = latest(evidence)
        self.covered = False

    @property
    def open(self):
        return self.says != "proved" and not self.covered

    @property
    def disproved(self):
        return self.open and self.says == "disproved"


def latest(evidence):
    """R4.0: the latest direct evidence decides; of two at one instant the disproving one. What says nothing is none."""
    weight = ["proved", "grace", "disproved"]
    if not evidence:
        return None, None, set()
    at = max(e[0] for e in evidence)
    says = max((e[1] for e in evidence if e[0] == at), key=weight.index)
    return at, says, {e[2] for e in evidence if e[0] == at and e[1] == says and e[2]}


class Judgement:
    """One Device at one instant: verdicts, states and reasons."""

    def __init__(self, records, directory, row, rows, at):
        self.records, self.dir, self.row, self.at = records, directory, row, at
        self.registrations = rows
        self.commissioned = row.commissioned_at
        self.deadline = None if self.commissioned is None else self.commissioned + OBLIGATION_DAYS * DAY
        self.supplier_now = self.supplier(at)
        self.operator_now = self.operator(at)
        self.commissioning_supplier = None if self.commissioned is None else self.supplier(self.commissioned)
        self.changes = self.changes_of_supplier()
        self.states = ["NOT_APPLICABLE"] * 6
        self.reasons, self.classification = [], "EXCLUDED"
        self.verdict = self.legacy = "EXCLUDED"
        self.excluded = self.excluded_reason()
        if not self.excluded:
            self.gather()
            self.judge_revised()
            self.judge_legacy()
            self.classify()

    # -- R1

    def supplier(self, at):
        r = registered(self.registrations, at)
        return self.dir.party(r.supplier) if r else None

    def operator(self, at):
        r = registered(self.registrations, at)
        return self.dir.party(r.network_operator) if r else None

    def changes_of_supplier(self):
        """R1: (instant, losing party), ascending; a gap between two registrations makes no change."""
        if self.commissioned is None:
            return []
        found = []
        for at in sorted({r.effective_from for r in self.registrations}):
            before, after = self.supplier(at - 1), self.supplier(at)
            if self.commissioned < at <= self.at and before is not None and after is not None and before != after:
                found.append((at, before))
        return found

    def excluded_reason(self):
        """R5.1"""
        if self.row.smets == "SMETS1":
            return "SMETS1"
        if self.row.type not in OWES:
            return "NO_OBLIGATIONS"
        if self.row.status != "Commissioned":
            return "NOT_COMMISSIONED"
        if self.commissioned is None:
            return "NO_COMMISSIONING_INSTANT"
        return "COMMISSIONED_AFTER_AS_OF" if self.commissioned > self.at else ""

    def gather(self):
        """R1: only what was requested, checked or taken since commissioning and not after as-of counts."""
        def counts(at):
            return self.commissioned <= at <= self.at
        device = self.row.device
        self.requests = [q for q in requests_at(self.records.requests[device], self.at)
                         if q.outcome and counts(q.row.requested_at)]
        self.snapshots = [s for s in self.records.snapshots[device].values() if counts(s.taken_at) and s.answered]
        self.checks = [c for c in self.records.checks[device].values() if counts(c.checked_at)]

    # -- requests of an obligation

    def requests_for(self, obligation):
        def fits(r):
            if obligation == ISSUE:
                return r.srv == "6.17"
            if obligation == CERTS:
                return r.srv == "6.15.2"
            if obligation == NETWORK:
                return r.srv in ("6.15.1", "6.21") and r.role in ("", "NetworkOperator")
            if obligation == SUPPLIER:
                return r.srv == "6.23" or r.srv in ("6.15.1", "6.21") and r.role == "Supplier"
            return False
        return [q for q in self.requests if fits(q.row)]

    def succeeded(self, obligation):
        return [q for q in self.requests_for(obligation) if q.outcome == "SUCCEEDED"]

    def sent_by_right_party(self, q):
        """R4.4: by the party registered when it was answered, or by the DCC."""
        party = self.dir.party(q.row.user)
        when = q.row.requested_at if q.answered_at is None else q.answered_at
        return party in self.dir.dcc or party == self.supplier(when)

    def could_concern(self, q, obligation, part):
        """R4.7: its success would cover the part."""
        if obligation in (ISSUE, CERTS):
            return q.row.credential in ("", part.name)
        return obligation == NETWORK or self.sent_by_right_party(q)

    # -- direct evidence

    def certificate_evidence(self, usage):
        """R4.2"""
        found = []
        for s in self.snapshots:
            for c in s.certificates:
                if c.key_usage != usage:
                    continue
                if c.subject is not None and c.subject != self.row.device:
                    found.append((s.taken_at, "disproved", ""))
                elif c.not_before is not None:
                    fresh = c.not_before >= self.commissioned - 24 * HOUR
                    found.append((s.taken_at, "proved" if fresh else "disproved", ""))
        return found

    def cells_seen(self, role):
        """(snapshot, cell) of a role, where the cell tells who owns it."""
        return [(s, c) for s in self.snapshots for c in s.cells
                if c.role == role and c.status == "ok" and c.subject is not None]

    def operator_evidence(self, name):
        """R4.3"""
        found = []
        for s, c in self.cells_seen("NetworkOperator"):
            party = self.operator(s.taken_at)
            if (c.key_usage, c.cell_usage) != name or party is None:
                continue
            if self.dir.belongs(c.subject, party, "NetworkOperator"):
                found.append((s.taken_at, "proved", ""))
            else:
                found.append((s.taken_at, "disproved", self.wrong_owner(c.subject)))
        return found

    def wrong_owner(self, subject):
        """R4.3: the reason when disproved."""
        role = self.dir.role(subject)
        if role == "Supplier":
            return "SUPPLIER_CERT_IN_NO_CELL"
        if role == "NetworkOperator":
            return "WRONG_NETWORK_OPERATOR"
        return "DCC_CERT_IN_NO_CELL" if self.dir.party(subject) in self.dir.dcc else "UNKNOWN_OWNER"

    def supplier_evidence(self, name):
        """R4.4: only what is not older than the latest CoS."""
        found = []
        cos_at, loser = self.changes[-1] if self.changes else (None, None)
        for s, c in self.cells_seen("Supplier"):
            party = self.supplier(s.taken_at)
            if (c.key_usage, c.cell_usage) != name or party is None or cos_at is not None and s.taken_at < cos_at:
                continue
            if self.dir.belongs(c.subject, party, "Supplier"):
                found.append((s.taken_at, "proved", ""))
            elif (cos_at is not None and self.dir.belongs(c.subject, loser, "Supplier")
                  and s.taken_at <= cos_at + COS_GRACE_DAYS * DAY):
                found.append((s.taken_at, "grace", ""))
            else:
                found.append((s.taken_at, "disproved", ""))
        return found

    # -- R4.1 to R4.4: parts

    def cover_by_usage(self, parts, successes):
        """R4.1, R4.2: typed successes cover their usage, untyped ones one usage each."""
        for q in successes:
            for p in parts:
                if q.row.credential == p.name and (p.at is None or q.answered_at > p.at):
                    p.covered = True
        served = {q.row.credential for q in successes}
        untyped = sorted((q for q in successes if not q.row.credential), key=lambda q: q.answered_at)
        rest = []
        for q in untyped:  # first a usage that evidence not earlier than the answer proves
            p = next((p for p in parts if p.says == "proved" and p.at >= q.answered_at and p.name not in served), None)
            if p:
                served.add(p.name)
            else:
                rest.append(q)
        unseen = [p for p in parts if p.at is None and not p.covered]  # then a usage without evidence
        if len(rest) < len(unseen):
            return  # too few: each such usage is open
        for p in unseen:
            p.covered = True
        for q in rest[len(unseen):]:  # then a disproved one if the answer is later than the disproof
            p = next((p for p in parts if p.disproved and q.answered_at > p.at), None)
            if p:
                p.covered = True

    def cover_by_role(self, parts, successes):
        """R4.3, R4.4: a success covers every cell about which there is no evidence as late as its answer."""
        for p in parts:
            p.covered = any(p.at is None or q.answered_at > p.at for q in successes)

    def parts_of(self, obligation):
        if obligation == ISSUE:
            parts = [Part(DS, []), Part(KA, [])]
            self.cover_by_usage(parts, self.succeeded(ISSUE))
        elif obligation == CERTS:
            parts = [Part(usage, self.certificate_evidence(usage)) for usage in (DS, KA)]
            self.cover_by_usage(parts, self.succeeded(CERTS))
        elif obligation == NETWORK:
            parts = [Part(name, self.operator_evidence(name)) for name in NO_CELLS]
            self.cover_by_role(parts, self.succeeded(NETWORK))
        else:
            parts = [Part(name, self.supplier_evidence(name)) for name in SUPPLIER_CELLS[self.row.type]]
            parts = [p for p in parts if p.at is not None]
            self.cover_by_role(parts, [q for q in self.succeeded(SUPPLIER) if self.sent_by_right_party(q)])
        return parts

    def unclear(self, obligation, part):
        """R4.7: the ambiguous and AWAITING requests that could concern an open part, made after the evidence."""
        return [q for q in self.requests_for(obligation)
                if q.outcome in AMBIGUOUS + ("AWAITING",) and self.could_concern(q, obligation, part)
                and (part.at is None or q.row.requested_at > part.at)]

    def state_by_ambiguity(self, obligation, parts):
        """R4.7"""
        open_parts = [p for p in parts if p.open]
        refused = [q for q in self.requests_for(obligation) if q.outcome in ("FAILED", "REJECTED")]
        if any(p.disproved and not self.unclear(obligation, p) for p in open_parts):
            return "NOT_MET"
        if any(self.unclear(obligation, p) for p in open_parts):
            return "UNVERIFIED"
        if any(p.says == "proved" for p in parts) and any(
                p.at is None and not any(self.could_concern(q, obligation, p) for q in refused) for p in open_parts):
            return "UNVERIFIED"
        return "NOT_MET" if refused else "NOT_ATTEMPTED"

    def state(self, obligation):
        parts = self.parts[obligation]
        open_parts = [p for p in parts if p.open]
        if obligation == ISSUE and self.states[CERTS] == "MET":                                  # R4.1
            return "MET"
        if obligation == NETWORK and self.dir.no_operator_entity_in_repository(self.operator_now):
            return "NOT_APPLICABLE"                                                              # R4.3
        if obligation == SUPPLIER:                                                               # R4.4
            if not parts:
                return "NOT_APPLICABLE"
            if not any(p.disproved for p in parts):
                expired = self.changes and self.at > self.changes[-1][0] + COS_GRACE_DAYS * DAY
                return "UNVERIFIED" if open_parts and expired else "MET"
        if open_parts:
            return self.state_by_ambiguity(obligation, parts)
        if obligation == NETWORK and self.operator_now is None:                                  # R4.3
            return "UNVERIFIED"
        return "MET"

    # -- R4.5, R4.6

    def came_from_device(self):
        """R4.5: the instants of answers that came from the Device itself."""
        return ([q.answered_at for q in self.requests if q.outcome in ("SUCCEEDED", "FAILED", "EMPTY")]
                + [s.taken_at for s in self.snapshots])

    def latest_check(self, kind):
        """The latest DSP check with a result."""
        found = [c for c in self.checks if c.check == kind and c.result]
        return max(found, key=lambda c: c.checked_at) if found else None

    def communicating(self):
        """R4.5"""
        check, answers = self.latest_check("communicating"), self.came_from_device()
        if check and check.result == "fail" and not any(a > check.checked_at for a in answers):
            return "NOT_MET"
        return "MET" if answers or check else "UNVERIFIED"

    def recovery_cell(self):
        """R4.6"""
        evidence = [(c.checked_at, "proved" if c.result == "pass" else "disproved", "")
                    for c in self.checks if c.check == "recovery-cell" and c.result]
        for s, c in self.cells_seen("Recovery"):
            keys = self.dir.keys.get(c.subject)
            right = self.dir.role(c.subject) == "Recovery" and (not keys or c.key_id in keys)
            evidence.append((s.taken_at, "proved" if right else "disproved", ""))
        return {"proved": "MET", "disproved": "NOT_MET", None: "UNVERIFIED"}[latest(evidence)[1]]

    # -- verdicts

    def judge_revised(self):
        """R4, R5.2 to R5.5"""
        owes = OWES[self.row.type]
        self.parts = {ob: self.parts_of(ob) for ob in (CERTS, ISSUE, NETWORK, SUPPLIER)}
        for ob in (CERTS, ISSUE, NETWORK, SUPPLIER):
            if owes[ob]:
                self.states[ob] = self.state(ob)
        self.states[COMMS] = self.communicating()
        self.states[RECOVERY] = self.recovery_cell()
        if all(s in ("MET", "NOT_APPLICABLE") for s in self.states):
            self.verdict = "PASS"
        elif self.at <= self.deadline:
            self.verdict = "PENDING"
        elif any(s in ("NOT_MET", "NOT_ATTEMPTED") for s in self.states):
            self.verdict = "FAIL"
        else:
            self.verdict = "UNVERIFIED"

    def legacy_counts(self, q, obligation):
        """R3: by the party obliged at the commissioning instant."""
        party = self.dir.party(q.row.user)
        if self.row.type == "CHF" or self.row.type == "GPF" and obligation in (ISSUE, CERTS):
            return party in self.dir.dcc
        return party == self.commissioning_supplier

    def judge_legacy(self):
        """R3; self.missed: the obligations whose legacy criterion is not met"""
        def count(obligation, srv):
            return sum(q.outcome == "SUCCEEDED" and q.row.srv == srv and self.legacy_counts(q, obligation)
                       for q in self.requests)

        def passed(kind):
            check = self.latest_check(kind)
            return check is not None and check.result == "pass"
        met = {ISSUE: count(ISSUE, "6.17") >= 2, CERTS: count(CERTS, "6.15.2") >= 2,
               COMMS: passed("communicating"), RECOVERY: passed("recovery-cell")}
        if self.row.type in ("ESME", "GPF"):
            met[NETWORK] = count(NETWORK, "6.15.1") >= 1
        self.missed = [ob for ob in OBLIGATIONS if ob in met and not met[ob]]
        self.legacy = "PASS" if not self.missed else "PENDING" if self.at <= self.deadline else "FAIL"

    # -- R6

    def classify(self):
        if self.verdict == "PASS":
            self.classification = "FALSE_POSITIVE" if self.legacy == "FAIL" else "AGREED_PASS"
        elif self.verdict == "FAIL":
            self.classification = "MISSED_BY_LEGACY" if self.legacy == "PASS" else "TRUE_FAILURE"
        else:
            self.classification = self.verdict
        if self.classification == "FALSE_POSITIVE":
            order, found = FALSE_POSITIVE_REASONS, self.false_positive_reasons()
        elif self.verdict == "FAIL":
            order, found = FAILURE_REASONS, self.failure_reasons()
        elif self.verdict in ("UNVERIFIED", "PENDING"):
            order, found = UNCLEAR_REASONS, self.unclear_reasons()
        else:
            order, found = [], set()
        self.reasons = [r for r in order if r in found]

    def false_positive_reasons(self):
        found = set()
        for ob in self.missed:
            for q in self.requests_for(ob):
                if q.outcome in AMBIGUOUS:
                    found.add(UNCLEAR_REASON[q.outcome])
            if ob == COMMS:
                found.add("COMMS_EVIDENCE")
            elif ob == RECOVERY:
                found.add("RECOVERY_EVIDENCE")
            elif self.states[ob] == "NOT_APPLICABLE":
                found.add("NO_NOT_IN_REPOSITORY")
            elif ob == ISSUE and any(p.open for p in self.parts[ISSUE]):
                found.add("IMPLIED")
            else:
                found |= self.how_met(ob)
        return found

    def how_met(self, ob):
        """R6: CHANGE_OF_SUPPLIER, OTHER_PARTY, HANDOVER_6_21 and CERTIFICATE_EVIDENCE of one obligation."""
        found = set()
        first = self.changes[0][0] if self.changes else None

        def after_cos(at):
            return first is not None and at >= first
        for q in self.succeeded(ob):
            if q.row.srv == "6.21":
                found.add("HANDOVER_6_21")
            elif not self.legacy_counts(q, ob):
                found.add("CHANGE_OF_SUPPLIER" if after_cos(q.row.requested_at) else "OTHER_PARTY")
        for p in self.parts[ob]:
            if p.says == "proved" and not self.served(ob, p):
                found.add("CERTIFICATE_EVIDENCE")
                if after_cos(p.at):
                    found.add("CHANGE_OF_SUPPLIER")
        return found

    def served(self, ob, part):
        """True when a SUCCEEDED request accounts for the part too, so that it is not met by direct evidence alone."""
        successes = self.succeeded(ob)
        if ob == NETWORK:
            return bool(successes)
        typed = {q.row.credential for q in successes} - {""}
        untyped = sum(not q.row.credential for q in successes)
        others = [p for p in self.parts[ob] if p is not part and p.name not in typed]
        return part.name in typed or untyped > len(others)

    def failure_reasons(self):
        found = set()
        for ob in (ISSUE, CERTS, NETWORK, SUPPLIER):
            if self.states[ob] == "NOT_APPLICABLE":
                continue
            outcomes = {q.outcome for q in self.requests_for(ob)}
            disproved = [p for p in self.parts[ob] if p.disproved]
            if self.states[ob] == "NOT_ATTEMPTED":
                found.add("NOT_ATTEMPTED")
            if self.states[ob] == "NOT_MET":
                found |= {"REJECTED"} & outcomes
                found |= {"DEVICE_FAILURE"} if "FAILED" in outcomes else set()
                for p in disproved:
                    found |= p.reasons or {"DEVICE_CERT_NOT_REPLACED" if ob == CERTS else "SUPPLIER_CERT_WRONG"}
            if any(self.contradicted(ob, p) for p in disproved):
                found.add("CONTRADICTED")
        if self.states[COMMS] == "NOT_MET":
            found.add("NOT_COMMUNICATING")
        if self.states[RECOVERY] == "NOT_MET":
            found.add("RECOVERY_CELL_WRONG")
        return found

    def contradicted(self, ob, part):
        """R4.0: an earlier SUCCEEDED command claimed what the latest evidence disproves."""
        claims = [q for q in self.succeeded(ob) if q.answered_at <= part.at]
        if ob == SUPPLIER:
            claims = [q for q in claims if self.sent_by_right_party(q)]
        if ob != CERTS:
            return bool(claims)
        untyped = [q for q in claims if not q.row.credential]
        not_disproved = sum(not p.disproved for p in self.parts[CERTS])
        return any(q.row.credential == part.name for q in claims) or len(untyped) > not_disproved

    def unclear_reasons(self):
        found = set()
        for ob in OBLIGATIONS:
            if self.states[ob] not in ("UNVERIFIED", "NOT_ATTEMPTED"):
                continue
            unclear = [q for p in self.parts.get(ob, []) if p.open for q in self.unclear(ob, p)]
            found |= {UNCLEAR_REASON[q.outcome] for q in unclear} if unclear else {"NO_EVIDENCE"}
        return found

    # -- R1

    def responsible_party(self):
        dcc, supplier = self.dir.dcc_name(), self.dir.name(self.supplier_now)
        names = []
        for ob in OBLIGATIONS:
            if self.states[ob] not in ("MET", "NOT_APPLICABLE"):
                name = dcc if OWES[self.row.type][ob] == "DCC" else supplier
                if name and name not in names:
                    names.append(name)
        if not any(s not in ("MET", "NOT_APPLICABLE") for s in self.states):
            names = [dcc if self.row.type in ("CHF", "GPF") else supplier]
        return ";".join(names)


# -------------------------------------------------------------------------------------------- R5 completed_at, report

def instants_of_change(records, row, registrations):
    """Every instant at which anything about the Device can change, and the first one after those that still count."""
    found = {row.commissioned_at}
    for q in records.requests[row.device]:
        found |= {q.requested_at, q.responded_at, q.execution_at}
        found |= {t + WINDOW + 1 for t in (q.requested_at, q.execution_at) if t is not None}
    found |= {s.taken_at for s in records.snapshots[row.device].values()}
    found |= {c.checked_at for c in records.checks[row.device].values()}
    for r in registrations:
        found |= {r.effective_from, r.effective_to, r.effective_from + COS_GRACE_DAYS * DAY + 1}
    return found - {None}


def completed_at(judgement):
    """R5: the earliest instant from which the Device is PASS without a break up to as-of."""
    if judgement.verdict != "PASS":
        return None
    j, completed = judgement, None
    changes = instants_of_change(j.records, j.row, j.registrations)
    for at in sorted((t for t in changes if j.commissioned <= t <= j.at), reverse=True):
        if Judgement(j.records, j.dir, j.row, j.registrations, at).verdict != "PASS":
            break
        completed = at
    return completed


def report_row(j):
    done = completed_at(j)
    name = j.dir.name
    late = "" if done is None else "yes" if done > j.deadline else "no"
    values = [j.row.device, j.row.type, j.row.smets, j.row.region, j.row.chf or "", iso(j.commissioned),
              iso(j.deadline), j.verdict, j.legacy, j.classification, ";".join(j.reasons), j.responsible_party(),
              name(j.commissioning_supplier), name(j.operator_now), iso(j.changes[-1][0] if j.changes else None),
              *j.states, iso(done), late, j.excluded, ""]
    return values


def devices(records, as_of):
    """The rows of the report, ascending by Device."""
    directory = Directory(records.organisations)
    rows = []
    for device in sorted(records.inventory):
        row = records.inventory_at(device, as_of)
        registrations = list(records.registrations[meter_point(records, row, as_of)].values())
        rows.append(report_row(Judgement(records, directory, row, registrations, as_of)))
    return rows


def main():
    parser = argparse.ArgumentParser(description="Prints the devices report of a folder of input files.")
    parser.add_argument("folder")
    parser.add_argument("--as-of", required=True)
    args = parser.parse_args()
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(devices(Records().add_folder(args.folder), instant(args.as_of)))


if __name__ == "__main__":
    main()
