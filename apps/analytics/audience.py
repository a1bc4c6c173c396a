"""Sessions and users of an application: totals with their change, steps over time, how long and how often."""

from collections.abc import Sequence
from typing import Any

from apps.aggregation import documents
from apps.analytics import computations, grouping, live_users
from apps.analytics.computations import Counted, Row
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.questions import Question
from apps.analytics.uniques import unique_users, unique_users_before
from apps.core import mongo

COUNTERS = computations.SESSION_COUNTERS  # t sessions, n new users, u users, d seconds, e requests
#: Buckets by number, as counted; the titles are the screens' affair.
DURATION_BUCKETS = 8
FREQUENCY_BUCKETS = 12


def has_users(application_id: str) -> bool:
    """At any time."""
    profiles = mongo.collection(documents.profiles_collection(application_id))
    return profiles.find_one({}, {"_id": 1}) is not None


def read(question: Question) -> Tree:
    return question.tree("users")


def summary(tree: Tree, question: Question) -> dict[str, Row]:
    """Per counter {"total", "prev-total", "change", "trend"}; and the same of what follows from them: "r" returning
    users, "time" seconds per session, "requests" per user."""
    found = computations.summarize(tree, question.period, COUNTERS, frozenset({"u"}), _counted_users(tree, question))
    found["r"] = {**computations.difference(found["u"], found["n"]), "is_estimate": found["u"]["is_estimate"]}
    found["time"] = computations.ratio(found["d"], found["t"])
    found["requests"] = computations.ratio(found["e"], found["u"])
    return found


def _counted_users(tree: Tree, question: Question) -> Counted:
    """From profiles where the period contains today, else from sketches, which only ranges need."""
    application, period = question.application, question.period
    now = live_users.count_users(application, period, question.settings)
    if not period.is_special:
        return Counted(now)
    if now is None:
        found = unique_users(application, period)
        now = found.users if found.is_exact else None
    if not any(computations.number(computations.node_at(tree, key), "t") for key in period.previous):
        return Counted(now)
    earlier = unique_users_before(application, period)
    return Counted(now, earlier.users if earlier.is_exact else None)


def lines(tree: Tree, period: Period, counters: Sequence[str]) -> dict[str, tuple[list[Any], list[Any]]]:
    """counter -> (values of the steps of the period, values of the same number of steps before)."""
    count = len(computations.step_keys(period))
    return {
        counter: (
            computations.series(tree, period, counter),
            padded(_series_before(tree, period, counter), count),
        )
        for counter in counters
    }


def stepped(tree: Tree, question: Question, counters: Sequence[str]) -> dict[str, tuple[list[Any], list[Any]]]:
    """As `lines`, in the steps of the question. Of the trees that have users ("u") there is one: that of `read`."""
    if not question.step:
        return lines(tree, question.period, counters)
    groups = grouping.groups(question.period, question.step)
    days = lines(tree, question.period, [counter for counter in counters if counter != "u"])
    sums = {
        name: (grouping.summed(now, groups), grouping.summed(before, groups)) for name, (now, before) in days.items()
    }
    return {counter: sums[counter] if counter != "u" else _users_of_steps(question) for counter in counters}


def _users_of_steps(question: Question) -> tuple[list[Any], list[Any]]:
    def users(part: Period) -> int:
        return unique_users(question.application, part).users

    return grouping.counted(question.period, question.step, users, now_ms=question.now_ms)


def _series_before(tree: Tree, period: Period, counter: str) -> list[Any]:
    """None for days that the month before does not have: it had no 31st on which nobody came."""
    values = computations.series(tree, period, counter, previous=True)
    if period.is_special:  # whose days are all there are
        return values
    keys = computations.step_keys(period, previous=True)
    return [value if computations.is_moment(key) else None for key, value in zip(keys, values, strict=True)]


def padded(values: list[Any], count: int) -> list[Any]:
    """A month before may have had fewer days: there was nothing on the 31st."""
    return [*values[:count], *[None] * (count - len(values))]


def returning(lines_of: dict[str, tuple[list[Any], list[Any]]]) -> tuple[list[Any], list[Any]]:
    """Users that were not new, step by step; `lines_of` has "u" and "n"."""
    pairs = zip(lines_of["u"], lines_of["n"], strict=True)
    now, before = (
        [None if u is None or n is None else max(0, u - n) for u, n in zip(users, new, strict=True)]
        for users, new in pairs
    )
    return now, before


def buckets(tree: Tree, period: Period, kind: str, count: int) -> list[Row]:
    """{"bucket", "t", "percent"} of all buckets in order: of durations ("ds"), frequency ("f") or views ("vc")."""
    found = {
        int(row[kind]): row["t"]
        for row in computations.range_buckets(tree, kind, [str(number) for number in range(count)], period)
    }
    whole = sum(found.values())
    return [
        {
            "bucket": number,
            "t": found.get(number, 0),
            "percent": round(found.get(number, 0) / whole * 100, 1) if whole else 0,
        }
        for number in range(count)
    ]


def step_names(period: Period) -> list[str]:
    """ "2025-3-12", "2025-3-12 9:00" or "2025-3" """
    return [row["_id"] for row in computations.steps({}, period, ())]
