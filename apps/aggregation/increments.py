"""Tallies become updates: one per document, paths built once, values beyond their limit left out."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from apps.aggregation import documents, uniques
from apps.aggregation.batchers import WriteBatcher
from apps.aggregation.known_values import KnownValues, ZeroDocument
from apps.aggregation.levels import DAY, HOUR, MONTH, WEEK, YEAR
from apps.aggregation.limits import Limits
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import EventKey, MetricKey, SegmentKey, SessionKey, Tallies
from apps.aggregation.uniques import SketchKey
from apps.aggregation.values import INT32_MAX, stored_number
from apps.core.keys import postfix
from apps.core.texts import gettext_noop
from apps.core.timebuckets import TimeBuckets

SUM_DECIMALS = 5
TOO_MANY_METRIC_VALUES = gettext_noop("Metric value beyond the limit of values")
TOO_MANY_SEGMENT_VALUES = gettext_noop("Segment value beyond the limit of values")
EMPTY: AbstractSet[str] = frozenset()


class _Document:
    """One counter document: what it is, what is added to it, which values it lists from now on."""

    __slots__ = ("added", "identity", "listed")

    def __init__(self, identity: dict[str, Any]) -> None:
        self.identity = identity
        self.added: defaultdict[str, int | float] = defaultdict(int)  # by path
        self.listed: dict[str, Any] = {}

    def operators(self) -> dict[str, dict[str, Any]]:
        """Empty when there is nothing to write that is not written already."""
        operators: dict[str, dict[str, Any]] = {}
        if self.added or self.listed:
            operators["$set"] = {**self.identity, **self.listed}
        if self.added:
            amounts = self.added.values()
            if max(amounts) > INT32_MAX or min(amounts) < -INT32_MAX:
                operators["$inc"] = {path: stored_number(amount) for path, amount in self.added.items()}
            else:
                operators["$inc"] = self.added
        return operators


class Increments:
    """Takes the tallies of a batch, hands out the updates.

    `learned` are the values that the updates add to the lists, `dropped` what had no room in them, `seen` the users for
    the sketches of unique ones: of values that are listed, so that their number is bounded.
    """

    def __init__(self, shard: Shard, limits: Mapping[str, Limits], known: KnownValues) -> None:
        self._shard = shard
        self._limits = limits
        self._known = known
        self._listed: Mapping[ZeroDocument, Mapping[str, AbstractSet[str]]] = {}
        self._documents: dict[tuple[str, str], _Document] = {}
        self.learned: dict[ZeroDocument, dict[str, set[str]]] = {}
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.seen: dict[SketchKey, set[int]] = {}

    def take(self, tallies: Tallies) -> None:
        counted_metrics = Counter(tallies.metrics)
        metrics = {key: self._metric_zero(key) for key in counted_metrics}
        events = {key: self._event_zero(key) for key in tallies.events}
        segments = {key: self._segment_zero(key) for key in tallies.segments}
        seen = tallies.users_by_sketch()
        listed_kinds = {key: self._sketch_zero(key) for key in seen if key.kind in uniques.LISTED}
        self._listed = self._known.load(
            {*metrics.values(), *events.values(), *segments.values(), *listed_kinds.values()}
        )
        for user, number in Counter(tallies.requests).items():
            document = self._users_month(user.application_id, user.time, user.postfix)
            self._add_day_and_hour(document, user.time, "e", number)
        for user, seconds in tallies.durations.items():
            document = self._users_month(user.application_id, user.time, user.postfix)
            self._add_day_and_hour(document, user.time, "d", seconds)
        for session, number in Counter(tallies.sessions).items():
            self._add_session(session, number)
        for ended, number in Counter(tallies.ranges).items():
            bucket = (ended.counter, ended.list_name, ended.bucket)
            self._add_range(ended.application_id, ended.time, ended.postfix, bucket, number)
        for metric, number in counted_metrics.items():
            self._add_metric(metric, metrics[metric], number)
        for event, amounts in tallies.events.items():
            self._add_event(event, events[event], amounts)
        for segment, amounts in tallies.segments.items():
            self._add_segment(segment, segments[segment], amounts)
        self.seen = {
            key: users
            for key, users in seen.items()
            if key not in listed_kinds or self._is_listed(listed_kinds[key], key.kind, key.value)
        }

    def write(self, writes: WriteBatcher) -> None:
        for (collection, document_id), document in self._documents.items():
            if operators := document.operators():
                writes.update(collection, document_id, operators)

    # Sessions ---------------------------------------------------------------------------------------------------

    def _add_session(self, key: SessionKey, number: int) -> None:
        time, country = key.time, key.country
        month = self._users_month(key.application_id, time, key.postfix)
        zero = self._users_zero(key.application_id, time, key.postfix)
        of_day = f"d.{time.day}."
        of_country = f"{of_day}{country}."
        self._add_day_and_hour(month, time, "t", number)
        self._add_day_and_hour(month, time, "e", number)
        month.added[f"{of_country}t"] += number
        if key.is_first:
            self._add_day_and_hour(month, time, "n", number)
            month.added[f"{of_country}n"] += number
        if key.levels & DAY:
            month.added[f"{of_day}u"] += number
        if key.levels & HOUR:
            month.added[f"{of_day}{time.hour}.u"] += number
        if key.country_levels & DAY:
            month.added[f"{of_country}u"] += number
        for level in _zero_levels(time, key.levels):
            zero.added[f"{level}u"] += number
        for level in _zero_levels(time, key.country_levels):
            zero.added[f"{level}{country}.u"] += number
        zero.listed[f"meta_v2.countries.{country}"] = True
        if key.frequency is not None:
            bucket = ("f", "f-ranges", key.frequency)
            self._add_range(key.application_id, time, key.postfix, bucket, number)

    def _add_range(
        self, application_id: str, time: TimeBuckets, shard_character: str, bucket: tuple[str, str, int], number: int
    ) -> None:
        """A bucket is the name of its counter, of its list, and its number."""
        counter, list_name, position = bucket
        month = self._users_month(application_id, time, shard_character)
        month.added[f"d.{time.day}.{counter}.{position}"] += number
        zero = self._users_zero(application_id, time, shard_character)
        for level in _zero_levels(time, YEAR | MONTH | WEEK):
            zero.added[f"{level}{counter}.{position}"] += number
        zero.listed[f"meta_v2.{list_name}.{position}"] = True

    def _users_month(self, application_id: str, time: TimeBuckets, shard_character: str) -> _Document:
        document_id = documents.month_document(application_id, time, self._shard.own(shard_character))
        return self._document(documents.USERS, document_id, {"m": time.month_id, "a": application_id})

    def _users_zero(self, application_id: str, time: TimeBuckets, shard_character: str) -> _Document:
        document_id = documents.zero_document(application_id, time, self._shard.own(shard_character))
        return self._document(documents.USERS, document_id, {"m": time.zero_id, "a": application_id})

    def _add_day_and_hour(self, document: _Document, time: TimeBuckets, counter: str, number: int) -> None:
        document.added[f"d.{time.day}.{counter}"] += number
        document.added[f"d.{time.day}.{time.hour}.{counter}"] += number

    # Metrics ----------------------------------------------------------------------------------------------------

    def _metric_zero(self, key: MetricKey) -> ZeroDocument:
        application_id, time, collection, _, value, _, _ = key
        return collection, documents.zero_document(application_id, time, self._shard.own(postfix(value)))

    def _add_metric(self, key: MetricKey, zero_document: ZeroDocument, number: int) -> None:
        application_id, time, collection, set_name, value, is_first, levels = key
        is_new = self._is_new(zero_document, set_name, value, self._limits[application_id].metric_values)
        if is_new is None:
            self.dropped[application_id, TOO_MANY_METRIC_VALUES] += number
            return
        shard_character = self._shard.own(postfix(value))
        month_id = documents.month_document(application_id, time, shard_character)
        month = self._document(collection, month_id, {"m": time.month_id, "a": application_id})
        of_day = f"d.{time.day}.{value}."
        month.added[f"{of_day}t"] += number
        if is_first:
            month.added[f"{of_day}n"] += number
        if levels & DAY:
            month.added[f"{of_day}u"] += number
        zero_levels = _zero_levels(time, levels)
        if is_new or zero_levels:
            zero = self._document(*zero_document, {"m": time.zero_id, "a": application_id})
            for level in zero_levels:
                zero.added[f"{level}{value}.u"] += number
            if is_new:
                zero.listed[f"meta_v2.{set_name}.{value}"] = True

    # Unique users -----------------------------------------------------------------------------------------------

    def _sketch_zero(self, key: SketchKey) -> ZeroDocument:
        shard_character = self._shard.own(postfix(key.value))
        year = key.day // 10_000
        return documents.DEVICE_DETAILS, documents.zero_document_of_year(key.application_id, year, shard_character)

    def _is_listed(self, zero: ZeroDocument, set_name: str, value: str) -> bool:
        return any(value in sets.get(zero, {}).get(set_name, EMPTY) for sets in (self._listed, self.learned))

    # Events -----------------------------------------------------------------------------------------------------

    def _event_zero(self, key: EventKey) -> ZeroDocument:
        application_id, time, event = key
        shard_character = self._shard.own(postfix(event))
        return documents.EVENTS_DATA, documents.all_events_zero_document(application_id, time, shard_character)

    def _segment_zero(self, key: SegmentKey) -> ZeroDocument:
        application_id, time, event, _, value = key
        shard_character = self._shard.own(postfix(value))
        return documents.EVENTS_DATA, documents.event_zero_document(application_id, time, event, shard_character)

    def _add_event(self, key: EventKey, all_zero: ZeroDocument, amounts: list[int | float]) -> None:
        application_id, time, event = key
        month_id = documents.event_month_document(application_id, time, event, self._shard.bare_suffix)
        month = self._events_document(month_id, application_id, time.month_id, event, documents.NO_SEGMENT)
        field = documents.event_field(event)
        shard_character = self._shard.own(postfix(event))
        all_month = self._events_document(
            documents.all_events_month_document(application_id, time, shard_character),
            application_id,
            time.month_id,
            documents.ALL_EVENTS,
            documents.ALL_EVENTS_SEGMENT,
        )
        for counter, amount in _named(amounts):
            month.added[f"d.{time.day}.{counter}"] += amount
            month.added[f"d.{time.day}.{time.hour}.{counter}"] += amount
            all_month.added[f"d.{time.day}.{field}.{counter}"] += amount
        all_events = (application_id, time, documents.ALL_EVENTS, documents.ALL_EVENTS_SEGMENT, field)
        self._list_event_value(all_zero, all_events, 0)

    def _add_segment(self, key: SegmentKey, zero: ZeroDocument, amounts: list[int | float]) -> None:
        application_id, time, event, segment, value = key
        if not self._list_event_value(zero, key, self._limits[application_id].event_segment_values):
            self.dropped[application_id, TOO_MANY_SEGMENT_VALUES] += 1
            return
        shard_character = self._shard.own(postfix(value))
        month_id = documents.segment_month_document(application_id, time, event, segment, shard_character)
        month = self._events_document(month_id, application_id, time.month_id, event, segment)
        for counter, amount in _named(amounts):
            month.added[f"d.{time.day}.{value}.{counter}"] += amount

    def _list_event_value(self, zero: ZeroDocument, key: SegmentKey, limit: int) -> bool:
        """Whether there is room for the value; what is listed already is not written again."""
        application_id, time, event, segment, value = key
        is_new = self._is_new(zero, segment, value, limit)
        if is_new is None:
            return False
        is_new_segment = self._is_new(zero, "segments", segment, 0)
        if is_new or is_new_segment:
            document = self._events_document(zero[1], application_id, time.zero_id, event, documents.NO_SEGMENT)
            document.listed[f"meta_v2.{segment}.{value}"] = True
            document.listed[f"meta_v2.segments.{segment}"] = True
        return True

    def _events_document(
        self, document_id: str, application_id: str, month_id: str, event: str, segment: str
    ) -> _Document:
        return self._document(
            documents.EVENTS_DATA, document_id, {"m": month_id, "s": segment, "a": application_id, "e": event}
        )

    # Both -------------------------------------------------------------------------------------------------------

    def _document(self, collection: str, document_id: str, identity: dict[str, Any]) -> _Document:
        document = self._documents.get((collection, document_id))
        if document is None:
            document = self._documents[collection, document_id] = _Document(identity)
        return document

    def _is_new(self, zero: ZeroDocument, set_name: str, value: str, limit: int) -> bool | None:
        """None: the list is full. A new value is listed from now on."""
        listed = self._listed.get(zero, {}).get(set_name, EMPTY)
        if value in listed:
            return False
        learned = self.learned.setdefault(zero, {}).setdefault(set_name, set())
        if value in learned:
            return False
        if limit and len(listed) + len(learned) >= limit:
            return None
        learned.add(value)
        return True


@lru_cache(maxsize=4096)
def _zero_levels(time: TimeBuckets, levels: int) -> tuple[str, ...]:
    """Starts of the paths in the document of the year."""
    starts = []
    if levels & YEAR:
        starts.append("d.")
    if levels & MONTH:
        starts.append(f"d.{time.month}.")
    if levels & WEEK:
        starts.append(f"d.w{time.week}.")
    return tuple(starts)


def _named(amounts: list[int | float]) -> list[tuple[str, int | float]]:
    """Sums of values with 5 decimals have 5 decimals again; a counter of zero is not written."""
    count, total, duration = amounts
    named: list[tuple[str, int | float]] = [("c", count)] if count else []
    if total:
        named.append(("s", total if isinstance(total, int) else stored_number(round(total, SUM_DECIMALS))))
    if duration:
        named.append(("dur", duration))
    return named
