"""Custom events: totals of all, of one, over time and by the values of a segment."""

from dataclasses import replace
from typing import Any

from apps.aggregation import documents
from apps.analytics import audience, computations, merging, periods, queries, sections
from apps.analytics.computations import Row
from apps.analytics.event_methods import source_events
from apps.analytics.merging import Tree
from apps.analytics.questions import Question

COUNTERS = sections.EVENT_COUNTERS  # c count, s sum, dur seconds


def totals(question: Question) -> list[Row]:
    """{"key", "c", "s", "dur"} of each custom event that occurred in the period, the most frequent first."""
    return totals_of(queries.all_events_tree(question.application.id, question.period), question)


def totals_of(tree: Tree, question: Question) -> list[Row]:
    keys = [
        key
        for key in sections.known_values(tree, documents.ALL_EVENTS_SEGMENT)
        if not key.startswith(queries.INTERNAL_PREFIX)
    ]
    return [
        {"key": row["_id"], "c": row["c"], "s": row["s"], "dur": row["dur"]}
        for row in computations.table(tree, keys, question.period, COUNTERS)
    ]


def read(question: Question, event: str, segment: str = documents.NO_SEGMENT) -> Tree:
    """Of an event, or of an event group the sum of its events; {} for a group that does not exist."""
    sources = source_events(event, question.application.id) or []
    trees = queries.event_trees(question.application.id, sources, question.period, segment)
    return trees[event] if sources == [event] else merging.merge_trees(trees.values())


def summary(tree: Tree, question: Question) -> dict[str, Row]:
    """Of each counter {"total", "prev-total", "change", "trend"}; "avg_s", "avg_dur" per occurrence."""
    found = computations.summarize(tree, question.period, COUNTERS)
    return found | {f"avg_{name}": computations.ratio(found[name], found["c"]) for name in ("s", "dur")}


def by_segment(tree: Tree, question: Question, segment: str) -> list[Row]:
    """{"value", "c", "s", "dur", "avg_s", "avg_dur"} of each value of the segment; `tree` was read for the segment."""
    rows = computations.table(tree, sections.known_values(tree, segment), question.period, COUNTERS)
    return [with_averages({"value": row["_id"], **{name: row[name] for name in COUNTERS}}) for row in rows]


def with_averages(row: Row) -> Row:
    count = row["c"]
    return {**row, "avg_s": row["s"] / count if count else 0, "avg_dur": row["dur"] / count if count else 0}


def lines(tree: Tree, question: Question) -> dict[str, tuple[list[Any], list[Any]]]:
    return audience.stepped(tree, question, COUNTERS)


def trend(tree: Tree, question: Question, event: str) -> list[Any]:
    """How often an event occurred step by step; `tree` is that of all events."""
    keys = computations.step_keys(question.period)
    return [computations.number(computations.node_at(tree, key, event), "c") for key in keys]


def overall(tree: Tree, question: Question) -> Row:
    """All custom events together: {"total", "prev-total", "change", "trend"}; `tree` is that of all events."""
    rows = totals_of(tree, question)
    before = totals_of(tree, replace(question, period=periods.before(question.period)))
    return computations.compared(sum(row["c"] for row in rows), sum(row["c"] for row in before))


def segments(application_id: str, event: str) -> list[str]:
    """Names of what the event, or the events of a group, were told apart by."""
    stored = queries.events_document(application_id).get("segments") or {}
    sources = source_events(event, application_id) or []
    return sorted({str(name) for source in sources for name in stored.get(documents.event_field(source)) or []})


def shown_as(application_id: str) -> dict[str, dict[str, Any]]:
    """Key -> what people said of an event: "name", "description", titles of its figures, "is_visible"."""
    stored = queries.events_document(application_id).get("map") or {}
    keys = {documents.event_map_key(key): key for key in queries.event_keys(application_id)}
    return {keys[name]: entry for name, entry in stored.items() if name in keys and isinstance(entry, dict)}


def hidden(shown_as: dict[str, dict[str, Any]]) -> set[str]:
    """The keys, of `shown_as`, of events that people hid."""
    return {key for key, entry in shown_as.items() if entry.get("is_visible") is False}


def group_names(application_id: str) -> dict[str, str]:
    """id -> name of the event groups, in their order."""
    return {str(group["_id"]): str(group.get("name") or group["_id"]) for group in queries.event_groups(application_id)}
