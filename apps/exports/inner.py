"""Asks an address of the read API from inside the server, as a client with those parameters would from outside."""

import html
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from apps.core import json_text
from apps.core.api_view import Refusal
from apps.exports.rows import jsonable

#: Only reading, and no export of an export.
READING, EXPORTS = "/o", "/o/export"


def ask(path: str, parameters: Mapping[str, Any], client_address: str) -> Any:
    """The JSON of the answer, with texts as they are stored. Raises Refusal with what the address refuses with.

    The parameters carry the credentials: what whoever exports may do is none of the address's business.
    """
    match = resolved(path)
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.META = {"QUERY_STRING": urlencode(_texts(parameters)), "REMOTE_ADDR": client_address}
    answer = match.func(request, *match.args, **match.kwargs)
    return _content(answer)


def resolved(path: str) -> ResolverMatch:
    """Raises Refusal for what cannot be asked, such as an address with a query of its own."""
    is_read = path == READING or path.startswith(f"{READING}/")
    if not is_read or path.startswith(EXPORTS) or "?" in path:
        raise Refusal(400, 'Invalid parameter "path"')
    try:
        return resolve(path)
    except Resolver404 as error:
        raise Refusal(400, "Invalid path") from error


def found_at(value: Any, path: str) -> Any:
    """The part of the answer that a dotted path leads to; None where it leads nowhere."""
    for name in path.split(".") if path else []:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else orjson.dumps(jsonable(value)).decode()
        for name, value in parameters.items()
    }


def _content(answer: HttpResponse) -> Any:
    if answer.streaming:
        answer.close()
        raise Refusal(400, "The answer of this path is a file already")
    try:
        value = json_text.parse(answer.content)
    except ValueError as error:
        raise Refusal(400, "The answer of this path cannot be exported") from error
    if answer.status_code != 200:
        raise Refusal(answer.status_code, value.get("result", value) if isinstance(value, dict) else value)
    return _unescaped(value)


def _unescaped(value: Any) -> Any:
    """Answers are escaped for pages; a file is none."""
    if isinstance(value, str):
        return html.unescape(value) if "&" in value else value
    if isinstance(value, dict):
        return {html.unescape(name): _unescaped(item) for name, item in value.items()}
    return [_unescaped(item) for item in value] if isinstance(value, list) else value
