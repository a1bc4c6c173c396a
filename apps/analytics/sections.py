"""The paths below `/o/analytics/`: computed numbers instead of counter trees."""

from collections.abc import Callable
from typing import Any

from apps.aggregation.documents import NO_SEGMENT
from apps.aggregation.uniques import USERS
from apps.analytics import computations, live_users, merging, names, periods, queries
from apps.analytics.computations import Counted, Row
from apps.analytics.event_methods import source_events
from apps.analytics.merging import Tree
from apps.analytics.metrics import METRICS, Metric
from apps.analytics.periods import Period
from apps.analytics.reading import ReadError, Reading
from apps.analytics.uniques import DIMENSIONS

STANDARD_PERIODS = {"30days": "30days", "7days": "7days", "today": "hour"}  # the widest first
COUNTRY_ROWS = 10
EVENT_COUNTERS = ("c", "s", "dur")


def dashboard(reading: Reading) -> dict[str, Any]:
    value = periods.parse(reading.parameters.get("period")) or periods.DEFAULT_PERIOD
    blocks = STANDARD_PERIODS if value == periods.DEFAULT_PERIOD else {_key_of(value, reading): value}
    resolved = {key: reading.resolve(of_block) for key, of_block in blocks.items()}
    widest = next(iter(resolved.values()))
    users, details, carriers = (
        queries.counter_tree(collection, reading.application.id, widest)
        for collection in ("users", "device_details", "carriers")
    )
    return {
        key: {
            "dashboard": computations.session_cards(users, period, _users(reading, period)),
            "top": {
                "platforms": top_values(details, "os", period, counter="t"),
                "resolutions": top_values(details, "resolutions", period, counter="t"),
                "carriers": top_values(carriers, "carriers", period, counter="t"),
                "users": computations.bars_of_steps(users, period),
            },
            "period": computations.range_text(period, reading.now_ms),
        }
        for key, period in resolved.items()
    }


def _key_of(value: object, reading: Reading) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return reading.text("period")


def _users(reading: Reading, period: Period) -> Counted:
    exact = reading.exact_users(period, USERS)
    if exact is None:
        return Counted(live_users.count_users(reading.application, period, reading.settings))
    before = reading.exact_users_before(period)
    return Counted(exact.users, before.users if before else None)


def countries(reading: Reading) -> dict[str, Any]:
    resolved = {key: reading.resolve(value) for key, value in STANDARD_PERIODS.items()}
    tree = queries.counter_tree("users", reading.application.id, resolved["30days"])
    return {key: country_rows(tree, period, _live_by("countries", reading, period)) for key, period in resolved.items()}


def country_rows(tree: Tree, period: Period, live: dict[str, int] | None) -> list[Row]:
    """The countries with most users, then by new users."""
    rows = computations.table(tree, known_values(tree, "countries"), period, ("t", "u", "n"), live)[:COUNTRY_ROWS]
    named = [
        {"country": names.country(row["_id"]), "code": row["_id"].lower(), "t": row["t"], "u": row["u"], "n": row["n"]}
        for row in rows
    ]
    return sorted(named, key=lambda row: -row["n"])


def sessions(reading: Reading) -> list[Row]:
    period = reading.period(with_bucket=True)
    tree = queries.counter_tree("users", reading.application.id, period)
    return computations.steps(tree, period, computations.SESSION_COUNTERS)


def metric(reading: Reading) -> list[Row]:
    name = reading.text("metric")
    if not name:
        raise ReadError(400, "Must provide metric")
    known = METRICS.get(name)
    if known is None:
        return []
    period = reading.period()
    tree = queries.counter_tree(known.collection, reading.application.id, period)
    live = _live_by(name, reading, period) if known.user_field else None
    return computations.table(tree, known_values(tree, name), period, ("t", "n", "u"), live)


def tops(reading: Reading) -> Any:
    period = reading.period()
    if reading.has("metrics"):
        wanted = reading.json("metrics")
        names_wanted = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
        return {name: _top(name, reading, period) for name in names_wanted[: len(METRICS.names())]}
    if reading.has("metric"):
        return _top(reading.text("metric"), reading, period)
    users, details, carriers = (
        queries.counter_tree(collection, reading.application.id, period)
        for collection in ("users", "device_details", "carriers")
    )
    return {
        "platforms": top_values(details, "os", period, counter="t"),
        "resolutions": top_values(details, "resolutions", period, counter="t"),
        "carriers": top_values(carriers, "carriers", period, counter="t"),
        "countries": top_values(users, "countries", period, counter="t"),
    }


