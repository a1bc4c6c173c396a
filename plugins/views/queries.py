"""Reads of views: names, segments, figures of all views in a period, and the tree of single ones.

Counters are found by view and month, whatever postfix their document bears.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bson import ObjectId

from apps.analytics import computations, grouping, merging
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.core import mongo
from plugins.views import covers, documents
from plugins.views.covers import Unit, Units
from plugins.views.documents import COUNTERS, UNIQUE

IDS_PER_READ = 50


@dataclass(frozen=True, slots=True)
class Name:
    id: ObjectId
    view: str
    display: str = ""  # that people gave it
    url: str = ""
    domains: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.display or self.view


@dataclass(slots=True)
class Figures:
    """Of a view in a period; the counters by their names, users as they are estimated."""

    counters: dict[str, int | float]
    users: int | float

    @property
    def seconds(self) -> float:
        """Per visit."""
        return quotient(self.counters["d"], self.counters["t"])

    @property
    def scrolled(self) -> float:
        return quotient(self.counters["scr"], self.counters["t"])

    @property
    def bounce_rate(self) -> float:
        """Percent of the sessions that began here."""
        return bounce_rate(self.counters)


def at_most(most: float, found: Mapping[ObjectId, Figures]) -> dict[ObjectId, Figures]:
    """Estimates of users are never more than the users that there were, as far as those are known: 0 where not."""
    if not most:
        return dict(found)
    return {view: replace(one, users=max(one.counters["n"], min(one.users, most))) for view, one in found.items()}


def quotient(dividend: float, divisor: float) -> float:
    return dividend / divisor if divisor else 0


def bounce_rate(counters: Mapping[str, float]) -> float:
    return quotient(min(counters["b"], counters["s"]) * 100, counters["s"])


# Names --------------------------------------------------------------------------------------------------------------
def names(application_id: str, ids: Collection[ObjectId] | None = None) -> dict[ObjectId, Name]:
    """All, or those with the ids."""
    collection = mongo.collection(documents.names_collection(application_id))
    if ids is None:
        return {name.id: name for name in map(_name, collection.find({}))}
    wanted = list(dict.fromkeys(ids))
    return {
        name.id: name
        for start in range(0, len(wanted), IDS_PER_READ)
        for name in map(_name, collection.find({"_id": {"$in": wanted[start : start + IDS_PER_READ]}}))
    }


def number_of_names(application_id: str) -> int:
    return mongo.collection(documents.names_collection(application_id)).estimated_document_count()


def domains(application_id: str) -> list[str]:
    found = mongo.collection(documents.names_collection(application_id)).find(
        {documents.DOMAINS: {"$exists": True}}, [documents.DOMAINS]
    )
    return sorted({documents.decoded_domain(domain) for one in found for domain in one.get(documents.DOMAINS) or {}})


def _name(document: Mapping[str, Any]) -> Name:
    return Name(
        document["_id"],
        str(document.get(documents.NAME) or ""),
        str(document.get(documents.SHOWN_NAME) or ""),
        str(document.get(documents.URL) or ""),
    )


# Figures ------------------------------------------------------------------------------------------------------------
def figures(
    application_id: str, units: Units, segment: str = documents.NO_SEGMENT, value: str = ""
) -> dict[ObjectId, Figures]:
    """Of all views that were visited. One read."""
    below = f".{value}" if value else ""
    sums: dict[ObjectId, dict[str, int | float]] = {}
    users: dict[ObjectId, list[int | float]] = {}
    nodes = _by_month(units.sums), _by_month(units.fine), _by_month(units.coarse)
    paths = [f"{path}{below}.{counter}" for _, path in units.sums for counter in COUNTERS]
    paths += [f"{path}{below}.{UNIQUE}" for _, path in (*units.fine, *units.coarse)]
    collection = mongo.collection(documents.data_collection(application_id, segment))
    found = collection.find(
        {documents.MONTH: {"$in": units.months}},
        {documents.VIEW: 1, documents.MONTH: 1, "_id": 0, **dict.fromkeys(paths, 1)},
    )
    for document in found:
        view, month = document[documents.VIEW], document[documents.MONTH]
        if view not in sums:
            sums[view], users[view] = dict.fromkeys(COUNTERS, 0), [0, 0]
        counters = sums[view]
        for path in nodes[0].get(month, ()):
            node = _node(document, path + below)
            for counter in COUNTERS:
                counters[counter] += _number(node.get(counter))
        for index in (0, 1):
            for path in nodes[index + 1].get(month, ()):
                users[view][index] += _number(_node(document, path + below).get(UNIQUE))
    return {
        view: Figures(counters, max(counters["n"], min(*users[view], counters["t"])))
        for view, counters in sums.items()
        if counters["t"] > 0
    }


def figures_of_part(tree: Tree, part: Period, now_ms: int, value: str = "") -> Figures:
    """Of one view, as `figures` has them, from its tree of a period that contains the part."""
    below = (value,) if value else ()
    days = [computations.node_at(tree, day, *below) for day in part.current]
    counters = {name: sum(computations.number(day, name) for day in days) for name in COUNTERS}
    units = units_of(part, now_ms)
    users = [
        sum(computations.number(computations.node_at(tree, covers.key_of(unit), *below), UNIQUE) for unit in cover)
        for cover in (units.fine, units.coarse)
    ]
    return Figures(counters, max(counters["n"], min(*users, counters["t"])))


def totals(figures_of_views: Iterable[Figures]) -> dict[str, int | float]:
    result: dict[str, int | float] = dict.fromkeys(COUNTERS, 0)
    for one in figures_of_views:
        for counter in COUNTERS:
            result[counter] += one.counters[counter]
    return result


def units_of(period: Period, now_ms: int, *, previous: bool = False) -> Units:
    today = datetime.fromtimestamp(now_ms / 1000, period.zone).date()
    return covers.units_of(period, today=today, previous=previous)


def trees(
    application_id: str,
    views: Sequence[ObjectId],
    period: Period,
    segment: str = documents.NO_SEGMENT,
    *,
    step: str = "",
) -> dict[ObjectId, Tree]:
    """Year, month, day and hour of single views, as other counters are answered; weeks are those of ISO 8601, which may
    stand in a year beside the period. `step`: into which its days are to be put together."""
    months = {*period.month_ids, *period.zero_ids}
    if step:
        months |= {
            f"{day.isocalendar().year}:0"
            for group in grouping.groups(period, step)
            for day in (group.first, group.last)
        }
    collection = mongo.collection(documents.data_collection(application_id, segment))
    return {
        view: merging.merge_documents(
            collection.find({documents.VIEW: view, documents.MONTH: {"$in": list(months)}}), unique=merging.UNIQUE
        )
        for view in views
    }


def _by_month(units: Sequence[Unit]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for month, path in units:
        result.setdefault(month, []).append(path)
    return result


def _node(document: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    node: Any = document
    for part in path.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else {}


def _number(value: Any) -> int | float:
    return value if merging.is_number(value) else 0
