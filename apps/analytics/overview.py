"""The figures of the dashboard page of one application, from few reads, computed as the JSON API computes them."""

from typing import Any

from apps.aggregation import documents
from apps.analytics import computations, live_users, names, periods, queries, sections
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.plugin_api import configuration

EVENT_ROWS = 8
TOP_ROWS = 5
TILES = {"total_sessions": "t", "total_users": "u", "new_users": "n", "total_time": "d"}
SERIES = {"sessions": "t", "users": "u", "new_users": "n", "time_seconds": "d"}
TOPS = {"platforms": "os", "app_versions": "app_versions", "countries": "countries"}


def overview(application: ApplicationInfo, period: str) -> dict[str, Any]:
    """`period` is what the parameter of the same name may be; times are seconds, moments unix milliseconds.

    {"period": {"key", "label", "start_ms", "end_ms", "buckets": "hour" | "day" | "month"},
     "tiles": {"total_sessions" | "total_users" | "new_users" | "total_time":
               {"total", "previous", "change": "20%", "trend": "u" | "d", "is_estimate"}, "avg_time": seconds},
     "series": {"labels", "sessions", "users", "new_users", "time_seconds", "previous": {the same four}},
     "top": {"platforms" | "app_versions" | "countries": [{"name", "value": sessions, "percent", "code" of countries}]},
     "events": [{"key", "count", "sum", "duration"}]}
    """
    now_ms = clock.now_ms()
    resolved = periods.resolve(periods.parse(period), zone=application.timezone, now_ms=now_ms)
    users = queries.counter_tree("users", application.id, resolved)
    details = queries.counter_tree("device_details", application.id, resolved)
    events = queries.all_events_tree(application.id, resolved)
    live = live_users.count_users(application, resolved, configuration.read("api", application))
    return {
        "period": {
            "key": period,
            "label": computations.range_text(resolved, now_ms),
            "start_ms": resolved.start_ms,
            "end_ms": resolved.end_ms,
            "buckets": resolved.unit,
        },
        "tiles": _tiles(users, resolved, live),
        "series": _series(users, resolved),
        "top": {
            "platforms": _top(details, "platforms", resolved),
            "app_versions": _top(details, "app_versions", resolved),
            "countries": _top_countries(users, resolved),
        },
        "events": _events(events, resolved),
    }


def _tiles(tree: Tree, period: Period, live_users_now: int | None) -> dict[str, Any]:
    live = {"u": live_users_now} if live_users_now else None
    summary = computations.summarize(tree, period, tuple(TILES.values()), frozenset({"u"}), live)
    tiles: dict[str, Any] = {
        name: {
            "total": summary[counter]["total"],
            "previous": summary[counter]["prev-total"],
            "change": summary[counter]["change"],
            "trend": summary[counter]["trend"],
            "is_estimate": summary[counter].get("is_estimate", False),
        }
        for name, counter in TILES.items()
    }
    sessions = summary["t"]["total"]
    tiles["avg_time"] = summary["d"]["total"] / sessions if sessions else 0
    return tiles


def _series(tree: Tree, period: Period) -> dict[str, Any]:
    rows = computations.steps(tree, period, tuple(SERIES.values()))
    return {
        "labels": [row["_id"] for row in rows],
        **{name: [row[counter] for row in rows] for name, counter in SERIES.items()},
        "previous": {
            name: computations.series(tree, period, counter, previous=True)[: len(rows)]
            for name, counter in SERIES.items()
        },
    }


def _top(tree: Tree, name: str, period: Period) -> list[Row]:
    return sections.top_values(tree, TOPS[name], period, counter="t", limit=TOP_ROWS)


def _top_countries(tree: Tree, period: Period) -> list[Row]:
    """By code, since two codes may share a name."""
    values = sections.known_values(tree, "countries")
    rows = computations.bars(tree, values, period, limit=TOP_ROWS)
    return [{**row, "code": row["name"].lower(), "name": names.country(row["name"])} for row in rows]


def _events(tree: Tree, period: Period) -> list[Row]:
    keys = [
        key
        for key in sections.known_values(tree, documents.ALL_EVENTS_SEGMENT)
        if not key.startswith(queries.INTERNAL_PREFIX)
    ]
    rows = computations.table(tree, keys, period, sections.EVENT_COUNTERS)[:EVENT_ROWS]
    return [{"key": row["_id"], "count": row["c"], "sum": row["s"], "duration": row["dur"]} for row in rows]
