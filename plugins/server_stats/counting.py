"""Which data points a request brings. They belong to the hour, in UTC, in which the request arrived."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.aggregation.values import is_truthy
from plugins.server_stats import documents

RESERVED = "[CLY]_"
#: Kinds of reserved events by the beginning of what follows RESERVED. Others count as nothing.
KINDS = {
    "view": documents.VIEWS,
    "action": documents.ACTIONS,
    "crash": documents.CRASHES,
    "nps": documents.NPS,
    "survey": documents.SURVEYS,
    "star_rating": documents.RATINGS,
    "apm": documents.APM,
    "push_action": documents.PUSH_ACTIONS,
    "push_sent": documents.PUSH_SENT,
    "consent": documents.CONSENTS,
    "llm": documents.LLM,
}
#: Parameters from which the server makes an event of its own.
MADE_EVENTS = {"crash": documents.CRASHES, "consent": documents.CONSENTS}

HOUR_SECONDS = 3_600

Key = tuple[str, int, str]  # application, hour of arrival since 1970, counter
State = Counter[Key]


class DataPoints(Part[State]):
    triggers = Triggers(parameters=frozenset({"events", *MADE_EVENTS}), sessions=True)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> State:
        return Counter()

    def count(self, moment: Moment, state: State, effects: Effects) -> None:
        hour, is_copy = moment.request.received_s // HOUR_SECONDS, moment.request.record.is_copy
        for name in points_of(moment):
            state[moment.application.id, hour, name] += 1
            if is_copy:
                state[documents.CONSOLIDATED, hour, name] += 1

    def write(self, state: State, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        by_hour: dict[tuple[str, int], dict[str, int]] = {}
        for (application_id, hour, name), number in state.items():
            by_hour.setdefault((application_id, hour), {})[name] = number
        for (application_id, hour), counts in by_hour.items():
            moment = datetime.fromtimestamp(hour * HOUR_SECONDS, UTC)
            document_id = documents.document_id(application_id, moment, shard)
            writes.update(documents.COLLECTION, document_id, documents.operators(application_id, moment, counts))


def points_of(moment: Moment) -> list[str]:
    """The counters that grow by one, each as often as it does."""
    counters = [] if moment.begun is None else [documents.SESSIONS]
    for event in moment.events:
        if kind := kind_of(event.get("key")):
            counters += (documents.EVENTS, kind)
    for name, kind in MADE_EVENTS.items():
        if is_truthy(moment.request.parameters.get(name)):
            counters += (documents.EVENTS, kind)
    return counters


def kind_of(key: Any) -> str:
    """A counter, or "" for what is no data point."""
    if not isinstance(key, str) or not key:
        return ""
    if not key.startswith(RESERVED):
        return documents.CUSTOM
    name = key.removeprefix(RESERVED)
    return next((kind for prefix, kind in KINDS.items() if name == prefix or name.startswith(f"{prefix}_")), "")
