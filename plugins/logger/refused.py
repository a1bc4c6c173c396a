"""Requests that were refused at the door: the answer to "the SDK gets 200 and I see nothing"."""

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from apps.aggregation import documents as profiles
from apps.aggregation.batch import DUPLICATE
from apps.aggregation.requests import IngestRequest, read_request
from apps.applications import lookup
from apps.core import mongo
from plugins.logger import documents, settings
from plugins.logger.counting import missing_plugins
from plugins.logger.documents import Entry
from plugins.logger.entries import entry_of

if TYPE_CHECKING:
    from apps.aggregation.records import Record


def record(*, refusals: list[Any]) -> None:
    """Receiver of `requests_refused`: each refusal has the record and the reason."""
    by_application: defaultdict[str, list[Entry]] = defaultdict(list)
    missing = missing_plugins()
    for refusal in refusals:
        request = _request(refusal.record)
        if request is None or not _is_logged(request.app_id):
            continue
        entry = entry_of(
            request,
            _user(request),
            missing_plugins=missing,
            cancelled=refusal.reason,
            answer=answer_of(refusal.reason, is_bulk_item=request.record.is_bulk_item),
        )
        by_application[request.app_id].append(entry)
    for application_id, entries in by_application.items():
        documents.insert(application_id, entries)


def answer_of(reason: str, *, is_bulk_item: bool) -> str:
    """What the road in answers to a request that it refuses for this reason. Items of a bulk share one answer, which
    does not tell of them."""
    if is_bulk_item:
        return ""
    if reason == DUPLICATE:
        return json.dumps({"result": "Success", "info": f"Request ignored: {reason}"})
    return json.dumps({"result": reason})


def _is_logged(application_id: str) -> bool:
    application = lookup.by_id(application_id)
    state = settings.state_of(application) if application is not None else settings.OFF
    if state == settings.AUTOMATIC:
        if not settings.BUDGET.left():
            return False
        settings.BUDGET.spend(1)
    return state != settings.OFF


def _request(record: "Record") -> IngestRequest | None:
    """None for what cannot be read at all: it was cut, or is no request."""
    try:
        return read_request(record)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _user(request: IngestRequest) -> dict[str, Any]:
    found = mongo.collection(profiles.profiles_collection(request.app_id)).find_one({"_id": request.user_id})
    return found or {}
