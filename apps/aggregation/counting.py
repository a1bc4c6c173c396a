"""One request, from its parameters to what it counts and what it changes of the user's profile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.aggregation.events import EventContext, apply_events
from apps.aggregation.extensions import Extensions
from apps.aggregation.health_checks import keep_health
from apps.aggregation.limits import Limits
from apps.aggregation.locations import UNKNOWN, Locator, counted_country, keep_location, tells_location
from apps.aggregation.merges import Merge, merge_profiles
from apps.aggregation.metrics import CITY, Changes, Told, count_metrics, keep_metrics, record_changes
from apps.aggregation.parts import ActivePart, Moment
from apps.aggregation.profiles import MISSING, Profile, create_profile, keep_books
from apps.aggregation.requests import IngestRequest
from apps.aggregation.sessions import NewSession, count_session, ends_session, forget_session
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects, UserKey
from apps.aggregation.uniques import SketchKey, user_number, values_of_session
from apps.aggregation.user_details import keep_user_details
from apps.aggregation.values import is_truthy, text_of
from apps.applications.info import ApplicationInfo
from apps.core.keys import clear_of_calendar, encode_metric_value, postfix
from apps.core.timebuckets import buckets


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for all requests of an application in a batch."""

    application: ApplicationInfo
    limits: Limits
    events: EventContext
    locate: Locator
    next_uid: Callable[[str], str]
    extensions: Extensions
    shard: Shard


def count_request(
    request: IngestRequest,
    profile: Profile,
    old_profile: Profile | None,
    around: Surroundings,
    effects: Effects,
    parts: Sequence[ActivePart] = (),
) -> Merge | None:
    """May raise in the middle: profiles, effects and the states of parts are then to be thrown away.

    `profile` may be one under another id than the request's: that of the user in whom the request's user went up.
    """
    application, limits = around.application, around.limits
    profile.has_news = False
    if not profile.exists:
        create_profile(profile, request, around.next_uid(request.app_id))
    merge = None
    if old_profile is not None and old_profile.exists:
        merge = merge_profiles(profile, old_profile, request, limits, effects)
    if request.record.is_fetch:
        return merge
    before = dict(profile.fields)
    time = buckets(request.time_ms, application.timezone)
    user = UserKey(request.app_id, time, postfix(request.record.device_id))
    begun = _count_visit(request, profile, before, user, around, effects)
    apply_events(request, profile, around.events, effects)
    effects.user_number = user_number(profile.id, profile.fields)
    keep_health(request, profile)
    if request.parameters.get("user_details"):
        keep_user_details(request, profile, limits, effects)
    ends = ends_session(request)
    if parts:
        moment = Moment(
            request=request,
            application=application,
            limits=limits,
            time=time,
            profile=profile,
            before=before,
            begun=begun,
            merge=merge,
            closed_lost_session=begun is not None and begun.ended_another,
            ended_session=ends,
            shard=around.shard,
        )
        for active in parts:
            active.part.count(moment, active.state, effects)
    if ends:
        forget_session(profile)
    keep_books(profile, request, remember=limits.prevent_duplicate_requests)
    return merge


def _count_visit(
    request: IngestRequest,
    profile: Profile,
    before: Mapping[str, Any],
    user: UserKey,
    around: Surroundings,
    effects: Effects,
) -> NewSession | None:
    """Location and metrics are kept whenever they are told, but counted with a new session only."""
    limits = around.limits
    begins = is_truthy(request.parameters.get("begin_session"))
    if begins or tells_location(request, limits):
        keep_location(request, profile, limits, around.locate, begins=begins)
    told = request.parameters.get("metrics")
    metrics = around.extensions.metrics.read(told, trim=limits.trim_values) if told is not None else None
    if metrics is not None:
        keep_metrics(profile, metrics, before)
    country = profile.fields.get("cc", UNKNOWN)
    begun = count_session(
        request,
        profile,
        user,
        effects,
        limits,
        zone=around.application.timezone,
        country=counted_country(country) if begins else "",
        is_same_country=country == before.get("cc"),
    )
    if begun is None:
        return None
    for kind, value in values_of_session(profile.fields, before, user.time, counted_country(country)):
        effects.seen.append(SketchKey(request.app_id, kind, value, user.time.day_number))
    changes = Changes({})
    if not begun.is_first and country != before.get("cc"):
        changes.note("cc", before.get("cc", MISSING), country)
    if metrics is not None:
        count_metrics(metrics.values, before, begun, user, effects, changes)
    _count_city(profile, before, begun, user, around, effects, changes)
    if limits.metric_changes:
        record_changes(changes, profile, request, effects)
    return begun


def _count_city(
    profile: Profile,
    before: Mapping[str, Any],
    begun: NewSession,
    user: UserKey,
    around: Surroundings,
    effects: Effects,
    changes: Changes,
) -> None:
    """Cities are counted for the application's own country only."""
    fields = profile.fields
    city = fields.get("cty", UNKNOWN)
    if not begun.is_first and city != before.get("cty"):
        changes.note("cty", before.get("cty", MISSING), city)
    own_country = around.application.country
    if around.limits.city_data and own_country and fields.get("cc") == own_country:
        value = encode_metric_value(text_of(city))
        if value:
            told = Told(CITY, value, clear_of_calendar(value))
            count_metrics((told,), {CITY.field: value}, begun, user, effects, changes)
