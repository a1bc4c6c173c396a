"""Counts views in the batch: visits, users, times, where people came in and where they left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.levels import ALL_LEVELS, DAY, HOUR, MONTH, WEEK, YEAR
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.profiles import count_in_session
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects, RangeKey
from apps.aggregation.values import stored_integer, stored_number
from apps.applications.info import ApplicationInfo
from apps.core import mongo, schema
from apps.core.keys import postfix
from apps.core.texts import gettext_noop
from apps.core.timebuckets import TimeBuckets, buckets
from apps.plugin_api import configuration
from plugins.views import documents, visits
from plugins.views.visits import Told

#: Upper bounds of the buckets 0 to 6 of views in a session; above them it is 7.
VIEWS_PER_SESSION = (2, 5, 10, 15, 30, 50, 100)
RANGE_COUNTER, RANGE_LIST = "vc", "v-ranges"
MAX_DOMAINS = 100  # of one view
#: New values that one request may bring when the limit is reached by them: the limit is looked at once per request.
MAX_NEW_VALUES = 50

TOO_MANY_VIEWS = gettext_noop("View beyond the limit of names")
TOO_MANY_SEGMENTS = gettext_noop("Segment of a view beyond the limit of segments")
TOO_MANY_VALUES = gettext_noop("Segment value of a view beyond the limit of values")
TOO_MANY_DOMAINS = gettext_noop("Domain of a view beyond the limit of domains")
UNKNOWN_VIEW = gettext_noop("Scrolling in an unknown view")

EVENTS = frozenset({visits.VIEW_EVENT, visits.ACTION_EVENT})
SESSION_BORDERS = frozenset({"begin_session", "end_session"})
T, N, S, E, B, D, SCR, UVC = range(len(documents.COUNTERS))
UNIQUES = (HOUR, DAY, WEEK, MONTH, YEAR)
Amounts = list[int | float]  # the counters, then the uniques by level
#: Application id, segment, value, view, time.
TallyKey = tuple[str, str, str, ObjectId, TimeBuckets]


@dataclass(slots=True)
class View:
    id: ObjectId
    url: str = ""
    domains: set[str] = field(default_factory=set)  # as stored
    news: dict[str, Any] = field(default_factory=dict)  # to be written


@dataclass(slots=True)
class LastVisit:
    """Of one user to one view."""

    at_s: int
    segments: dict[str, str]
    instance: str = ""
    is_open: bool = False  # its session has not ended


@dataclass(slots=True)
class OfApplication:
    id: str
    limits: Mapping[str, Any]
    names: dict[str, View]
    free_ids: dict[str, ObjectId]  # of names that are not known; drawn before, so that counting is pure
    room: int  # for so many further names
    segments: dict[str, set[str]]
    omitted: frozenset[str]
    usable: set[str]  # segments of the batch that have a collection
    last_visits: dict[str, dict[str, LastVisit]]  # uid -> id of the view
    learned: dict[str, set[str]] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)  # uid -> ids of views

    def of_user(self, uid: str) -> dict[str, LastVisit]:
        return self.last_visits.setdefault(uid, {})

    def unite_users(self, from_uid: str, into_uid: str) -> None:
        self.last_visits[into_uid] = united(self.of_user(into_uid), self.of_user(from_uid))
        # All of it is written: what the stored document of the old user holds is then known to be older.
        self.changed.pop(from_uid, None)
        self.changed.setdefault(into_uid, set()).update(self.last_visits.pop(from_uid))


@dataclass(slots=True)
class State:
    applications: dict[str, OfApplication]
    tallies: dict[TallyKey, Amounts] = field(default_factory=dict)

    def add(
        self, of: OfApplication, view: View, segments: Mapping[str, str], time: TimeBuckets, added: Amounts
    ) -> None:
        keys = [(of.id, documents.NO_SEGMENT, "", view.id, time)]
        keys += [(of.id, segment, value, view.id, time) for segment, value in segments.items()]
        for key in keys:
            amounts = self.tallies.get(key)
            if amounts is None:
                self.tallies[key] = list(added)
            else:
                for index, amount in enumerate(added):
                    amounts[index] += amount


class Views(Part[State]):
    triggers = Triggers(events=EVENTS, sessions=True, merges=True)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> State | None:
        asked: dict[str, _Asked] = {}
        for each in concerned:
            of = asked.get(each.application.id)
            if of is None:
                of = asked[each.application.id] = _Asked(each.application)
            of.take(each)
        asked = {application_id: one for application_id, one in asked.items() if one.names}
        if not asked:
            return None
        ids = {documents.views_id(application_id) for application_id in asked}
        registries = read.documents(documents.VIEWS, ids)
        loaded = {
            application_id: _load(one, registries.get(documents.views_id(application_id)), read)
            for application_id, one in asked.items()
        }
        # A segment that nobody sent before needs a collection of its own. None is ever made here, in the middle of a
        # transaction and beside the writes of other shards, where the embedded server may block for good: `require`
        # breaks the transaction off before anything was written, the collections are made one at a time under the lock
        # of the schema, and the batch is counted again. After that this process knows them, and asking costs nothing.
        schema.require(
            {
                documents.data_collection(of.id, segment): documents.data_indexes()
                for of in loaded.values()
                for segment in (documents.NO_SEGMENT, *of.usable)
            }
        )
        return State(loaded)

    def count(self, moment: Moment, state: State, effects: Effects) -> None:
        of = state.applications.get(moment.application.id)
        if of is None:
            return  # no request of the batch tells of views, or ends a session with views
        if moment.merge is not None:
            of.unite_users(moment.merge.from_uid, moment.merge.into_uid)
        if moment.closed_lost_session:
            _end_session(moment, of, state, effects)
        told = visits.read(
            moment.events,
            request_ms=moment.request.time_ms,
            received_ms=moment.request.record.received_ms,
            longest_name=of.limits["view_name_limit"],
            dropped=effects.dropped,
        )
        known_values = {segment: len(values) for segment, values in of.segments.items()} if told else {}
        for one in told:
            _count(one, moment, of, state, effects, known_values)
        if moment.ended_session:
            _end_session(moment, of, state, effects)

    def write(self, state: State, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for key, amounts in state.tallies.items():
            _write_counters(key, amounts, shard.bare_suffix, writes)
        for of in state.applications.values():
            _write_lists(of, writes)


def united(one: Mapping[str, LastVisit], other: Mapping[str, LastVisit]) -> dict[str, LastVisit]:
    """Of two users who turn out to be one: the later visit to each view."""
    result = dict(one)
    for view, visit in other.items():
        mine = result.get(view)
        later = visit if mine is None or visit.at_s > mine.at_s else mine
        is_open = visit.is_open or (mine is not None and mine.is_open)
        result[view] = LastVisit(later.at_s, later.segments, later.instance, is_open)
    return result


def views_per_session_bucket(number: int) -> int:
    return next((bucket for bucket, limit in enumerate(VIEWS_PER_SESSION) if number <= limit), len(VIEWS_PER_SESSION))


# Reading ------------------------------------------------------------------------------------------------------------
class _Asked:
    """What a batch needs to know of an application."""

    def __init__(self, application: ApplicationInfo) -> None:
        self.application = application
        self.limits = configuration.read(documents.VIEWS, application)
        self.names: dict[str, None] = {}  # in the order of their appearance, as segments
        self.segments: dict[str, None] = {}
        self.concerned: list[Concerned] = []

    def take(self, each: Concerned) -> None:
        request = each.request
        tells = request.event_keys(EVENTS) if request.parameters.get("events") else ()
        if not tells and not request.old_user_id and SESSION_BORDERS.isdisjoint(request.parameters):
            return  # a session that goes on
        self.concerned.append(each)
        for profile in each.profiles:
            number = profile.get(documents.VIEWS_OF_SESSION)
            if number and stored_integer(number):  # the session may end with the request
                self.names[str(profile.get(documents.LAST_VIEW))] = None
        if tells:
            events = each.events
            self.names.update(dict.fromkeys(visits.names_in(events, self.limits["view_name_limit"])))
            self.segments.update(dict.fromkeys(visits.segments_in(events)))

    def uids(self) -> set[str]:
        return {uid for each in self.concerned for uid in each.uids}


def _load(asked: _Asked, registry: Mapping[str, Any] | None, read: Reads) -> OfApplication:
    application_id, limits = asked.application.id, asked.limits
    names = {
        document[documents.NAME]: read_view(document)
        for document in read.matching(documents.names_collection(application_id), documents.NAME, asked.names)
    }
    new = [name for name in asked.names if name not in names]
    segments = {name: set(values) for name, values in documents.segments_of(registry).items()}
    omitted = frozenset(documents.omitted_in(registry))
    users = read.documents(documents.users_collection(application_id), asked.uids())
    return OfApplication(
        id=application_id,
        limits=limits,
        names=names,
        free_ids={name: ObjectId() for name in new},
        room=limits["view_limit"] - _number_of_names(application_id) if new else 0,
        segments=segments,
        omitted=omitted,
        usable=_usable(asked.segments, segments, omitted, limits["segment_limit"]),
        last_visits={uid: read_visits(document) for uid, document in users.items()},
    )


def _number_of_names(application_id: str) -> int:
    """Of the collection's own books: near enough for a limit, and no read of the transaction."""
    return mongo.collection(documents.names_collection(application_id)).estimated_document_count()


