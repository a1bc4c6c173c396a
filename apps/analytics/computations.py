"""From merged counter trees to the numbers of dashboards. Pure; used by the JSON API and by the screens alike.

A tree comes from `merging`, a period from `periods`. "Counted" users are counted from profiles or sketches; where they
are given they replace the estimate that stored unique counters allow.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from apps.analytics.formats import change_and_trend, one_decimal, round_tenth, time_spent
from apps.analytics.merging import Tree, is_number
from apps.analytics.periods import Period

Row = dict[str, Any]
TOP_ROWS = 3
SESSION_COUNTERS = ("t", "n", "u", "d", "e")


@dataclass(frozen=True, slots=True)
class Counted:
    """Users that need no estimate, of a period and of the one before it; None where nobody counted them."""

    now: int | None = None
    before: int | None = None


NOT_COUNTED = Counted()


# Reading a tree --------------------------------------------------------------------
def node_at(tree: Mapping[str, Any], key: str | None, *below: str) -> Mapping[str, Any]:
    """The node of "2025.3.12" and what is named below it; {} where nothing is stored.

    Nodes of trees are dicts: to ask for that takes a tenth of what it takes to ask for a Mapping.
    """
    node: Any = tree
    for part in (*(key.split(".") if key else ("",)), *below):
        node = node.get(part) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def number(node: Mapping[str, Any], counter: str) -> Any:
    value = node.get(counter)
    return value if is_number(value) else 0


def total_over(tree: Tree, keys: Sequence[str], counter: str, *below: str) -> Any:
    return sum(number(node_at(tree, key, *below), counter) for key in keys)


def estimate_unique(tree: Tree, period: Period, counter: str, *below: str, previous: bool = False) -> Any:
    """At most so many users were there in a range: the smaller sum of its two covers."""
    days = period.previous if previous else period.current
    fine = period.previous_fine if previous else period.fine
    coarse = period.previous_coarse if previous else period.coarse
    if len(period.current) == 1 and not fine:
        return total_over(tree, days, counter, *below)  # a single day is stored exactly
    return min(total_over(tree, fine, counter, *below), total_over(tree, coarse, counter, *below))


# Totals with change and trend --------------------------------------------------------------------
def totals(
    tree: Tree,
    period: Period,
    counters: Sequence[str],
    unique: frozenset[str] = frozenset(),
    counted: Counted = NOT_COUNTED,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The counters of this and of the previous period."""
    if period.is_special:
        now = {name: total_over(tree, period.current, name) for name in counters if name not in unique}
        before = {name: total_over(tree, period.previous, name) for name in counters if name not in unique}
        for name in unique:
            now[name] = estimate_unique(tree, period, name)
            before[name] = estimate_unique(tree, period, name, previous=True)
    else:
        now = {name: number(node_at(tree, period.active), name) for name in counters}
        before = {name: number(node_at(tree, period.previous_active), name) for name in counters}
    for name in unique:
        now[name] = now[name] if counted.now is None else counted.now
        before[name] = before[name] if counted.before is None else counted.before
        if now[name] < now.get("n", 0):
            if counted.now is None:
                now[name] = now["n"]
            else:
                now["n"] = counted.now
        if "t" in now and now[name] > now["t"]:
            now[name] = now["t"]
    return now, before


def summarize(
    tree: Tree,
    period: Period,
    counters: Sequence[str],
    unique: frozenset[str] = frozenset(),
    counted: Counted = NOT_COUNTED,
) -> dict[str, Row]:
    """Per counter {"total", "prev-total", "change", "trend"}, and "is_estimate" for unique ones."""
    now, before = totals(tree, period, counters, unique, counted)
    result = {}
    for name in counters:
        result[name] = compared(now[name], before[name])
        if name in unique:
            result[name]["is_estimate"] = period.is_special and counted.now is None
    return result


def compared(now: Any, before: Any) -> Row:
    change, trend = change_and_trend(before, now)
    return {"total": now, "prev-total": before, "change": change, "trend": trend}


def difference(whole: Row, part: Row) -> Row:
    """Of two rows of `summarize`: returning users are all but the new ones. Never below zero."""
    return compared(max(0, whole["total"] - part["total"]), max(0, whole["prev-total"] - part["prev-total"]))


