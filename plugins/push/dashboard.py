"""Figures of the messages of an application: what was sent and answered over time, and who can be reached.

The events `[CLY]_push_sent` and `[CLY]_push_action` are told apart by their segments: `a` automatic, `t` of the API,
`p` the platform, `ap` and `tp` both together.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from apps.aggregation.documents import NO_SEGMENT, profiles_collection
from apps.analytics import computations, queries
from apps.analytics.periods import Period
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from plugins.push import credentials
from plugins.push.documents import ACTION_EVENT, SENT_EVENT, tokens_collection
from plugins.push.platforms import ADDRESSED, ANDROID, FIELDS, HUAWEI, IOS

YEAR, MONTH_DAYS = "371days", 30  # 53 weeks
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLATFORMS = (IOS, ANDROID, HUAWEI)
KINDS = ("plain", "auto", "api")
Days = list[int]  # a number for each day of a period
Trees = Mapping[str, Mapping[str, Any]]  # by segment


def figures(application: ApplicationInfo) -> dict[str, Any]:
    period = ask(application, YEAR).period
    dates = period.step_days()
    sent, actions = (trees_of(application.id, event, period) for event in (SENT_EVENT, ACTION_EVENT))
    reach = reachable(application.id)
    return {
        "sent": _long(sent, "plain", dates),
        "sent_automated": _short(sent, "auto", dates),
        "sent_tx": _short(sent, "api", dates),
        "actions": _long(actions, "plain", dates),
        "actions_automated": _short(actions, "auto", dates),
        "actions_tx": _short(actions, "api", dates),
        "enabled": reach["enabled"],
        "users": reach["users"],
        "platforms": sorted(credentials.configured(application.id)),
        "tokens": reach["tokens"],
        "legacyFcm": False,
    }


def trees_of(application_id: str, event: str, period: Period) -> Trees:
    segments = (NO_SEGMENT, "a", "t", "p", "ap", "tp")
    return {segment: queries.event_trees(application_id, [event], period, segment)[event] for segment in segments}


def days_of(trees: Trees, kind: str, dates: Sequence[date], platform: str = "") -> Days:
    """How many there were on each day, of a kind of messages ("plain": neither automatic nor of the API)."""
    all_of = _values(trees["p"], dates, platform) if platform else _values(trees[NO_SEGMENT], dates, "")
    automatic = _values(trees["ap" if platform else "a"], dates, f"true{platform}")
    by_api = _values(trees["tp" if platform else "t"], dates, f"true{platform}")
    if kind == "auto":
        return automatic
    if kind == "api":
        return by_api
    return [max(0, whole - a - t) for whole, a, t in zip(all_of, automatic, by_api, strict=True)]


def _values(tree: Mapping[str, Any], dates: Sequence[date], value: str) -> Days:
    below = (value,) if value else ()
    keys = (f"{day.year}.{day.month}.{day.day}" for day in dates)
    return [int(computations.number(computations.node_at(tree, key, *below), "c")) for key in keys]


def _long(trees: Trees, kind: str, dates: Sequence[date]) -> dict[str, Any]:
    def of(platform: str = "") -> dict[str, Any]:
        days = days_of(trees, kind, dates, platform)
        return {"weekly": _weekly(days, dates), "monthly": _monthly(days, dates), "total": sum(days)}

    return {**of(), "platforms": {platform: of(platform) for platform in PLATFORMS}}


def _short(trees: Trees, kind: str, dates: Sequence[date]) -> dict[str, Any]:
    recent = dates[-MONTH_DAYS:]

    def of(platform: str = "") -> dict[str, Any]:
        days = days_of(trees, kind, recent, platform)
        keys = [f"{day.day} {MONTHS[day.month - 1]}" for day in recent]
        return {"daily": {"data": days, "keys": keys}, "total": sum(days)}

    return {**of(), "platforms": {platform: of(platform) for platform in PLATFORMS}}


def _weekly(days: Days, dates: Sequence[date]) -> dict[str, list[Any]]:
    return _grouped(days, [(f"{day.isocalendar().year}", f"W{day.isocalendar().week}") for day in dates])


def _monthly(days: Days, dates: Sequence[date]) -> dict[str, list[Any]]:
    return _grouped(days, [(f"{day.year}", f"{day.year} {MONTHS[day.month - 1]}") for day in dates])


def _grouped(days: Days, groups: Sequence[tuple[str, str]]) -> dict[str, list[Any]]:
    """Summed by group; the second part of its name is what people read."""
    sums: dict[tuple[str, str], int] = {}
    for number, group in zip(days, groups, strict=True):
        sums[group] = sums.get(group, 0) + number
    return {"data": list(sums.values()), "keys": [name for _, name in sums]}


def reachable(application_id: str) -> dict[str, Any]:
    """Users, those with a token, and tokens by field."""
    fields = {IOS: ADDRESSED[IOS], ANDROID: ("ap",), HUAWEI: ("hp",)}
    enabled = {platform: reachable_users(application_id, names) for platform, names in fields.items()}
    return {
        "enabled": {"total": reachable_users(application_id), **enabled},
        "users": mongo.collection(profiles_collection(application_id)).count_documents({}),
        "tokens": {name: reachable_users(application_id, [name]) for name in FIELDS},
    }


def reachable_users(application_id: str, fields: Sequence[str] = FIELDS) -> int:
    """Users with a token in any of these. Reads who ever had one: of most applications that is nobody."""
    wanted = {"$or": [{f"tk.{name}": {"$exists": True}} for name in fields]}
    return mongo.collection(tokens_collection(application_id)).count_documents(wanted)
