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


def operator_value(device, at, cell):
    """R4.3"""
    if cell.subject is None:
        return Value(None, "", cell.key_id, None)
    operator, reason = device.operator(at), wrong_owner(device, cell.subject)
    if device.dir.belongs(cell.subject, operator, "NetworkOperator"):
        return Value(cell.subject, "", cell.key_id, None, "proved")
    if operator is None and reason not in ("SUPPLIER_CERT_IN_NO_CELL", "DCC_CERT_IN_NO_CELL"):
        return Value(cell.subject, "", cell.key_id, None)
    return Value(cell.subject, "", cell.key_id, None, "disproved", reason)


def operator_parts(device):
    return [Part(name, [(s, operator_value(device, s.taken_at, c)) for s, c in cells_seen(device, "NetworkOperator", name)],
                 "NetworkOperator") for name in NO_CELLS]


def supplier_value(device, at, cell, latest):
    """R4.4; `latest`: the latest look at the cell"""
    said = Value(cell.subject, "", cell.key_id, None)
    supplier = device.supplier(at)
    if cell.subject is None or supplier is None:
        return said
    if device.changes and at < device.changes[-1][0]:
        stranger = not any(device.dir.belongs(cell.subject, p, "Supplier") for p in device.registered_since_commissioning())
        return said._replace(says="disproved", reason="SUPPLIER_CERT_WRONG") if at == latest and stranger else said
    if device.dir.belongs(cell.subject, supplier, "Supplier"):
        return said._replace(says="proved")
    lost = [t for t, loser in device.changes if t <= at <= t + COS_GRACE_DAYS * DAY
            and device.dir.belongs(cell.subject, loser, "Supplier")]
    if lost:
        return said._replace(says="grace" if device.at <= max(lost) + COS_GRACE_DAYS * DAY else "expired")
    return said._replace(says="disproved", reason="SUPPLIER_CERT_WRONG")


def supplier_parts(device):
    """R4.4: the cells that are judged."""
    parts = []
    for name in SUPPLIER_CELLS[device.row.type]:
        seen = cells_seen(device, "Supplier", name)
        latest = max((s.taken_at for s, _ in seen), default=None)
        parts.append(Part(name, [(s, supplier_value(device, s.taken_at, c, latest)) for s, c in seen], "Supplier"))
    return [p for p in parts if p.says is not None]


def recovery_cell(device):
    """R4.6: the latest of checks and looks; of two at one instant the disproving one."""
    found = [(c.checked_at, c.result == "fail") for c in device.checks if c.check == "recovery-cell" and c.result]
    for s, c in cells_seen(device, "Recovery"):
        if device.dir.recovery_known and c.subject is not None:
            keys = device.dir.keys.get(c.subject)
            right = device.dir.role(c.subject) == "Recovery" and (not keys or not c.key_id or c.key_id in keys)
            found.append((s.taken_at, not right))
    return "UNVERIFIED" if not found else "NOT_MET" if max(found)[1] else "MET"
