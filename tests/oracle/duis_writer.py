"""DUIS documents of a random population: 6.15.1 answers with replacement outcomes, 6.15.2 requests with their certificates."""
import base64

import names
from fields import DAY, HOUR, SECOND, iso
from sights import der, device_certificate, organisation_certificate

HEAD = ('<?xml version="1.0" encoding="UTF-8"?><sr:{0} xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" '
        'schemaVersion="5.4"><sr:Header><sr:RequestID>{1}</sr:RequestID>')
SERVICE = ("<sr:ServiceReference>6.15</sr:ServiceReference>"
           "<sr:ServiceReferenceVariant>{0}</sr:ServiceReferenceVariant>")
CERTIFICATES = {"DS": "DigitalSigningCertificate", "KA": "KeyAgreementCertificate", "TOP UP": "KeyAgreementTopUpCertificate"}
AROUND = {"6.15.1": ("UpdateSecurityCredentialsKRP", "ReplacementCertificates", "SupplierOrNetworkOperatorCertificates"),
          "6.21": ("RequestHandoverOfDCCControlledDevice", "ReplacementCertificates"),
          "6.23": ("UpdateSecurityCredentialsCoS", "SupplierReplacementCertificates")}
ROLE_CODES = {"Supplier": 2, "NetworkOperator": 3}
USAGE_BITS = {"DS": b"\x07\x80", "KA": b"\x03\x08"}


def octets(identifier):
    return bytes.fromhex(identifier.replace("-", ""))


def gbcs(device, user, counter, code, payload, dated):
    """A signed Response of a Device."""
    date_time = bytes.fromhex("0c07e50101ff000000008000ff") if dated else b"\0"
    length = der(0x04, payload)[1:len(der(0x04, payload)) - len(payload)]
    return (b"\xdf\x09\x02" + counter.to_bytes(8, "big") + b"\x08" + octets(device) + b"\x08" + octets(user) + date_time
            + b"\x02" + code.to_bytes(2, "big") + length + payload + b"\x40" + bytes(64))


def number(n):
    size = n.bit_length() // 8 + 1
    return der(0x02, n.to_bytes(size, "big"))


def outcome(role, usage, top_up, status, existing, replacing):
    """A replacementOutcome; `existing` and `replacing` are (subject, key identifier)."""
    cell = der(0x30, number(ROLE_CODES[role]), der(0x03, USAGE_BITS[usage]), number(1) if top_up else b"")
    return der(0x30, cell, der(0x0A, bytes([status])), *(der(0x04, octets(x or "00" * 8)) for x in (*existing, *replacing)))


def replacement(device, user, counter, role, outcomes):
    """The payload of a CS02b Response."""
    mode = ROLE_CODES[role]
    roles = der(0x30, der(0x30, number(mode), number(0)))
    payload = der(0x30, b"\x05\0", der(0x30, number(counter), number(mode), roles, der(0x30, *outcomes)))
    return gbcs(device, user, counter, 0x0100 + mode, payload, True)


def response(request_id, srv, at, payload):
    sender, target, counter = request_id.split(":")
    return (HEAD.format("Response", request_id) + f"<sr:ResponseID>{target}:{sender}:{counter}</sr:ResponseID>"
            f"<sr:ResponseCode>I0</sr:ResponseCode><sr:ResponseDateTime>{iso(at)}</sr:ResponseDateTime></sr:Header><sr:Body>"
            f"<sr:ResponseMessage>{SERVICE.format(srv)}<sr:GBCSPayload>{base64.b64encode(payload).decode()}</sr:GBCSPayload>"
            "</sr:ResponseMessage></sr:Body></sr:Response>\n")


def element(name, content):
    return f"<sr:{name}>{content}</sr:{name}>"


def request(request_id, srv, body, variant="5"):
    return (HEAD.format("Request", request_id) + element("CommandVariant", variant) + SERVICE.format(srv) + "</sr:Header>"
            + element("Body", body) + "</sr:Request>\n")


def replacing(srv, role, certificates):
    """The body of a request that sends `certificates`, usage -> text."""
    service, *around = AROUND[srv]
    body = "".join(element(CERTIFICATES[usage], text) for usage, text in certificates.items())
    for name in reversed(around):
        body = element(name, body)
    path = element("CertificationPathCertificates", element("Certificate", "AA=="))
    return element(service, ("" if srv == "6.23" else element("RemotePartyRole", role)) + body + path)


