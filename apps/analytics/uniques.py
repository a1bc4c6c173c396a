"""How many different users there were in any range of days, counted and not estimated.

The original estimates this from counters that cannot be added (`covers`). Tally also keeps a sketch of the users of
each day (`apps.aggregation.uniques`), and sketches can be united. What was counted before Tally has none: then the
estimate answers, and the answer says so.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from apps.aggregation import uniques
from apps.aggregation.uniques import COUNTRIES, EVENTS, SYSTEMS, USERS, VERSIONS, Union
from apps.analytics import computations, queries
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS
from apps.analytics.periods import Period
from apps.applications.info import ApplicationInfo
from apps.core.timebuckets import day_number

DIMENSIONS = frozenset({USERS, COUNTRIES, SYSTEMS, VERSIONS, EVENTS})


@dataclass(frozen=True, slots=True)
class UniqueUsers:
    users: int  # of the whole application; at least one session each
    #: Of each value of the dimension; of `events` by key. Empty for `users`.
    by_value: dict[str, int] = field(default_factory=dict)
    #: Whether every day of the period has its sketch: then the numbers are within 1 % (see `apps.aggregation.uniques`).
    #: Else they are the original's estimates; of `events`, for which there are none, those of the days with sketches.
    is_exact: bool = True
    since: date | None = None  # the first day with a sketch


def unique_users(application: ApplicationInfo, period: Period, dimension: str = USERS) -> UniqueUsers:
    """For screens, reports and exports. `dimension` is one of DIMENSIONS.

    Two reads of counters and sketches; a sketch has at most 64 KB and four bytes for each user of its day.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"there are no unique users by {dimension!r}")
    first, last = period.whole_days()
    tree = queries.counter_tree("users", application.id, period)
    whole, by_day = Union(), defaultdict[int, Union](Union)
    for _, day, stored in queries.sketches(application.id, USERS, first, last):
        sketch = uniques.read(stored)
        whole.add(sketch)
        by_day[day].add(sketch)
    is_exact = all(by_day[day].may_hold(users) for day, users in _counted(tree, first, last) if users)
    since = queries.first_day_with_sketches(application.id)
    if is_exact or dimension == EVENTS:
        users = whole.users if is_exact else estimate(tree, period)
        by_value = {} if dimension == USERS else _by_value(application, dimension, first, last)
        return UniqueUsers(users, by_value, is_exact, since)
    return UniqueUsers(estimate(tree, period), _estimates(application, period, dimension), False, since)


def estimate(tree: Tree, period: Period) -> int:
    """The original's, from a tree of `users`."""
    return int(computations.summarize(tree, period, ("t", "n", "u"), frozenset({"u"}))["u"]["total"])


def _counted(tree: Tree, first: date, last: date) -> Iterator[tuple[int, Any]]:
    """Each day's number and its counter of unique users."""
    for index in range((last - first).days + 1):
        day = first + timedelta(days=index)
        node = computations.node_at(tree, f"{day.year}.{day.month}.{day.day}")
        yield day_number(day), computations.number(node, "u")


def _by_value(application: ApplicationInfo, dimension: str, first: date, last: date) -> dict[str, int]:
    unions = defaultdict[str, Union](Union)
    for value, _, stored in queries.sketches(application.id, dimension, first, last):
        unions[value].add(uniques.read(stored))
    return {value: union.users for value, union in sorted(unions.items())}


def _estimates(application: ApplicationInfo, period: Period, dimension: str) -> dict[str, int]:
    metric = METRICS.get(dimension)
    if metric is None:  # all users, who have no values
        return {}
    tree = queries.counter_tree(metric.collection, application.id, period)
    values: list[str] = tree.get("meta", {}).get(dimension, [])
    return {row["_id"]: row["u"] for row in computations.table(tree, values, period, ("t", "u", "n"))}
