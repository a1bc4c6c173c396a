"""What the endpoints of users take, checked before it reaches the database."""

from collections.abc import Mapping
from typing import Any

from apps.aggregation.documents import PROFILE_FIELDS
from apps.core import client_queries, json_text
from apps.core.api_view import Refusal
from apps.core.client_queries import Filter

FIELDS = PROFILE_FIELDS
LONGEST_DEVICE_ID = 4_096


def query_of(parameters: Mapping[str, Any], *, is_required: bool = True) -> Filter:
    sent = parameters.get("query")
    if is_required and not sent and not isinstance(sent, dict):
        raise Refusal(400, 'Missing parameter "query"')
    try:
        return client_queries.read(sent, fields=FIELDS)
    except client_queries.InvalidQuery as error:
        raise Refusal(400, f'Could not parse parameter "query": {error}') from error


def is_forced(parameters: Mapping[str, Any]) -> bool:
    return parameters.get("force") in (True, 1, "true", "1")


def data_of(parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The device id and the other fields of a new user."""
    sent = parameters.get("data")
    if not sent and not isinstance(sent, dict):
        raise Refusal(400, 'Missing parameter "data"')
    sent = json_of(sent, "data")
    if not isinstance(sent, dict) or not sent:
        raise Refusal(400, 'Parameter "data" cannot be empty')
    device_id = sent.get("did")
    if not isinstance(device_id, str) or not 0 < len(device_id) <= LONGEST_DEVICE_ID:
        raise Refusal(400, "Provide device_id as did property for data")
    return device_id, {name: value for name, value in sent.items() if name != "did"}


def json_of(sent: Any, name: str) -> Any:
    if not isinstance(sent, str):
        return sent
    try:
        return json_text.parse(sent)
    except ValueError as error:
        raise Refusal(400, f'Could not parse parameter "{name}": {error}') from error