class Documents:
    """What a Story writes as DUIS documents."""

    def request_id(self, user, at):
        """-> (RequestID, instant): the counter is the instant, and no two are the same."""
        while (user, self.device, at) in self.p.counters:
            at += 1
        self.p.counters.add((user, self.device, at))
        return f"{user}:{self.device}:{at}", at

    def cells_replaced(self, role, at, holders, sender, answered):
        """A 6.15.1 as a row of the log and an answer with outcomes. `holders`: (usage, top-up, status, existing,
        replacing) of each cell."""
        request_id, at = self.request_id(sender, at)
        self.p.add("srv-audit", device_id=self.device, srv="6.15.1", user_id=sender, requested_at=iso(at),
                   request_id=request_id, remote_party_role=role)
        outcomes = [outcome(role, usage, top_up, status, (existing, ""), (replacing, ""))
                    for usage, top_up, status, existing, replacing in holders]
        counter = int(request_id.split(":")[2])
        self.p.documents.append(response(request_id, "6.15.1", max(answered, at),
                                         replacement(self.device, sender, counter, role, outcomes)))

    def outcomes_told(self):
        """R4.0, R4.3: replacement outcomes, a later row of the log that tells less, and looks."""
        role = self.r.choice(["NetworkOperator", "NetworkOperator", "Supplier"])
        right = self.operator if role == "NetworkOperator" else self.supplier
        for _ in range(self.r.choice([1, 1, 2])):
            at = self.commissioned + self.r.choice([HOUR, DAY, 2 * DAY])
            holders = [(usage, False, self.r.choice([0, 0, 0, 0, 10]), self.r.choice(["", "", self.supplier, names.ACB]),
                        self.r.choice([right, right, right, "", self.any_entity()]))
                       for usage in self.r.choice([["DS", "KA"], ["DS", "KA"], ["KA"]])]
            self.cells_replaced(role, at, holders, self.r.choice([self.supplier, self.supplier, right, self.any_entity()]),
                                at + self.r.choice([SECOND, HOUR, DAY]))
            if self.chance(0.3):
                row = self.p.rows["srv-audit"][-1]
                self.p.add("srv-audit", **{**row, "response_code": "I0", "responded_at": iso(at + self.r.choice([2, 30]) * HOUR)})
        if self.chance(0.5):
            self.random_snapshot(at=self.commissioned + self.r.choice([2 * HOUR, DAY, 2 * DAY + 2 * HOUR]), wrong=0.3)

    def certificate_text(self, certificate):
        """As it stands in a document; of a few it is taken out."""
        text = base64.b64encode(certificate).decode()
        return text if self.chance(0.93) else self.r.choice(["", " ", "<!-- removed -->", "REDACTED", text[:40]])

    def certificates_placed(self):
        """R4.3: requests that are known to have sent certificates, of which the log tells no more than the outcome, and
        looks between them."""
        seen = self.commissioned + self.r.choice([1, 3]) * DAY
        if self.chance(0.6):
            self.random_snapshot(at=seen, wrong=self.r.choice([0.0, 0.7]))
        for _ in range(self.r.choice([1, 1, 2, 3])):
            srv, role = self.r.choice([("6.15.1", "NetworkOperator")] * 4 + [
                ("6.21", "NetworkOperator"), ("6.15.1", "Supplier"), ("6.21", "Supplier"), ("6.23", "Supplier")])
            right = self.operator if role == "NetworkOperator" else self.supplier
            sender = self.r.choice([self.supplier, self.supplier, right, self.any_entity()])
            request_id, at = self.request_id(sender, seen + self.r.choice([-DAY, -HOUR, 0, HOUR, DAY]))
            holder = self.r.choice([right, right, right, self.any_entity()])
            usages = self.r.choice([["DS", "KA"]] * 3 + [["DS", "KA", "TOP UP"], ["KA"]])
            certificates = {usage: self.certificate_text(
                device_certificate(self.device, usage, at - DAY, self.r.randint(1, 9)) if self.chance(0.04) else
                organisation_certificate(self.r.choice([holder] * 8 + [self.any_entity(), ""]), usage, at - DAY,
                                         self.r.choice(names.GOOD_KEYS)))
                for usage in usages}
            self.p.documents.append(request(request_id, srv, replacing(srv, role, certificates), self.r.choice("445")))
            row = dict(device_id=self.device, srv=srv, user_id=sender, requested_at=iso(at), request_id=request_id,
                       remote_party_role=self.r.choice([role, role, ""]))
            if self.chance(0.1):
                row["execution_at"] = iso(at + self.r.choice([HOUR, DAY]))
            self.answer(row, at, self.r.choice("good good good good timeout silent none bad".split()))

    def certificates_sent(self):
        """R4.2: certificates that 6.15.2 requests sent, and looks that show no more than serials."""
        shown = []
        for usage in self.r.sample(["DS", "KA"], self.r.randint(1, 2)):
            serial = self.r.randint(1, 10**9)
            request_id, at = self.request_id(self.supplier, self.commissioned + self.r.choice([HOUR, DAY]))
            text = self.certificate_text(device_certificate(self.device, usage, at - HOUR, serial))
            body = (f"<sr:UpdateSecurityCredentialsDevice><sr:DeviceCertificate>{text}</sr:DeviceCertificate>"
                    "</sr:UpdateSecurityCredentialsDevice>")
            self.p.documents.append(request(request_id, "6.15.2", body))
            if self.chance(0.7):
                payload = number(self.r.choice([0, 0, 0, 4]))
                counter = int(request_id.split(":")[2])
                self.p.documents.append(response(request_id, "6.15.2", at + self.r.choice([SECOND, DAY]), gbcs(
                    self.device, self.supplier, counter, 0x000B, payload, False)))
            shown.append(dict(key_usage=usage, **self.r.choice([dict(serial=str(serial)), dict(serial="1"), dict(
                key_id=f"{serial:016X}"), dict(serial=str(serial), not_before=iso(self.commissioned - 90 * DAY))])))
        if self.chance(0.8):
            self.p.snapshots.append(dict(device_id=self.device, taken_at=iso(self.commissioned + self.r.choice([2, 3]) * DAY),
                                         source="6.24.2", answered=True, cells=[], device_certificates=shown))
