"""A strict reader of the bank's reduced description: unknown fields, wrong types and long texts are all said."""

import json
from pathlib import Path
from typing import Any

METHODS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "tbank_schema.json").read_text(encoding="utf-8")
)
# How a method whose description has a list alone says no.
REFUSAL = METHODS["AddCustomer"]["responses"][0]
TYPES = {"string": str, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def defects(value: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    """Everything in the value that the description does not allow, in words."""
    kinds = schema.get("type", [])
    if kinds and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return [f"{path}: {value!r} is not {kinds}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if "maxLength" in schema and len(str(value)) > schema["maxLength"]:
        found.append(f"{path}: longer than {schema['maxLength']}")
    if isinstance(value, dict):
        found += _of_object(value, schema, path)
    if isinstance(value, list):
        for place, item in enumerate(value):
            found += defects(item, schema.get("items", {}), f"{path}[{place}]")
    return found


def answer_defects(method: str, answer: Any) -> list[str]:
    """Of one of the method's answers the best fit; a refusal may leave fields out but never invents or twists them."""
    found = []
    for schema in METHODS[method]["responses"]:
        if isinstance(answer, dict) and not answer.get("Success"):
            schema = {**REFUSAL, **schema, "type": "object", "required": ["Success", "ErrorCode", "Message"]}
        found.append(defects(answer, schema))
    return min(found, key=len)


def _of_object(value: dict[str, Any], schema: dict[str, Any], path: str) -> list[str]:
    found = [f"{path}: no {name}" for name in schema.get("required", []) if name not in value]
    properties = schema.get("properties", {})
    for name, inner in value.items():
        if name in properties:
            found += defects(inner, properties[name], f"{path}.{name}")
        elif "additionalProperties" in schema:
            found += defects(inner, schema["additionalProperties"], f"{path}.{name}")
        else:
            found.append(f"{path}: unknown {name}")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])
