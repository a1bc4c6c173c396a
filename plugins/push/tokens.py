"""Tokens of devices and what their users do with messages, counted in the transaction of the batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.aggregation import documents as counters
from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.events import read_amounts
from apps.aggregation.levels import ALL_LEVELS, DAY, HOUR, MONTH, WEEK, YEAR, levels_entered
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.profiles import Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.aggregation.timestamps import resolve_ms
from apps.aggregation.values import is_truthy, stored_integer, text_of
from apps.applications.info import ApplicationInfo
from apps.core.keys import postfix
from apps.core.texts import gettext_noop
from apps.core.timebuckets import buckets
from plugins.push import automatic, consent, documents
from plugins.push.documents import ACTION_EVENT
from plugins.push.kinds import is_api, is_automatic
from plugins.push.platforms import FIELDS, Token, platform_of, read_token

ID_LENGTH = 24
UNUSABLE = gettext_noop("Push token that cannot be used")
#: Of a profile: when its user was last counted among those who can be reached.
COUNTED_AT = "push_counted"
MESSAGE_ID = frozenset("0123456789abcdefABCDEF")


ACTIONS = frozenset({ACTION_EVENT})
PROFILE_FIELDS = {name: documents.profile_field(name) for name in FIELDS}
PROFILE_FIELD_NAMES = tuple(PROFILE_FIELDS.values())

Owner = tuple[str, str]  # application and uid


@dataclass(slots=True)
class PushState:
    owners: dict[tuple[str, Token], set[str]]  # application and token -> uids that have it
    messages: dict[str, dict[str, Any]]
    profile_ids: dict[Owner, str]  # of these users
    profiles: dict[Owner, Profile] = field(default_factory=dict)  # of the batch, as they were met
    removed: set[tuple[str, str, str]] = field(default_factory=set)  # application, uid, field
    taken: dict[tuple[str, str, str], str] = field(default_factory=dict)  # the same -> token
    #: Most batches bring neither, and most requests are sessions: what nobody will ask for is not noted.
    brings_tokens: bool = True
    brings_actions: bool = True


class PushPart(Part[PushState]):
    @property
    def triggers(self) -> Triggers:  # type: ignore[override]  # which events concern it depends on the messages
        return Triggers(
            parameters=frozenset({"token_session", "consent"}),
            events=frozenset({ACTION_EVENT}) | automatic.watched_events(),
            sessions=True,
        )

    def load(self, concerned: Sequence[Concerned], read: Reads) -> PushState | None:
        wanted: dict[tuple[str, str], set[str]] = {}
        message_ids: set[str] = set()
        watched = automatic.watched()
        brings_tokens = brings_actions = False
        for each in concerned:
            sent = each.request.parameters
            if "token_session" in sent or "consent" in sent:
                brings_tokens = True
                token = read_token(sent) if sent.get("token_session") else None
                if token:
                    wanted.setdefault((each.application.id, token.field), set()).add(token.text)
            if sent.get("events") and each.request.event_keys(ACTIONS):
                brings_actions = True
                message_ids |= {found for event in each.events if (found := message_of(event))}
            if watched:
                message_ids |= automatic.watching(each, watched)
        if not brings_tokens and not brings_actions and not watched and not any(_has_token(one) for one in concerned):
            return None
        owners: dict[tuple[str, Token], set[str]] = {}
        for (application_id, name), texts in wanted.items():
            path = f"tk.{name}"
            for stored in read.matching(documents.tokens_collection(application_id), path, texts, ["tk"]):
                owners.setdefault((application_id, Token(name, stored["tk"][name])), set()).add(str(stored["_id"]))
        profile_ids: dict[Owner, str] = {}
        for application_id in {application_id for application_id, _ in owners}:
            uids = {uid for (of, _), users in owners.items() if of == application_id for uid in users}
            for stored in read.matching(counters.profiles_collection(application_id), "uid", uids, ["uid"]):
                profile_ids[application_id, str(stored["uid"])] = stored["_id"]
        ids = automatic.object_ids(message_ids)
        messages = read.documents(documents.MESSAGES, ids) if ids else {}
        known = {str(one): message for one, message in messages.items()}
        return PushState(owners, known, profile_ids, brings_tokens=brings_tokens, brings_actions=brings_actions)

    def count(self, moment: Moment, state: PushState, effects: Effects) -> None:
        sent = moment.request.parameters
        if state.brings_tokens:
            state.profiles[moment.application.id, moment.uid] = moment.profile
            if consent.is_withdrawn(sent.get("consent")):
                self._forget(moment, state)
            elif is_truthy(sent.get("token_session")):
                self._keep_token(moment, state, effects)
        if state.removed:
            for token_field in FIELDS:  # another device has it since, or the provider refused it
                place = (moment.application.id, moment.uid, token_field)
                if place in state.removed and place not in state.taken:
                    _drop_token(moment.profile, token_field)
        if moment.begun is not None:
            self._count_reachable(moment, effects)
        if state.brings_actions and sent.get("events") and moment.request.event_keys(ACTIONS):
            for event in moment.events:
                if event.get("key") == ACTION_EVENT:
                    _count_action(moment, event, state, effects)
        if state.messages:
            automatic.enqueue(moment, state.messages, effects)

    def _keep_token(self, moment: Moment, state: PushState, effects: Effects) -> None:
        token = read_token(moment.request.parameters)
        if token is None:
            if any(name in moment.request.parameters for name in ("ios_token", "android_token")):
                effects.dropped.append(UNUSABLE)
            return
        application_id, uid = moment.application.id, moment.uid
        owners = state.owners.setdefault((application_id, token), set())
        for other in owners - {uid}:
            state.removed.add((application_id, other, token.field))
            if (met := state.profiles.get((application_id, other))) is not None:
                _drop_token(met, token.field)
            state.taken.pop((application_id, other, token.field), None)
        owners.clear()
        owners.add(uid)
        for (of, known), users in state.owners.items():  # its own older one is nobody's now
            if of == application_id and known.field == token.field and known != token:
                users.discard(uid)
        state.removed.discard((application_id, uid, token.field))
        state.taken[application_id, uid, token.field] = token.text
        moment.profile.set_if_new(documents.profile_field(token.field), documents.token_hash(token.text))

    def _forget(self, moment: Moment, state: PushState) -> None:
        application_id, uid = moment.application.id, moment.uid
        had = [name for name in FIELDS if documents.profile_field(name) in moment.profile.fields]
        for name in had:
            _drop_token(moment.profile, name)
            state.taken.pop((application_id, uid, name), None)
            state.removed.add((application_id, uid, name))

    def _count_reachable(self, moment: Moment, effects: Effects) -> None:
        """Users with a token, once for each hour, day, ... in which they begin a session."""
        fields = moment.profile.fields
        if fields.keys().isdisjoint(PROFILE_FIELD_NAMES):
            return
        platforms = sorted({platform_of(name) for name, field in PROFILE_FIELDS.items() if field in fields})
        last = stored_integer(fields.get(COUNTED_AT))
        levels = ALL_LEVELS if last is None else levels_entered(last, moment.time, moment.application.timezone)
        if not levels:
            return
        moment.profile.set(COUNTED_AT, max(moment.request.time_s, last or 0))
        names = ["m", *(f"m{platform}" for platform in platforms)]
        application_id, time = moment.application.id, moment.time
        shard_character = moment.shard.own(postfix(moment.request.record.device_id))
        of_month: dict[str, int] = {}
        of_year: dict[str, int] = {}
        for name in names:
            of_month |= {f"d.{time.day}.{name}": 1} if levels & DAY else {}
            of_month |= {f"d.{time.day}.{time.hour}.{name}": 1} if levels & HOUR else {}
            of_year |= {f"d.{name}": 1} if levels & YEAR else {}
            of_year |= {f"d.{time.month}.{name}": 1} if levels & MONTH else {}
            of_year |= {f"d.w{time.week}.{name}": 1} if levels & WEEK else {}
        month = counters.month_document(application_id, time, shard_character)
        zero = counters.zero_document(application_id, time, shard_character)
        for document_id, of, added in ((month, time.month_id, of_month), (zero, time.zero_id, of_year)):
            if added:
                identity = {"m": of, "a": application_id}
                effects.updates.append((counters.USERS, document_id, {"$set": identity, "$inc": added}))

    def write(self, state: PushState, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for (application_id, uid, name), token in state.taken.items():
            writes.update(documents.tokens_collection(application_id), uid, {"$set": {f"tk.{name}": token}})
        for application_id, uid, name in state.removed - state.taken.keys():
            writes.update(documents.tokens_collection(application_id), uid, {"$unset": {f"tk.{name}": ""}})
            profile_id = state.profile_ids.get((application_id, uid))
            if profile_id is not None and (application_id, uid) not in state.profiles:
                unset = {"$unset": {documents.profile_field(name): ""}}
                writes.update(counters.profiles_collection(application_id), profile_id, unset)


def _has_token(concerned: Concerned) -> bool:
    return any(not profile.keys().isdisjoint(PROFILE_FIELD_NAMES) for profile in concerned.profiles)


def message_of(event: dict[str, Any]) -> str:
    """The id in the event of an action; "" when there is none."""
    segmentation = event.get("segmentation")
    found = segmentation.get("i") if isinstance(segmentation, dict) else None
    if isinstance(found, str) and len(found) == ID_LENGTH and MESSAGE_ID.issuperset(found):
        return found.lower()
    return ""


def without_unusable_actions(request: IngestRequest, application: ApplicationInfo) -> dict[str, Any] | None:
    """An action counts once, and is one of a message: others are no events at all."""
    if not request.event_keys(ACTIONS):
        return None
    kept = [event for event in request.events() if event.get("key") != ACTION_EVENT or is_action(event)]
    return {"events": kept} if len(kept) < len(request.events()) else None


def is_action(event: dict[str, Any]) -> bool:
    return read_amounts(event)[0] == 1 and message_of(event) != ""


def _count_action(moment: Moment, event: dict[str, Any], state: PushState, effects: Effects) -> None:
    message = state.messages.get(message_of(event))
    if message is None or str(message.get("app")) != moment.application.id:
        return
    platform = text_of(event["segmentation"].get("p") or "")
    automated, by_api = is_automatic(message), is_api(message)
    time = moment.time
    if is_truthy(event.get("timestamp")):
        time = buckets(resolve_ms(event["timestamp"], moment.request.record.received_ms), moment.application.timezone)
    added = segments_of(automated, by_api, platform)
    for name, value in added.items():
        key = (moment.application.id, time, ACTION_EVENT, name, value)
        effects.segments.append((key, read_amounts(event)))
    effects.event_segments.setdefault(ACTION_EVENT, set()).update(added)
    paths = {"result.actioned": 1}
    if platform in ("i", "a", "h"):
        paths[f"result.subs.{platform}.actioned"] = 1
        language = moment.profile.fields.get("la")
        if isinstance(language, str) and language.isalpha():
            paths[f"result.subs.{platform}.subs.{language}.actioned"] = 1
    effects.updates.append((documents.MESSAGES, message["_id"], {"$inc": paths}))


def segments_of(automated: bool, by_api: bool, platform: str) -> dict[str, str]:
    """What is added to events about messages: automatic, of the API, and both with the platform."""
    a, t = str(automated).lower(), str(by_api).lower()
    known = platform if platform in ("i", "a", "h") else ""
    return {"a": a, "t": t, **({"ap": a + known, "tp": t + known} if known else {})}


def _drop_token(profile: Profile, name: str) -> None:
    if documents.profile_field(name) in profile.fields:
        del profile.fields[documents.profile_field(name)]
        profile.has_news = True
