"""From what a room says of its endpoint to an operation of OpenAPI 3.1. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from apps.accounts import callers
from apps.openapi.addresses import Address
from apps.openapi.schemas import schema_of
from apps.plugin_api.descriptions import Described, Parameter, object_of

Json = dict[str, Any]

CREDENTIALS = ("api_key", "auth_token", "countly_token")
FORMS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data")
SECURITY_SCHEMES: Json = {
    "api_key": {"type": "apiKey", "in": "query", "name": "api_key", "description": "The API key of a member."},
    "auth_token": {"type": "apiKey", "in": "query", "name": "auth_token", "description": "A token of a member."},
    "countly_token": {"type": "apiKey", "in": "header", "name": "countly-token", "description": "The same, as header."},
    "app_key": {"type": "apiKey", "in": "query", "name": "app_key", "description": "The key of an application."},
}
MESSAGE_SCHEMA: Json = {
    "type": "object",
    "description": "What was done, or why not.",
    "properties": {"result": {"description": "A sentence; some endpoints answer with a list of them."}},
    "required": ["result"],
}


def operation_of(address: Address, described: Described, verb: str) -> Json:
    operation: Json = {
        "operationId": operation_id(address.path) + ("" if verb == verbs_of(address, described)[0] else f"_{verb}"),
        "tags": [described.tag],
        "summary": described.summary,
        "description": _about(address, described),
        "security": _security(address, described),
        "responses": _responses(address, described),
    }
    below = [_in_path(described.below)] if described.below else []
    if verb == "get":
        operation["parameters"] = [*below, *(_in_query(one) for one in described.parameters)]
    elif below:
        operation["parameters"] = below
    if verb != "get" and described.parameters:
        operation["requestBody"] = _body(address, described)
    return {name: value for name, value in operation.items() if value not in ("", [])} | {
        "security": operation["security"]
    }


def body_schema_of(described: Described) -> Json:
    """What a request holds in its body, in whatever form. It stands under the operation's id in the components."""
    return dict(object_of(*described.parameters))


def path_of(address: Address, described: Described) -> str:
    return f"{address.path}/{{{described.below.name}}}" if described.below else address.path


def verbs_of(address: Address, described: Described) -> tuple[str, ...]:
    return described.verbs or (("post",) if re.match(r"/i(/|\?|$)", address.path) else ("get",))


def operation_id(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_")


def _about(address: Address, described: Described) -> str:
    who = address.rule.__doc__ if address.rule is not None else ""
    return "\n\n".join(part for part in (described.about, f"May be called by: {who}" if who else "") if part)


def _security(address: Address, described: Described) -> list[Json]:
    if described.is_for_sdks:
        return [{"app_key": []}]
    return [{name: []} for name in CREDENTIALS] if address.rule is not None else []


# What goes in ------------------------------------------------------------------
def _in_query(parameter: Parameter) -> Json:
    shown: Json = {"name": parameter.name, "in": "query", "description": parameter.about}
    if parameter.is_required:
        shown["required"] = True
    schema = dict(parameter.schema)
    if parameter.example is not None:
        schema["examples"] = [parameter.example]
    return shown | ({"content": {"application/json": {"schema": schema}}} if parameter.is_json else {"schema": schema})


def _in_path(parameter: Parameter) -> Json:
    return {**_in_query(parameter), "in": "path", "required": True}


def _body(address: Address, described: Described) -> Json:
    schema = {"$ref": f"#/components/schemas/{operation_id(address.path)}"}
    encoding = {one.name: {"contentType": "application/json"} for one in described.parameters if one.is_json}
    has_files = any(one.is_file for one in described.parameters)
    content: Json = {}
    for form in FORMS[2:] if has_files else FORMS:
        content[form] = {"schema": schema}
        if encoding and form != "application/json":
            content[form]["encoding"] = encoding
    return {"required": any(one.is_required for one in described.parameters), "content": content}


# What comes out ------------------------------------------------------------------
def _responses(address: Address, described: Described) -> Json:
    schema = described.schema if described.schema is not None else schema_of(described.answer)
    shown: Json = {"schema": dict(schema)}
    if described.answer is not None:
        shown["example"] = described.answer
    responses: Json = {"200": {"description": "The answer.", "content": {described.media_type: shown}}}
    for status, sentences in sorted(_errors(address, described).items()):
        responses[str(status)] = {
            "description": "; ".join(sentences),
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/Message"},
                    "examples": {
                        operation_id(sentence) or "message": {"value": {"result": sentence}} for sentence in sentences
                    },
                }
            },
        }
    return responses


def _errors(address: Address, described: Described) -> Mapping[int, list[str]]:
    errors: dict[int, list[str]] = {status: list(sentences) for status, sentences in described.errors.items()}
    takes_application = any(one.name == "app_id" for one in described.parameters)
    if takes_application:
        errors.setdefault(400, []).append('Invalid parameter "app_id"')
    if address.rule is not None:
        errors.setdefault(400, []).extend(['Missing parameter "api_key" or "auth_token"', "Token not valid"])
        refused = errors.setdefault(401, [])
        refused.append("User does not exist")
        if address.rule is not callers.any_member:
            refused.append(callers.NO_RIGHT)
        refused.append("User is locked")
    return errors
