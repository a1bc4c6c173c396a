"""The figures of one application, arranged for the screen. Pure: takes what `analytics.overview` answers."""

from datetime import datetime
from typing import Any

from apps.dashboard import charts, figures
from apps.dashboard.periods import Choice, day_text
from apps.dashboard.zones import zone_of

#: metric of the address, tile of the analytics room, title, kind of figure
TILES = (
    ("sessions", "total_sessions", "Sessions", "total"),
    ("users", "total_users", "Users", "total"),
    ("new_users", "new_users", "New users", "total"),
    ("time", "total_time", "Time spent", "duration"),
)
BREAKDOWNS = (("platforms", "Platforms"), ("app_versions", "App versions"), ("countries", "Countries"))
DEFAULT_METRIC = "sessions"


def arrange(overview: dict[str, Any], *, choice: Choice, metric: str, now_ms: int) -> dict[str, Any]:
    if metric not in charts.METRICS:
        metric = DEFAULT_METRIC
    chart = charts.payload(overview["period"], overview["series"], zone=choice.zone, now_ms=now_ms)
    return {
        "metric": metric,
        "dates": dates_text(overview["period"], choice.zone),
        "tiles": [
            {
                "metric": name,
                "title": title,
                "kind": kind,
                "is_current": name == metric,
                "query": f"{choice.query}&metric={name}",
                "sparkline": charts.sparkline(overview["series"][charts.METRICS[name]][: chart["complete"]]),
                **_tile(overview["tiles"][key], kind),
            }
            for name, key, title, kind in TILES
        ],
        "average_time": overview["tiles"]["avg_time"],
        "chart": {**chart, "titles": {name: title for name, _, title, _ in TILES}},
        "rows": _rows(chart),
        "bucket_title": overview["period"]["buckets"].capitalize(),
        "breakdowns": [{"title": title, "rows": overview["top"][key]} for key, title in BREAKDOWNS],
        "events": overview["events"],
        "events_have_sum": any(event["sum"] for event in overview["events"]),
        "events_have_duration": any(event["duration"] for event in overview["events"]),
    }


def is_empty(overview: dict[str, Any]) -> bool:
    """Nothing was counted in the period, nor in the one before."""
    tiles = [overview["tiles"][key] for _, key, _, _ in TILES]
    return not overview["events"] and not any(tile["total"] or tile["previous"] for tile in tiles)


def dates_text(period: dict[str, Any], zone: str) -> str:
    """ "11 Feb – 12 Mar 2025" """
    tz = zone_of(zone)
    first = datetime.fromtimestamp(period["start_ms"] / 1000, tz).date()
    last = datetime.fromtimestamp(period["end_ms"] / 1000, tz).date()
    if first == last:
        return day_text(first)
    begin = f"{first.day} {first:%b}" if first.year == last.year else day_text(first)
    return f"{begin} – {day_text(last)}"


def _tile(tile: dict[str, Any], kind: str) -> dict[str, Any]:
    has_previous = bool(tile["previous"])
    previous = figures.SHORT[kind](tile["previous"])
    is_level = tile["change"] in ("0%", "-0%")
    direction = "" if not has_previous or is_level else ("up" if tile["trend"] == "u" else "down")
    return {
        "total": tile["total"],
        "is_estimate": tile["is_estimate"],
        "has_previous": has_previous,
        "previous": previous,
        "change": "100%" if has_previous and not tile["total"] else tile["change"].lstrip("-"),
        "direction": direction,
    }


def _rows(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The chart as a table: only what has begun, the newest first."""
    columns = [(name, kind, chart["metrics"][name]["current"]) for name, _, _, kind in TILES]
    return [
        {
            "label": chart["labels"][index],
            "cells": [{"value": column[index], "kind": kind} for _, kind, column in columns],
        }
        for index in reversed(range(chart["elapsed"]))
    ]
