"""How many different users there were in any range of days, counted and not estimated.

The original estimates this from counters that cannot be added (`covers`). Tally also keeps a sketch of the users of
each day (`apps.aggregation.uniques`), and sketches can be united. Three rules say what is exact:

- A period that is one stored unit (a day, a month or a year as a whole) was counted as such, whoever counted it.
- Any other period is, when its first day is not before `ApplicationInfo.unique_since`. A day without a sketch is one
  without users then, and not one of which nothing is known.
- Should a day's counter of users be larger than its sketch can be, some are missing: then the period is not.

Everything else is the original's estimate, and the answer says so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from apps.aggregation import uniques
from apps.aggregation.uniques import COUNTRIES, EVENTS, SYSTEMS, USERS, VERSIONS, Union
from apps.analytics import computations, merged_months, queries
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS
from apps.analytics.periods import Period, before
from apps.applications.info import ApplicationInfo
from apps.core.timebuckets import date_of_number, day_number

DIMENSIONS = frozenset({USERS, COUNTRIES, SYSTEMS, VERSIONS, EVENTS})
WHOLE = 0  # beside days as 20250312
Found = TypeVar("Found", bound=Sized)


@dataclass(frozen=True, slots=True)
class UniqueUsers:
    users: int  # of the whole application; at least one session each
    #: Of each value of the dimension; of `events` by key. Empty for `users`.
    by_value: dict[str, int] = field(default_factory=dict)
    #: Whether the numbers are counted: sketches are within 1 % (see `apps.aggregation.uniques`). Else they are the
    #: original's estimates; of `events`, for which there are none, those of the days with sketches.
    is_exact: bool = True
    since: date | None = None  # every range that begins on this day or later is exact; None while there is none


def unique_users(application: ApplicationInfo, period: Period, dimension: str = USERS) -> UniqueUsers:
    """For screens, reports and exports. `dimension` is one of DIMENSIONS.

    Two reads of counters and sketches; a sketch has at most 64 KB and four bytes for each user of its day.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"there are no unique users by {dimension!r}")
    since = _covered_since(application)
    tree = queries.counter_tree("users", application.id, period)
    unit = _stored_unit(period)
    if unit is not None and dimension != EVENTS:
        return UniqueUsers(_of_unit(tree, unit), _by_value_of_unit(application, period, unit, dimension), True, since)
    first, last = period.whole_days()
    is_exact, users = _united(application, tree, first, last)
    if is_exact or dimension == EVENTS:
        by_value = {} if dimension == USERS else _by_value(application, dimension, first, last)
        return UniqueUsers(users if is_exact else estimate(tree, period), by_value, is_exact, since)
    return UniqueUsers(estimate(tree, period), _estimates(application, period, dimension), False, since)


def unique_users_before(application: ApplicationInfo, period: Period, dimension: str = USERS) -> UniqueUsers:
    """Of the period with which `period` is compared."""
    return unique_users(application, before(period), dimension)


def estimate(tree: Tree, period: Period) -> int:
    """The original's, from a tree of `users`."""
    return int(computations.summarize(tree, period, ("t", "n", "u"), frozenset({"u"}))["u"]["total"])


def _covered_since(application: ApplicationInfo) -> date | None:
    if application.unique_since:
        return date_of_number(application.unique_since)
    return None if application.unique_since is None else queries.first_day_with_sketches(application.id)


def _stored_unit(period: Period) -> str | None:
    """The node whose counter of users was counted for just this period."""
    return period.current[0] if period.is_special and len(period.current) == 1 else period.active


def _of_unit(tree: Tree, unit: str, *value: str) -> int:
    node = computations.node_at(tree, unit, *value)
    return int(max(computations.number(node, "u"), computations.number(node, "n")))


def _by_value_of_unit(application: ApplicationInfo, period: Period, unit: str, dimension: str) -> dict[str, int]:
    tree, values = _values(application, period, dimension)
    counted = {value: _of_unit(tree, unit, value) for value in sorted(values)}
    return {value: users for value, users in counted.items() if users}


def _united(application: ApplicationInfo, tree: Tree, first: date, last: date) -> tuple[bool, int]:
    """Whether the sketches of these days know all users, and how many they know: at least the new ones, at most the
    sessions, which were counted one by one."""
    if application.unique_since is None or day_number(first) < application.unique_since:
        return False, 0
    whole, by_day = _users_of_days(application, first, last)
    new_users, sessions = 0, 0
    for day, node in _days(tree, first, last):
        users = computations.number(node, "u")
        if users and not uniques.may_hold(by_day.get(day, 0.0), users):
            return False, 0
        new_users += computations.number(node, "n")
        sessions += computations.number(node, "t")
    return True, int(min(max(whole, new_users), sessions))


def _days(tree: Tree, first: date, last: date) -> Iterator[tuple[int, Any]]:
    """Each day's number and its counters."""
    for index in range((last - first).days + 1):
        day = first + timedelta(days=index)
        yield day_number(day), computations.node_at(tree, f"{day.year}.{day.month}.{day.day}")


def _users_of_days(application: ApplicationInfo, first: date, last: date) -> tuple[int, dict[int, float]]:
    """How many users the sketches know, and at most how many of each day."""

    def read() -> dict[int, float]:
        whole, by_day = Union(), defaultdict[int, Union](Union)
        for _, day, stored in queries.sketches(application.id, USERS, first, last):
            sketch = uniques.read(stored)
            whole.add(sketch)
            by_day[day].add(sketch)
        return {WHOLE: whole.users, **{day: union.upper_bound for day, union in by_day.items()}}

    found = _kept(application, USERS, first, last, read)
    return int(found[WHOLE]), found


def _by_value(application: ApplicationInfo, dimension: str, first: date, last: date) -> dict[str, int]:
    def read() -> dict[str, int]:
        unions = defaultdict[str, Union](Union)
        for value, _, stored in queries.sketches(application.id, dimension, first, last):
            unions[value].add(uniques.read(stored))
        return {value: union.users for value, union in sorted(unions.items())}

    return dict(_kept(application, dimension, first, last, read))


def _kept(application: ApplicationInfo, dimension: str, first: date, last: date, read: Callable[[], Found]) -> Found:
    """A year has a sketch for each value and day. What they say together is kept until one of the months changes."""
    months = [f"{month // 12}:{month % 12 + 1}" for month in range(_month_number(first), _month_number(last) + 1)]
    key = ("unique users", dimension, first, last)
    return merged_months.kept_result(application.id, months, key, read)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _estimates(application: ApplicationInfo, period: Period, dimension: str) -> dict[str, int]:
    tree, values = _values(application, period, dimension)
    return {row["_id"]: row["u"] for row in computations.table(tree, values, period, ("t", "u", "n"))}


def _values(application: ApplicationInfo, period: Period, dimension: str) -> tuple[Tree, list[str]]:
    """The counters by value and the values; none of all users."""
    metric = METRICS.get(dimension)
    if metric is None:
        return {}, []
    tree = queries.counter_tree(metric.collection, application.id, period)
    return tree, tree.get("meta", {}).get(dimension, [])
