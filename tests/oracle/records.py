"""The inputs of the oracle: plain parsing of the files, and R7, the merging of rows that claim one identity.

Written to be read beside the specification of the inputs. A row that cannot be read is dropped, as the program does.
Instants are integers, milliseconds since 1970 UTC; a field that is not given is None (identifiers, instants) or "".
"""
import csv
import datetime as dt
import io
import json
import os
import re
from collections import defaultdict, namedtuple

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
SECOND, HOUR, DAY = 1000, 3600 * 1000, 24 * 3600 * 1000
UNIT_END = "\x1f"


class BadRow(Exception):
    """The row cannot be used."""


# ---------------------------------------------------------------------------------------------- words of one field

def to_ms(moment):
    return (moment - EPOCH) // dt.timedelta(milliseconds=1)


def london_offset(at):
    """British Summer Time: last Sunday of March to last Sunday of October, 01:00 UTC."""
    year = (EPOCH + dt.timedelta(milliseconds=at)).year

    def last_sunday(month):
        day = dt.datetime(year, month, 31, 1, tzinfo=dt.timezone.utc)
        return to_ms(day - dt.timedelta(days=(day.weekday() + 1) % 7))
    return HOUR if last_sunday(3) <= at < last_sunday(10) else 0


def midnight(date, zone):
    at = to_ms(dt.datetime(date.year, date.month, date.day, tzinfo=dt.timezone.utc))
    return at - HOUR if zone == "London" and london_offset(at - HOUR) else at


INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$")
BRITISH = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?$")


def instant(text, zone="UTC", end=False):
    """An instant, or None for a blank. A date alone is midnight in the zone; as an end, the midnight after that day."""
    text = text.strip()
    if not text:
        return None
    offset, fraction = "Z", ""
    m = INSTANT.match(text)
    if m:
        year, month, day, hour, minute, second, fraction, offset = m.groups()
    else:
        m = BRITISH.match(text)
        if not m:
            raise BadRow(f"not an instant: {text!r}")
        day, month, year, hour, minute, second = m.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
        if hour is None:
            return midnight(date + dt.timedelta(days=1 if end else 0), zone)
        at = to_ms(dt.datetime(date.year, date.month, date.day, int(hour), int(minute), int(second or 0),
                               tzinfo=dt.timezone.utc))
    except (ValueError, OverflowError) as e:
        raise BadRow(str(e)) from e
    at += int((fraction or ".0")[1:4].ljust(3, "0"))
    if offset and offset != "Z":
        ahead = int(offset[1:3]) * HOUR + int(offset[-2:]) * 60 * SECOND
        at += -ahead if offset[0] == "+" else ahead
    return at


def iso(at):
    if at is None:
        return ""
    moment = EPOCH + dt.timedelta(milliseconds=at)
    fraction = f".{at % 1000:03d}" if at % 1000 else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def eui(text):
    """An Entity Identifier in the form 00-DB-12-34-56-78-90-A0, or None for a blank."""
    digits = re.sub(r"[-:]", "", text.strip()).upper()
    if not digits:
        return None
    if not re.fullmatch(r"[0-9A-F]{16}", digits):
        raise BadRow(f"not an EUI-64: {text!r}")
    return "-".join(digits[i:i + 2] for i in range(0, 16, 2))


def key_identifier(text):
    text = re.sub(r"[-:]", "", (text or "").strip()).upper()
    if text and not re.fullmatch(r"[0-9A-F]{16}", text):
        raise BadRow(f"not a key identifier: {text!r}")
    return text


def squeeze(text):
    return re.sub(r"[-_ ]", "", text).lower()


def word(text, words, aliases=None):
    """A word of a vocabulary, in the spelling of the vocabulary; "" for a blank."""
    if not text.strip():
        return ""
    wanted = squeeze(text.strip())
    for w in words:
        if squeeze(w) == wanted:
            return w
    for alias, w in (aliases or {}).items():
        if squeeze(alias) == wanted:
            return w
    raise BadRow(f"unknown word: {text!r}")


DEVICE_TYPES = ["ESME", "GSME", "GPF", "CHF", "HCALCS", "SAPC", "PPMID", "IHD", "CAD"]
STATUSES = ["Pending", "Whitelisted", "InstalledNotCommissioned", "Commissioned", "Decommissioned", "Withdrawn",
            "Suspended", "Recovery", "Recovered"]
SMETS = {"1": "SMETS1", "2": "SMETS2+", "SMETS2": "SMETS2+"}
USER_ROLES = ["IS", "GS", "ED", "GT", "ES", "OU", "DCC", "RSA"]
ROLES = ["Supplier", "NetworkOperator", "DCC", "AccessControlBroker", "TransitionalCoS", "WANProvider", "Recovery",
         "Root", "OtherUser", "LoadController"]
