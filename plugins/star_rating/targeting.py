"""For whom a widget is: the `targeting` that people set, as a filter on users, and as fields of a form.

Stored as `{user_segmentation: the JSON text of {"query": filter, "queryText"}, steps: the JSON text of a list}`. What
users did (`steps`) makes cohorts elsewhere; nothing here can tell, so a widget with steps and without a cohort is for
nobody.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from apps.aggregation.documents import profiles_collection
from apps.core import client_queries, json_text, mongo
from apps.core.client_queries import Filter, InvalidQuery

#: Properties that the form offers.
PROPERTIES = ("cc", "la", "p", "pv", "av", "d", "cty")
CONDITIONS = 2
LONGEST_QUERY = 4_000


class Unknown(ValueError):
    """Nobody can say for whom the widget is."""


def query_of(targeting: Any) -> Filter:
    """Empty for everybody. Raises Unknown."""
    if not isinstance(targeting, Mapping):
        return {}
    if _read(targeting.get("steps")):
        raise Unknown("steps")
    segmentation = _read(targeting.get("user_segmentation"))
    if not segmentation:
        return {}
    query = segmentation.get("query", segmentation) if isinstance(segmentation, Mapping) else segmentation
    try:
        return client_queries.checked(_without_prefix(_read(query) or {}))
    except InvalidQuery as error:
        raise Unknown(str(error)) from error


def is_for(targeting: Any, application_id: str, profile: Mapping[str, Any]) -> bool:
    """Asks the database only where there is something to ask."""
    try:
        query = query_of(targeting)
    except Unknown:
        return False
    if not query:
        return True
    if "_id" not in profile:
        return False
    chosen = {"$and": [{"_id": profile["_id"]}, query]}
    return mongo.collection(profiles_collection(application_id)).find_one(chosen, ["_id"]) is not None


def from_form(form: Any) -> dict[str, Any] | None:
    """None for everybody. Raises InvalidQuery."""
    parts: list[Any] = []
    for number in range(CONDITIONS):
        name = form.get(f"property_{number}", "")
        values = [value.strip() for value in form.get(f"values_{number}", "").split(",") if value.strip()]
        if name in PROPERTIES and values:
            parts.append({name: {"$nin" if form.get(f"is_{number}") == "not" else "$in": values}})
    if written := form.get("query", "").strip()[:LONGEST_QUERY]:
        parts.append(client_queries.read(written))
    if not parts:
        return None
    query = parts[0] if len(parts) == 1 else {"$and": parts}
    client_queries.checked(query)
    return {"user_segmentation": orjson.dumps({"query": query, "queryText": ""}).decode(), "steps": "[]"}


def to_form(targeting: Any) -> dict[str, Any]:
    """`conditions` that the fields of the form can show, `query` for what they cannot."""
    try:
        query = query_of(targeting)
    except Unknown:
        return {"conditions": [], "query": "", "is_unknown": True}
    parts = query["$and"] if set(query) == {"$and"} else [query] if query else []
    conditions: list[dict[str, Any]] = []
    further: list[Any] = []
    for part in parts:
        shown = _condition(part)
        if shown is not None and len(conditions) < CONDITIONS:
            conditions.append(shown)
        else:
            further.append(part)
    rest = further[0] if len(further) == 1 else {"$and": further} if further else None
    text = orjson.dumps(rest, default=str).decode() if rest else ""
    return {"conditions": conditions, "query": text, "is_unknown": False}


def _condition(part: Any) -> dict[str, Any] | None:
    if not isinstance(part, Mapping) or len(part) != 1:
        return None
    ((name, how),) = part.items()
    if name not in PROPERTIES or not isinstance(how, Mapping) or len(how) != 1:
        return None
    ((operator, values),) = how.items()
    if operator not in ("$in", "$nin") or not isinstance(values, list):
        return None
    if not all(isinstance(value, str) and "," not in value for value in values):
        return None
    return {"property": name, "is_not": operator == "$nin", "values": ", ".join(values)}


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json_text.parse(value) if value.strip() else None
    except ValueError as error:
        raise Unknown("no JSON") from error


def _without_prefix(query: Any) -> Any:
    """Segmentations of the original put `up.` before the names of users' properties."""
    if isinstance(query, Mapping):
        return {str(name).removeprefix("up."): _without_prefix(value) for name, value in query.items()}
    return [_without_prefix(value) for value in query] if isinstance(query, list) else query
