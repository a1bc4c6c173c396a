"""`/o?method=systemlogs`, `systemlogs_meta` and `/i/systemlogs`, for global administrators."""

import json
import re
from typing import Any

from django.http.response import HttpResponseBase
from pymongo import ASCENDING, DESCENDING

from apps.accounts.actions import Call
from apps.analytics.reading import Reading
from apps.core import client_queries, client_reads, client_selections, mongo
from apps.core.answers import message
from apps.core.api_view import Refusal
from apps.core.client_queries import InvalidQuery
from apps.core.client_selections import whole_number
from apps.plugin_api import audit
from plugins.systemlogs import records
from plugins.systemlogs.records import Entry

MAX_SHOWN = 10_000
DEFAULT_SHOWN = 50
ACTION_NAME = re.compile(r"[\w .:-]{1,100}")


def show(reading: Reading) -> dict[str, Any]:
    parts = [_asked(reading), _within(reading)]
    everything: dict[str, Any] = {"$and": [part for part in parts if part]} if any(parts) else {}
    shown = everything
    if search := reading.text("sSearch"):
        pattern = {"a": {"$regex": re.escape(search[:200]), "$options": "i"}}
        shown = {"$and": [everything, pattern]} if everything else pattern
    column = records.COLUMNS[whole_number(reading.text("iSortCol_0"), 1, largest=len(records.COLUMNS) - 1)] or "ts"
    sort = (column, ASCENDING if reading.text("sSortDir_0") == "asc" else DESCENDING)
    skip = whole_number(reading.text("iDisplayStart"), 0, largest=2**31 - 1)
    limit = whole_number(reading.text("iDisplayLength"), DEFAULT_SHOWN, largest=MAX_SHOWN) or MAX_SHOWN
    with client_reads.bounded():
        total = records.count(everything)
        found_total = total if shown is everything else records.count(shown)
        entries = list(records.find(shown, sort=sort, skip=skip, limit=limit))
    return {
        "sEcho": reading.parameters.get("sEcho"),
        "iTotalRecords": total,
        "iTotalDisplayRecords": found_total,
        "aaData": [exported(entry) if reading.has("export") else shown_entry(entry) for entry in entries],
    }


def show_meta(reading: Reading) -> dict[str, Any]:
    fields = ("full_name", "username", "email")
    members = mongo.collection("members").find({}, dict.fromkeys(fields, 1)).sort("full_name", ASCENDING)
    return {
        "action": records.actions(),
        "users": [{"_id": str(member["_id"]), **{name: member.get(name, "") for name in fields}} for member in members],
    }


def add(call: Call) -> HttpResponseBase:
    """What happens outside of this server and belongs into its log all the same."""
    action = call.parameters.get("action")
    if not isinstance(action, str) or not ACTION_NAME.fullmatch(action):
        raise Refusal(400, 'Missing parameter "action"' if not action else 'Invalid parameter "action"')
    try:
        data = client_selections.json_of(call.parameters.get("data")) or {}
    except InvalidQuery as error:
        raise Refusal(400, 'Invalid parameter "data"') from error
    if not isinstance(data, dict):
        raise Refusal(400, 'Invalid parameter "data"')
    audit.record(action, data, member=call.member, address=call.address)
    return message("Success")


def shown_entry(entry: Entry) -> Entry:
    return {**entry, "_id": str(entry["_id"]), "cd": entry.get("cd")}


def exported(entry: Entry) -> Entry:
    """A row of a table: what was done, to whom, from what to what."""
    details = entry.get("i")
    row = {name: value for name, value in entry.items() if name not in ("i", "cd", "_id")}
    if not isinstance(details, dict):
        return {**row, "value": _json(details)}
    row |= {"subject_id": details.get("_id") or details.get("id") or "", "name": details.get("name") or ""}
    if "before" in details or "after" in details:
        return {**row, "before": _json(details.get("before")), "after": _json(details.get("after"))}
    return {**row, "value": _json(details)}


def _asked(reading: Reading) -> dict[str, Any]:
    try:
        return client_queries.read(reading.parameters.get("query"), fields=records.FIELDS)
    except InvalidQuery as error:
        raise Refusal(400, f"Failed to parse query. {error}") from error


def _within(reading: Reading) -> dict[str, Any]:
    if not reading.has("period"):
        return {}
    period = reading.period()
    return {"ts": {"$gte": period.start_ms // 1000, "$lte": period.end_ms // 1000}}


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
