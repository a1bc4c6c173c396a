"""The metrics people can break sessions and users down by: where their values are counted and what they are called.

A metric is named as its set of known values in the counter documents.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.analytics import names
from apps.analytics.merging import UNIQUE, UNIQUE_OF_USERS


@dataclass(frozen=True, slots=True)
class Metric:
    collection: str
    user_field: str = ""  # of the profile, for live counts of users; "" where values have no field of their own
    display: Callable[[str], str | None] | None = None
    ranked_by: str = "t"  # in top lists
    is_alone: bool = False  # the only set of values in its collection


METRICS: dict[str, Metric] = {
    "countries": Metric("users", "cc", names.country),
    "os": Metric("device_details", "p", names.operating_system, ranked_by="u"),
    "os_versions": Metric("device_details", "pv", names.version),
    "app_versions": Metric("device_details", "av", names.version),
    "resolutions": Metric("device_details", "r", names.version),
    "device_type": Metric("device_details", "dt", names.version),
    "has_hinge": Metric("device_details"),
    "devices": Metric("devices", "d"),
    "manufacturers": Metric("devices"),
    "carriers": Metric("carriers", is_alone=True),
    "cities": Metric("cities", "cty", is_alone=True),
}

#: Field of the profile by the name under which `method=total_users` knows a metric.
LIVE_FIELDS: dict[str, str] = {
    **{name: metric.user_field for name, metric in METRICS.items() if metric.user_field},
    "platforms": "p",
    "platform_versions": "pv",
    "carriers": "c",
}

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


def unique_counters(collection: str) -> frozenset[str]:
    return UNIQUE_COUNTERS.get(collection, UNIQUE)
