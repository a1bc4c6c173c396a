"""Parts: what plugins count in the same transaction as everything else.

A part says by its triggers which requests concern it; for all others it costs nothing. Once per batch it loads what it
needs, then counts request by request, then hands out what is to be written. So a batch has either happened for all of
them or for none, and every request counts once, whatever dies.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from os.path import commonprefix
from typing import Any, Generic, Protocol, TypeVar

from apps.aggregation.aliases import ProfileKey
from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.limits import Limits
from apps.aggregation.merges import Merge
from apps.aggregation.profiles import Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.sessions import NewSession
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.applications.info import ApplicationInfo
from apps.core.timebuckets import TimeBuckets

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Triggers:
    """A request concerns the part when one of these holds."""

    parameters: frozenset[str] = frozenset()  # one of them was sent, and is not empty
    events: frozenset[str] = frozenset()  # an event with one of these keys was sent
    sessions: bool = False  # it says something of a session: begins, prolongs or ends one
    merges: bool = False  # it may unite two users
    every_request: bool = False


class Reads(Protocol):
    """Reads of the transaction in which the batch is counted."""

    def documents(self, collection: str, ids: Collection[Any], fields: Sequence[str] = ()) -> dict[Any, dict[str, Any]]:
        """Those that exist, by `_id`."""

    def matching(
        self, collection: str, field: str, values: Collection[Any], fields: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Those whose field has one of the values; the field should have an index."""


