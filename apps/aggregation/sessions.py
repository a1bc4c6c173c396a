"""Sessions: begin, duration, end, the cooldown between end and begin, and sessions that were never ended."""

from typing import NamedTuple

from apps.aggregation.levels import ALL_LEVELS, DAY_AND_ABOVE, levels_entered
from apps.aggregation.limits import Limits
from apps.aggregation.profiles import Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.tallies import Effects, RangeKey, SessionKey, UserKey
from apps.aggregation.values import integer_of, is_truthy

HOUR_SECONDS = 3600
#: Upper bounds in hours of the time since the last session, for the frequency buckets 1 to 9; above them it is 10.
FREQUENCY_HOURS = (24, 48, 72, 96, 120, 144, 168, 192, 360)
#: Upper bounds in seconds of the duration buckets 0 to 6; above them it is 7.
DURATION_SECONDS = (10, 30, 60, 180, 600, 1800, 3600)
DURATION_FOR_NEGATIVE_SECONDS = 30


class NewSession(NamedTuple):
    """A session that has just begun and counts."""

    is_first: bool  # of this user
    levels: int  # bits of apps.aggregation.levels
    ended_another: bool  # one that was never ended; what the request adds to the duration belongs to that one


def frequency_bucket(seconds_since_last: int) -> int | None:
    if seconds_since_last < 0:
        return None
    for bucket, hours in enumerate(FREQUENCY_HOURS, start=1):
        if seconds_since_last < hours * HOUR_SECONDS:
            return bucket
    return len(FREQUENCY_HOURS) + 1


def duration_bucket(seconds: int) -> int:
    for bucket, limit in enumerate(DURATION_SECONDS):
        if seconds <= limit:
            return bucket
    return len(DURATION_SECONDS)


def reported_duration(request: IngestRequest, limit_seconds: int) -> int:
    """Seconds since the last report; 0 when there is none or it is unreadable."""
    raw = request.parameters.get("session_duration")
    if not is_truthy(raw):
        return 0
    seconds = integer_of(raw)
    if seconds is None:
        return 0
    if seconds < 0:
        return min(DURATION_FOR_NEGATIVE_SECONDS, limit_seconds)
    return int(min(seconds, limit_seconds))


def count_session(
    request: IngestRequest,
    profile: Profile,
    user: UserKey,
    effects: Effects,
    limits: Limits,
    *,
    zone: str,
    country: str,
    is_same_country: bool,
) -> NewSession | None:
    """Counts what a request says of sessions; the answer is None unless it begins one that counts."""
    parameters = request.parameters
    seconds = reported_duration(request, limits.session_duration_seconds)
    begins = is_truthy(parameters.get("begin_session"))
    begun = None
    if begins:
        begun = _begin(request, profile, user, effects, limits, zone, seconds)
        if begun is not None:
            _count_begin(request, profile, user, effects, begun, country, is_same_country)
    elif not is_truthy(parameters.get("session_duration")):
        effects.requests.append(user)
    if seconds:
        effects.requests.append(user)
        effects.durations.append((user, seconds))
        profile.add("tsd", seconds)
        if begun is None or not begun.ended_another:
            profile.add("sd", seconds)
    if not begins and is_truthy(parameters.get("end_session")):
        profile.set("lest", request.time_s)
        profile.fields.pop("hos", None)
        _end(profile, user, effects, 0)
    return begun


def ends_session(request: IngestRequest) -> bool:
    return is_truthy(request.parameters.get("end_session")) and not is_truthy(request.parameters.get("begin_session"))


def forget_session(profile: Profile) -> None:
    """Runs after the events of a request that ended a session: they belonged to it."""
    profile.set("data", {})


def _begin(
    request: IngestRequest,
    profile: Profile,
    user: UserKey,
    effects: Effects,
    limits: Limits,
    zone: str,
    seconds: int,
) -> NewSession | None:
    time_s = request.time_s
    fields = profile.fields
    is_open = is_truthy(fields.get("hos"))
    last_end = profile.number("lest")
    fields["hos"] = True
    profile.set("lbst", time_s)
    if (
        last_end is not None
        and time_s - last_end < limits.session_cooldown_seconds
        and not is_truthy(request.parameters.get("ignore_cooldown"))
    ):
        return None  # it goes on with the old session
    if is_open:
        _end(profile, user, effects, seconds)
        profile.set("data", {})
    is_first = "fs" not in profile.fields
    return NewSession(
        is_first=is_first,
        levels=ALL_LEVELS if is_first else levels_entered(profile.number("ls"), user.time, zone),
        ended_another=is_open,
    )


def _count_begin(
    request: IngestRequest,
    profile: Profile,
    user: UserKey,
    effects: Effects,
    begun: NewSession,
    country: str,
    is_same_country: bool,
) -> None:
    time_s = request.time_s
    last_begin = profile.number("ls")
    if begun.is_first:
        country_levels = ALL_LEVELS
        frequency: int | None = 0
        profile.set("fs", time_s)
    else:
        country_levels = begun.levels if is_same_country else DAY_AND_ABOVE
        frequency = frequency_bucket(time_s - last_begin) if last_begin is not None else None
    effects.sessions.append(SessionKey(*user, country, begun.is_first, begun.levels, country_levels, frequency))
    if last_begin is None or time_s > last_begin:
        profile.set("ls", time_s)
    profile.set("lsid", f"{request.hash}_{profile.fields.get('uid')}_{request.time_ms}")
    profile.add("sc", 1)


def _end(profile: Profile, user: UserKey, effects: Effects, more_seconds: int) -> None:
    seconds = (profile.number("sd") or 0) + more_seconds
    effects.ranges.append(RangeKey(*user, duration_bucket(seconds)))
    profile.set("sd", 0)
