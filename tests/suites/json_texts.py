#!/usr/bin/env python3
"""JSONTestSuite: json_texts.py FOLDER, its test_parsing. Each text stands as a member that no reader knows, within a Device of a
certificate snapshot: one that is JSON must not cost the Device, one that is not must not pass."""
import os
import sys
import tempfile

from common import Tally, check

# JSON by the grammar, but no two readers take the same from a name given twice or from a NUL in a text.
REFUSED = ("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json", "y_object_escaped_null_in_key.json",
           "y_string_null_escape.json")
DEVICE = (b'{"device_id":"00-DB-5A-CF-00-00-00-%02d","taken_at":"2021-09-04T02:00:00Z","source":"6.24.1","answered":true,'
          b'"cells":[],"device_certificates":[],"note":%s}')


def main(folder):
    tally = Tally("JSONTestSuite")
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "certificates.json")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as f:
                text = f.read()
            with open(path, "wb") as f:
                f.write(b"[" + DEVICE % (1, text) + b",\n" + DEVICE % (2, b"null") + b"]\n")
            event = check(path, "--kind=certificates")
            whole = event.get("rows") == 2 and event["rejected"] == 0
            kind = "refused on purpose" if name in REFUSED else {"y": "JSON", "n": "not JSON", "i": "either"}[name[0]]
            tally.count(kind, name, kind == "either" or whole == (kind == "JSON"))
            with open(path, "wb") as f:
                f.write(text)
            check(path, "--kind=certificates")
    tally.end()


if __name__ == "__main__":
    main(sys.argv[1])
