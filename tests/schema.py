#!/usr/bin/env python3
"""Holds JSON Lines against a schema, and the schema against them.

schema.py SCHEMA FILE...: every line is valid, and says nothing that the schema does not describe: users are told to pass
over what they do not know, but here every key has to be written down.
"""
import json
import sys

import jsonschema


def close(node):
    """Nothing is allowed but what is described."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node and "allOf" not in node:
            node["additionalProperties"] = False
        for value in node.values():
            close(value)
    elif isinstance(node, list):
        for value in node:
            close(value)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    close(schema)
    check = jsonschema.Draft202012Validator(schema)
    faults = lines = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                lines += 1
                for fault in check.iter_errors(json.loads(line)):
                    faults += 1
                    print(f"{name}:{number}: {'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}")
    if lines == 0:
        sys.exit("nothing to check")
    sys.exit(1 if faults else 0)


main()
