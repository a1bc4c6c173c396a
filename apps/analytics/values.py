"""How sessions and users spread over the values of a metric: platforms, versions, countries, cities."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.analytics import computations, live_users, names, sections
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS, Metric
from apps.analytics.questions import Question

COUNTERS = ("t", "u", "n")


class UnknownMetric(LookupError):
    """Nobody offers a metric of this name, or the plugin that does is off."""


def described(metric: str) -> Metric:
    """Raises UnknownMetric."""
    found = METRICS.get(metric)
    if found is None:
        raise UnknownMetric(metric)
    return found


def read(question: Question, metric: str) -> Tree:
    """The tree that holds the metric; several metrics may share one."""
    return question.tree(described(metric).collection)


def rows(tree: Tree, question: Question, metric: str, display: Callable[[str], str | None] | None = None) -> list[Row]:
    """{"_id", "name", "t" sessions, "u" users, "n" new users} per value, most users first; values of one name are one
    row, under the value that is used most. `display` instead of the metric's own names."""
    known = described(metric)
    live = None
    if known.user_field:
        counts = live_users.count_users_by(metric, question.application, question.period, question.settings)
        live = None if counts is None else {value: users for value, users in counts.items() if value is not None}
    found = computations.table(tree, sections.known_values(tree, metric), question.period, COUNTERS, live)
    return merged_by_name(found, display or known.display)


def merged_by_name(found: list[Row], display: Callable[[str], str | None] | None) -> list[Row]:
    """Pure. None as a name leaves the value out."""
    by_name: dict[str, Row] = {}
    for row in found:
        name = display(row["_id"]) if display else row["_id"]
        if not name:
            continue
        if name in by_name:
            by_name[name] |= {counter: by_name[name][counter] + row[counter] for counter in COUNTERS}
        else:
            by_name[name] = {**row, "name": name}
    return sorted(by_name.values(), key=lambda row: -row["u"])


def countries(tree: Tree, question: Question, *, counts_users: bool = True) -> list[Row]:
    """The same by code, since two codes may share a name; {"code": "DE"} beside. Without `counts_users` the stored
    counters must do, which is enough for sessions."""
    known = described("countries")
    counts = None
    if counts_users:
        counts = live_users.count_users_by("countries", question.application, question.period, question.settings)
    live = None if counts is None else {value: users for value, users in counts.items() if value is not None}
    codes = sections.known_values(tree, "countries")
    found = computations.table(tree, codes, question.period, COUNTERS, live)
    display = known.display or names.country
    return [{**row, "code": row["_id"], "name": display(row["_id"])} for row in found]


def top_by_sessions(question: Question, metric: str, limit: int = 5) -> list[Row]:
    """As `top` of `rows` by sessions, without counting users."""
    known = described(metric)
    tree = read(question, metric)
    found = computations.table(tree, sections.known_values(tree, metric), question.period, ("t", "n"))
    return top(merged_by_name([{**row, "u": row["t"]} for row in found], known.display), "t", limit)


def top(found: list[Row], counter: str, limit: int = 5) -> list[Row]:
    """Of rows with a name: {"name", "value", "percent", and "code" where it is there}, the largest first. Pure."""
    rows = [
        {"name": row["name"], "value": row[counter], **({"code": row["code"]} if "code" in row else {})}
        for row in found
        if row[counter]
    ]
    return computations.rank(rows, limit)


def total_lines(tree: Tree, question: Question, values: list[str], counter: str) -> Mapping[str, list[Any]]:
    """value -> its counter step by step."""
    keys = computations.step_keys(question.period)
    return {
        value: [computations.number(computations.node_at(tree, key, value), counter) for key in keys]
        for value in values
    }