def _usable(sent: Mapping[str, None], known: Mapping[str, Any], omitted: frozenset[str], limit: int) -> set[str]:
    usable = {documents.PLATFORM} & sent.keys()
    room = limit - len(known.keys() - {documents.PLATFORM})
    for segment in sent:
        if segment in known:
            usable.add(segment)
        elif segment not in usable and segment not in omitted and room > 0:
            usable.add(segment)
            room -= 1
    return usable - omitted


def read_view(document: Mapping[str, Any]) -> View:
    domains = document.get(documents.DOMAINS)
    return View(
        document["_id"],
        str(document.get(documents.URL) or ""),
        set(domains) if isinstance(domains, Mapping) else set(),
    )


def read_visits(document: Mapping[str, Any]) -> dict[str, LastVisit]:
    found = {}
    for view, stored in document.items():
        if not ObjectId.is_valid(view) or not isinstance(stored, Mapping):
            continue
        if (at_s := stored_integer(stored.get(documents.LAST_TIME))) is not None:
            segments = stored.get(documents.LAST_SEGMENTS)
            found[view] = LastVisit(
                at_s,
                {name: value for name, value in segments.items() if isinstance(value, str)}
                if isinstance(segments, Mapping)
                else {},
                str(stored.get(documents.LAST_INSTANCE) or ""),
                bool(stored.get(documents.IS_OPEN)),
            )
    return found