def ratio(dividend: Row, divisor: Row) -> Row:
    """Of two rows of `summarize`: time per session. 0 where there was none."""
    now, before = (
        _quotient(dividend["total"], divisor["total"]),
        _quotient(dividend["prev-total"], divisor["prev-total"]),
    )
    return compared(now, before)


def session_cards(tree: Tree, period: Period, users: Counted = NOT_COUNTED) -> dict[str, Row]:
    """The six cards of the dashboard; times and averages are texts."""
    summary = summarize(tree, period, SESSION_COUNTERS, frozenset({"u"}), users)
    now = {name: row["total"] for name, row in summary.items()}
    before = {name: row["prev-total"] for name, row in summary.items()}
    minutes, minutes_before = now["d"] / 60, before["d"] / 60
    average = compared(_quotient(minutes, now["t"]), _quotient(minutes_before, before["t"]))
    requests = compared(_quotient(now["e"], now["u"]), _quotient(before["e"], before["u"]))
    cards = {
        "total_sessions": summary["t"],
        "new_users": summary["n"],
        "total_users": summary["u"],
        "total_time": {**summary["d"], "total": time_spent(minutes)},
        "avg_time": {**average, "total": time_spent(average["total"])},
        "avg_requests": {**requests, "total": one_decimal(requests["total"])},
    }
    for card in cards.values():
        del card["prev-total"]
    return cards


def _quotient(dividend: float, divisor: float) -> float:
    return dividend / divisor if divisor else 0


# Tables of values --------------------------------------------------------------------
def table(
    tree: Tree,
    values: Sequence[str],
    period: Period,
    counters: Sequence[str],
    live: Mapping[str, int] | None = None,
) -> list[Row]:
    """A row {"_id": value, counter: ...} per value that occurs, the most used first. `live`: value -> users."""
    rows = []
    days = [node_at(tree, day) for day in period.current] if period.is_special else []  # once for all values
    for value in values:
        row: Row = {"_id": value}
        if period.is_special:
            nodes = [node for day in days if isinstance(node := day.get(value), dict) and node]
            if not nodes:
                continue
            for name in counters:
                row[name] = (
                    estimate_unique(tree, period, name, value)
                    if name == "u"
                    else sum(number(node, name) for node in nodes)
                )
        else:
            node = node_at(tree, period.active, value)
            row.update({name: number(node, name) for name in counters})
            if not sum(row[name] for name in counters):
                continue
        if "u" in counters:
            _bound_users(row, live)
        rows.append(row)
    ranked_by = next((name for name in ("u", "t", "c") if name in counters), counters[0])
    return sorted(rows, key=lambda row: -row[ranked_by])


def _bound_users(row: Row, live: Mapping[str, int] | None) -> None:
    """Users are at least the new ones and at most the sessions, whoever counted them."""
    row["u"] = (live or {}).get(row["_id"], row["u"])
    row["u"] = max(row["u"], row.get("n", 0))
    if "t" in row:
        row["u"] = min(row["u"], row["t"])


def bars(
    tree: Tree,
    values: Sequence[str],
    period: Period,
    *,
    counter: str = "t",
    limit: int = TOP_ROWS,
    display: Callable[[str], str | None] | None = None,
    live: Mapping[str, int] | None = None,
) -> list[Row]:
    """The top values as {"name", "value", "percent"}. Values of equal display name are one; None leaves them out."""
    loaded = {"u": ("u", "n", "t"), "n": ("n", "u")}.get(counter, (counter,))
    named: dict[str, Any] = {}
    for row in table(tree, values, period, loaded, live):
        name = display(row["_id"]) if display else row["_id"]
        if name:
            named[name] = named.get(name, 0) + row[counter]
    return rank([{"name": name, "value": value} for name, value in named.items()], limit)


def bars_of_steps(tree: Tree, period: Period, *, counter: str = "t", limit: int = TOP_ROWS) -> list[Row]:
    """The busiest days, hours or months."""
    rows = [
        {"name": label, "value": number(node_at(tree, key), counter)}
        for key, label in zip(step_keys(period), step_labels(period), strict=True)
    ]
    return rank([row for row in rows if row["value"]], limit)


