"""Requests made from the descriptions of endpoints: every parameter that is described, with its example."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.openapi.addresses import addresses
from apps.plugin_api.descriptions import DESCRIPTIONS, Described, Parameter, Schema, discover

#: Addresses of SDKs are another road, without members; pages of the description take nothing.
NOT_OF_MEMBERS = re.compile(r"/(i|i/bulk|i/sdk|o/sdk|api/.*)(\?|$)")
#: Names of parameters that say which thing is meant.
NAMES_A_THING = re.compile(
    r".*id|.*ids|.*Id|token|apps|app|notes_apps|selected_app|crashes|group|message|widgets|collection|omit_list|update_status"
)
NAMES_AN_APPLICATION = re.compile(r"app_ids?|apps?|notes_apps|selected_app")
#: For what is required and has no example.
DEFAULTS: dict[Any, Any] = {"string": "x", "integer": 1, "number": 1, "boolean": True, "object": {}, "array": []}
Choose = Callable[[str], Any]  # a value for the parameter of that name, or None: its example


def endpoints() -> Iterator[tuple[str, Described]]:
    discover()
    for address in addresses():
        described = DESCRIPTIONS.get(address.path)
        if described is not None and not NOT_OF_MEMBERS.match(address.path):
            yield address.path, described


def request(path: str, described: Described, choose: Choose) -> tuple[str, dict[str, Any]]:
    """An address and parameters, those in JSON as objects or JSON text."""
    address, _, query = path.partition("?")
    sent = {
        one.name: _value(one.name, one.schema, one.example, choose, one.is_required) for one in described.parameters
    }
    sent |= {
        one.name: json.dumps(sent[one.name])
        for one in described.parameters
        if one.is_json and isinstance(sent[one.name], str)
    }
    if described.below is not None:
        address += f"/{_value(described.below.name, described.below.schema, described.below.example, choose)}"
    if query:
        name, _, value = query.partition("=")
        sent[name] = value
    return address, {name: value for name, value in sent.items() if value is not None}


def as_form(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What is no text is JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}


def parameters_of(described: Described) -> list[Parameter]:
    return [*described.parameters, *([described.below] if described.below else [])]


def names_of(described: Described) -> set[str]:
    """Of the parameters, and of the fields of those that are objects."""
    return {name for one in parameters_of(described) for name in _names(one.name, one.schema)}


def _names(name: str, schema: Schema) -> Iterator[str]:
    yield name
    inner = schema.get("items", schema)
    for field, about in inner.get("properties", {}).items():
        yield from _names(field, about)


def _value(name: str, schema: Schema, example: Any, choose: Choose, is_required: bool = False) -> Any:
    chosen = choose(name)
    kind = schema.get("type")
    if name == "method" and chosen is None and schema.get("enum"):
        return schema["enum"][0]
    if kind == "array" and isinstance(chosen, str):
        return [chosen]
    if chosen is not None:
        return chosen
    if schema.get("properties"):
        needed = schema.get("required", ())
        made = {
            field: _value(field, about, next(iter(about.get("examples", ())), None), choose, field in needed)
            for field, about in schema["properties"].items()
        }
        return {**(example if isinstance(example, dict) else {}), **{k: v for k, v in made.items() if v is not None}}
    if kind == "array" and schema.get("items", {}).get("properties"):
        return [_value(name, schema["items"], None, choose)]
    if kind == "object" and name in ("args", "data") and (thing := choose("_id")) is not None:
        return {**(example if isinstance(example, dict) else {}), "_id": thing, str(thing): True}
    if example is None and is_required:
        return next(iter(schema.get("enum", ())), DEFAULTS.get(kind))
    return example
