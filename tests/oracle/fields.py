"""Words of one field: instants, identifiers, vocabularies, as the specification of the inputs has them.

Instants are integers, milliseconds since 1970 UTC; what is not given is None (instants, identifiers) or "".
"""
import datetime as dt
import re

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
SECOND, HOUR, DAY = 1000, 3600 * 1000, 24 * 3600 * 1000
BLANKS = {"null", "\\n", "n/a", "-", "(null)", "none"}


class BadRow(Exception):
    """The row cannot be used."""


def blank(text):
    """Words that say nothing are blank."""
    text = (text or "").strip()
    return "" if text.lower() in BLANKS else text


# --- instants

def to_ms(moment):
    return (moment - EPOCH) // dt.timedelta(milliseconds=1)


def utc(year, month, day, hour=0, minute=0, second=0):
    return to_ms(dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.timezone.utc))


def summer_time_change(year, month):
    """01:00 UTC of the last Sunday of the month (March: begins, October: ends)."""
    day = dt.date(year, month, 31)
    day -= dt.timedelta(days=(day.weekday() + 1) % 7)
    return utc(day.year, day.month, day.day, 1)


def summer_time(at):
    year = (EPOCH + dt.timedelta(milliseconds=at)).year
    return summer_time_change(year, 3) <= at < summer_time_change(year, 10)


def from_local(at, zone):
    """An instant whose local reading is given as if it were UTC. Europe/London is the only zone with a clock change."""
    return at - HOUR if zone == "Europe/London" and summer_time(at - HOUR) else at


ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?\s*([Zz]|UTC|[+-]\d\d:?\d\d)?)?$")
BRITISH = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?: (\d\d?):(\d\d)(?::(\d\d))?)?$")


def is_date(text):
    """True for a date without a time of day."""
    return ":" not in text and bool(text.strip())


def instant(text, zone="UTC", date_zone="UTC", end=False):
    """An instant, or None for a blank. `zone` is for a time without zone or offset, `date_zone` for a date alone, which
    as an end is the end of that day."""
    text = blank(text)
    if not text:
        return None
    fraction, offset = None, None
    m = ISO.match(text)
    if m:
        year, month, day, hour, minute, second, fraction, offset = m.groups()
    else:
        m = BRITISH.match(text)
        if not m:
            raise BadRow(f"not an instant: {text!r}")
        day, month, year, hour, minute, second = m.groups()
    try:
        if hour is None:
            date = dt.date(int(year), int(month), int(day)) + dt.timedelta(days=1 if end else 0)
            return from_local(utc(date.year, date.month, date.day), date_zone)
        at = utc(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
    except (ValueError, OverflowError) as e:
        raise BadRow(str(e)) from e
    at += int((fraction or ".0")[1:4].ljust(3, "0"))
    if offset is None:
        return from_local(at, zone)
    if offset.upper() not in ("Z", "UTC"):
        ahead = int(offset[1:3]) * HOUR + int(offset[-2:]) * 60 * SECOND
        at += -ahead if offset[0] == "+" else ahead
    return at


def iso(at):
    if at is None:
        return ""
    moment = EPOCH + dt.timedelta(milliseconds=at)
    fraction = f".{at % 1000:03d}" if at % 1000 else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


# --- identifiers

def eui(text):
    """An Entity Identifier in the form 00-DB-12-34-56-78-90-A0, or None for a blank."""
    digits = re.sub(r"[-:]", "", blank(text)).upper()
    if not digits:
        return None
    if not re.fullmatch(r"[0-9A-F]{16}", digits) or digits == "F" * 16:
        raise BadRow(f"not an EUI-64: {text!r}")
    return "-".join(digits[i:i + 2] for i in range(0, 16, 2))


def party_identifier(text):
    """A party by its Entity Identifier or by its market identifier (three or four letters and digits)."""
    text = blank(text)
    return text.upper() if re.fullmatch(r"[0-9A-Za-z]{3,4}", text) else eui(text)


def key_identifier(text):
    text = re.sub(r"[-:]", "", blank(text)).upper()
    if text and not re.fullmatch(r"[0-9A-F]{16}", text):
        raise BadRow(f"not a key identifier: {text!r}")
    return text


def request_identifier(text):
    """originator:target:counter, or ""; hyphens in the identifiers or not."""
    text = blank(text)
    if not text:
        return ""
    parts = re.fullmatch(r"([0-9A-Fa-f-]+):([0-9A-Fa-f-]+):(\d+)", text)
    if not parts:
        raise BadRow(f"not a RequestID: {text!r}")
    return f"{eui(parts[1])}:{eui(parts[2])}:{int(parts[3])}"


MPAN_PRIMES = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]


def mpan_check_digit(first_twelve):
    return str(sum(int(d) * p for d, p in zip(first_twelve, MPAN_PRIMES)) % 11 % 10)


def mpxn(text):
    text = blank(text).replace(" ", "")
    if text and not re.fullmatch(r"\d{6,10}|\d{13}", text):
        raise BadRow(f"not an MPxN: {text!r}")
    if len(text) == 13 and mpan_check_digit(text[:12]) != text[12]:
        raise BadRow(f"wrong MPAN check digit: {text!r}")
    return text


def same_mpxn(text):
    """R7: MPRNs are compared as numbers."""
    return text.lstrip("0") if len(text) <= 10 else text


# --- vocabularies

def squeeze(text):
    return re.sub(r"[-_\s]", "", text).lower()


def word(text, words, aliases=None):
    """A word of a vocabulary, in the spelling of the vocabulary; "" for a blank."""
    text = blank(text)
    if not text:
        return ""
    for w in words:
        if squeeze(w) == squeeze(text):
            return w
    for alias, w in (aliases or {}).items():
        if squeeze(alias) == squeeze(text):
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