def rank(rows: list[Row], limit: int) -> list[Row]:
    """Adds `percent` to rows with a `value`. What rounding leaves of 100 goes to the first or comes off the last."""
    rows = sorted(rows, key=lambda row: -row["value"])
    whole = sum(row["value"] for row in rows)
    for row in rows:
        row["percent"] = round_tenth(row["value"] / whole * 100) if whole else math.nan
    difference = 100 - sum(row["percent"] for row in rows)
    if rows and difference:
        corrected = rows[0] if difference > 0 else rows[-1]
        corrected["percent"] = round_tenth(corrected["percent"] + difference)
    return rows if limit < 0 else rows[:limit]


def range_buckets(tree: Tree, kind: str, buckets: Sequence[str], period: Period) -> list[Row]:
    """Rows {kind: bucket, "t": sessions, "percent": text} of session durations (ds), frequency (f) or loyalty (l)."""
    counts = [
        (bucket, estimate_unique(tree, period, bucket, kind))
        if period.is_special
        else (bucket, number(node_at(tree, period.active, kind), bucket))
        for bucket in buckets
    ]
    whole = sum(count for _, count in counts)
    rows = [
        {kind: bucket, "t": count, "percent": one_decimal(count / whole * 100)} for bucket, count in counts if count
    ]
    return sorted(rows, key=lambda row: -row["t"])


# Time series --------------------------------------------------------------------
def step_keys(period: Period, *, previous: bool = False) -> list[str]:
    """The nodes of a period's days, hours or months; of a simple period also those that are yet to come."""
    if period.is_special:
        return period.previous if previous else period.current
    node = period.previous_active if previous else period.active
    return [f"{node}.{step}" for step in range(period.step_min or 0, (period.step_max or 0) + 1)]


def step_labels(period: Period) -> list[str]:
    return [format_moment(moment_of(key), period.label_format) for key in step_keys(period)]


def steps(tree: Tree, period: Period, counters: Sequence[str]) -> list[Row]:
    """A row {"_id": "2025-3-12", counter: ...} per step."""
    rows = []
    for key in step_keys(period):
        node = node_at(tree, key)
        rows.append({"_id": _step_id(key), **{name: number(node, name) for name in counters}})
    return rows


def series(tree: Tree, period: Period, counter: str, *, previous: bool = False) -> list[Any]:
    return [number(node_at(tree, key), counter) for key in step_keys(period, previous=previous)]


def number_with_sparkline(tree: Tree, period: Period, counter: str) -> Row:
    """A single number without unique parts, with its whole values per step."""
    row = summarize(tree, period, (counter,))[counter]
    return {**row, "sparkline": [int(value) for value in series(tree, period, counter)]}


def _step_id(key: str) -> str:
    parts = key.split(".")
    day = "-".join(parts[:3])
    return f"{day} {parts[3]}:00" if len(parts) == 4 else day


def is_moment(key: str) -> bool:
    """False of the 31st of a month that has none: steps are compared by their number."""
    try:
        moment_of(key)
    except ValueError:
        return False
    return True


def moment_of(key: str) -> datetime:
    """The beginning of a year, month, day or hour, as wall clock time."""
    parts = [int(part) for part in key.split(".")]
    year, month, day, hour = (*parts, *(1, 1, 0)[len(parts) - 1 :])
    return datetime.combine(date(year, month, day), time(hour))


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_moment(moment: datetime, label_format: str) -> str:
    day, clock = f"{moment.day} {MONTHS[moment.month - 1]}", f"{moment:%H:%M}"
    return {"MMM": MONTHS[moment.month - 1], "D MMM": day, "HH:mm": clock, "D MMM, HH:mm": f"{day}, {clock}"}[
        label_format
    ]


def range_text(period: Period, now_ms: int) -> str:
    """ "11 Feb - 12 Mar"; of today the last hour carries the running minute."""
    keys = step_keys(period)
    first, last = moment_of(keys[0]), moment_of(keys[-1])
    if period.label_format == "D MMM, HH:mm":
        last = last.replace(minute=59)
    elif period.label_format == "HH:mm":
        last = last.replace(hour=23, minute=datetime.fromtimestamp(now_ms / 1000, period.zone).minute)
    return f"{format_moment(first, period.label_format)} - {format_moment(last, period.label_format)}"
