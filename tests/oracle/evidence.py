"""What looks show of each part of R4.2 to R4.4, and who may change it."""
from fields import DAY, HOUR
from looks import Part, Value

COS_GRACE_DAYS = 14
DS, KA = "DigitalSignature", "KeyAgreement"
NO_CELLS = [(DS, "management"), (KA, "management")]
TOP_UP = (KA, "prePaymentTopUp")
SUPPLIER_CELLS = {"ESME": NO_CELLS + [TOP_UP], "GSME": NO_CELLS + [TOP_UP], "GPF": NO_CELLS, "CHF": []}


def certificate_parts(device):
    """R4.2: proved, disproved, or nothing, for each usage."""
    parts = []
    for usage in (DS, KA):
        sightings = []
        for s in device.snapshots:
            for c in s.certificates:
                if c.key_usage != usage:
                    continue
                says = None
                if c.subject is not None and c.subject != device.row.device:
                    says = "disproved"
                elif any(c.serial and c.serial == t.serial or c.key_id and c.key_id == t.key_id for t in device.sent):
                    says = "proved"
                elif c.not_before is not None:
                    says = "proved" if c.not_before >= device.first - 24 * HOUR else "disproved"
                sightings.append((s, Value(c.subject, c.serial, c.key_id, c.not_before, says,
                                           "DEVICE_CERT_NOT_REPLACED" if says == "disproved" else "")))
        parts.append(Part(usage, sightings))
    return parts


def cells_seen(device, role, name=None):
    """(look, cell) of a role, where the cell tells something."""
    return [(s, c) for s in device.snapshots for c in s.cells
            if c.role == role and name in (None, (c.key_usage, c.cell_usage)) and c.status == "ok"
            and (c.subject or c.key_id)]


def wrong_owner(device, subject):
    """R4.3: the reason when disproved."""
    role = device.dir.role(subject)
    if role == "Supplier":
        return "SUPPLIER_CERT_IN_NO_CELL"
    if role == "NetworkOperator":
        return "WRONG_NETWORK_OPERATOR"
    return "DCC_CERT_IN_NO_CELL" if device.dir.party(subject) in device.dir.dcc else "UNKNOWN_OWNER"


def operator_value(device, at, owner, key_id=None):
    """R4.3"""
    said = Value(owner, "", key_id, None)
    if owner is None:
        return said
    operator, reason = device.operator(at), wrong_owner(device, owner)
    if device.dir.belongs(owner, operator, "NetworkOperator"):
        return said._replace(says="proved")
    if operator is None and reason not in ("SUPPLIER_CERT_IN_NO_CELL", "DCC_CERT_IN_NO_CELL"):
        return said
    return said._replace(says="disproved", reason=reason)


def cell_part(device, role, name, value):
    """R4.0: a cell; what is carried on to a look that tells no owner is held against who is registered by then."""
    seen = [(s, value(device, s.taken_at, c.subject, c.key_id)) for s, c in cells_seen(device, role, name)]
    return Part(name, seen, role, lambda at, owner: value(device, at, owner))


def operator_parts(device):
    return [cell_part(device, "NetworkOperator", name, operator_value) for name in NO_CELLS]


def supplier_value(device, at, owner, key_id=None):
    """R4.4"""
    said = Value(owner, "", key_id, None)
    supplier = device.supplier(at)
    if owner is None or supplier is None:
        return said
    if device.dir.belongs(owner, supplier, "Supplier"):
        return said._replace(says="proved")
    lost = [t for t, loser in device.changes if t <= at <= t + COS_GRACE_DAYS * DAY
            and device.dir.belongs(owner, loser, "Supplier")]
    if lost:
        return said._replace(says="grace" if device.at <= max(lost) + COS_GRACE_DAYS * DAY else "expired")
    return said._replace(says="disproved", reason="SUPPLIER_CERT_WRONG")


def is_judged(device, part):
    """R4.4: the latest look is not older than the latest Change of Supplier, or shows a stranger."""
    if part.says is None:
        return False
    if not device.changes or part.held_at >= device.changes[-1][0]:
        return True
    stranger = any(not any(device.dir.belongs(v.owner, p, "Supplier") for p in device.registered_since_commissioning())
                   for v in part.values)
    if not stranger or max(look.taken_at for look in part.looks) >= device.changes[-1][0]:
        return False
    part.says, part.reasons, part.seen_reasons = "disproved", {"SUPPLIER_CERT_WRONG"}, {"SUPPLIER_CERT_WRONG"}
    return True


def supplier_parts(device):
    """R4.4: the cells that are judged."""
    parts = [cell_part(device, "Supplier", name, supplier_value) for name in SUPPLIER_CELLS[device.row.type]]
    return [p for p in parts if is_judged(device, p)]


def recovery_cell(device):
    """R4.6: the latest of checks and looks; of two at one instant the disproving one."""
    found = [(c.checked_at, c.result == "fail") for c in device.checks if c.check == "recovery-cell" and c.result]
    for s, c in cells_seen(device, "Recovery"):
        if device.dir.recovery_known and c.subject is not None:
            keys = device.dir.keys.get(c.subject)
            right = device.dir.role(c.subject) == "Recovery" and (not keys or not c.key_id or c.key_id in keys)
            found.append((s.taken_at, not right))
    return "UNVERIFIED" if not found else "NOT_MET" if max(found)[1] else "MET"
