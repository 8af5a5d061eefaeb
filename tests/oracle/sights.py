"""What was seen of a Device of a random population: certificate snapshots, DSP checks, issued certificates."""
import base64

import names
from fields import DAY, HOUR, SECOND, iso
from names import GOOD_KEYS


class Sights:
    """Looks and checks."""

    def check(self, kind, result):
        self.p.add("dsp-checks", device_id=self.device, checked_at=iso(self.at()), check=kind, result=result)

    def random_check(self):
        self.check(self.r.choice(["communicating", "recovery-cell"]), self.r.choice(["pass", "fail", "fail", ""]))

    def random_snapshot(self, at=None, wrong=0.35):
        at = self.at() if at is None else at
        cells, certificates = [], []

        def cell(role, usage, subject, cell_usage="management", key_id=""):
            if self.chance(0.1):
                return
            if self.chance(wrong):
                subject = "" if self.chance(0.1) else self.any_entity()
            status = "ok" if self.chance(0.95) else "trustAnchorNotFound"
            cells.append(dict(role=role, key_usage=usage, cell_usage=cell_usage, subject_id=subject, key_id=key_id,
                              status=status))
        supplier = self.winner if at >= self.cos_at and self.chance(0.6) else self.supplier
        for usage in ("DigitalSignature", "KeyAgreement"):
            if self.chance(0.8):
                cell("NetworkOperator", usage, self.operator)
            if self.chance(0.5):
                cell("Supplier", usage, supplier)
            if self.chance(0.8):
                certificates.append(self.certificate(usage, wrong))
        if self.chance(0.3):
            cell("Supplier", "KeyAgreement", supplier, "prePaymentTopUp")
        if self.chance(0.5):
            cell("Recovery", "DigitalSignature", names.RECOVERY_ENTITY, key_id=self.r.choice(GOOD_KEYS + [names.BAD_KEY, ""]))
        look = dict(device_id=self.device, taken_at=iso(at), source=self.r.choice(["6.24.1", "6.24.1", "6.24.2"]),
                    answered=self.chance(0.93), cells=cells, device_certificates=certificates)
        if self.chance(0.15):
            self.in_pieces(look)
        else:
            self.p.snapshots.append(look)
        return look

    def in_pieces(self, look):
        """One look told in two objects: each has some of it, now and then they contradict each other."""
        for half in (0, 1):
            piece = dict(look, cells=look["cells"][half::2], device_certificates=look["device_certificates"][half::2])
            if piece["cells"] and self.chance(0.1):
                piece["cells"] = piece["cells"] + [dict(piece["cells"][0], subject_id=self.any_entity())]
            if self.chance(0.1):
                piece["answered"] = False
            self.p.snapshots.append(piece)

    def seen_again(self):
        """Looks that repeat, with fewer or other fields, what the one before showed, and requests among them."""
        look = self.random_snapshot(at=self.commissioned + self.r.choice([0, 1, 2]) * DAY, wrong=self.r.choice([0.1, 0.6]))
        with_keys = self.chance(0.4)
        for c in look["cells"] if with_keys else ():
            c["key_id"] = c["key_id"] or self.r.choice(GOOD_KEYS)
        for days in self.r.sample([3, 4, 6, 8, 11], self.r.randint(1, 3)):
            at = self.commissioned + days * DAY
            again = dict(look, taken_at=iso(at), cells=[dict(c) for c in look["cells"] if self.chance(0.8)],
                         device_certificates=[dict(c) for c in look["device_certificates"] if self.chance(0.8)])
            for c in again["device_certificates"]:
                for name in ("serial", "not_before", "subject_id"):
                    if self.chance(0.25):
                        c.pop(name, None)
                if self.chance(0.15):
                    c["serial"] = "77"
            for c in again["cells"]:
                if self.chance(0.1):
                    c["key_id"] = self.r.choice(GOOD_KEYS)
                if self.chance(0.1):
                    c["subject_id"] = self.any_entity()
                if with_keys and self.chance(0.4):
                    c["subject_id"] = ""  # its key tells that it is the same
            self.p.snapshots.append(again)
            if self.chance(0.5):
                srv = self.r.choice(["6.15.2", "6.15.1", "6.23"])
                base, requested = self.request(srv, at=at + self.r.choice([-DAY, -HOUR, -1, 0, HOUR]),
                                               remote_party_role="" if srv != "6.15.1" else "NetworkOperator")
                self.answer(base, requested, self.r.choice("good good none timeout bad".split()))

    def certificate(self, usage, wrong):
        out = dict(key_usage=usage, subject_id=self.device, serial=str(self.r.randint(1, 10**12)))
        out["not_before"] = iso(self.commissioned + self.r.choice([-DAY, 0, HOUR, 2 * DAY]))
        if self.chance(wrong):
            change = self.r.choice(["old", "old", "first life", "just old", "blank", "other", "no subject", "no serial"])
            if change in ("old", "first life"):
                out["not_before"] = iso(self.commissioned - (400 if change == "old" else 299) * DAY)
            elif change == "just old":
                out["not_before"] = iso(self.commissioned - DAY - 1)
            elif change == "blank":
                del out["not_before"]
            elif change == "other":
                out["subject_id"] = self.other
            else:
                del out["subject_id" if change == "no subject" else "serial"]
        return out

    def issued_certificates(self):
        """X.509 files of certificates that were issued for the Device."""
        for usage in self.r.choice([["DS"], ["KA"], ["DS", "KA"]]):
            since = self.commissioned + self.r.choice([-400 * DAY, -DAY - SECOND, -DAY, 0, HOUR, 3 * DAY])
            self.p.pems.append(pem(self.device, usage, since, self.r.randint(1, 10**9)))


