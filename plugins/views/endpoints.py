"""`/i/views`: what to do stands in `method`."""

from collections.abc import Callable, Mapping
from typing import Any

from bson import ObjectId
from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Call
from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.core import json_text
from apps.core.answers import message
from apps.core.api_view import Refusal, application_named
from apps.plugin_api import audit
from plugins.views import administration, documents, removal

INVALID_METHOD = "Invalid method. Must be one of:delete_view,rename_views,omit_segments "
OMITTED, OMITTED_ALL = "view_segments_ommit", "view_segments_ommit_complete"  # as the protocol spells them


def may_change_views(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Members who may update views in the application; to delete views or segments, who may delete there."""
    rule, _answer = METHODS.get(str(parameters.get("method")), (callers.updater(documents.VIEWS), None))
    return rule(parameters, headers)


def change(call: Call) -> HttpResponseBase:
    found = METHODS.get(str(call.parameters.get("method")))
    if found is None:
        raise Refusal(400, INVALID_METHOD)
    return found[1](call, application_named(call.parameters))


def rename(call: Call, application_id: str) -> HttpResponseBase:
    if not call.parameters.get("data"):
        raise Refusal(400, "Missing request parameter: data")
    sent = _json(call.parameters["data"])
    if not isinstance(sent, list):
        raise Refusal(400, "Invalid request parameter: data")
    names: dict[ObjectId, str] = {}
    for one in sent[: administration.MAX_AT_ONCE]:
        key, value = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if not administration.ids_of([key]) or not isinstance(value, str | None):
            raise Refusal(400, "Invalid request parameter: data")
        names[ObjectId(key)] = value or ""
    if not names:
        raise Refusal(400, "Nothing to update")
    administration.rename_views(application_id, names)
    return message("Success")


def delete(call: Call, application_id: str) -> HttpResponseBase:
    asked = str(call.parameters.get("view_id") or "").split(",")
    views = administration.ids_of(asked[: administration.MAX_AT_ONCE])
    if not views:
        raise Refusal(400, "Missing request parameter: view_id")
    removal.delete_views(application_id, views)
    return message(True)


def omit(call: Call, application_id: str) -> HttpResponseBase:
    sent = _json(call.parameters.get("omit_list"))
    segments = sent if isinstance(sent, list) else []
    if not segments:
        raise Refusal(400, "Nothing is passed for omiting")
    if not all(administration.is_segment(name) for name in segments):
        raise Refusal(400, "Invalid request parameter: omit_list")
    omit_segments(application_id, segments[: administration.MAX_AT_ONCE], call.member, call.address)
    return message("Success")


def omit_segments(application_id: str, segments: list[str], member: Member, address: str = "") -> None:
    data = {"app_id": application_id, "segments": segments}
    told: dict[str, Any] = {"member": member, "application_id": application_id, "address": address}
    audit.record(OMITTED, data, **told)
    removal.omit_segments(application_id, segments)
    audit.record(OMITTED_ALL, data, **told)


def _json(sent: Any) -> Any:
    if not isinstance(sent, str):
        return sent
    try:
        return json_text.parse(sent) if sent else None
    except ValueError:
        return None


METHODS: dict[str, tuple[Rule, Callable[[Call, str], HttpResponseBase]]] = {
    "delete_view": (callers.deleter(documents.VIEWS), delete),
    "rename_views": (callers.updater(documents.VIEWS), rename),
    "omit_segments": (callers.deleter(documents.VIEWS), omit),
}
