"""The schema of a value, read off an example. Pure."""

from typing import Any

Schema = dict[str, Any]
RETURNED_AS_SENT = "sEcho"  # of tables: a number or a text


def schema_of(example: Any) -> Schema:
    """Names that the example has are described, further ones allowed; None says nothing of the type."""
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int | float):
        return {"type": "number"}
    if isinstance(example, str):
        return {"type": "string"}
    if isinstance(example, dict):
        return {"type": "object", "properties": {name: _of_field(name, value) for name, value in example.items()}}
    if isinstance(example, list):
        return {"type": "array", "items": _any_of([schema_of(item) for item in example])}
    return {}


def _of_field(name: str, value: Any) -> Schema:
    return {} if name == RETURNED_AS_SENT else schema_of(value)


def _any_of(schemas: list[Schema]) -> Schema:
    different = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    if len(different) < 2:
        return different[0] if different else {}
    if all(schema.get("type") == "object" for schema in different):
        names = {name: None for schema in different for name in schema["properties"]}
        merged = {
            name: _any_of([schema["properties"][name] for schema in different if name in schema["properties"]])
            for name in names
        }
        return {"type": "object", "properties": merged}
    return {"anyOf": different}
