"""`/i/token/*` and `/o/token/*`: members and their own tokens."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers, endpoint_patterns, tokens
from apps.accounts.actions import Action, Call
from apps.accounts.tokens import Endpoint
from apps.core import json_text
from apps.core.answers import message
from apps.core.api_view import ID_LENGTH, Refusal

MAX_PURPOSE_LENGTH = 1_000
MAX_APPLICATIONS = 1_000


def create(call: Call) -> HttpResponse:
    token = tokens.create(
        str(call.member.pk),
        ttl_seconds=ttl_of(call.parameters),
        is_reusable=call.parameters.get("multi") not in ("false", False),
        applications=applications_of(call.parameters),
        endpoints=endpoints_of(call.parameters),
        purpose=text_of(call.parameters, "purpose", MAX_PURPOSE_LENGTH),
    )
    return message(token)


def delete(call: Call) -> HttpResponse:
    token = call.parameters.get("tokenid")
    if not token or not isinstance(token, str):
        raise Refusal(404, "Token id not provided")
    return message({"acknowledged": True, "deletedCount": tokens.delete(token, str(call.member.pk))})


def show_all(call: Call) -> HttpResponse:
    return message(tokens.of_owner(str(call.member.pk)))


def check(call: Call) -> HttpResponse:
    token = call.parameters.get("token")
    if not token:
        raise Refusal(400, 'Missing parameter "token"')
    left = tokens.seconds_left(token)
    return message({"valid": left != 0, "time": left})


def ttl_of(parameters: Mapping[str, Any]) -> int:
    sent = parameters.get("ttl")
    if sent is None or sent == "":
        return tokens.DEFAULT_TTL_SECONDS
    try:
        ttl = int(sent)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refusal(400, 'Invalid parameter "ttl"') from error
    if not 0 <= ttl <= tokens.MAX_TTL_SECONDS:
        raise Refusal(400, 'Invalid parameter "ttl"')
    return ttl


def applications_of(parameters: Mapping[str, Any]) -> list[str]:
    listed = names_of(parameters, "apps")
    if len(listed) > MAX_APPLICATIONS or any(len(name) != ID_LENGTH for name in listed):
        raise Refusal(400, 'Invalid parameter "apps"')
    return listed


def endpoints_of(parameters: Mapping[str, Any]) -> list[Endpoint]:
    """`endpointquery` where it is readable, else `endpoint`. Raises Refusal."""
    described = parameters.get("endpointquery")
    if isinstance(described, str):
        try:
            described = json_text.parse(described)
        except ValueError:
            described = None
    name = "endpointquery" if isinstance(described, list) and described else "endpoint"
    wanted: list[Any] = described if isinstance(described, list) and described else names_of(parameters, "endpoint")
    try:
        if len(wanted) > endpoint_patterns.MAX_PATTERNS:
            raise endpoint_patterns.InvalidPattern
        return [checked(endpoint) for endpoint in wanted]
    except endpoint_patterns.InvalidPattern as error:
        raise Refusal(400, f'Invalid parameter "{name}"') from error


def checked(endpoint: Any) -> Endpoint:
    """Raises endpoint_patterns.InvalidPattern."""
    if isinstance(endpoint, str):
        endpoint_patterns.check(endpoint)
        return endpoint
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("endpoint"), str):
        raise endpoint_patterns.InvalidPattern
    parameters = endpoint.get("params") or {}
    if not isinstance(parameters, dict) or len(parameters) > endpoint_patterns.MAX_PARAMETERS:
        raise endpoint_patterns.InvalidPattern
    for name, pattern in parameters.items():
        if not isinstance(pattern, str) or not name or name.startswith("$") or "." in name or "\0" in name:
            raise endpoint_patterns.InvalidPattern
        endpoint_patterns.check(pattern)
    endpoint_patterns.check(endpoint["endpoint"])
    return {"endpoint": endpoint["endpoint"], "params": parameters}


def names_of(parameters: Mapping[str, Any], name: str) -> list[str]:
    """A list separated by commas."""
    sent = parameters.get(name) or ""
    if not isinstance(sent, str):
        raise Refusal(400, f'Invalid parameter "{name}"')
    return [part for part in (piece.strip() for piece in sent.split(",")) if part]


def text_of(parameters: Mapping[str, Any], name: str, max_length: int) -> str:
    sent = parameters.get(name) or ""
    if not isinstance(sent, str) or len(sent) > max_length:
        raise Refusal(400, f'Invalid parameter "{name}"')
    return sent


WRITES = {
    "create": Action(callers.any_member_without_limits, create),
    "delete": Action(callers.any_member_without_limits, delete),
}
READS = {
    "list": Action(callers.any_member_without_limits, show_all),
    "check": Action(callers.any_member, check),
}
INVALID_WRITE = "Invalid path, must be one of /delete or /create"
INVALID_READ = "Invalid path, must be one of /list"