# --- just enough DER to write certificates; nobody verifies their signatures

def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + length + content


def extension(oid, value):
    return der(0x30, der(0x06, bytes.fromhex(oid)), der(0x04, value))


def certificate(subject, usage, since, serial, key_id, *more):
    """`more`: further extensions"""
    name = der(0x30, der(0x31, der(0x30, der(0x06, bytes.fromhex("550403")), der(0x0C, b"I1"))))
    ecdsa = der(0x30, der(0x06, bytes.fromhex("2a8648ce3d040302")))
    key = der(0x30, der(0x30, der(0x06, bytes.fromhex("2a8648ce3d0201")), der(0x06, bytes.fromhex("2a8648ce3d030107"))),
              der(0x03, b"\0" + bytes.fromhex(POINT)))
    validity = der(0x30, der(0x18, iso(since)[:19].replace("-", "").replace(":", "").replace("T", "").encode() + b"Z"),
                   der(0x18, b"20991231235959Z"))
    bits = der(0x03, bytes([7, 0x80] if usage == "DS" else [3, 0x08]))
    body = der(0x30, der(0xA0, der(0x02, b"\x02")), der(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big")), ecdsa, name, validity,
               subject, key, der(0xA3, der(0x30, extension("551d0f", bits), extension("551d0e", der(0x04, key_id)), *more)))
    signature = der(0x03, b"\0" + der(0x30, der(0x02, b"\1"), der(0x02, b"\1")))
    return der(0x30, body, ecdsa, signature)


def device_certificate(device, usage, since, serial):
    module = der(0x30, der(0x06, bytes.fromhex("2a0304")), der(0x04, bytes.fromhex(device.replace("-", ""))))
    alternative = der(0x30, der(0xA0, der(0x06, bytes.fromhex("2b06010505070804")), der(0xA0, module)))
    return certificate(der(0x30), usage, since, serial, serial.to_bytes(8, "big"), extension("551d11", alternative))


def organisation_certificate(entity, usage, since, key_id):
    holder = der(0x03, b"\0" + bytes.fromhex(entity.replace("-", "")))
    subject = der(0x30, der(0x31, der(0x30, der(0x06, bytes.fromhex("55042d")), holder))) if entity else der(0x30)
    return certificate(subject, usage, since, 1, bytes.fromhex(key_id))


def pem(device, usage, since, serial):
    text = base64.b64encode(device_certificate(device, usage, since, serial)).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


POINT = ("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")  # the base point of P-256
