"""One batch: requests, profiles and lists of known values in; everything that has to be written out.

Pure: no clock, no database, no settings. The same input gives the same output, and what is passed in stays as it is.
"""

import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from apps.aggregation import documents
from apps.aggregation.aliases import AliasChanges, Aliases, ProfileKey
from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.counting import Surroundings, count_request
from apps.aggregation.duplicates import is_duplicate, memory_with
from apps.aggregation.events import EventContext
from apps.aggregation.extensions import PLAIN, Extensions
from apps.aggregation.increments import Increments
from apps.aggregation.known_values import EventsDocument, KnownValues, ZeroDocument
from apps.aggregation.limits import Limits
from apps.aggregation.locations import Locator
from apps.aggregation.merges import Merge
from apps.aggregation.parts import BatchParts, LoadedParts, NothingStored, Reads
from apps.aggregation.profiles import MISSING, Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects, Tallies
from apps.aggregation.uniques import SketchKey
from apps.aggregation.values import is_truthy
from apps.applications.info import ApplicationInfo
from apps.core.garbage import collector_paused
from apps.core.texts import gettext_noop
from apps.plugin_api.signals import Arrival, Noticed

ZERO_DEVICE_ID = "00000000-0000-0000-0000-000000000000"
ZERO_ID = gettext_noop("Ignoring zero IDFA device_id")
DUPLICATE = gettext_noop("Duplicate request")
NO_APPLICATION = gettext_noop("App does not exist")

MOST_LATEST = 30  # of an application, to be told of each batch
MAX_ROUNDS = 4  # of counting a batch anew because a part of a plugin could not count one of its requests

NO_ALIASES: Mapping[ProfileKey, str] = MappingProxyType({})


class TooManyBroken(Exception):
    """Parts cannot count many of these requests. Fewer at once may do."""


@dataclass(frozen=True, slots=True)
class DeadRequest:
    """A request that could not be counted. It left no trace."""

    index: int  # among the requests of the batch
    reason: str
    traceback: str


@dataclass(slots=True)
class BatchOutcome:
    """To be written in one transaction; `learned_values` is for the caches once that is committed."""

    writes: WriteBatcher = field(default_factory=WriteBatcher)
    inserts: InsertBatcher = field(default_factory=InsertBatcher)
    removed_profiles: list[ProfileKey] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)  # to be told once that is committed
    aliases: AliasChanges = field(default_factory=dict)  # to be made after `merges` were followed
    dead: list[DeadRequest] = field(default_factory=list)
    redirected: list[int] = field(default_factory=list)  # among the requests: to be sent on, not counted
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)  # application id, reason
    accepted: Counter[str] = field(default_factory=Counter)  # requests by application id
    used: set[str] = field(default_factory=set)  # applications with requests that were not made up
    new_users: Counter[str] = field(default_factory=Counter)
    latest: dict[str, list[Arrival]] = field(default_factory=dict)  # the last ones accepted, by application id
    seen: dict[SketchKey, set[int]] = field(default_factory=dict)  # numbers of users by the sketches that get them
    learned_values: dict[ZeroDocument, dict[str, set[str]]] = field(default_factory=dict)
    learned_events: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # application id -> key -> segments


def profiles_needed(requests: Iterable[IngestRequest]) -> set[ProfileKey]:
    """Of those that do not exist, the aliases are needed, and the profiles to which they lead."""
    needed = set()
    for request in requests:
        needed.add((request.app_id, request.user_id))
        if request.old_user_id:
            needed.add((request.app_id, request.old_user_id))
    return needed


