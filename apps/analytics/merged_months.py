"""Trees of counters whose months are merged once and kept until somebody writes documents of that month.

Old months never change and cost nothing. Of a year in which something is counted, the current month and the year's own
documents are read again, no others. What is kept is valid under the versions of `plugin_api.counter_versions`; without
Redis everything is read anew, and so are collections that the pipeline does not know as counters.
"""

import sys
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Sized
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import redis
from django.conf import settings

from apps.aggregation.documents import NO_SEGMENT, is_counter_collection
from apps.analytics import merging, metrics
from apps.analytics.kept_trees import KeptTrees, bytes_of
from apps.analytics.merging import Month, Tree, Year
from apps.core import mongo
from apps.core.keys import BASE_64
from apps.plugin_api import counter_versions

Shape = Callable[[Tree], Tree]
Result = TypeVar("Result", bound=Sized)

WAIT_FOR_REDIS_SECONDS = 10
BYTES_OF_A_COUNT = 150  # a name, a value or a day, and its number
SUFFIXES = ("", *(f"_{character}" for character in BASE_64))  # of whichever shard wrote a document

kept = KeptTrees(settings.READ_CACHE_BYTES)
_ask_redis_after = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """Documents that are counted together. `event` and `segment` where the collection is that of events; `prefix` where
    the beginning of their `_id`, up to the underscore before the month, says what they count."""

    collection: str
    application_id: str
    event: str | None = None
    segment: str = NO_SEGMENT
    prefix: str = ""

    def find(self, month_ids: Sequence[str]) -> Iterable[mongo.Document]:
        wanted: dict[str, Any] = {"a": self.application_id, "m": {"$in": list(month_ids)}}
        if self.event is not None:
            wanted |= {"e": self.event, "s": self.segment}
        if self.prefix:
            # By name: the application's months hold as many more as it has versions, and the embedded database looks
            # at all of them for a condition on the beginning of `_id`.
            wanted = {"_id": {"$in": [f"{self.prefix}_{month}{end}" for month in month_ids for end in SUFFIXES]}}
        return mongo.collection(self.collection).find(wanted)

    def of(self, month_id: str) -> "Source":
        """The known values of all segments of an event stand in the same documents."""
        return replace(self, segment=NO_SEGMENT) if merging.is_year_id(month_id) else self


def forget_all() -> None:
    """For tests, whose database is emptied between them."""
    global _ask_redis_after
    kept.clear()
    _ask_redis_after = 0.0


def unchanged(tree: Tree) -> Tree:
    return tree


def trees(sources: Sequence[Source], month_ids: Sequence[str], shape: Shape = unchanged) -> list[Tree]:
    """One for each source, all of the same application. `shape` is pure, and a function with a name."""
    ids = tuple(dict.fromkeys(month_ids))
    versions = _versions(sources, ids)
    return [_tree(source, ids, versions, shape) for source in sources]


def kept_result(application_id: str, month_ids: Sequence[str], key: Hashable, make: Callable[[], Result]) -> Result:
    """What `make` finds, for as long as nothing of these months is written: it reads only what the transactions that
    write their counters write too. The result is made of counts, and may not be changed by anybody."""
    versions = _versions_of(application_id, month_ids)
    kept_under = tuple(versions.get(month_id) for month_id in month_ids)
    of_application = (application_id, key)
    found: Result | None = kept.get(of_application, kept_under) if None not in kept_under else None
    if found is None:
        found = make()
        if None not in kept_under:
            kept.put(of_application, kept_under, found, sys.getsizeof(found) + BYTES_OF_A_COUNT * len(found))
    return found


def _versions(sources: Sequence[Source], ids: Sequence[str]) -> Mapping[str, bytes]:
    if not (sources and all(is_counter_collection(of.collection) for of in sources)):
        return {}
    return _versions_of(sources[0].application_id, ids)


def _versions_of(application_id: str, ids: Sequence[str]) -> Mapping[str, bytes]:
    """Asked for before anything is read. Without a version nothing is kept."""
    global _ask_redis_after
    if not settings.READ_CACHE_BYTES or time.monotonic() < _ask_redis_after:
        return {}
    try:
        return counter_versions.of_months(application_id, ids)
    except redis.RedisError:
        # Figures can be shown without Redis, only slower; not so slow that each read waits for Redis first.
        _ask_redis_after = time.monotonic() + WAIT_FOR_REDIS_SECONDS
        return {}


def _tree(source: Source, ids: tuple[str, ...], versions: Mapping[str, bytes], shape: Shape) -> Tree:
    # The parts are asked for even when the whole tree is kept: it shares nodes with them, so they must stay together
    # for the bound of the memory to hold.
    parts: dict[str, Month | Year] = {}
    for month_id in ids:
        part = kept.get((source.of(month_id), month_id), versions.get(month_id)) if month_id in versions else None
        if part is not None:
            parts[month_id] = part
    key, version = (source, ids, shape), tuple(versions.get(month_id) for month_id in ids)
    if len(parts) == len(ids):
        tree: Tree | None = kept.get(key, version)
        if tree is not None:
            return tree
    else:
        parts |= _read(source, [month_id for month_id in ids if month_id not in parts], versions)
    tree = shape(merging.combine(parts))
    if len(versions) == len(ids):
        kept.put(key, version, tree, _bytes_beside(tree, parts.values()))
    return tree


def _read(source: Source, ids: Sequence[str], versions: Mapping[str, bytes]) -> dict[str, Month | Year]:
    unique = metrics.unique_counters(source.collection)
    found: dict[str, list[mongo.Document]] = {month_id: [] for month_id in ids}
    for from_where in dict.fromkeys(source.of(month_id) for month_id in ids):
        of_it = [month_id for month_id in ids if source.of(month_id) == from_where]
        for document in from_where.find(of_it):
            found[document["m"]].append(document)
    read: dict[str, Month | Year] = {}
    for month_id, documents in found.items():
        part = merging.merge_month(month_id, documents, unique)
        if month_id in versions:
            part, size_bytes = _measured(part)
            kept.put((source.of(month_id), month_id), versions[month_id], part, size_bytes)
        read[month_id] = part
    return read


def _measured(part: Month | Year) -> tuple[Month | Year, int]:
    size = bytes_of(part.counters or {})
    if isinstance(part, Month):
        return part, size + sys.getsizeof(part.sums)  # the nodes of the sums stand in the month too
    known = [{name: [sys.intern(value) for value in values] for name, values in sets.items()} for sets in part.known]
    size += sum(sys.getsizeof(sets) + sum(map(sys.getsizeof, sets.values())) for sets in known)
    return Year(part.counters, known), size


def _bytes_beside(tree: Tree, parts: Iterable[Month | Year]) -> int:
    """Of the tree without the nodes that it shares with its parts."""
    return _bytes_without(tree, {id(node) for part in parts for node in (part.counters or {}).values()})


def _bytes_without(node: Tree, shared: AbstractSet[int]) -> int:
    return sys.getsizeof(node) + sum(
        _bytes_without(child, shared) if isinstance(child, dict) else sys.getsizeof(child)
        for child in node.values()
        if isinstance(child, dict | list) and id(child) not in shared
    )
