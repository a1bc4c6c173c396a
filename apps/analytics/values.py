"""How sessions and users spread over the values of a metric: platforms, versions, countries, cities."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.analytics import computations, grouping, live_users, names, sections
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS, Metric
from apps.analytics.questions import Question
from apps.analytics.uniques import DIMENSIONS, unique_users

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


def words_of(metric: str) -> Callable[[str], str | None]:
    """What a value is called on screens, in the reader's language; the API speaks English. Raises UnknownMetric."""
    known = described(metric)
    name_of = known.in_words or known.display

    def words(value: str) -> str | None:
        name = name_of(value) if name_of else value
        return names.in_words(name) if name else name

    return words


def rows(tree: Tree, question: Question, metric: str, display: Callable[[str], str | None] | None = None) -> list[Row]:
    """{"_id", "name", "t" sessions, "u" users, "n" new users, "is_estimate" whether "u" is one} per value, most users
    first; values of one name are one row, under the value that is used most. `display` instead of the words
    of screens."""
    found = _table(tree, question, metric, counted_users(question, metric))
    return merged_by_name(found, display or words_of(metric))


def counted_users(question: Question, metric: str) -> dict[str, int] | None:
    """Value -> users of the whole period, counted as all users are (`audience`): from profiles where the period
    contains today, else from sketches, of the metrics that have them. None where the stored counters must do, which for
    a range is an estimate."""
    counts = live_users.count_users_by(metric, question.application, question.period, question.settings)
    if counts is not None:
        return {value: users for value, users in counts.items() if value is not None}
    if metric in DIMENSIONS and question.period.is_special:
        found = unique_users(question.application, question.period, metric)
        return found.by_value if found.is_exact else None
    return None


def _table(tree: Tree, question: Question, metric: str, counted: Mapping[str, int] | None) -> list[Row]:
    is_estimate = counted is None and question.period.is_special
    known = sections.known_values(tree, metric)
    found = computations.table(tree, known, question.period, COUNTERS, counted)
    return [{**row, "is_estimate": is_estimate} for row in found]


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
    found = _table(tree, question, "countries", counted_users(question, "countries") if counts_users else None)
    display = described("countries").display or names.country
    return [{**row, "code": row["_id"], "name": display(row["_id"])} for row in found]


def top_by_sessions(question: Question, metric: str, limit: int = 5) -> list[Row]:
    """As `top` of `rows` by sessions, without counting users."""
    return top(by_sessions(question, metric, words_of(metric)), "t", limit)


def by_sessions(question: Question, metric: str, display: Callable[[str], str | None]) -> list[Row]:
    """{"_id", "name", "t", "n"} per name, most sessions first; users are not counted. None as a name leaves out."""
    tree = read(question, metric)
    found = computations.table(tree, sections.known_values(tree, metric), question.period, ("t", "n"))
    return merged_by_name([{**row, "u": row["t"]} for row in found], display)


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
    found = {
        value: [computations.number(computations.node_at(tree, key, value), counter) for key in keys]
        for value in values
    }
    if not question.step:
        return found
    groups = grouping.groups(question.period, question.step)
    return {value: grouping.summed(line, groups) for value, line in found.items()}