def aggregate(
    requests: Sequence[IngestRequest],
    *,
    applications: Mapping[str, ApplicationInfo],
    limits: Mapping[str, Limits],
    profiles: Mapping[ProfileKey, dict[str, Any]],
    known: KnownValues,
    events: Mapping[str, EventsDocument],
    next_uid: Callable[[str], str],
    shard: Shard,
    locate: Locator,
    aliases: Mapping[ProfileKey, str] = NO_ALIASES,
    extensions: Extensions = PLAIN,
    read: Reads = NothingStored(),  # noqa: B008  it keeps nothing
) -> BatchOutcome:
    """Counts requests in their order. `profiles` holds those that exist of `profiles_needed`, and the targets of
    `aliases`. `read` is only asked by parts of plugins.

    Applications without limits have the default ones, without an events document an empty one. What is drawn from
    `next_uid` may stay unused. Raises TooManyBroken, and whatever parts raise that cannot load or write.
    """
    with collector_paused():
        uids = _DrawnUids(next_uid)
        dead: dict[int, DeadRequest] = {}
        prepared = _prepare(requests, applications, limits, extensions, dead)
        parts = BatchParts(extensions.parts, prepared)
        for _ in range(MAX_ROUNDS):
            batch = _Batch(applications, limits, profiles, aliases, events, uids.again(), locate, extensions, shard)
            batch.parts = parts.load(applications, profiles, aliases, read, dead.keys())
            if batch.take_all(prepared, dead):
                break
        else:
            raise TooManyBroken(f"parts of plugins cannot count {len(dead)} of {len(requests)} requests")
        outcome = batch.outcome
        outcome.dead = [dead[index] for index in sorted(dead)]
        outcome.latest = {key: [Arrival(*one) for one in latest] for key, latest in batch.latest.items()}
        increments = Increments(shard, batch.limits, known)
        increments.take(batch.tallies)
        increments.write(outcome.writes)
        outcome.learned_values = increments.learned
        outcome.dropped.update(increments.dropped)
        outcome.seen = increments.seen
        batch.write_profiles()
        batch.write_events_documents()
        batch.parts.write(shard, outcome.writes, outcome.inserts)
        outcome.aliases = batch.aliases.changes()
    return outcome


def _prepare(
    requests: Sequence[IngestRequest],
    applications: Mapping[str, ApplicationInfo],
    limits: Mapping[str, Limits],
    extensions: Extensions,
    dead: dict[int, DeadRequest],
) -> dict[int, IngestRequest]:
    """Trimmed and enriched, by their index; without those that cannot be, which go to `dead`."""
    trims = {application_id for application_id, each in limits.items() if each.trim_values}
    if not trims and not extensions.enrichments:
        return dict(enumerate(requests))
    prepared = {}
    enriched = frozenset(name for enrichment in extensions.enrichments for name in enrichment.parameters)
    for index, request in enumerate(requests):
        if request.app_id in trims:
            request = request.trimmed()
        if enriched and not request.parameters.keys().isdisjoint(enriched) and request.app_id in applications:
            try:
                request = _enriched(request, applications[request.app_id], extensions)
            except Exception as error:
                # Whatever is wrong with one request, the others of the batch must be counted.
                dead[index] = dead_request(index, error)
                continue
        prepared[index] = request
    return prepared


def _enriched(request: IngestRequest, application: ApplicationInfo, extensions: Extensions) -> IngestRequest:
    for enrichment in extensions.enrichments:
        if not enrichment.parameters.isdisjoint(request.parameters):
            added = enrichment.enrich(request, application)
            request = request.enriched(added) if added else request
    return request


def dead_request(index: int, error: Exception) -> DeadRequest:
    """Call while the error is being handled."""
    return DeadRequest(index, f"{type(error).__name__}: {error}", traceback.format_exc())


class _DrawnUids:
    """A batch that is counted anew gives the same users the same numbers."""

    def __init__(self, next_uid: Callable[[str], str]) -> None:
        self._next_uid = next_uid
        self._drawn: dict[str, list[str]] = {}

    def again(self) -> Callable[[str], str]:
        used: Counter[str] = Counter()

        def draw(application_id: str) -> str:
            drawn = self._drawn.setdefault(application_id, [])
            if used[application_id] == len(drawn):
                drawn.append(self._next_uid(application_id))
            used[application_id] += 1
            return drawn[used[application_id] - 1]

        return draw


