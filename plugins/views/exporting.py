"""The table of views as a pipeline, which clients hand to an export of the database."""

from collections.abc import Sequence
from typing import Any

from plugins.views import documents
from plugins.views.covers import Unit, Units
from plugins.views.documents import COUNTERS, UNIQUE

Stage = dict[str, Any]


def pipeline(application_id: str, units: Units, value: str = "") -> list[Stage]:
    """Rows as in the table; only what `client_pipelines` takes, of which `/o/export/requestQuery` allows the `$lookup`
    to members who may read the names."""
    added = {counter: _summed(units.sums, value, counter) for counter in COUNTERS}
    added["fine"], added["coarse"] = (_summed(one, value, UNIQUE) for one in (units.fine, units.coarse))
    return [
        {"$match": {documents.MONTH: {"$in": units.months}}},
        {"$project": {documents.VIEW: 1, **added}},
        {"$group": {"_id": f"${documents.VIEW}", **{name: {"$sum": f"${name}"} for name in added}}},
        {"$match": {"t": {"$gt": 0}}},
        {
            "$lookup": {
                "from": documents.names_collection(application_id),
                "localField": "_id",
                "foreignField": "_id",
                "as": "meta",
            }
        },
        {"$unwind": "$meta"},
        {
            "$project": {
                "_id": 0,
                "view": {"$ifNull": [f"$meta.{documents.SHOWN_NAME}", f"$meta.{documents.NAME}"]},
                "u": {"$max": ["$n", {"$min": ["$fine", "$coarse", "$t"]}]},
                **dict.fromkeys(COUNTERS, 1),
                "d-calc": {"$divide": ["$d", "$t"]},
                "scr-calc": {"$divide": ["$scr", "$t"]},
                "br": {"$cond": [{"$gt": ["$s", 0]}, _bounce_rate(), 0]},
            }
        },
    ]


def _bounce_rate() -> Stage:
    return {"$multiply": [{"$divide": [{"$min": ["$b", "$s"]}, "$s"]}, 100]}


def _summed(units: Sequence[Unit], value: str, counter: str) -> Any:
    """Of a document what it holds of the units: those of its own month or year."""
    below = f".{value}" if value else ""
    by_month: dict[str, list[str]] = {}
    for month, path in units:
        by_month.setdefault(month, []).append(f"${path}{below}.{counter}")
    branches = [
        {"case": {"$eq": [f"${documents.MONTH}", month]}, "then": {"$sum": paths}} for month, paths in by_month.items()
    ]
    return {"$switch": {"branches": branches, "default": 0}} if branches else {"$literal": 0}
