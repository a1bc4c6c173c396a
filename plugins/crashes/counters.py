"""What is counted over time in `crashdata`: sessions, users, crashes, and who was free of them. Pure.

A session counts as free of crashes when it begins and ceases to be so with its first crash; a user likewise for each
hour, day, week, month and year. So the free ones are never more than all, also when sessions are never ended.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from apps.aggregation.batchers import WriteBatcher
from apps.aggregation.levels import ALL_LEVELS, DAY, HOUR, MONTH, WEEK, YEAR, levels_entered
from apps.aggregation.parts import Moment
from apps.aggregation.shards import Shard
from apps.aggregation.values import stored_integer
from apps.core.timebuckets import TimeBuckets, buckets
from plugins.crashes import documents
from plugins.crashes.documents import ANY, SEPARATOR

#: Application, prefix of the document, time, counter.
SumKey = tuple[str, str, TimeBuckets, str]
#: The same, and the levels at which the counted thing is a new one.
UniqueKey = tuple[str, str, TimeBuckets, str, int]


#: What sessions of a batch have in common, so that each of them is one addition: application, its documents, time, the
#: levels at which the user is new in each document, and those at which he has had no fatal and no nonfatal crash yet.
SessionKey = tuple[str, tuple[str, ...], TimeBuckets, tuple[int, ...], int, int]


class Counters:
    def __init__(self) -> None:
        self.sessions: Counter[SessionKey] = Counter()
        self.sums: Counter[SumKey] = Counter()
        self.unique: Counter[UniqueKey] = Counter()

    def add(self, application_id: str, prefixes: Iterable[str], time: TimeBuckets, counter: str, amount: int) -> None:
        for prefix in prefixes:
            self.sums[application_id, prefix, time, counter] += amount

    def add_unique(
        self, application_id: str, prefix: str, time: TimeBuckets, counter: str, levels: int, amount: int = 1
    ) -> None:
        if levels:
            self.unique[application_id, prefix, time, counter, levels] += amount

    def _share_out_sessions(self) -> None:
        for (application_id, prefixes, time, levels, no_fatal, no_nonfatal), number in self.sessions.items():
            for counter in (documents.SESSIONS, documents.FATAL_FREE_SESSIONS, documents.NONFATAL_FREE_SESSIONS):
                self.add(application_id, prefixes, time, counter, number)
            for prefix, entered in zip(prefixes, levels, strict=True):
                for counter, new in (
                    (documents.USERS, entered),
                    (documents.FATAL_FREE_USERS, entered & no_fatal),
                    (documents.NONFATAL_FREE_USERS, entered & no_nonfatal),
                ):
                    self.add_unique(application_id, prefix, time, counter, new, number)
        self.sessions.clear()

    def write(self, shard: Shard, writes: WriteBatcher) -> None:
        self._share_out_sessions()
        for (application_id, prefix, time, counter), amount in self.sums.items():
            added = {f"d.{time.day}.{counter}": amount, f"d.{time.day}.{time.hour}.{counter}": amount}
            _write_month(application_id, prefix, time, shard, added, writes)
        for (application_id, prefix, time, counter, levels), amount in self.unique.items():
            added = {f"{path}.{counter}": amount for path in _paths_of_month(time, levels)}
            _write_month(application_id, prefix, time, shard, added, writes)
            if added := {f"{path}.{counter}": amount for path in _paths_of_year(time, levels)}:
                _write(application_id, documents.zero_document(prefix, time, shard), time.zero_id, added, writes)


class OfUser:
    """The documents in which a user's sessions are counted, by the platform and version on his profile."""

    def __init__(self, moment: Moment) -> None:
        self.application_id = moment.application.id
        self._platform, self._version = (str(moment.profile.fields.get(name) or "") for name in ("p", "av"))
        self.prefixes = documents.counter_prefixes(self.application_id, self._platform, self._version)
        self._is_other_platform = self._platform != moment.before.get("p")
        self._is_other_version = self._version != moment.before.get("av")

    def levels(self, prefix: str, levels: int) -> int:
        """Who comes with another version than before is new in what is counted of that version."""
        if prefix == self.application_id:
            return levels
        platform, version = prefix.split(SEPARATOR)[:2]
        is_new = (platform != ANY and self._is_other_platform) or (version != ANY and self._is_other_version)
        return ALL_LEVELS if is_new else levels


