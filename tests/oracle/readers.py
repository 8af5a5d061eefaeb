"""Files into records: CSV files by the beginning of their names, certificates as JSON, device certificates as PEM."""
import csv
import io
import json
import os
import re
from collections import defaultdict

import duis_reader
import x509
from fields import (CELL_USAGES, CHECKS, DEVICE_TYPES, KEY_ALIASES, KEY_USAGES, ROLES, SMETS, STATUSES, USER_ROLES, BadRow,
                    blank, eui, instant, is_date, key_identifier, mpxn, party_identifier, request_identifier, word)
from records import (LONG_AGO, Cell, Certificate, Check, Inventory, Issued, Organisation, Records, Registration, Request,
                     Snapshot)
from settings import Settings


def must(value):
    if value is None or value == "":
        raise BadRow("a required field is blank")
    return value


def extracted(r, zone, name, unknown=LONG_AGO):
    """inputs: the column extracted_at, else a date in the file's name, with the time that follows it."""
    if blank(r["extracted_at"]):
        return instant(r["extracted_at"], zone)
    m = re.search(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?", name)
    if not m:
        return unknown
    date, time = "-".join(m.groups()[:3]), m.groups()[3:]
    return instant(date + ("T" + ":".join(time) + "Z" if time[0] else ""))


def read_request(r, zone, _):
    variant = blank(r["command_variant"])
    srv = re.sub(r"^SRV\s*", "", blank(r["srv"] or r["service_reference_variant"]), flags=re.I)
    if variant and not re.fullmatch(r"[1-8]", variant):
        raise BadRow("command_variant")
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", srv):
        raise BadRow("srv")
    return Request(must(eui(r["device_id"])), srv, must(eui(r["user_id"])), must(instant(r["requested_at"], zone)),
                   request_identifier(r["request_id"]), word(r["user_role"], USER_ROLES),
                   word(r["credential_type"], KEY_USAGES, KEY_ALIASES), word(r["remote_party_role"], ROLES), variant,
                   instant(r["execution_at"], zone), eui(r["other_device_id"]), instant(r["responded_at"], zone),
                   blank(r["response_code"]), blank(r["execution_status"]))


def read_inventory(r, zone, name):
    return Inventory(must(eui(r["device_id"])), must(word(r["device_type"], DEVICE_TYPES)),
                     must(word(r["status"], STATUSES)), word(r["smets"], ["SMETS1", "SMETS2+"], SMETS) or "SMETS2+",
                     instant(r["commissioned_at"], zone), eui(r["chf_id"]), mpxn(r["mpxn"]),
                     word(r["csp_region"], ["North", "Central", "South"]), r["manufacturer"].strip(),
                     r["model"].strip(), r["firmware"].strip(), word(r["s1_cohort"], ["IOC", "MOC", "FOC"]),
                     must(extracted(r, zone, name, None)), is_date(blank(r["commissioned_at"])))


def read_registration(r, zone, name):
    begin = must(instant(r["effective_from"], zone, "Europe/London"))
    return Registration(must(mpxn(r["mpxn"])), must(party_identifier(r["supplier_id"])), begin,
                        instant(r["effective_to"], zone, "Europe/London", end=True), party_identifier(r["network_operator_id"]),
                        extracted(r, zone, name))


def read_organisation(r, zone, name):
    """A market identifier is an entity of its own, which says nothing about the SMKI Repository."""
    told = Organisation(eui(r["entity_id"]), must(r["party"].strip()), must(word(r["role"], ROLES)),
                        word(r["in_smki_repository"], ["yes", "no"]) or "yes", key_identifier(r["key_id"]),
                        extracted(r, zone, name))
    markets = [m.strip() for m in r["market_id"].split(";") if blank(m)]
    if told.entity is None and not markets:
        raise BadRow("neither an Entity Identifier nor a market identifier")
    return ([told] if told.entity else []) + [told._replace(entity=party_identifier(m), in_repository="", key_id="")
                                              for m in markets]


def read_check(r, zone, _):
    return Check(must(eui(r["device_id"])), must(instant(r["checked_at"], zone)), must(word(r["check"], CHECKS)),
                 word(r["result"], ["pass", "fail"]))


CSV_READERS = {"srv-audit": read_request, "inventory": read_inventory, "registration": read_registration,
               "organisations": read_organisation, "dsp-checks": read_check}
MARK_COLUMNS = {"requested_at": "srv-audit", "device_type": "inventory", "supplier_id": "registration",
                "party": "organisations", "checked_at": "dsp-checks"}


def read_snapshot(o, zone="UTC"):
    cells = [Cell(word(c.get("role"), ROLES), word(c.get("key_usage"), KEY_USAGES, KEY_ALIASES),
                  word(c.get("cell_usage"), CELL_USAGES) or "management", eui(c.get("subject_id")),
                  key_identifier(c.get("key_id")), "ok" if c.get("status", "ok") == "ok" else "not ok")
             for c in o.get("cells") or []]
    certificates = [Certificate(word(c.get("key_usage"), KEY_USAGES, KEY_ALIASES), blank(str(c.get("serial") or "")),
                                instant(c.get("not_before"), zone), eui(c.get("subject_id")),
                                key_identifier(c.get("key_id")), key_identifier(c.get("issuer_key_id")))
                    for c in o.get("device_certificates") or []]
    return Snapshot(must(eui(o["device_id"])), must(instant(o["taken_at"], zone)), o.get("source") or "",
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


def add_csv(records, settings, name, data):
    """Adds a CSV file; its kind is told by a column that no other kind has."""
    for row in csv_rows(data):
        kind = next((kind for column, kind in MARK_COLUMNS.items() if column in row), None)
        if kind is None:
            return
        try:
            found = CSV_READERS[kind](row, settings.zone(kind), name)
            for record in found if isinstance(found, list) else [found]:
                records.add(record)
        except BadRow:
            pass


def add_certificates(records, settings, data):
    """One object a line, or an array of them."""
    text = data.decode()
    objects = json.loads(text) if text.lstrip().startswith("[") else [json.loads(t) for t in text.splitlines() if t.strip()]
    for o in objects:
        records.add(read_snapshot(o, settings.zone("certificates")))


def read_folder(folder):
    """-> (records, settings) of a folder of inputs with an optional pcreport.ini"""
    ini = os.path.join(folder, "pcreport.ini")
    settings = Settings()
    if os.path.exists(ini):
        with open(ini, encoding="utf-8") as f:
            settings = Settings(f.read())
    records = Records()
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isdir(path) or name in ("expected.csv", "truth.csv"):
            continue
        with open(path, "rb") as f:
            data = f.read()
        if name.endswith((".json", ".ndjson")):
            add_certificates(records, settings, data)
        elif name.endswith(".csv"):
            add_csv(records, settings, name, data)
        elif name == "duis.xml":
            for document in duis_reader.documents(data.decode()):
                for r in duis_reader.records_of(document):
                    records.add(r)
        elif name.endswith(".pem"):
            for c in x509.device_certificates(data):
                records.add(Issued(*c))
    return records, settings