# Counting -----------------------------------------------------------------------------------------------------------
def _count(
    told: Told, moment: Moment, of: OfApplication, state: State, effects: Effects, known_values: Mapping[str, int]
) -> None:
    view = of.names.get(told.name)
    if view is None:
        if told.is_scroll:
            effects.dropped.append(UNKNOWN_VIEW)
            return
        if of.room <= 0:
            effects.dropped.append(TOO_MANY_VIEWS)
            return
        of.room -= 1
        view = of.names[told.name] = View(of.free_ids[told.name], news={documents.NAME: told.name})
    _keep_places(told, view, effects)
    segments = _counted_segments(told.segments, of, effects, known_values)
    time = buckets(told.at_ms, moment.application.timezone)
    amounts: Amounts = [0] * (len(documents.COUNTERS) + len(UNIQUES))
    amounts[S], amounts[E], amounts[B] = int(told.is_start), int(told.is_exit), int(told.is_bounce)
    amounts[D], amounts[SCR] = told.seconds, told.scrolled
    if told.is_visit:
        _count_visit(told, view, segments, time, moment, of, amounts)
    if any(amounts):
        state.add(of, view, segments, time, amounts)


def _count_visit(
    told: Told,
    view: View,
    segments: dict[str, str],
    time: TimeBuckets,
    moment: Moment,
    of: OfApplication,
    amounts: Amounts,
) -> None:
    at_s = told.at_ms // 1000
    uid, view_id = moment.uid, str(view.id)
    last = of.of_user(uid).get(view_id)
    amounts[T] = 1
    amounts[N] = int(last is None)
    levels = levels_entered(last.at_s if last else None, time, moment.application.timezone)
    for index, level in enumerate(UNIQUES, start=len(documents.COUNTERS)):
        amounts[index] = int(bool(levels & level))
    if last is None or at_s >= last.at_s:
        last = LastVisit(at_s, segments, told.instance)
    last = LastVisit(last.at_s, last.segments, last.instance, is_open=True)
    of.of_user(uid)[view_id] = last
    of.changed.setdefault(uid, set()).add(view_id)
    profile = moment.profile
    profile.add(documents.VIEWS_OF_SESSION, 1)
    count_in_session(profile, "views", 1)
    last_time = profile.number(documents.LAST_VIEW_TIME)
    if last_time is None or at_s >= last_time:
        profile.set(documents.LAST_VIEW, told.name)
        profile.set(documents.LAST_VIEW_TIME, at_s)


