"""All applications at a glance, for global administrators: `method=all_apps`."""

from collections.abc import Callable
from typing import Any

from apps.analytics import computations, live_users, periods, queries
from apps.analytics.computations import Counted, Row
from apps.analytics.formats import one_decimal
from apps.analytics.reading import ReadError, Reading
from apps.applications.info import ApplicationInfo, from_document
from apps.core import client_queries, client_reads, mongo
from apps.plugin_api import configuration

#: What may be asked of applications: keys and salts of applications are nobody's business.
FILTERED_BY = ("_id", "name", "country", "timezone", "category", "type", "created_at", "owner", "locked")
CARDS = {
    "sessions": "total_sessions",
    "users": "total_users",
    "newusers": "new_users",
    "duration": "total_time",
    "avgduration": "avg_time",
}


def all_apps(reading: Reading) -> list[Row]:
    try:
        wanted = client_queries.read(reading.parameters.get("filter"), fields=FILTERED_BY)
    except client_queries.InvalidQuery as error:
        raise ReadError(400, f"Failed to parse filter. {error}") from error
    with client_reads.bounded():
        found = list(mongo.collection("apps").find(wanted))
    return [_row(from_document(document), reading) for document in found]


def _row(application: ApplicationInfo, reading: Reading) -> Row:
    return {
        "_id": application.id,
        "name": application.name,
        "test": "1",  # clients know it so
        **figures(application, reading.parameters.get("period"), reading.now_ms),
    }


def figures(application: ApplicationInfo, asked_period: object, now_ms: int) -> Row:
    """The cards of an application and the points of its charts, `[index, value]`, in its own time zone."""
    value = periods.parse(asked_period) or periods.DEFAULT_PERIOD
    period = periods.resolve(value, zone=application.timezone, now_ms=now_ms)
    tree = queries.counter_tree("users", application.id, period)
    users = Counted(live_users.count_users(application, period, configuration.read("api", application)))
    cards = computations.session_cards(tree, period, users)
    steps = computations.steps(tree, period, computations.SESSION_COUNTERS)
    return {
        **{name: cards[card] for name, card in CARDS.items()},
        "charts": {name: [[index, point(step)] for index, step in enumerate(steps)] for name, point in CHARTS.items()},
    }


def _per(dividend: float, divisor: float) -> str | int:
    return one_decimal(dividend / divisor) if divisor else 0


CHARTS: dict[str, Callable[[Row], Any]] = {
    "total-users": lambda step: step["u"],
    "new-users": lambda step: step["n"],
    "total-sessions": lambda step: step["t"],
    "time-spent": lambda step: _per(step["d"] / 60, step["t"]),  # minutes
    "total-time-spent": lambda step: one_decimal(step["d"] / 60),
    "avg-events-served": lambda step: _per(step["e"], step["u"]),
}
