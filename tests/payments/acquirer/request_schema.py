"""Holds a request of ours against the bank's own description of it, reduced to names, types and lengths."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.payments.acquirer.recorder import Heard

METHODS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "tbank_requests.json").read_text(encoding="utf-8")
)
TYPES: dict[str, Any] = {"string": str, "number": int, "boolean": bool, "object": dict}


def faults(heard: Heard) -> list[str]:
    """Everything the description does not allow."""
    described = METHODS[heard.method]
    found = [] if heard.content_type == described["content"] else [f"sent as {heard.content_type}"]
    return found + _faults_of_object(heard.fields, described)


def _faults_of_object(fields: dict[str, Any], described: dict[str, Any]) -> list[str]:
    found = [f"{name} is missing" for name in described["required"] if name not in fields]
    for name, value in fields.items():
        if name not in described["fields"]:
            found.append(f"{name} is unknown")
        else:
            found += [f"{name}: {fault}" for fault in _faults_of_value(value, described["fields"][name])]
    return found


def _faults_of_value(value: Any, described: dict[str, Any]) -> list[str]:
    kind = TYPES[described.get("type", "string")]
    if type(value) is not kind:
        return [f"{value!r} is no {described.get('type', 'string')}"]
    found = []
    if len(str(value)) > described.get("maxLength", 10_000):
        found.append("too long")
    if value not in described.get("enum", [value]):
        found.append(f"{value!r} is not allowed")
    if described.get("format") == "uri" and not urlsplit(value).scheme.startswith("http"):
        found.append(f"{value!r} is no address")
    if described.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        found.append(f"{value!r} has no offset")
    if kind is dict:
        found += _faults_of_object(value, described) + _faults_of_pairs(value, described)
    return found


def _faults_of_pairs(pairs: dict[str, str], described: dict[str, Any]) -> list[str]:
    found = [] if len(pairs) <= described["maxPairs"] else ["too many pairs"]
    # OperationInitiatorType itself has 22 characters where the bank allows keys of 20: a named key may be longer.
    found += [
        f"{key}: key too long" for key in pairs if len(key) > described["keyLength"] and key not in described["fields"]
    ]
    return found + [f"{key}: value too long" for key, value in pairs.items() if len(value) > described["valueLength"]]