def _top(name: str, reading: Reading, period: Period) -> list[Row]:
    known = METRICS.get(name)
    if known is None:
        return []
    tree = queries.counter_tree(known.collection, reading.application.id, period)
    if known.is_alone:
        return _top_sums(tree, name, known, period)
    live = _live_by(name, reading, period) if known.ranked_by == "u" else None
    return top_values(tree, name, period, counter=known.ranked_by, live=live)


def top_values(
    tree: Tree, name: str, period: Period, *, counter: str, limit: int = computations.TOP_ROWS, live: Any = None
) -> list[Row]:
    known = METRICS.get(name)
    display = known.display if known else None
    values = known_values(tree, name)
    return computations.bars(tree, values, period, counter=counter, limit=limit, display=display, live=live)


def _top_sums(tree: Tree, metric_name: str, known: Metric, period: Period) -> list[Row]:
    """Sessions per value over the days of the period, whatever the list of known values says."""
    sums: dict[str, Any] = {}
    for day in period.current:
        for value, counters in computations.node_at(tree, day).items():
            if isinstance(counters, dict) and computations.number(counters, "t"):
                sums[value] = sums.get(value, 0) + counters["t"]
    rows = [
        {"_id": value, "t": total, "value": total, "name": known.display(value) if known.display else value}
        for value, total in sums.items()
    ]
    if known.unites_names:
        rows = _united_by_name(rows, metric_name)
    return computations.rank(rows, computations.TOP_ROWS)


def _united_by_name(rows: list[Row], metric_name: str) -> list[Row]:
    """The name stands under the name of the metric too. The id is that of the smallest value."""
    united: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: -row["t"]):
        total = row["t"] + united.get(row["name"], {"t": 0})["t"]
        united[row["name"]] = {**row, metric_name: row["name"], "t": total, "value": total}
    return list(united.values())


def _ranges(kind: str, known_as: str) -> Callable[[Reading], list[Row]]:
    def answer(reading: Reading) -> list[Row]:
        period = reading.period()
        tree = queries.counter_tree("users", reading.application.id, period)
        return computations.range_buckets(tree, kind, known_values(tree, known_as), period)

    return answer


def events(reading: Reading) -> Any:
    segment = reading.text("segmentation")
    if reading.has("event"):
        return _event_rows([reading.text("event")], segment, reading)[0]
    if reading.has("events"):
        keys = reading.json("events")
        keys = [keys] if isinstance(keys, str) else keys
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ReadError(400, "Must provide valid array with event keys as events param.")
        return dict(zip(keys, _event_rows(keys, segment, reading), strict=True))
    period = reading.period()
    tree = queries.all_events_tree(reading.application.id, period)
    return {"all": computations.table(tree, known_values(tree, "key"), period, EVENT_COUNTERS)}


def _event_rows(keys: list[str], segment: str, reading: Reading) -> list[list[Row]]:
    """Of each event or event group the steps of the period, or with a segment the rows of its values."""
    period = reading.period(with_bucket=True)
    sources = [source_events(key, reading.application.id) or [] for key in keys]
    all_sources = list(dict.fromkeys(event for events_of_key in sources for event in events_of_key))
    trees = queries.event_trees(reading.application.id, all_sources, period, segment or NO_SEGMENT)
    merged = [merging.merge_trees(trees[event] for event in events_of_key) for events_of_key in sources]
    if segment:
        return [computations.table(tree, known_values(tree, segment), period, EVENT_COUNTERS) for tree in merged]
    return [computations.steps(tree, period, EVENT_COUNTERS) for tree in merged]


def _live_by(name: str, reading: Reading, period: Period) -> dict[str, int] | None:
    exact = reading.exact_users(period, name) if name in DIMENSIONS else None
    if exact is not None:
        return exact.by_value
    counts = live_users.count_users_by(name, reading.application, period, reading.settings)
    return None if counts is None else {value: users for value, users in counts.items() if value is not None}


def known_values(tree: Tree, name: str) -> list[str]:
    values: list[str] = tree.get("meta", {}).get(name, [])
    return values


#: In the order in which an unknown path is told about them.
SECTIONS: dict[str, Callable[[Reading], Any]] = {
    "dashboard": dashboard,
    "countries": countries,
    "sessions": sessions,
    "metric": metric,
    "tops": tops,
    "loyalty": _ranges("l", "l-ranges"),
    "frequency": _ranges("f", "f-ranges"),
    "durations": _ranges("ds", "d-ranges"),
    "events": events,
}
