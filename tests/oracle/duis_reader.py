"""What the oracle reads of DUIS documents: requests and answers about certificates, with their payloads (R4.0 to R4.3).

An answer becomes a row of its request, dated by itself; its replacement outcomes become a look at that instant.
"""
import base64
import re
import xml.etree.ElementTree as xml

import x509
from fields import eui, instant
from records import Cell, Request, Sent, Snapshot

ROLES = {2: "Supplier", 3: "NetworkOperator"}
CELLS = {"DigitalSigningCertificate": ("DigitalSignature", "management"),
         "KeyAgreementCertificate": ("KeyAgreement", "management"),
         "KeyAgreementTopUpCertificate": ("KeyAgreement", "prePaymentTopUp")}


def local_name(element):
    return element.tag.split("}")[-1]


def text_of(document, name):
    return next((e.text or "" for e in document.iter() if local_name(e) == name), "")


def payload_of(message):
    """The content of a signed GBCS Response: behind the header, the two identifiers, date-time and message code."""
    at = 11 + 9 + 9
    at += 1 + message[at]       # date-time
    at += 1 + message[at]       # message code and what else there is
    length, at = message[at], at + 1
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(message[at:at + size], "big"), at + size
    return message[at:at + length]


def identifier(octets):
    return eui(octets.hex()) if any(octets) else None


def replacement_outcomes(payload):
    """(cell, status) of each replacementOutcome; None where the answer has no outcome."""
    accepted = list(x509.elements(next(x509.elements(payload))[1]))
    if len(accepted) < 2:
        return None
    found = []
    for _, outcome in x509.elements(list(x509.elements(accepted[1][1]))[3][1]):
        (_, cell), (_, status), *holders = x509.elements(outcome)
        role, usage, *top_up = [content for _, content in x509.elements(cell)]
        ok = status == b"\0"
        subject, key = [content for _, content in holders][2:4] if ok else [content for _, content in holders][0:2]
        found.append((Cell(ROLES[role[0]], "DigitalSignature" if usage[1] & 0x80 else "KeyAgreement",
                           "prePaymentTopUp" if top_up and top_up[0] == b"\1" else "management", identifier(subject),
                           key.hex().upper() if any(key) else "", "ok"), status[0]))
    return found


def row(request_id, srv, **fields):
    """A row of the request; its counter is the instant at which it was made."""
    user, device, counter = request_id.split(":")
    blank = Request(eui(device), srv, eui(user), int(counter), f"{eui(user)}:{eui(device)}:{int(counter)}", "", "", "", "",
                    None, None, None, "", "")
    return blank._replace(**fields)


def read_certificate(text, read, unknown):
    """What `read` makes of a certificate in Base64; `unknown` where it is redacted, emptied or spoilt."""
    try:
        return read(base64.b64decode(text or ""))
    except (ValueError, IndexError, KeyError, StopIteration, RuntimeError):
        return unknown


def cells_sent(document, role):
    """R4.3: the certificates that a request sends, as cells; "": none. Of one that cannot be read nobody knows whose it is."""
    told = [(CELLS[local_name(e)], read_certificate(e.text, x509.certificate_for_a_cell, (None, "")))
            for e in document.iter() if local_name(e) in CELLS]
    return tuple(Cell(role, *name, subject, key, "ok") for name, (subject, key) in told) if role else ""


def records_of(document):
    """The records that one document gives."""
    request_id, srv = text_of(document, "RequestID"), text_of(document, "ServiceReferenceVariant")
    if local_name(document) == "Request":
        usage = ""
        read = read_certificate(text_of(document, "DeviceCertificate"), x509.device_certificate, None)
        if read:
            device, usage, _, serial, key_id = read
            yield Sent(device, int(request_id.split(":")[2]), serial, key_id)
        role = text_of(document, "RemotePartyRole")
        yield row(request_id, srv, variant=text_of(document, "CommandVariant"), credential=usage, role=role,
                  sent=cells_sent(document, role or ("Supplier" if srv == "6.23" else "")) or "")
        return
    at = instant(text_of(document, "ResponseDateTime"))
    payload = payload_of(base64.b64decode(text_of(document, "GBCSPayload")))
    if srv == "6.15.2":
        status = str(payload[2]) if payload[2] else "Success"
    else:
        outcomes = replacement_outcomes(payload)
        status = next((str(code) for _, code in outcomes if code), "Success")
        yield Snapshot(eui(request_id.split(":")[1]), at, "outcomes of " + request_id, True, tuple(c for c, _ in outcomes), ())
    yield row(request_id, srv, responded_at=at, code=text_of(document, "ResponseCode"), status=status)


def documents(text):
    """The documents of a file in which they stand one after another."""
    return [xml.fromstring(part) for part in re.split(r"(?=<\?xml)", text) if part.strip()]