class NothingStored:
    """Reads of an empty database."""

    def documents(self, collection: str, ids: Collection[Any], fields: Sequence[str] = ()) -> dict[Any, dict[str, Any]]:
        return {}

    def matching(
        self, collection: str, field: str, values: Collection[Any], fields: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        return []


@dataclass(frozen=True, slots=True)
class Concerned:
    """A request of the batch that the part will be asked to count, unless it turns out to be dropped or dead."""

    request: IngestRequest  # enriched
    application: ApplicationInfo
    #: Stored profiles of all users to whom the request may come, also through what the batch merges. Read only.
    profiles: Sequence[Mapping[str, Any]]

    @property
    def uids(self) -> frozenset[str]:
        """Load what you keep of users by these. A user who is not among them has nothing stored."""
        return frozenset(str(profile["uid"]) for profile in self.profiles)

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.request.events()


@dataclass(slots=True)
class Moment:
    """One request while it is counted. Sessions, metrics and events of the request are on the profile already."""

    request: IngestRequest  # enriched, and trimmed where the application wants that
    application: ApplicationInfo
    limits: Limits
    time: TimeBuckets  # of the request, in the application's time zone
    #: Change it with its methods only. Fields of your own bear your plugin's name, or are those of the stored layout.
    profile: Profile
    before: Mapping[str, Any]  # fields of the profile before this request, after its merge
    begun: NewSession | None  # a session that counts began with the request
    merge: Merge | None  # the request united two users; `profile` is what became of them
    #: The request closed a session that was never ended, before its events.
    closed_lost_session: bool
    #: The request ended the session, after its events.
    ended_session: bool
    shard: Shard

    @property
    def uid(self) -> str:
        return str(self.profile.fields.get("uid") or "")

    @property
    def events(self) -> list[dict[str, Any]]:
        """As sent, in their order, without those that are no objects."""
        return self.request.events()


class Part(Generic[State]):
    """Derive from this and offer an instance in PARTS. Instances are shared and keep nothing: what a batch needs is in
    the state that `load` makes.
    """

    triggers = Triggers()

    def load(self, concerned: Sequence[Concerned], read: Reads) -> State | None:
        """Once per batch that concerns the part, in the transaction, which may be repeated. The only method that may
        read anything, settings included. An exception is trouble of the whole batch: it is halved and tried again.

        None when a closer look shows that there is nothing to do: the part is not asked again in this batch.
        """
        raise NotImplementedError

    def count(self, moment: Moment, state: State, effects: Effects) -> None:
        """Pure: reads no clock and no store, changes nothing but its state, the profile and the effects.

        Raising makes the request a dead letter; it leaves no trace in anything, this state included, because the batch
        is counted anew without it. What is merely unusable is `effects.dropped.append("Reason of a few fixed texts")`.
        """
        raise NotImplementedError

    def note_dropped(self, request: IngestRequest, reason: str, state: State) -> None:
        """A request that concerned the part was dropped as a whole, as a duplicate for example. Must not raise."""

    def write(self, state: State, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        """Once, after the last request. Documents that many users share bear a postfix, `shard.own(postfix)`, so that
        two shards do not wait for each other. Use upserts with ids that follow from the content, never an insert that
        another shard may make too.
        """


@dataclass(frozen=True, slots=True)
class ActivePart:
    """A part in one batch."""

    part: Part[Any]
    state: Any


class BatchParts:
    """The parts that one batch concerns. For the others nothing is done and nothing is read."""

    def __init__(self, parts: Sequence[Part[Any]], requests: Mapping[int, IngestRequest]) -> None:
        """`requests` by their index in the batch."""
        self._concerned: dict[int, list[int]] = defaultdict(list)  # position of the part -> indexes of requests
        self._parts = parts
        self._requests = requests
        if parts:
            self._find(parts, requests)

    def _find(self, parts: Sequence[Part[Any]], requests: Mapping[int, IngestRequest]) -> None:
        triggers = [part.triggers for part in parts]
        may_concern = _quick_look(triggers)
        for index, request in requests.items():
            if may_concern(request):
                for position, each in enumerate(triggers):
                    if concerns(each, request):
                        self._concerned[position].append(index)

    def load(
        self,
        applications: Mapping[str, ApplicationInfo],
        profiles: Mapping[ProfileKey, Mapping[str, Any]],
        aliases: Mapping[ProfileKey, str],
        read: Reads,
        left_out: Set[int],
    ) -> "LoadedParts":
        """`left_out`: indexes of requests that turned out to be dead."""
        loaded = LoadedParts()
        if not self._concerned:
            return loaded
        users = StoredUsers(self._requests.values(), profiles, aliases)
        for position, indexes in self._concerned.items():
            here = [
                index for index in indexes if index not in left_out and self._requests[index].app_id in applications
            ]
            concerned = [
                Concerned(request, applications[request.app_id], users.profiles(request))
                for request in (self._requests[index] for index in here)
            ]
            state = self._parts[position].load(concerned, read) if concerned else None
            if state is not None:
                loaded.add(ActivePart(self._parts[position], state), here)
        return loaded


class LoadedParts:
    def __init__(self) -> None:
        self._all: list[ActivePart] = []
        self._by_request: dict[int, list[ActivePart]] = {}

    def add(self, active: ActivePart, indexes: Iterable[int]) -> None:
        self._all.append(active)
        for index in indexes:
            self._by_request.setdefault(index, []).append(active)

    def of(self, index: int) -> Sequence[ActivePart]:
        return self._by_request.get(index, ())

    def write(self, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for active in self._all:
            active.part.write(active.state, shard, writes, inserts)


SESSION_PARAMETERS = frozenset({"begin_session", "session_duration", "end_session"})


def concerns(triggers: Triggers, request: IngestRequest) -> bool:
    sent = request.parameters
    return (
        triggers.every_request
        or (not triggers.parameters.isdisjoint(sent) and any(sent.get(name) for name in triggers.parameters))
        or (triggers.sessions and any(sent.get(name) for name in SESSION_PARAMETERS))
        or (triggers.merges and bool(request.old_user_id))
        or (bool(triggers.events) and "events" in sent and bool(request.event_keys(triggers.events)))
    )


def _quick_look(triggers: Sequence[Triggers]) -> Callable[[IngestRequest], bool]:
    """False for requests that concern none of them, which are nearly all: this is all that idle parts cost."""
    if any(one.every_request for one in triggers):
        return lambda request: True
    parameters = {name for one in triggers for name in one.parameters}
    if any(one.sessions for one in triggers):
        parameters |= SESSION_PARAMETERS
    keys = frozenset(key for one in triggers for key in one.events)
    start_of_keys = commonprefix(list(keys))  # noqa: RUF071  characters are meant, no path
    with_merges = any(one.merges for one in triggers)

    def may_concern(request: IngestRequest) -> bool:
        sent = request.parameters
        if not sent.keys().isdisjoint(parameters) or (with_merges and request.old_user_id):
            return True
        if not keys or (events := sent.get("events")) is None:
            return False
        return not isinstance(events, str) or start_of_keys in events or "\\u" in events

    return may_concern


class StoredUsers:
    """Which stored users a request may come to: those of its ids, of their aliases, and of all ids that the batch links
    to them, in whatever order."""

    def __init__(
        self,
        requests: Iterable[IngestRequest],
        profiles: Mapping[ProfileKey, Mapping[str, Any]],
        aliases: Mapping[ProfileKey, str],
    ) -> None:
        self._parents: dict[ProfileKey, ProfileKey] = {}
        for (application_id, profile_id), target in aliases.items():
            self._unite((application_id, profile_id), (application_id, target))
        for request in requests:
            if request.old_user_id:
                self._unite((request.app_id, request.user_id), (request.app_id, request.old_user_id))
        self._profiles: dict[ProfileKey, list[Mapping[str, Any]]] = {}
        for key, profile in profiles.items():
            if profile.get("uid"):
                self._profiles.setdefault(self._root(key), []).append(profile)

    def profiles(self, request: IngestRequest) -> Sequence[Mapping[str, Any]]:
        return self._profiles.get(self._root((request.app_id, request.user_id)), ())

    def _root(self, key: ProfileKey) -> ProfileKey:
        passed = []
        while (parent := self._parents.get(key)) is not None:
            passed.append(key)
            key = parent
        for each in passed[:-1]:  # so that long chains are walked once
            self._parents[each] = key
        return key

    def _unite(self, one: ProfileKey, other: ProfileKey) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self._parents[first] = second
