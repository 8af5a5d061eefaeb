#!/usr/bin/env python3
"""The XML conformance suite of the W3C: xml_documents.py FOLDER, its xmlconf. A document without a DOCTYPE stands within the
body of a DUIS response: a well-formed one must not cost the response, another must not pass. A DOCTYPE is refused.

What is wrong only with a whole document (text after its element, its declaration) may stand within another; Python's expat tells."""
import os
import re
import sys
import tempfile
from xml.parsers import expat

from common import SAMPLES, Tally, check

WITHIN = b"<sr:Body>"


def documents(folder):
    for path, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            full = os.path.join(path, name)
            parts = os.path.relpath(full, folder).split(os.sep)
            kind = next((k for k in ("not-wf", "invalid", "valid") if any(p.startswith(k) for p in parts)), "errata")
            if name.endswith(".xml") and "out" not in parts:
                with open(full, "rb") as f:
                    yield os.path.join(*parts), kind, f.read()


def first_response():
    with open(os.path.join(SAMPLES, "duis", "tidewell-responses.xml"), "rb") as f:
        text = f.read()
    return text[:text.index(b"</sr:Response>") + len(b"</sr:Response>")]


def well_formed(text):
    try:
        expat.ParserCreate().Parse(text, True)
        return True
    except expat.ExpatError:
        return False


def main(folder):
    tally, response = Tally("XML conformance suite"), first_response()
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "responses.xml")

        def rows(text):
            with open(path, "wb") as f:
                f.write(text)
            event = check(path, "--kind=duis")
            return event.get("rows", 0) - event.get("rejected", 0)

        assert rows(response) == 1
        for name, kind, text in documents(folder):
            tally.count("alone, no response", name, rows(text) == 0)
            if b"<!DOCTYPE" in text:
                cut = text.find(b"<!DOCTYPE")
                tally.count("with a DOCTYPE, refused", name, rows(text[cut:] + response) == 0)
            elif kind in ("not-wf", "valid") and not text.startswith((b"\xfe\xff", b"\xff\xfe", b"\x00")):
                element = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", text)
                whole = response.replace(WITHIN, WITHIN + element, 1)
                good = well_formed(whole)
                tally.count("within, well-formed" if good else "within, not", name, rows(whole) == int(good))
    tally.end()


if __name__ == "__main__":
    main(sys.argv[1])
