"""R3, R4.5, R4.7 and R5: the states of the obligations and both verdicts of one Device at one instant."""
from copy import copy
from itertools import product

from commands import operator_effects, supplier_effects, untyped_in_doubt, usage_readings
from coverage import overlaps
from device import CERTS, COMMS, ISSUE, NETWORK, OBLIGATIONS, RECOVERY, SUPPLIER, Device
from evidence import DS, KA, certificate_parts, operator_parts, operator_value, recovery_cell, supplier_parts
from looks import Part, Value

BEST = ["MET", "UNVERIFIED", "NOT_ATTEMPTED", "NOT_MET"]  # and the worst last
IN_DOUBT = {"TIMED_OUT": "TIMEOUT", "EMPTY": "EMPTY_STATUS", "UNRECOGNISED": "UNRECOGNISED_STATUS",
            "AWAITING": "AWAITING_RESPONSE"}
CREDENTIALS = (ISSUE, CERTS, NETWORK, SUPPLIER)


class PartState:
    """How it stands with one part: its state, the rule of R4.7, why it is in doubt, who covered it; since when what
    mended it may be missing from the log."""

    def __init__(self, part, state, rule=None, doubts=(), asked=(), covered_by=(), missing_since=None):
        self.part, self.state, self.rule, self.missing_since = part, state, rule, missing_since
        self.doubts, self.asked, self.covered_by = set(doubts), list(asked), list(covered_by)


def shared_out(parts, choice, untyped):
    """R4.7: the untyped requests that count for each part: the chosen one, and what is left for the first part where
    another counts already."""
    shares = [[q] if q else [] for q in choice]
    for q in untyped:
        if q not in choice:
            fitting = [share for p, share in zip(parts, shares) if share and p.open and p.outweighed_by(q)]
            if fitting:
                fitting[0].append(q)
    return shares