def levels_entered(last_s: int | None, now: TimeBuckets, zone: str) -> int:
    """As for sessions, but weeks are those of ISO 8601, which also go on over the turn of the year."""
    if last_s is None:
        return ALL_LEVELS
    if last_s >= now.start_of_hour:
        return 0
    entered = HOUR
    if last_s < now.start_of_day:
        entered |= DAY
        last = buckets(last_s * 1000, zone)
        if (last.iso_year, last.iso_week) < (now.iso_year, now.iso_week):
            entered |= WEEK
        if last_s < now.start_of_month:
            entered |= MONTH
            if last_s < now.start_of_year:
                entered |= YEAR
    return entered


def _keep_places(told: Told, view: View, effects: Effects) -> None:
    if told.url and told.url != view.url:
        view.url = view.news[documents.URL] = told.url
    domain = documents.encoded_domain(told.domain)
    if domain and domain not in view.domains:
        if len(view.domains) >= MAX_DOMAINS:
            effects.dropped.append(TOO_MANY_DOMAINS)
            return
        view.domains.add(domain)
        view.news[f"{documents.DOMAINS}.{domain}"] = True


def _counted_segments(
    told: Mapping[str, str], of: OfApplication, effects: Effects, known_values: Mapping[str, int]
) -> dict[str, str]:
    counted = {}
    for segment, value in told.items():
        if segment in of.omitted:
            continue
        if segment not in of.usable:
            effects.dropped.append(TOO_MANY_SEGMENTS)
            continue
        values = of.segments.setdefault(segment, set())
        if value not in values:
            limit, before = of.limits["segment_value_limit"], known_values.get(segment, 0)
            if before >= limit or len(values) >= max(limit, before + MAX_NEW_VALUES):
                effects.dropped.append(TOO_MANY_VALUES)
                continue
            values.add(value)
            of.learned.setdefault(segment, set()).add(value)
        counted[segment] = value
    return counted