KEY_USAGES = ["DigitalSignature", "KeyAgreement", "KeyCertSign"]
KEY_ALIASES = {"DS": "DigitalSignature", "KA": "KeyAgreement"}
CELL_USAGES = ["management", "prePaymentTopUp"]
CHECKS = ["communicating", "recovery-cell"]
MPAN_PRIMES = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]


def mpan_check_digit(first_twelve):
    return str(sum(int(d) * p for d, p in zip(first_twelve, MPAN_PRIMES)) % 11 % 10)


def mpxn(text):
    text = text.strip()
    if text and not re.fullmatch(r"\d{6,10}|\d{13}", text):
        raise BadRow(f"not an MPxN: {text!r}")
    if len(text) == 13 and mpan_check_digit(text[:12]) != text[12]:
        raise BadRow(f"wrong MPAN check digit: {text!r}")
    return text


def request_identifier(text):
    """originator:target:counter, or "". Hyphens in the identifiers or not; the counter is a number."""
    if not text.strip():
        return ""
    parts = re.fullmatch(r"([0-9A-Fa-f-]+):([0-9A-Fa-f-]+):(\d+)", text.strip())
    if not parts:
        raise BadRow(f"not a RequestID: {text!r}")
    return f"{eui(parts[1])}:{eui(parts[2])}:{int(parts[3])}"


# -------------------------------------------------------------------------------------------------------- records

Request = namedtuple("Request", "device srv user requested_at request_id user_role credential role variant "
                                "execution_at other responded_at code status")
Inventory = namedtuple("Inventory", "device type status smets commissioned_at chf mpxn region manufacturer model "
                                    "firmware cohort extracted_at")
Registration = namedtuple("Registration", "mpxn supplier effective_from effective_to network_operator")
Organisation = namedtuple("Organisation", "entity party role in_repository key_id")
Check = namedtuple("Check", "device checked_at check result")
Cell = namedtuple("Cell", "role key_usage cell_usage subject key_id status")
Certificate = namedtuple("Certificate", "key_usage serial not_before subject key_id issuer_key_id")
Snapshot = namedtuple("Snapshot", "device taken_at source answered cells certificates")

INSTANTS = {"requested_at", "execution_at", "responded_at", "commissioned_at", "extracted_at", "effective_from",
            "effective_to", "checked_at", "taken_at", "not_before"}


def canonical(record):
    """R7: the fields as they are written out, each ended by 0x1F. Compared as bytes."""
    text = ""
    for name, value in zip(record._fields, record):
        if name in ("cells", "certificates"):
            text += "".join(sorted(canonical(v) for v in value))
        elif name in INSTANTS:
            text += iso(value) + UNIT_END
        elif isinstance(value, bool):
            text += ("yes" if value else "no") + UNIT_END
        else:
            text += (value or "") + UNIT_END
    return text


def must(value):
    if value is None or value == "":
        raise BadRow("a required field is blank")
    return value


def read_request(r):
    variant = r["command_variant"].strip()
    srv = (r["srv"] or r["service_reference_variant"]).strip()
    if variant and not re.fullmatch(r"[1-8]", variant):
        raise BadRow("command_variant")
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", srv):
        raise BadRow("srv")
    return Request(must(eui(r["device_id"])), srv, must(eui(r["user_id"])), must(instant(r["requested_at"])),
                   request_identifier(r["request_id"]), word(r["user_role"], USER_ROLES),
                   word(r["credential_type"], KEY_USAGES, KEY_ALIASES), word(r["remote_party_role"], ROLES), variant,
                   instant(r["execution_at"]), eui(r["other_device_id"]), instant(r["responded_at"]),
                   r["response_code"].strip(), r["execution_status"].strip())


def read_inventory(r, date_in_name):
    return Inventory(must(eui(r["device_id"])), must(word(r["device_type"], DEVICE_TYPES)),
                     must(word(r["status"], STATUSES)), word(r["smets"], ["SMETS1", "SMETS2+"], SMETS) or "SMETS2+",
                     instant(r["commissioned_at"]), eui(r["chf_id"]), mpxn(r["mpxn"]),
                     word(r["csp_region"], ["North", "Central", "South"]), r["manufacturer"].strip(),
                     r["model"].strip(), r["firmware"].strip(), word(r["s1_cohort"], ["IOC", "MOC", "FOC"]),
                     must(instant(r["extracted_at"]) if r["extracted_at"].strip() else date_in_name))


def read_registration(r):
    begin, end = must(instant(r["effective_from"], "London")), instant(r["effective_to"], "London", end=True)
    if end is not None and end <= begin:
        raise BadRow("it ends before it begins")
    return Registration(must(mpxn(r["mpxn"])), must(eui(r["supplier_id"])), begin, end, eui(r["network_operator_id"]))


def read_organisation(r):
    return Organisation(must(eui(r["entity_id"])), must(r["party"].strip()), must(word(r["role"], ROLES)),
                        word(r["in_smki_repository"], ["yes", "no"]) or "yes", key_identifier(r["key_id"]))


