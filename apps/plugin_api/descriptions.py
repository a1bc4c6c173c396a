"""What each endpoint does, takes and answers, said beside it in `descriptions.py` of its room or plugin.

The description of the API is made from this (docs/architecture.md, "The description of the API"). Nothing here is read
before somebody asks for that description. Texts may use Markdown.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.plugin_api.registry import Registry

Schema = Mapping[str, Any]  # JSON Schema 2020-12


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    about: str
    schema: Schema
    is_required: bool = False
    example: Any = None
    is_json: bool = False  # JSON, as text where it stands in a query or a form
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """`answer` is an example of what is answered with status 200; its schema is read off it unless one is given."""

    tag: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    about: str = ""
    answer: Any = None
    schema: Schema | None = None
    errors: Mapping[int, Sequence[str]] = field(default_factory=dict)  # status -> sentences in `result`
    verbs: tuple[str, ...] = ()  # () means: POST below /i, GET elsewhere. Every endpoint takes both
    media_type: str = "application/json"  # of the answer
    below: Parameter | None = None  # what follows the address as a further part of the path
    is_for_sdks: bool = False  # names an application by its key instead of a member


DESCRIPTIONS: Registry[Described] = Registry("description")


_describing = ""  # the plugin whose descriptions are being read
_lock = threading.Lock()


def describe(address: str, tag: str, summary: str, *parameters: Parameter, **more: Any) -> None:
    """`address` as it is called: "/i/apps/create", or "/o?method=users" for a method of /o. `more`: of Described."""
    DESCRIPTIONS.register(address, Described(tag, summary, parameters, **more), plugin=_describing)


def discover() -> None:
    """Reads the descriptions of all rooms and plugins, once."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "descriptions"):
            with _lock, described_by(getattr(config, "plugin", "")):
                import_module(f"{config.name}.descriptions")


@contextmanager
def described_by(plugin: str) -> Iterator[None]:
    global _describing
    _describing = plugin
    try:
        yield
    finally:
        _describing = ""


# One line per parameter ------------------------------------------------------------------
def text(name: str, about: str, **more: Any) -> Parameter:
    return _parameter(name, about, {"type": "string"}, more)


def choice(name: str, about: str, values: Sequence[str], **more: Any) -> Parameter:
    return _parameter(name, about, {"type": "string", "enum": list(values)}, more)


def integer(name: str, about: str, **more: Any) -> Parameter:
    return _parameter(name, about, {"type": "integer"}, more)


def number(name: str, about: str, **more: Any) -> Parameter:
    return _parameter(name, about, {"type": "number"}, more)


def flag(name: str, about: str, **more: Any) -> Parameter:
    return _parameter(name, about, {"type": "boolean"}, more)


def json(name: str, about: str, schema: Schema, **more: Any) -> Parameter:
    return Parameter(name, about, schema, is_json=True, **_renamed(more))


def file(name: str, about: str, **more: Any) -> Parameter:
    return Parameter(name, about, {"type": "string", "format": "binary"}, is_file=True, **_renamed(more))


def args(*fields: Parameter, about: str = "What to create or change.") -> Parameter:
    """The JSON object in which the management API takes its fields."""
    return json("args", about, object_of(*fields), required=True)


def app_id(*, required: bool = True, about: str = "The application.") -> Parameter:
    schema = {"type": "string", "minLength": 24, "maxLength": 24}
    return Parameter("app_id", about, schema, required, "5f8c6f2e1b2c3d4e5f607182")


def table_parameters(*columns: str, length: int = 10) -> tuple[Parameter, ...]:
    """Of the endpoints that answer pages of a table."""
    return (
        integer("iDisplayStart", "Rows to skip.", example=0),
        integer("iDisplayLength", "Rows of the page.", example=length),
        text("sSearch", "Only rows that contain this text."),
        integer("iSortCol_0", "Number of the column to sort by: " + ", ".join(columns) + ".", example=0),
        choice("sSortDir_0", "Direction.", ["asc", "desc"]),
        integer("sEcho", "Returned as it came.", example=1),
    )


# Schemas ------------------------------------------------------------------
ANYTHING: Schema = {}
NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}


def object_of(*fields: Parameter) -> Schema:
    required = [one.name for one in fields if one.is_required]
    properties = {one.name: {**one.schema, "description": one.about, **_example(one)} for one in fields}
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def map_of(values: Schema) -> Schema:
    """An object with names that data decides."""
    return {"type": "object", "additionalProperties": values}


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _parameter(name: str, about: str, schema: Schema, more: Mapping[str, Any]) -> Parameter:
    return Parameter(name, about, schema, **_renamed(more))


def _renamed(more: Mapping[str, Any]) -> dict[str, Any]:
    """`required` reads better in a line of a description, `is_required` in code."""
    return {"is_required" if name == "required" else name: value for name, value in more.items()}


def _example(parameter: Parameter) -> dict[str, Any]:
    return {} if parameter.example is None else {"examples": [parameter.example]}
