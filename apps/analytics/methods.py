"""The methods of `/o`: what each answers, and which feature a member must be allowed to read for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.access import Features
from apps.aggregation.uniques import USERS
from apps.analytics import all_applications, live_users, periods, places, queries, uniques
from apps.analytics.merging import Tree
from apps.analytics.metrics import TREE_DIMENSIONS, TREE_METHODS, live_field
from apps.analytics.reading import Reading
from apps.plugin_api.registry import Registry

QUOTE_IN_KNOWN_VALUES = "&quot;"


@dataclass(frozen=True, slots=True)
class ReadMethod:
    answer: Callable[[Reading], Any]
    feature: Features = "core"
    setting: str = ""  # of the namespace `api`; while it is off, everybody gets {}
    is_for_global_admins: bool = False


METHODS: Registry[ReadMethod] = Registry("method of /o")


def register(name: str, answer: Callable[[Reading], Any], **more: Any) -> None:
    """Adds `/o?method=<name>` of the server itself; call it from `AppConfig.ready`. `more`: of ReadMethod."""
    METHODS.register(name, ReadMethod(answer, **more))


def register_all() -> None:
    for name, collection in TREE_METHODS.items():
        setting = {"countries": "country_data", "cities": "city_data"}.get(name, "")
        register(name, answer_with_tree_of(collection, TREE_DIMENSIONS.get(name, ())), setting=setting)
    register("total_users", total_users)
    register("get_period_obj", period_object)
    register("geodata", places.geodata)
    register("all_apps", all_applications.all_apps, is_for_global_admins=True)


def answer_with_tree_of(collection: str, dimensions: Sequence[str] = ()) -> Callable[[Reading], Any]:
    def answer(reading: Reading) -> Tree:
        if reading.has("fullRange"):
            tree = without_long_sets(queries.whole_counter_tree(collection, reading.application.id), reading)
        elif reading.text("action") == "refresh":
            day = reading.day_to_refresh()
            tree = queries.fresh_counter_tree(collection, reading.application.id, day.year, day.month, day.day)
            tree = without_long_sets(tree, reading)
        else:
            tree = queries.counter_tree(collection, reading.application.id, reading.period())
        return {**finished(tree, reading), **exact_users(reading, dimensions)}

    return answer


def exact_users(reading: Reading, dimensions: Sequence[str]) -> dict[str, Any]:
    """What is added to a tree whose reader asks for it: unique users of the whole period, and by value."""
    if not (dimensions and reading.wants_exact_users):
        return {}
    period = reading.period()
    found = {dimension: uniques.unique_users(reading.application, period, dimension) for dimension in dimensions}
    reading.unique_users.extend(found.values())
    users = next(iter(found.values())).users
    by_value = {dimension: of.by_value for dimension, of in found.items() if dimension != USERS}
    return {"uniques": {"users": users, **by_value, "is_exact": all(of.is_exact for of in found.values())}}


def without_long_sets(tree: Tree, reading: Reading) -> Tree:
    limit = int(reading.settings["metric_limit"])
    if not limit or "meta" not in tree:
        return tree
    return {**tree, "meta": {name: values for name, values in tree["meta"].items() if len(values) <= limit}}


def finished(tree: Tree, reading: Reading) -> Tree:
    """The tree as clients know it."""
    more: dict[str, Any] = {}
    if "meta" in tree:
        more["meta"] = {
            name: [str(value).replace('"', QUOTE_IN_KNOWN_VALUES) for value in values]
            for name, values in tree["meta"].items()
        }
    if reading.has("event"):
        more["eventName"] = reading.text("event")
    return {**tree, **more}


def total_users(reading: Reading) -> list[dict[str, Any]]:
    """Users counted now: one row, or one per value of a metric."""
    period = reading.period()
    metric = reading.text("metric")
    if not live_field(metric):
        users = live_users.count_users(reading.application, period, reading.settings)
        return [{"_id": "users", "u": users}] if users else []
    counts = live_users.count_users_by(metric, reading.application, period, reading.settings) or {}
    return [{"_id": value, "u": users} for value, users in sorted(counts.items(), key=lambda item: -item[1])]


def period_object(reading: Reading) -> dict[str, Any]:
    return periods.describe(reading.period())
