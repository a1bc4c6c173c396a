"""Where people click on a page, and how far they scroll: what is read for heat maps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from pymongo import DESCENDING

from apps.analytics.merging import is_number
from apps.analytics.periods import Period
from apps.applications import lookup
from apps.core import clock, mongo
from apps.plugin_api import configuration
from plugins.views import documents

MOST_POINTS = 20_000  # that one map is made of, the newest
STEPS = 10  # of a scroll map: tenths of the page
CELLS = 10  # of a side, in the table of where people click

#: Widths of pages, in pixels: from, up to.
DEVICES = {"desktop": (1025, 1_000_000), "tablet": (768, 1024), "phone": (0, 767)}


class Point(NamedTuple):
    x: int
    y: int
    width: int
    height: int
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    view: str
    type: str
    platform: str = ""
    domain: str = ""
    widths: tuple[int, int] | None = None


def points(application_id: str, period: Period, wanted: Wanted) -> list[Point]:
    """Equal places once, with how often they were."""
    condition: dict[str, Any] = {"view": wanted.view, **_in_days(period), "type": wanted.type}
    if wanted.platform:
        condition["platform"] = wanted.platform
    if wanted.domain:
        condition["domain"] = wanted.domain
    if wanted.widths is not None:
        condition["width"] = {"$gte": wanted.widths[0], "$lte": wanted.widths[1]}
    found = mongo.collection(documents.actions_collection(application_id)).find(
        condition, [*Point._fields[:-1], documents.NUMBER]
    )
    sums: Counter[tuple[int, int, int, int]] = Counter()
    for each in found.sort([(documents.DAY, DESCENDING)]).limit(MOST_POINTS):
        number: Any = each.get(documents.NUMBER)
        if is_number(number):
            sums[each["x"], each["y"], each["width"], each["height"]] += number
    return [Point(*place, number) for place, number in sums.items()]


def reached(scrolls: Sequence[Point]) -> list[float]:
    """Of all scrolls the percentage that came to the end of each tenth of the page, from the top."""
    total = sum(point.number for point in scrolls)
    counted = [0] * STEPS
    for point in scrolls:
        for step in range(min(STEPS, point.y * STEPS // point.height)):
            counted[step] += point.number
    return [round(number * 100 / total, 1) if total else 0.0 for number in counted]


def busiest(clicks: Sequence[Point], limit: int = 25) -> list[tuple[int, int, int]]:
    """Column and row of the cell, from 0, and its clicks; the page is cut into CELLS by CELLS."""
    cells: Counter[tuple[int, int]] = Counter()
    for point in clicks:
        column, row = point.x * CELLS // point.width, point.y * CELLS // point.height
        cells[min(column, CELLS - 1), min(row, CELLS - 1)] += point.number
    ranked = sorted(cells.items(), key=lambda one: (-one[1], one[0][1], one[0][0]))
    return [(column, row, number) for (column, row), number in ranked[:limit]]


def shape(found: Sequence[Point]) -> float:
    """Height of the page for one pixel of its width: that of the page as most people saw it."""
    by_size: Counter[tuple[int, int]] = Counter()
    for point in found:
        by_size[point.width, point.height] += point.number
    if not by_size:
        return 1.0
    (width, height), _number = by_size.most_common(1)[0]
    return height / width


def views_with_actions(application_id: str) -> list[str]:
    return sorted(str(view) for view in mongo.collection(documents.actions_collection(application_id)).distinct("view"))


def ranked_views(application_id: str, period: Period, kind: str) -> list[str]:
    """All of them: those of which the period has most of that kind first, the others by name."""
    pipeline = [
        {"$match": {**_in_days(period), "type": kind}},
        {"$group": {"_id": "$view", "number": {"$sum": f"${documents.NUMBER}"}}},
    ]
    collection = mongo.collection(documents.actions_collection(application_id))
    numbers = {str(each["_id"]): each["number"] for each in collection.aggregate(pipeline)}
    return sorted(views_with_actions(application_id), key=lambda view: (-numbers.get(view, 0), view))


def _in_days(period: Period) -> dict[str, Any]:
    first, last = (documents.day_of(day.year, day.month, day.day) for day in period.whole_days())
    return {documents.DAY: {"$gte": first, "$lte": last}}


def forget_old() -> None:
    """Daily: what is older than `action_days` of each application."""
    for application in lookup.all_applications():
        days = int(configuration.read(documents.VIEWS, application)["action_days"])
        oldest = (clock.now() - timedelta(days=max(1, days))).date()
        mongo.collection(documents.actions_collection(application.id)).delete_many(
            {documents.DAY: {"$lt": documents.day_of(oldest.year, oldest.month, oldest.day)}}
        )
