"""The metrics people can break sessions and users down by: where their values are counted and what they are called.

A metric is named as its set of known values in the counter documents.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.aggregation import carriers
from apps.analytics import device_names, names
from apps.analytics.merging import UNIQUE, UNIQUE_OF_USERS
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Metric:
    collection: str
    user_field: str = ""  # of the profile, for live counts of users; "" where values have no field of their own
    display: Callable[[str], str | None] | None = None
    in_words: Callable[[str], str | None] | None = None  # the same for people, where it differs
    ranked_by: str = "t"  # in top lists
    is_alone: bool = False  # the only set of values in its collection
    unites_names: bool = False  # in top lists, values of one name are one row
    live_names: tuple[str, ...] = ()  # under which `method=total_users` knows it beside its own


#: Metrics of plugins join here. The name is that of the set of known values.
METRICS: Registry[Metric] = Registry("metric to read")
for _name, _metric in {
    "countries": Metric("users", "cc", names.country, names.country_in_words),
    "os": Metric("device_details", "p", names.operating_system, ranked_by="u", live_names=("platforms",)),
    "os_versions": Metric("device_details", "pv", names.version, live_names=("platform_versions",)),
    "app_versions": Metric("device_details", "av", names.version),
    "resolutions": Metric("device_details", "r", names.version),
    "device_type": Metric("device_details", "dt", names.version),
    "has_hinge": Metric("device_details"),
    "devices": Metric("devices", "d", device_names.device, unites_names=True),
    "manufacturers": Metric("devices"),
    "carriers": Metric("carriers", in_words=carriers.as_written, is_alone=True),
    "cities": Metric("cities", "cty", is_alone=True),
}.items():
    METRICS.register(_name, _metric)

#: Known to `method=total_users` alone.
FURTHER_LIVE_FIELDS = {"carriers": "c"}

#: Counters of a collection that cannot be added over days, where they are more than `u`.
UNIQUE_COUNTERS: dict[str, frozenset[str]] = {"users": UNIQUE_OF_USERS}

#: Methods of `/o` that answer with the tree of a collection.
TREE_METHODS: dict[str, str] = {
    "users": "users",
    "sessions": "users",
    "locations": "users",
    "countries": "countries",
    "cities": "cities",
    "devices": "devices",
    "device_details": "device_details",
    "app_versions": "device_details",
    "carriers": "carriers",
}

#: Dimensions of unique users that belong to such a tree.
TREE_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "users": ("users",),
    "countries": ("countries",),
    "device_details": ("os", "app_versions"),
    "app_versions": ("app_versions",),
}


def live_field(metric: str) -> str:
    """Of the profile, by which users are counted now; "" when there is none."""
    known = METRICS.get(metric) or next((one for one in METRICS.entries() if metric in one.live_names), None)
    return (known.user_field if known else "") or FURTHER_LIVE_FIELDS.get(metric, "")


def unique_counters(collection: str) -> frozenset[str]:
    return UNIQUE_COUNTERS.get(collection, UNIQUE)