class Judgement(Device):
    """Verdicts and states; `states[ob]`, `parts[ob]`: what each obligation comes to, and each of its parts."""

    def __init__(self, world, row, registrations, at, owing=None):
        super().__init__(world, row, registrations, at, owing)
        self.states = ["NOT_APPLICABLE"] * 6
        self.parts = {ob: [] for ob in OBLIGATIONS}
        self.accounts = {ob: {} for ob in OBLIGATIONS}
        self.implied = self.exempt = False
        self.missed = []
        self.verdict = self.legacy = "EXCLUDED"
        if not self.excluded:
            self.judge_obligations()
            self.judge_revised()
            self.judge_legacy()

    # -- requests of an obligation

    def concerns(self, q, obligation):
        """The requests that an obligation is about, whatever became of them."""
        r = q.row
        if obligation == ISSUE:
            return r.srv == "6.17"
        if obligation == CERTS:
            return r.srv == "6.15.2"
        if obligation == NETWORK:
            return r.srv in ("6.15.1", "6.21") and r.role in ("", "NetworkOperator")
        if obligation == SUPPLIER:
            return r.srv == "6.23" or r.srv in ("6.15.1", "6.21") and r.role == "Supplier"
        return False

    def requests_for(self, obligation):
        """R4.0: a future-dated command concerns nothing before its execution_at."""
        return [q for q in self.requests if self.concerns(q, obligation) and q.made <= self.at]

    def succeeded(self, obligation):
        return [q for q in self.requests_for(obligation) if q.outcome == "SUCCEEDED"
                and (obligation != SUPPLIER or self.sent_by_registered(q))]

    def in_doubt(self, obligation):
        return [q for q in self.requests_for(obligation) if q.ambiguous
                and (obligation != SUPPLIER or self.sent_by_registered(q))]

    def refusals(self, obligation, part):
        return [q for q in self.requests_for(obligation) if q.refused
                and (obligation not in (ISSUE, CERTS) or q.row.credential in ("", part.name))]

    # -- R4.7

    def part_state(self, obligation, parts, part, in_doubt, covered_by):
        """R4.7: one part; `in_doubt`: the ambiguous and AWAITING requests that count for it"""
        if not part.open:
            return PartState(part, "MET", covered_by=covered_by)
        asked = [q for q in in_doubt if part.touched_by(q)]
        doubts = {IN_DOUBT[q.outcome] for q in asked} | ({"UNCLEAR"} if part.unclear else set())
        if part.says == "grace":                                                                 # R4.4
            return PartState(part, "MET")
        if part.says == "expired":
            return PartState(part, "UNVERIFIED", 2, doubts, asked)
        if part.says == "disproved" and not part.unclear and not any(q.made > part.last for q in asked):
            if self.silent(obligation, part.last, self.period_end):
                return PartState(part, "UNVERIFIED", 1, {"LOG_GAP"}, missing_since=part.last)
            return PartState(part, "NOT_MET", 1)
        if doubts:
            return PartState(part, "UNVERIFIED", 2, doubts, asked)
        refused = self.refusals(obligation, part)
        if refused:
            # a Device refuses to repeat what it has done, which may have been asked for in any silence of the period
            failed = any(q.outcome == "FAILED" for q in refused)
            since = self.counts_from if failed else max(q.answered for q in refused)
            if self.silent(obligation, since, self.period_end):
                return PartState(part, "UNVERIFIED", 3, {"LOG_GAP"}, refused, missing_since=since)
            return PartState(part, "NOT_MET", 3, (), refused)
        if any(part.not_shown_with(other) for other in parts):
            return PartState(part, "UNVERIFIED", 4)
        if self.silent(obligation, self.counts_from, self.period_end):
            return PartState(part, "UNVERIFIED", 5, {"LOG_GAP"}, missing_since=self.counts_from)
        return PartState(part, "NOT_ATTEMPTED", 6)

    def usage_obligation(self, obligation, parts):
        """R4.1, R4.2 with R4.7: the reading for which the obligation comes out best."""
        best = None
        doubts = self.in_doubt(obligation)
        for covered, unclear, accounts in usage_readings(
                parts, self.succeeded(obligation), self.issued if obligation == ISSUE else ()):
            parts = [copy(p) for p in parts]
            for p in parts:
                p.covered = p.name in covered or obligation == ISSUE and p.name in self.issued
                p.unclear = p.name in unclear and p.says != "proved" and not p.covered
            untyped = untyped_in_doubt(parts, [q for q in doubts if not q.row.credential], accounts)
            for choice in product(untyped + [None], repeat=len(parts)):
                chosen = [q for q in choice if q]
                if len({id(q) for q in chosen}) < len(chosen) or not all(
                        q is None or p.open and p.outweighed_by(q) for p, q in zip(parts, choice)):
                    continue
                states = [self.part_state(obligation, parts, p, [q for q in doubts if q.row.credential == p.name] + extra,
                                          [covered[p.name]] if p.name in covered else [])
                          for p, extra in zip(parts, shared_out(parts, choice, untyped))]
                # the best for the obligation, then for its other part, and each request for a part where it can
                badness = sorted((BEST.index(s.state) for s in states), reverse=True), -len(chosen)
                if best is None or badness < best[0]:
                    best = badness, states, accounts
        return best[1], best[2]

    def cells(self, obligation, parts):
        """R4.3, R4.4: cell by cell."""
        succeeded, states = self.succeeded(obligation), []
        for p in parts:
            successes = [q for q in succeeded if self.replaced(q, p)]
            if obligation == NETWORK:
                covered, p.unclear, misplaced = operator_effects(self, p, successes)
                if misplaced:
                    p.misplaced_at(misplaced[0].made, [self.sent_to(q, p) for q in misplaced])
            else:
                covered, p.unclear = supplier_effects(p, [q for q in successes if self.may_have_placed(q, p)])
            p.covered = covered is not None
        for p in parts:
            by = [q for q in succeeded if self.replaced(q, p) and p.covered and p.outweighed_by(q)
                  and self.may_have_placed(q, p)]
            doubts = [q for q in self.in_doubt(obligation) if self.could_place(q, p)]
            states.append(self.part_state(obligation, parts, p, doubts, by))
        return states

    def cells_sent(self, q, part):
        """R4.3: the certificates that a request is known to have sent to cells of that role, and to this one. Where its
        answer has outcomes, only those count of whose placing it does not say whose they are."""
        def is_here(c):
            return (c.role, c.key_usage, c.cell_usage) == (part.role, *part.name)
        cells, told = [c for c in q.row.sent or () if c.role == part.role], self.outcomes(q)
        here = [c for c in cells if is_here(c)]
        if told:
            here = here if any(is_here(c) and c.subject is None for s in told for c in s.cells) else []
            cells = here
        return cells, here

    def sent_to(self, q, part):
        """R4.3: whether what a request is known to have sent to a cell belongs there; None where that is not known. It is
        held against who was registered when the request was answered, or made where it was not."""
        at = q.made if q.answered_at is None else q.answered_at
        values = [operator_value(self, at, c.subject, c.key_id) if part.role == "NetworkOperator" else self.supplier_sent(c, at)
                  for c in self.cells_sent(q, part)[1]]
        return max((v for v in values if v.says), key=lambda v: v.says == "disproved", default=None)

    def supplier_sent(self, cell, at):
        supplier = self.supplier(at)
        if cell.subject is None or supplier is None:
            return Value(cell.subject, "", cell.key_id, None)
        right = self.dir.belongs(cell.subject, supplier, "Supplier")
        return Value(cell.subject, "", cell.key_id, None, "proved" if right else "disproved")

    def could_place(self, q, part):
        """R4.7: a success would put the part right, as far as what it is known to have sent goes."""
        all_sent, here = self.cells_sent(q, part)
        sent = self.sent_to(q, part)
        return (here or not all_sent) and (sent is None or sent.says == "proved")

    def may_have_placed(self, q, part):
        """Whether a success put the right certificate into a cell: what it sent decides, else the sender (R4.3)."""
        return self.could_place(q, part) and (
            self.sent_to(q, part) is not None or part.role == "Supplier" or self.may_replace_operator(q))

    def outcomes(self, q):
        return [s for s in self.snapshots if q.row.request_id and s.source == "outcomes of " + q.row.request_id]

    def replaced(self, q, part):
        """R4.3: outcomes of a request decide, or what it sent: it did nothing to a cell that they do not name."""
        told, (all_sent, here) = self.outcomes(q), self.cells_sent(q, part)
        if told:
            return any((c.key_usage, c.cell_usage) == part.name for s in told for c in s.cells)
        return bool(here or not all_sent)

    def placed(self, q, part):
        """Whose certificates its outcomes say that a request placed in a cell, else those that it sent; None: nothing
        is known."""
        told, (all_sent, here) = self.outcomes(q), self.cells_sent(q, part)
        if told:
            return {c.subject for s in told for c in s.cells if (c.key_usage, c.cell_usage) == part.name}
        return {c.subject for c in here} if all_sent else None

    def judge_obligations(self):
        for ob, parts in ((CERTS, certificate_parts(self)), (ISSUE, [Part(DS), Part(KA)]),
                          (NETWORK, operator_parts(self)), (SUPPLIER, supplier_parts(self))):
            if ob not in self.owing:
                continue
            if ob in (ISSUE, CERTS):
                self.parts[ob], self.accounts[ob] = self.usage_obligation(ob, parts)
            else:
                self.parts[ob] = self.cells(ob, parts)
            self.states[ob] = max((s.state for s in self.parts[ob]), key=BEST.index, default="NOT_APPLICABLE")
        if ISSUE in self.owing and CERTS in self.owing and self.states[CERTS] == "MET" and self.states[ISSUE] != "MET":
            self.states[ISSUE], self.implied = "MET", True                                       # R4.1
        if NETWORK in self.owing:
            self.operator_exceptions()
        if COMMS in self.owing:
            self.states[COMMS] = self.communicating()
        if RECOVERY in self.owing:
            self.states[RECOVERY] = recovery_cell(self)

    def operator_exceptions(self):
        """R4.3: the operator outside the SMKI Repository, and none at all."""
        seen_wrong = any(s.part.seen_reasons & {"WRONG_NETWORK_OPERATOR", "UNKNOWN_OWNER"}
                         for s in self.parts[NETWORK])
        operator = self.operator(self.at)
        if operator is not None and self.dir.no_operator_entity_in_repository(operator) and not seen_wrong:
            self.states[NETWORK], self.exempt, self.parts[NETWORK] = "NOT_APPLICABLE", True, []
        elif operator is None and self.states[NETWORK] == "MET":
            self.states[NETWORK] = "UNVERIFIED"

    # -- R4.5

    def came_from_device(self):
        """R4.5: the instants of answers that came from the Device itself."""
        return ([q.answered for q in self.requests
                 if q.outcome in ("SUCCEEDED", "FAILED", "EMPTY") and q.answered >= self.commissioned]
                + [s.taken_at for s in self.snapshots])

    def latest_check(self, kind):
        """The latest DSP check with a result."""
        found = [c for c in self.checks if c.check == kind and c.result]
        return max(found, key=lambda c: c.checked_at) if found else None

    def communicating(self):
        check, answers = self.latest_check("communicating"), self.came_from_device()
        self.silent_since_check = False
        if check and check.result == "fail" and not any(a > check.checked_at for a in answers):
            self.silent_since_check = self.silent(COMMS, check.checked_at, self.at)
            return "UNVERIFIED" if self.silent_since_check else "NOT_MET"
        return "MET" if answers or check else "UNVERIFIED"

    # -- R10.4

    def waits_for(self, begin, end):
        """R10.4: whether the Device is UNVERIFIED for the silence from begin to end: it overlaps the time in which what
        mends it may be missing (R4.5, R4.7)."""
        if self.verdict != "UNVERIFIED":
            return False
        missing = [(s.missing_since, self.period_end) for ob in CREDENTIALS if self.states[ob] == "UNVERIFIED"
                   for s in self.parts[ob] if s.missing_since is not None]
        if self.states[COMMS] == "UNVERIFIED" and self.silent_since_check:
            missing.append((self.latest_check("communicating").checked_at, self.at))
        return overlaps(missing, begin, end)

    # -- verdicts

    def judge_revised(self):
        """R5.2 to R5.5"""
        if all(s in ("MET", "NOT_APPLICABLE") for s in self.states):
            self.verdict = "PASS"
        elif self.at <= self.deadline:
            self.verdict = "PENDING"
        elif any(s in ("NOT_MET", "NOT_ATTEMPTED") for s in self.states):
            self.verdict = "FAIL"
        else:
            self.verdict = "UNVERIFIED"

    def legacy_sender(self, q, obligation):
        """R3: the party obliged at the commissioning instant."""
        party = self.dir.party(q.row.user)
        if self.row.type == "CHF" or self.row.type == "GPF" and obligation in (ISSUE, CERTS):
            return party in self.dir.dcc
        return party is not None and party == self.supplier(self.commissioned)

    def early(self, q):
        return q.row.requested_at < self.commissioned

    def judge_legacy(self):
        """R3; self.missed: the obligations whose legacy criterion is not met"""
        def count(obligation, srv):
            return sum(q.outcome == "SUCCEEDED" and q.row.srv == srv and not self.early(q)
                       and self.legacy_sender(q, obligation) for q in self.requests)

        def passed(kind):
            check = self.latest_check(kind)
            return check is not None and check.result == "pass"
        met = {ISSUE: count(ISSUE, "6.17") >= 2, CERTS: count(CERTS, "6.15.2") >= 2,
               COMMS: passed("communicating"), RECOVERY: passed("recovery-cell")}
        if self.row.type in ("ESME", "GPF"):
            met[NETWORK] = count(NETWORK, "6.15.1") >= 1
        self.missed = [ob for ob in self.owing if ob in met and not met[ob]]
        self.legacy = "PASS" if not self.missed else "PENDING" if self.at <= self.deadline else "FAIL"
