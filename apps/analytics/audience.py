"""Sessions and users of an application: totals with their change, steps over time, how long and how often."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from apps.analytics import computations, live_users
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.questions import Question
from apps.analytics.uniques import unique_users

COUNTERS = computations.SESSION_COUNTERS  # t sessions, n new users, u users, d seconds, e requests
#: Buckets by number, as counted; the titles are the screens' affair.
DURATION_BUCKETS = 8
FREQUENCY_BUCKETS = 12


def read(question: Question) -> Tree:
    return question.tree("users")


def summary(tree: Tree, question: Question) -> dict[str, Row]:
    """Per counter {"total", "prev-total", "change", "trend"}; and the same of what follows from them: "r" returning
    users, "time" seconds per session, "requests" per user."""
    found = computations.summarize(tree, question.period, COUNTERS, frozenset({"u"}), _counted_now(question))
    if question.period.is_special:
        found["u"] = _with_sketches(tree, question, found["u"])
    found["r"] = {**computations.difference(found["u"], found["n"]), "is_estimate": found["u"]["is_estimate"]}
    found["time"] = computations.ratio(found["d"], found["t"])
    found["requests"] = computations.ratio(found["e"], found["u"])
    return found


def _counted_now(question: Question) -> dict[str, int] | None:
    users = live_users.count_users(question.application, question.period, question.settings)
    return {"u": users} if users else None


def _with_sketches(tree: Tree, question: Question, estimated: Row) -> Row:
    """Counted users in place of estimated ones, of this period and of the one before, where every day has a sketch."""
    period, earlier = question.period, before_period(question.period)
    now = None if not estimated["is_estimate"] else _counted_by_sketches(tree, question, period)
    before = _counted_by_sketches(tree, question, earlier) if estimated["prev-total"] else None
    compared = computations.compared(
        estimated["total"] if now is None else now, estimated["prev-total"] if before is None else before
    )
    return {**compared, "is_estimate": estimated["is_estimate"] and now is None}


def _counted_by_sketches(tree: Tree, question: Question, period: Period) -> int | None:
    """None where sketches are missing. Some may lack unseen: then there are fewer users than on one day."""
    found = unique_users(question.application, period)
    least = max((computations.number(computations.node_at(tree, day), "u") for day in period.current), default=0)
    return found.users if found.is_exact and found.users >= least else None


def before_period(period: Period) -> Period:
    """What the period is compared with, as a period of its own. It has no period before."""
    return replace(
        period,
        current=period.previous,
        active=period.previous_active,
        fine=period.previous_fine,
        coarse=period.previous_coarse,
    )


def lines(tree: Tree, period: Period, counters: Sequence[str]) -> dict[str, tuple[list[Any], list[Any]]]:
    """counter -> (values of the steps of the period, values of the same number of steps before)."""
    count = len(computations.step_keys(period))
    return {
        counter: (
            computations.series(tree, period, counter),
            padded(computations.series(tree, period, counter, previous=True), count),
        )
        for counter in counters
    }


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
