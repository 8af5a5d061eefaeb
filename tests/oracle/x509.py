"""Just enough DER to read from a certificate whose it is, of which usage, and from when on it is valid."""
import base64
import re

from fields import utc

KEY_USAGE, KEY_ID, ALTERNATIVE_NAME = "551d0f", "551d0e", "551d11"
HARDWARE_MODULE_NAME, UNIQUE_IDENTIFIER = "2b06010505070804", "55042d"


def elements(data):
    """(tag, content) of each element of a DER string."""
    while data:
        length, begin = data[1], 2
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[2:begin], "big")
        yield data[0], data[begin:begin + length]
        data = data[begin + length:]


def time_of(tag, text):
    digits = text.decode()
    digits = digits if tag == 0x18 else ("20" if digits[:2] < "50" else "19") + digits
    return utc(*(int(digits[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))))


def hardware_serial(names):
    """The Entity Identifier in the hardware module name of a subject alternative name, or None."""
    for tag, name in elements(next(elements(names))[1]):
        parts = list(elements(name))
        if tag == 0xA0 and parts[0][1].hex() == HARDWARE_MODULE_NAME:
            octets = list(elements(next(elements(parts[1][1]))[1]))[1][1]
            return "-".join(f"{b:02X}" for b in octets)
    return None


def certificate_for_a_cell(der):
    """(Entity Identifier of an organisation, or of a Device, or None; key identifier) of a certificate."""
    fields = list(elements(next(elements(next(elements(der))[1]))[1]))
    holder, found = None, extensions(fields)
    for _, names in elements(fields[5][1]):
        for _, pair in elements(names):
            (_, oid), (_, value) = elements(pair)
            if oid.hex() == UNIQUE_IDENTIFIER:
                holder = "-".join(f"{b:02X}" for b in value[1:])
    if ALTERNATIVE_NAME in found:
        holder = hardware_serial(found[ALTERNATIVE_NAME])
    return holder, next(elements(found[KEY_ID]))[1].hex().upper()[:16]


def extensions(fields):
    """Object identifier (hexadecimal) -> the value of the extension."""
    found = {}
    for tag, content in fields:
        if tag == 0xA3:
            for _, extension in elements(next(elements(content))[1]):
                parts = list(elements(extension))
                found[parts[0][1].hex()] = parts[-1][1]
    return found


def device_certificate(der):
    """(device, key usage, not_before, serial, key identifier); the device is None for another sort of certificate."""
    fields = list(elements(next(elements(next(elements(der))[1]))[1]))
    serial, validity = fields[1][1], list(elements(fields[4][1]))
    found = extensions(fields)
    device = hardware_serial(found[ALTERNATIVE_NAME]) if ALTERNATIVE_NAME in found else None
    bits = next(elements(found[KEY_USAGE]))[1][1] if KEY_USAGE in found else 0
    usage = "DigitalSignature" if bits & 0x80 else "KeyAgreement" if bits & 0x08 else ""
    key_id = next(elements(found[KEY_ID]))[1].hex().upper()[:16] if KEY_ID in found else ""
    return device, usage, time_of(*validity[0]), str(int.from_bytes(serial, "big")), key_id


def device_certificates(data):
    """Those of a PEM file."""
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----(.*?)-----END", data, re.S)
    found = [device_certificate(base64.b64decode(block)) for block in blocks]
    return [c for c in found if c[0]]
