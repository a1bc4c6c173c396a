"""Counts crashes, and the sessions and users among whom they happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.levels import ALL_LEVELS, levels_entered
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.aggregation.values import is_truthy, number_of, stored_integer, stored_number
from apps.plugin_api.signals import Noticed
from plugins.crashes import counters, documents, payload, versions
from plugins.crashes.counters import Counters
from plugins.crashes.documents import ANY, SEPARATOR
from plugins.crashes.group_states import GroupState
from plugins.crashes.payload import Crash
from plugins.crashes.settings import grouping_of, refreshes_same_version
from plugins.crashes.user_states import Entry, UserKey, UserStates

NEW_GROUP = "/crashes/new"


@dataclass
class CrashState:
    crashes: dict[tuple[str, bytes], tuple[Crash, str]] = field(default_factory=dict)  # with the id of its group
    unusable: dict[tuple[str, bytes], str] = field(default_factory=dict)  # reasons
    groups: dict[tuple[str, str], GroupState] = field(default_factory=dict)  # by application and each id of a group
    totals: dict[str, GroupState] = field(default_factory=dict)  # by application
    users: UserStates = field(default_factory=UserStates)
    counters: Counters = field(default_factory=Counters)
    reports: list[tuple[str, Any, dict[str, Any]]] = field(default_factory=list)  # application, `_id`, fields
    refreshes_same_version: bool = False


class Crashes(Part[CrashState]):
    triggers = Triggers(parameters=frozenset({"crash", "metrics"}), sessions=True, merges=True)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> CrashState:
        state = CrashState()
        uids: dict[str, set[str]] = {}
        wanted: dict[str, set[str]] = {}
        for each in concerned:
            application_id = each.application.id
            sent = each.request.parameters.get("crash")
            if is_truthy(sent):
                key = (application_id, each.request.fingerprint)
                crash = payload.read(sent)
                if isinstance(crash, str):
                    state.unusable[key] = crash
                else:
                    group = crash.group(application_id, grouping_of(each.application))
                    state.crashes[key] = crash, group
                    wanted.setdefault(application_id, set()).add(group)
                    uids.setdefault(application_id, set()).update(each.uids)
            known = {str(profile["uid"]) for profile in each.profiles if _has_had_crashes(profile)}
            if known:
                uids.setdefault(application_id, set()).update(known)
        for application_id, of_users in uids.items():
            state.users.take(application_id, read.matching(documents.users_collection(application_id), "uid", of_users))
        for application_id in wanted.keys() | uids.keys():
            hashes = wanted.get(application_id, set()) | state.users.groups(application_id)
            _load_groups(application_id, hashes, state, read, with_totals=application_id in wanted)
        if wanted:
            state.refreshes_same_version = refreshes_same_version()
        return state

    def count(self, moment: Moment, state: CrashState, effects: Effects) -> None:
        if moment.merge is not None:
            state.users.unite(moment.application.id, moment.merge.from_uid, moment.merge.into_uid)
        if moment.begun is not None:
            counters.count_session(moment, moment.begun.levels, state.counters)
        if moment.profile.fields.get("av") != moment.before.get("av"):
            _leave_resolved_groups(moment, state)
        sent = moment.request.parameters.get("crash")
        if is_truthy(sent):
            key = (moment.application.id, moment.request.fingerprint)
            if (reason := state.unusable.get(key)) is not None:
                effects.dropped.append(reason)
            elif key in state.crashes:
                _count_crash(moment, *state.crashes[key], state, effects)

    def write(self, state: CrashState, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        state.counters.write(shard, writes)
        state.users.write(writes)
        groups = {(application_id, group.id): group for (application_id, _), group in state.groups.items()}
        for (application_id, _), group in groups.items():
            if operators := group.operators():
                writes.update(documents.groups_collection(application_id), group.id, operators)
        for application_id, totals in state.totals.items():
            if operators := totals.operators():
                writes.update(documents.groups_collection(application_id), totals.id, operators)
        for application_id, report_id, fields in state.reports:
            writes.update(documents.reports_collection(application_id), report_id, {"$set": fields})


def _has_had_crashes(profile: Any) -> bool:
    return any(profile.get(name) for name in (documents.LAST_FATAL, documents.LAST_NONFATAL))


def _load_groups(application_id: str, hashes: set[str], state: CrashState, read: Reads, *, with_totals: bool) -> None:
    collection = documents.groups_collection(application_id)
    for document in read.matching(collection, "groups", hashes):
        group = GroupState(str(document["_id"]), document)
        for each in {group.id, *(str(one) for one in document.get("groups") or ())}:
            state.groups[application_id, each] = group
    stored = read.documents(collection, [documents.META]) if with_totals else {}
    state.totals[application_id] = GroupState(documents.META, stored.get(documents.META))


def _count_crash(moment: Moment, crash: Crash, group_id: str, state: CrashState, effects: Effects) -> None:
    application_id, uid, ts = moment.application.id, moment.uid, moment.request.time_s
    totals = state.totals[application_id]
    group = state.groups.setdefault((application_id, group_id), GroupState(group_id, None))
    group_levels = levels_entered(group.last_ts, moment.time, moment.application.timezone)
    is_new_version = not group.knows_version(crash.version)
    is_fatal = not crash.is_nonfatal
    is_new = not group.exists
    if is_new:
        group.begin()
        totals.added.update({"crashes": 1, "isnew": 1})
    elif group.reopen(crash.version):
        totals.added.update({"reoccurred": 1, "resolved": -1})
    entry, sessions = _note_user(moment, group, state, is_fatal=is_fatal)
    report_id = documents.report_id(ts, moment.request.fingerprint.hex(), entry.uid, group_id, entry.reports)
    if sessions is not None:
        group.measure("session", sessions)
    lost = group.take(crash, report_id, ts, refreshes_same_version=state.refreshes_same_version)
    _count_totals(moment, crash, totals, group, is_fatal=is_fatal)
    prefixes = _prefixes(application_id, crash, group_levels, is_new_version=is_new_version)
    counters.count_report(moment, prefixes, state.counters, is_fatal=is_fatal)
    data = moment.profile.fields.get("data")
    data = dict(data) if isinstance(data, dict) else {}
    data["crashes"] = (stored_integer(data.get("crashes")) or 0) + 1
    moment.profile.set("data", data)
    report = _report(moment, crash, group_id, uid, sessions)
    state.reports.append((application_id, report_id, report))
    if is_new:
        details = {"crash": {"_id": group_id, **group.set}, "report": report, "user": dict(moment.profile.fields)}
        effects.noticed.append(Noticed(NEW_GROUP, application_id, details))
    lost |= {payload.SHORTENED} if crash.is_shortened else set()
    lost |= {payload.TOO_MANY_CUSTOM} if crash.lost_custom else set()
    effects.dropped.extend(sorted(lost))


def _report(moment: Moment, crash: Crash, group_id: str, uid: str, sessions: int | None) -> dict[str, Any]:
    received = datetime.fromtimestamp(moment.request.record.received_ms / 1000, UTC)
    fields = {**crash.report, "cd": received, "group": group_id, "uid": uid, "ts": moment.request.time_s}
    return fields if sessions is None else {**fields, "session": sessions}


def _note_user(moment: Moment, group: GroupState, state: CrashState, *, is_fatal: bool) -> tuple[Entry, int | None]:
    """Who had it, and in how many sessions he had it once; None for the first time."""
    key: UserKey = (moment.application.id, moment.uid)
    totals = state.totals[moment.application.id]
    sessions_now = moment.profile.number("sc") or 0
    entry = state.users.entry(key, group.id)
    since: int | None = None
    if entry is None:
        entry = state.users.begin(key, group.id)
        summary = state.users.summary(key)
        totals.added["users"] += not summary.groups
        totals.added["usersfatal"] += is_fatal and not summary.fatal
        summary.add(1, is_fatal=is_fatal)
        group.added["users"] += 1
    else:
        since = max(0, sessions_now - entry.sessions)
    entry.reports += 1
    entry.last = max(entry.last, moment.request.time_s)
    entry.sessions = sessions_now
    entry.is_changed = True
    return entry, since


def _count_totals(moment: Moment, crash: Crash, totals: GroupState, group: GroupState, *, is_fatal: bool) -> None:
    totals.added.update({"reports": 1, "fatal" if is_fatal else "nonfatal": 1})
    totals.values.add("os", crash.platform)
    totals.values.add("app_version", crash.version)
    paid, sessions = number_of(moment.profile.fields.get("tp")), moment.profile.number("sc")
    if is_fatal and paid and sessions:
        loss = stored_number(round(paid / sessions, 5))
        for counted in (totals, group):
            counted.added["loss"] += loss  # type: ignore[assignment]  # a Counter adds up any numbers


def _prefixes(application_id: str, crash: Crash, levels: int, *, is_new_version: bool) -> list[tuple[str, int]]:
    platform, version = (documents.counted_value(value) for value in (crash.platform, crash.version))
    return [
        (prefix, ALL_LEVELS if is_new_version and _names_version(prefix, application_id) else levels)
        for prefix in documents.counter_prefixes(application_id, platform, version)
    ]


def _names_version(prefix: str, application_id: str) -> bool:
    return prefix != application_id and prefix.split(SEPARATOR)[1] != ANY


def _leave_resolved_groups(moment: Moment, state: CrashState) -> None:
    """Who has come to a version above the one in which a group was resolved is not affected by it any more."""
    before, now = (_version(fields.get("av")) for fields in (moment.before, moment.profile.fields))
    if not before or not now or not versions.is_higher(now, before):
        return
    key: UserKey = (moment.application.id, moment.uid)
    for entry in state.users.of(key):
        group = state.groups.get((moment.application.id, str(entry.group)))
        resolved = group.fields.get("resolved_version") if group else None
        if group is None or not is_truthy(group.fields.get("is_resolved")) or not isinstance(resolved, str):
            continue
        if versions.is_higher(now, resolved):
            entry.is_gone = True
            group.added["users"] -= 1
            summary = state.users.summary(key)
            summary.add(-1, is_fatal=group.is_fatal)
            totals = state.totals[moment.application.id]
            totals.added["users"] -= not summary.groups
            totals.added["usersfatal"] -= group.is_fatal and not summary.fatal


def _version(stored: Any) -> str:
    """Of a profile, where dots are colons."""
    return stored.replace(":", ".") if isinstance(stored, str) else ""