class _Batch:
    def __init__(
        self,
        applications: Mapping[str, ApplicationInfo],
        limits: Mapping[str, Limits],
        profiles: Mapping[ProfileKey, dict[str, Any]],
        aliases: Mapping[ProfileKey, str],
        events: Mapping[str, EventsDocument],
        next_uid: Callable[[str], str],
        locate: Locator,
        extensions: Extensions,
        shard: Shard,
    ) -> None:
        self.surroundings = {}
        for application_id, application in applications.items():
            own_limits = limits.get(application_id) or Limits()
            context = EventContext(
                application,
                own_limits,
                (events.get(application_id) or EventsDocument()).copy(),
                extensions.reserved_events,
                extensions.events_of_parts,
            )
            around = Surroundings(application, own_limits, context, locate, next_uid, extensions, shard)
            self.surroundings[application_id] = around
        self.limits = {application_id: around.limits for application_id, around in self.surroundings.items()}
        self.stored_profiles = profiles
        self.aliases = Aliases(aliases)
        self.profiles: dict[ProfileKey, Profile] = {}
        self.tallies = Tallies()
        self.effects = Effects()  # of the request at hand
        self.latest: dict[str, deque[tuple[IngestRequest, Mapping[str, Any]]]] = {}  # made arrivals of in the end
        self.outcome = BatchOutcome()
        self.parts = LoadedParts()

    def take_all(self, requests: Mapping[int, IngestRequest], dead: dict[int, DeadRequest]) -> bool:
        """False when a part failed: its state is spoilt, so nothing of this round may be used. What is dead by then is
        in `dead`, and the next round leaves it out.
        """
        is_sound = True
        for index, request in requests.items():
            if index not in dead and (found := self._take(index, request)) is not None:
                dead[index] = found
                is_sound = is_sound and not self.parts.of(index)
        return is_sound

    def _take(self, index: int, request: IngestRequest) -> DeadRequest | None:
        """The answer is the request if it is dead. It left no trace then, but perhaps in the states of its parts."""
        around = self.surroundings.get(request.app_id)
        if around is None:
            self._drop(index, request, NO_APPLICATION)
            return None
        if request.record.device_id == ZERO_DEVICE_ID:
            self._drop(index, request, ZERO_ID)
            return None
        if around.application.redirect_url and not request.record.is_fetch:
            self.outcome.redirected.append(index)
            return None
        profile = self._user(request.app_id, request.user_id)
        if around.limits.prevent_duplicate_requests and profile.exists and is_duplicate(profile.fields, request):
            self._drop(index, request, DUPLICATE)
            return None
        old_profile = self._profile(request.app_id, request.old_user_id) if request.old_user_id else None
        if old_profile is profile:  # reached by its alias: the merge goes the other way round now
            profile = self._profile(request.app_id, request.user_id)
        snapshot = profile.snapshot()
        old_snapshot = old_profile.snapshot() if old_profile is not None else None
        effects = self.effects
        is_new = not profile.exists
        try:
            merge = count_request(request, profile, old_profile, around, effects, self.parts.of(index))
        except Exception as error:
            # Whatever is wrong with one request, the others of the batch must be counted.
            profile.restore(snapshot)
            if old_profile is not None and old_snapshot is not None:
                old_profile.restore(old_snapshot)
            effects.clear()
            return dead_request(index, error)
        self._commit(request, effects, merge)
        effects.clear()
        if is_new or request.old_user_id:
            self._keep_aliases(request, profile, is_new=is_new)
        self._note_accepted(request, profile, is_new=is_new)
        return None

    def _note_accepted(self, request: IngestRequest, profile: Profile, *, is_new: bool) -> None:
        outcome, application_id = self.outcome, request.app_id
        outcome.accepted[application_id] += 1
        latest = self.latest.get(application_id)
        if latest is None:
            latest = self.latest[application_id] = deque(maxlen=MOST_LATEST)
        latest.append((request, profile.fields))
        if "populator" not in request.parameters or not is_truthy(request.parameters["populator"]):
            outcome.used.add(application_id)
        if is_new:
            outcome.new_users[application_id] += 1

    def _drop(self, index: int, request: IngestRequest, reason: str) -> None:
        self.outcome.dropped[request.app_id, reason] += 1
        for active in self.parts.of(index):
            active.part.note_dropped(request, reason, active.state)

    def _profile(self, application_id: str, profile_id: str) -> Profile:
        key = (application_id, profile_id)
        profile = self.profiles.get(key)
        if profile is None:
            profile = self.profiles[key] = Profile(application_id, profile_id, self.stored_profiles.get(key))
        return profile

    def _user(self, application_id: str, profile_id: str) -> Profile:
        """The one with this id, or the one in whom it went up, or one that is still to be created."""
        profile = self._profile(application_id, profile_id)
        if profile.exists or (target := self.aliases.target((application_id, profile_id))) is None:
            return profile
        user = self._profile(application_id, target)
        return user if user.exists else profile

    def _keep_aliases(self, request: IngestRequest, profile: Profile, *, is_new: bool) -> None:
        """An old id without a profile leads to the user too: its requests may be counted later than this one.

        If it led to somebody else, it is only the alias that moves. The two of them do not become one: they may be
        people who share a device. But the new one learns which requests the other one knows: among them are those of
        the old id, whose repetitions come here from now on.
        """
        if is_new:
            self.aliases.lead_nowhere((request.app_id, profile.id))
        if request.old_user_id:
            key = (request.app_id, request.old_user_id)
            before = self.aliases.target(key)
            if before is not None and before != profile.id:
                known = self._profile(request.app_id, before).fields.get("req_hashes")
                if known is not None:
                    own = memory_with(profile.fields.get("req_hashes"), b"")
                    profile.fields["req_hashes"] = memory_with(known, own)
            self.aliases.lead(key, profile.id)

    def _commit(self, request: IngestRequest, effects: Effects, merge: Merge | None) -> None:
        application_id, outcome = request.app_id, self.outcome
        self.tallies.take(effects)
        if effects.event_segments:
            known = self.surroundings[application_id].events.document.segments
            learned = outcome.learned_events.setdefault(application_id, {})
            for key, segments in effects.event_segments.items():
                known.setdefault(key, set()).update(segments)
                learned.setdefault(key, set()).update(segments)
        for collection, document in effects.inserts:
            outcome.inserts.insert(collection, document)
        for update in effects.updates:
            outcome.writes.update(*update)
        for reason in effects.dropped:
            outcome.dropped[application_id, reason] += 1
        outcome.noticed.extend(effects.noticed)
        if merge is not None:
            outcome.merges.append(merge)

    def write_profiles(self) -> None:
        for (application_id, profile_id), profile in self.profiles.items():
            if not profile.exists:
                if profile.loaded is not None:
                    self.outcome.removed_profiles.append((application_id, profile_id))
                continue
            profile.settle()
            collection = documents.profiles_collection(application_id)
            if profile.loaded is None:
                self.outcome.writes.note_new(collection, profile_id)
            if operators := profile_operators(profile):
                self.outcome.writes.update(collection, profile_id, operators)

    def write_events_documents(self) -> None:
        for application_id, learned in self.outcome.learned_events.items():
            added: dict[str, Any] = {"list": {"$each": list(learned)}}
            for key, segments in learned.items():
                if segments:
                    path = f"segments.{documents.event_field(key)}"
                    united = {*added.get(path, {}).get("$each", ()), *segments}
                    added[path] = {"$each": sorted(united)}
            self.outcome.writes.update(documents.EVENTS, documents.events_id(application_id), {"$addToSet": added})


def profile_operators(profile: Profile) -> dict[str, dict[str, Any]]:
    """From the profile the database has to the one it shall have; empty when they are the same."""
    fields, loaded = profile.fields, profile.loaded
    operators: dict[str, dict[str, Any]] = {}
    if loaded is None:
        changed, removed = dict(fields), {}
    else:
        changed = {
            field: value
            for field, value in fields.items()
            if (before := loaded.get(field, MISSING)) is not value and before != value
        }
        removed = {field: "" for field in loaded if field not in fields and field != "_id"}
    changed.pop("_id", None)
    if changed:
        operators["$set"] = changed
    if removed:
        operators["$unset"] = removed
    return operators