def _end_session(moment: Moment, of: OfApplication, state: State, effects: Effects) -> None:
    """Where the user left, and once for the session each view that was seen in it."""
    profile = moment.profile
    number = profile.number(documents.VIEWS_OF_SESSION) or 0
    if not number:
        return
    profile.set(documents.VIEWS_OF_SESSION, 0)
    bucket = views_per_session_bucket(number)
    shard_character = postfix(moment.request.record.device_id)
    effects.ranges.append(RangeKey(of.id, moment.time, shard_character, bucket, RANGE_COUNTER, RANGE_LIST))
    left = of.names.get(str(profile.fields.get(documents.LAST_VIEW)))
    last_visits = of.of_user(moment.uid)
    seen = {view_id: visit for view_id, visit in last_visits.items() if visit.is_open}
    if left is not None and str(left.id) not in seen and (visit := last_visits.get(str(left.id))):
        seen[str(left.id)] = visit  # of a session that Countly counted
    for view_id, visit in seen.items():
        amounts: Amounts = [0] * (len(documents.COUNTERS) + len(UNIQUES))
        amounts[UVC] = 1
        if left is not None and view_id == str(left.id):
            amounts[E], amounts[B] = 1, int(number == 1)
        segments = {name: value for name, value in visit.segments.items() if name in of.segments}
        state.add(of, View(ObjectId(view_id)), segments, moment.time, amounts)
        last_visits[view_id] = LastVisit(visit.at_s, visit.segments, visit.instance)
        of.changed.setdefault(moment.uid, set()).add(view_id)


# Writing ------------------------------------------------------------------------------------------------------------
def _write_counters(key: TallyKey, amounts: Amounts, suffix: str, writes: WriteBatcher) -> None:
    """Two shards never share a document of counters: readers merge those of all postfixes."""
    application_id, segment, value, view, time = key
    collection = documents.data_collection(application_id, segment)
    month: dict[str, int | float] = {}
    zero: dict[str, int | float] = {}
    of_day, of_hour = documents.month_starts(time, value)
    of_month = documents.zero_start(time.month, value)
    for name, amount in zip(documents.COUNTERS, amounts, strict=False):
        if amount:
            amount = stored_number(amount)
            month[of_day + name] = month[of_hour + name] = zero[of_month + name] = amount
    hours, days, weeks, months, years = amounts[len(documents.COUNTERS) :]
    for counters, start, users in (
        (month, of_hour, hours),
        (month, of_day, days),
        (zero, of_month, months),
        (zero, documents.zero_start("", value), years),
    ):
        if users:
            counters[start + documents.UNIQUE] = users
    week = {documents.zero_start(f"w{time.iso_week}", value) + documents.UNIQUE: weeks} if weeks else {}
    for month_id, counters, is_zero in (
        (time.month_id, month, False),
        (time.zero_id, zero, True),
        (f"{time.iso_year}:0", week, True),  # a week belongs to the year that has most of its days
    ):
        if counters:
            listed = {documents.listed_value(value): True} if is_zero and value else {}
            told = documents.identity(application_id, view, segment, month_id) | listed
            writes.update(collection, f"{view}_{month_id}{suffix}", {"$set": told, "$inc": counters})


def _write_lists(of: OfApplication, writes: WriteBatcher) -> None:
    for name, view in of.names.items():
        if view.news:
            update = {"$set": {documents.NAME: name, **view.news}}
            writes.update(documents.names_collection(of.id), view.id, update)
    if of.learned:
        added = {
            f"{documents.SEGMENTS}.{segment}.{value}": True
            for segment, values in of.learned.items()
            for value in values
        }
        writes.update(documents.VIEWS, documents.views_id(of.id), {"$set": added})
    for uid, views in of.changed.items():
        kept = of.of_user(uid)
        told = {view: stored_visit(kept[view]) for view in views if view in kept}
        writes.update(documents.users_collection(of.id), uid, {"$set": told})


def stored_visit(visit: LastVisit) -> dict[str, Any]:
    stored: dict[str, Any] = {documents.LAST_TIME: visit.at_s, documents.LAST_SEGMENTS: visit.segments}
    if visit.instance:
        stored[documents.LAST_INSTANCE] = visit.instance
    if visit.is_open:
        stored[documents.IS_OPEN] = True
    return stored