def read_check(r):
    return Check(must(eui(r["device_id"])), must(instant(r["checked_at"])), must(word(r["check"], CHECKS)),
                 word(r["result"], ["pass", "fail"]))


def read_snapshot(o):
    cells = [Cell(word(c.get("role", ""), ROLES), word(c.get("key_usage", ""), KEY_USAGES, KEY_ALIASES),
                  word(c.get("cell_usage", ""), CELL_USAGES) or "management", eui(c.get("subject_id", "")),
                  key_identifier(c.get("key_id")), "ok" if c.get("status", "ok") == "ok" else "not ok")
             for c in o.get("cells", [])]
    certificates = [Certificate(word(c.get("key_usage", ""), KEY_USAGES, KEY_ALIASES), str(c.get("serial", "")),
                                instant(c.get("not_before", "")), eui(c.get("subject_id", "")),
                                key_identifier(c.get("key_id")), key_identifier(c.get("issuer_key_id")))
                    for c in o.get("device_certificates", [])]
    return Snapshot(must(eui(o["device_id"])), must(instant(o["taken_at"])), o.get("source", ""),
                    o.get("answered", True), tuple(cells), tuple(certificates))


def csv_rows(data):
    """The good lines of a CSV file as dictionaries. No field of ours holds a line end, so a line is a record, and an
    unterminated quote costs that line alone."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    head = lines[0].decode().strip("\r")
    delimiter = max(",;\t|", key=head.count)
    names = [re.sub(r"[-\s]", "_", n.strip().lower()) for n in next(csv.reader([head], delimiter=delimiter))]
    for line in lines[1:]:
        try:
            text = line.rstrip(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            continue
        if not text.strip() or text.count('"') % 2 or "\0" in text:
            continue
        fields = next(csv.reader(io.StringIO(text), delimiter=delimiter))
        if len(fields) == len(names):
            yield defaultdict(str, zip(names, fields))


def keep(table, identity, row, preference):
    """R7: of two rows that claim one identity, the preferred, else that of the greater canonical text."""
    old = table.get(identity)
    if old is None or (preference(row), canonical(row).encode()) > (preference(old), canonical(old).encode()):
        table[identity] = row


class Records:
    """All records, merged by R7: in whatever order and however often they are added, the result is the same."""

    def __init__(self):
        self.inventory = defaultdict(set)       # device -> rows
        self.registrations = defaultdict(dict)  # mpxn -> effective_from -> row
        self.organisations = {}                 # (entity, key identifier) -> row
        self.requests = defaultdict(set)        # device -> distinct rows
        self.checks = defaultdict(dict)         # device -> (check, checked_at) -> row
        self.snapshots = defaultdict(dict)      # device -> (taken_at, source) -> row

    def add(self, r):
        if isinstance(r, Request):
            self.requests[r.device].add(r)
        elif isinstance(r, Inventory):
            self.inventory[r.device].add(r)
        elif isinstance(r, Registration):
            keep(self.registrations[r.mpxn], r.effective_from, r, lambda x: x.effective_to is not None)
        elif isinstance(r, Organisation):
            keep(self.organisations, (r.entity, r.key_id), r, lambda x: 0)
        elif isinstance(r, Check):
            keep(self.checks[r.device], (r.check, r.checked_at), r, lambda x: ["", "pass", "fail"].index(x.result))
        else:
            keep(self.snapshots[r.device], (r.taken_at, r.source), r, lambda x: x.answered)

    def add_csv(self, name, data):
        """Adds a CSV file; its kind is told by the beginning of its name."""
        dated = re.search(r"(\d{4})-?(\d\d)-?(\d\d)", name)
        date_in_name = instant("-".join(dated.groups())) if dated else None
        readers = {"srv-audit": read_request, "inventory": lambda r: read_inventory(r, date_in_name),
                   "registration": read_registration, "organisations": read_organisation, "dsp-checks": read_check}
        for prefix, reader in readers.items():
            if name.startswith(prefix):
                for row in csv_rows(data):
                    try:
                        self.add(reader(row))
                    except BadRow:
                        pass

    def add_folder(self, folder):
        for name in sorted(os.listdir(folder)):
            if os.path.isdir(os.path.join(folder, name)):
                continue
            with open(os.path.join(folder, name), "rb") as f:
                data = f.read()
            if name.startswith("certificates"):
                for line in data.decode().splitlines():
                    if line.strip():
                        self.add(read_snapshot(json.loads(line)))
            elif name.endswith(".csv"):
                self.add_csv(name, data)
        return self

    def inventory_at(self, device, at):
        """R7: the row with the latest extracted_at not after as-of; if all are later, the earliest."""
        rows = self.inventory[device]
        known = [r.extracted_at for r in rows if r.extracted_at <= at]
        taken = max(known) if known else min(r.extracted_at for r in rows)
        return max((r for r in rows if r.extracted_at == taken), key=lambda r: canonical(r).encode())
