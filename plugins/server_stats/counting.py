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

Key = tuple[str, datetime]  # application and hour
State = dict[Key, Counter[str]]


class DataPoints(Part[State]):
    triggers = Triggers(parameters=frozenset({"events", *MADE_EVENTS}), sessions=True)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> State:
        return {}

    def count(self, moment: Moment, state: State, effects: Effects) -> None:
        counts = points_of(moment)
        if counts:
            arrived = datetime.fromtimestamp(moment.request.received_s, UTC).replace(minute=0, second=0)
            state.setdefault((moment.application.id, arrived), Counter()).update(counts)
            if moment.request.record.is_copy:
                state.setdefault((documents.CONSOLIDATED, arrived), Counter()).update(counts)

    def write(self, state: State, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for (application_id, hour), counts in state.items():
            document_id = documents.document_id(application_id, hour, shard)
            writes.update(documents.COLLECTION, document_id, documents.operators(application_id, hour, counts))


def points_of(moment: Moment) -> Counter[str]:
    counts: Counter[str] = Counter()
    if moment.begun is not None:
        counts[documents.SESSIONS] += 1
    for event in moment.events:
        if kind := kind_of(event.get("key")):
            counts[documents.EVENTS] += 1
            counts[kind] += 1
    for name, kind in MADE_EVENTS.items():
        if is_truthy(moment.request.parameters.get(name)):
            counts[documents.EVENTS] += 1
            counts[kind] += 1
    return counts


def kind_of(key: Any) -> str:
    """A counter, or "" for what is no data point."""
    if not isinstance(key, str) or not key:
        return ""
    if not key.startswith(RESERVED):
        return documents.CUSTOM
    name = key.removeprefix(RESERVED)
    return next((kind for prefix, kind in KINDS.items() if name == prefix or name.startswith(f"{prefix}_")), "")
