"""Validates JSON against JSON Schemas with the package jsonschema.

Reads one JSON object a line, `{"schema": text, "instance": text}`, and answers each with
`{"faults": [text]}`. A schema that is no schema of the draft 2020-12 ends the run.
"""
import json
import sys

import jsonschema

validators = {}
for line in sys.stdin:
    question = json.loads(line)
    text = question["schema"]
    if text not in validators:
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[text] = jsonschema.Draft202012Validator(schema)
    faults = validators[text].iter_errors(json.loads(question["instance"]))
    print(json.dumps({"faults": [f"{fault.json_path}: {fault.message}"[:500] for fault in faults]}))
