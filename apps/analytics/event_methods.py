"""The methods of `/o` about custom events."""

from typing import Any

from apps.aggregation.documents import NO_SEGMENT, event_of_map_key
from apps.aggregation.uniques import EVENTS
from apps.analytics import computations, merging, queries
from apps.analytics import top_events as daily
from apps.analytics.merging import Tree
from apps.analytics.methods import exact_users, finished, register, without_long_sets
from apps.analytics.queries import GROUP_PREFIX, INTERNAL_PREFIX
from apps.analytics.reading import ReadError, Reading

OVERVIEW_COUNTERS = {"count": "c", "sum": "s", "dur": "dur"}
BY_EVENT = frozenset({"map", "omitted_segments", "whitelisted_segments"})  # fields of `events`
TOP_EVENTS_FILTERS = ("count", "sum", "duration")


def register_all() -> None:
    register("events", events)
    register("get_events", get_events)
    register("get_event_groups", get_event_groups)
    register("get_event_group", get_event_group)
    register("top_events", top_events)


def events(reading: Reading) -> Any:
    event = reading.text("event")
    if event:
        return one_event(event, reading)
    if reading.has("events"):
        keys = reading.json("events")
        if not isinstance(keys, list):
            return {"meta": {}}
        keys = [key for key in keys if isinstance(key, str)]
        return overview(keys, reading) if reading.has("overview") else _merged(keys, reading)
    first = _first_event(reading.application.id)
    return one_event(first, reading) if first else {}


def source_events(event: str, application_id: str) -> list[str] | None:
    """The events behind a name: itself, or those of an event group; None for a group that does not exist."""
    if not event.startswith(GROUP_PREFIX):
        return [event]
    group = queries.event_group(event, application_id)
    return [str(key) for key in group.get("source_events") or []] if group else None


def one_event(event: str, reading: Reading) -> Tree:
    sources = source_events(event, reading.application.id)
    if sources is None:
        raise ReadError(404, "Event group not found")
    trees = _trees(sources, reading)
    tree = trees[event] if sources == [event] else merging.merge_trees(trees.values())
    limit = int(reading.settings["event_segmentation_value_limit"])
    if "meta" in tree:
        tree = {**tree, "meta": {name: values[:limit] for name, values in tree["meta"].items()}}
    return {**finished(tree, reading), **_exact_users(sources, reading)}


def _exact_users(keys: list[str], reading: Reading) -> dict[str, Any]:
    found = exact_users(reading, (EVENTS,))
    if found:
        of_all = found["uniques"][EVENTS]
        found["uniques"][EVENTS] = {key: of_all.get(key, 0) for key in keys}
    return found


def _merged(keys: list[str], reading: Reading) -> Tree:
    if not keys:
        return {}
    tree = finished(merging.merge_trees(_trees(keys, reading).values()), reading)
    return {**tree, **_exact_users(keys, reading)}


def _trees(keys: list[str], reading: Reading) -> dict[str, Tree]:
    application_id, segment = reading.application.id, reading.text("segmentation") or NO_SEGMENT
    if reading.has("fullRange"):
        trees = queries.whole_event_trees(application_id, keys, segment)
    elif reading.text("action") == "refresh":
        day = reading.day_to_refresh()
        trees = queries.fresh_event_trees(application_id, keys, segment, day.year, day.month, day.day)
    else:
        return queries.event_trees(application_id, keys, reading.period(), segment)
    return {key: without_long_sets(tree, reading) for key, tree in trees.items()}


def overview(keys: list[str], reading: Reading) -> dict[str, Any]:
    """Totals with change, trend and sparkline of each event or event group."""
    period = reading.period()
    sources = {key: source_events(key, reading.application.id) or [] for key in keys}
    trees = queries.event_trees(
        reading.application.id, list(dict.fromkeys(event for events in sources.values() for event in events)), period
    )
    result = {}
    for key, events_of_key in sources.items():
        tree = merging.merge_trees(trees[event] for event in events_of_key)
        result[key] = {
            "data": {
                name: computations.number_with_sparkline(tree, period, counter)
                for name, counter in OVERVIEW_COUNTERS.items()
            }
        }
    return result


def _first_event(application_id: str) -> str | None:
    document = queries.events_document(application_id)
    keys = [*(document.get("order") or []), *sorted(str(key) for key in document.get("list") or [])]
    return next((key for key in keys if isinstance(key, str) and not key.startswith(INTERNAL_PREFIX)), None)


def get_events(reading: Reading) -> dict[str, Any]:
    document = queries.events_document(reading.application.id)
    if document:
        document["_id"] = str(document["_id"])
    if "list" in document:
        document["list"] = [key for key in document["list"] if not str(key).startswith(INTERNAL_PREFIX)]
    if "segments" in document:
        segments = document["segments"].items()
        document["segments"] = {key: names for key, names in segments if not key.startswith(INTERNAL_PREFIX)}
    for name in BY_EVENT.intersection(document):
        document[name] = {event_of_map_key(key): entry for key, entry in document[name].items()}
    limits = ("event_limit", "event_segmentation_limit", "event_segmentation_value_limit")
    return {**document, "limits": {name: reading.settings[name] for name in limits}}


def get_event_groups(reading: Reading) -> list[dict[str, Any]]:
    return queries.event_groups(reading.application.id)


def get_event_group(reading: Reading) -> dict[str, Any]:
    group_id = reading.text("_id")
    if not group_id:
        raise ReadError(400, 'Missing parameter "_id"')
    group = queries.event_group(group_id, reading.application.id)
    if group is None:
        raise ReadError(404, "Event group not found")
    return group


def top_events(reading: Reading) -> Any:
    """What the daily job stored; False before its first run."""
    period, wanted = reading.text("period"), reading.text("filter")
    stored = daily.stored(reading.application.id, period) if period in ("30days", "today") else None
    if stored is None:
        return False
    limit = reading.text("limit")
    numbers = {daily.decoded(key): entry.get("data") or {} for key, entry in (stored.pop("data", None) or {}).items()}
    stored["_id"], stored["app_id"] = str(stored["_id"]), str(stored["app_id"])
    if wanted in TOP_EVENTS_FILTERS:
        rows = [
            {
                "name": name,
                wanted: _of(data, wanted, "total", 0),
                "trend": _of(data, wanted, "trend", "u"),
                "change": _of(data, wanted, "change", "NA"),
            }
            for name, data in numbers.items()
        ]
        rows.sort(key=lambda row: -row[wanted])
        total = stored.get(f"total{wanted.capitalize()}")
        stored = {key: stored.get(key) for key in ("_id", "app_id", "ts", "period")} | {"totalCount": total}
    else:
        rows = [
            {"name": name, **{filter_: _of(data, filter_, "total", 0) for filter_ in TOP_EVENTS_FILTERS}}
            for name, data in numbers.items()
        ]
        rows.sort(key=lambda row: -row["count"])
    return {**stored, "data": rows[: int(limit)] if limit.isdigit() and len(limit) < 6 else rows}


def _of(data: dict[str, Any], wanted: str, field: str, default: Any) -> Any:
    return (data.get(wanted) or {}).get(field, default)