def count_session(moment: Moment, levels: int, counters: Counters) -> None:
    user = OfUser(moment)
    profile, time, zone = moment.profile, moment.time, moment.application.timezone
    free_of_fatal = levels_entered(stored_integer(profile.fields.get(documents.LAST_FATAL)), time, zone)
    free_of_nonfatal = levels_entered(stored_integer(profile.fields.get(documents.LAST_NONFATAL)), time, zone)
    entered = tuple(user.levels(prefix, levels) for prefix in user.prefixes)
    counters.sessions[user.application_id, user.prefixes, time, entered, free_of_fatal, free_of_nonfatal] += 1
    for flag in (documents.HAD_FATAL, documents.HAD_NONFATAL):
        if profile.fields.get(flag) == documents.YES:
            profile.set(flag, False)


def count_report(
    moment: Moment, crash_prefixes: Sequence[tuple[str, int]], counters: Counters, *, is_fatal: bool
) -> None:
    """`crash_prefixes`: documents of the report, and at which levels its group is new in each."""
    application_id, time = moment.application.id, moment.time
    counter = documents.FATAL if is_fatal else documents.NONFATAL
    groups = documents.FATAL_GROUPS if is_fatal else documents.NONFATAL_GROUPS
    counters.add(application_id, [prefix for prefix, _ in crash_prefixes], time, counter, 1)
    for prefix, levels in crash_prefixes:
        counters.add_unique(application_id, prefix, time, groups, levels)
    _end_of_freedom(moment, counters, is_fatal=is_fatal)


def _end_of_freedom(moment: Moment, counters: Counters, *, is_fatal: bool) -> None:
    profile, zone = moment.profile, moment.application.timezone
    flag, last = (
        (documents.HAD_FATAL, documents.LAST_FATAL) if is_fatal else (documents.HAD_NONFATAL, documents.LAST_NONFATAL)
    )
    sessions, users = (
        (documents.FATAL_FREE_SESSIONS, documents.FATAL_FREE_USERS)
        if is_fatal
        else (documents.NONFATAL_FREE_SESSIONS, documents.NONFATAL_FREE_USERS)
    )
    last_session, last_crash = profile.number("ls"), profile.number(last)
    if last_session is not None:
        user = OfUser(moment)
        if profile.fields.get(flag) != documents.YES:
            counters.add(user.application_id, user.prefixes, buckets(last_session * 1000, zone), sessions, -1)
        seen = ALL_LEVELS & ~levels_entered(last_session, moment.time, zone)
        first = levels_entered(last_crash, moment.time, zone)
        for prefix in user.prefixes:
            counters.add_unique(user.application_id, prefix, moment.time, users, seen & first, -1)
    profile.set(flag, documents.YES)
    profile.set(last, max(last_crash or 0, moment.request.time_s))


def _paths_of_month(time: TimeBuckets, levels: int) -> list[str]:
    paths = [f"d.{time.day}"] if levels & DAY else []
    return [*paths, f"d.{time.day}.{time.hour}"] if levels & HOUR else paths


def _paths_of_year(time: TimeBuckets, levels: int) -> list[str]:
    named = ((YEAR, "d"), (MONTH, f"d.{time.month}"), (WEEK, f"d.w{time.week}"))
    return [path for level, path in named if levels & level]


def _write_month(
    application_id: str, prefix: str, time: TimeBuckets, shard: Shard, added: dict[str, Any], writes: WriteBatcher
) -> None:
    if added:
        _write(application_id, documents.month_document(prefix, time, shard), time.month_id, added, writes)


def _write(application_id: str, document_id: str, month_id: str, added: dict[str, Any], writes: WriteBatcher) -> None:
    writes.update(documents.COUNTERS, document_id, {"$set": {"a": application_id, "m": month_id}, "$inc": added})
