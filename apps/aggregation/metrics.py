"""Metrics of devices and apps: read from a request, kept on the profile, counted with each new session.

A metric is an entry of METRICS, and so is each that a plugin adds; nothing else here knows a metric by name.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from apps.aggregation import documents
from apps.aggregation.app_versions import version_parts, version_text
from apps.aggregation.carriers import carrier_name
from apps.aggregation.levels import DAY_AND_ABOVE, HOUR
from apps.aggregation.operating_systems import device_type, manufacturer, prefixed_version, system_name
from apps.aggregation.profiles import MISSING, Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.sessions import NewSession
from apps.aggregation.tallies import Effects, UserKey
from apps.aggregation.values import is_truthy, text_of, trimmed
from apps.core import json_text
from apps.core.keys import clear_of_calendar, encode_metric_value
from apps.plugin_api.registry import Registry

LONGEST_VALUE = 256  # characters; longer values are cut
CACHED_TEXTS = 4096
LONGEST_CACHED_TEXT = 1024

Raw = Mapping[str, Any]  # the object `metrics` of a request


class Metric(NamedTuple):
    field: str  # of the profile
    collection: str  # "": kept on the profile and not counted
    set: str  # name in the list of known values
    read: Callable[[Raw], str]  # not yet encoded; empty when the request does not tell
    #: Who returns with another value than before counts as unique for it, even within the same day.
    counts_changes: bool = True


def _plain(key: str) -> Callable[[Raw], str]:
    def read(raw: Raw) -> str:
        value = raw.get(key)
        return value if isinstance(value, str) else text_of(value) if is_truthy(value) else ""

    return read


def _manufacturer(raw: Raw) -> str:
    return text_of(raw["_manufacturer"]) if is_truthy(raw.get("_manufacturer")) else manufacturer(raw.get("_os"))


def _app_version(raw: Raw) -> str:
    return version_text(raw["_app_version"]) if is_truthy(raw.get("_app_version")) else ""


def _system(raw: Raw) -> str:
    return system_name(raw["_os"]) if is_truthy(raw.get("_os")) else ""


def _system_version(raw: Raw) -> str:
    version = raw.get("_os_version")
    return prefixed_version(raw.get("_os"), version) if is_truthy(version) else ""


def _device_type(raw: Raw) -> str:
    told = raw.get("_device_type")
    return text_of(told) if is_truthy(told) else device_type(raw.get("_os"), raw.get("_device"))


def _hinge(raw: Raw) -> str:
    told = raw.get("_has_hinge")
    if not is_truthy(told):
        return ""
    return "hinged" if told is True or told in ("true", "hinged") else "not_hinged"


BUILT_IN = (
    Metric("c", "carriers", "carriers", lambda raw: carrier_name(raw.get("_carrier"))),
    Metric("d", "devices", "devices", _plain("_device")),
    Metric("mnf", "devices", "manufacturers", _manufacturer),
    Metric("av", "device_details", "app_versions", _app_version),
    Metric("p", "device_details", "os", _system),
    Metric("dt", "device_details", "device_type", _device_type),
    Metric("pv", "device_details", "os_versions", _system_version),
    Metric("r", "device_details", "resolutions", _plain("_resolution")),
    Metric("hh", "device_details", "has_hinge", _hinge),
)
METRICS: Registry[Metric] = Registry("metric")
for _metric in BUILT_IN:
    METRICS.register(_metric.set, _metric)
#: Where the user is, not what the request's `metrics` say; and only for users in the application's own country.
CITY = Metric("cty", "cities", "cities", lambda raw: "", counts_changes=False)


class Told(NamedTuple):
    """One metric of a request."""

    metric: Metric
    value: str  # as the profile has it
    counted: str  # as the counters have it


class MetricValues(NamedTuple):
    values: tuple[Told, ...]
    version_parts: Mapping[str, Any]


class MetricTable:
    """The metrics that are counted in a batch, and what recent texts said of them."""

    def __init__(self, metrics: tuple[Metric, ...]) -> None:
        self._of_text = lru_cache(maxsize=CACHED_TEXTS)(self._parse)
        self._told: dict[Metric, dict[str, Told]] = {metric: {} for metric in metrics}  # by what was read

    def read(self, parameter: Any, *, trim: bool = False) -> MetricValues | None:
        """None when the request has no readable `metrics`."""
        if isinstance(parameter, str):
            if not trim and len(parameter) <= LONGEST_CACHED_TEXT:
                return self._of_text(parameter)
            return self._parse(parameter, trim)
        return self._values_of(parameter) if isinstance(parameter, dict) else None

    def _parse(self, text: str, trim: bool = False) -> MetricValues | None:
        try:
            raw = json_text.parse(text)
        except ValueError:
            return None
        return self._values_of(trimmed(raw) if trim else raw) if isinstance(raw, dict) else None

    def _values_of(self, raw: Raw) -> MetricValues:
        values = []
        parts: Mapping[str, Any] = {}
        for metric, told_by_text in self._told.items():
            text = metric.read(raw)
            if text and (told := told_by_text.get(text) or _tell(metric, text, told_by_text)):
                values.append(told)
                if metric.field == "av":
                    parts = version_parts(text[:LONGEST_VALUE])
        return MetricValues(tuple(values), parts)


def _tell(metric: Metric, text: str, told_by_text: dict[str, Told]) -> Told | None:
    """Keeps the answer for the next request that says the same; few values make up most of all."""
    value = encode_metric_value(text[:LONGEST_VALUE])
    if not value:
        return None
    told = Told(metric, value, clear_of_calendar(value))
    if len(text) <= LONGEST_VALUE:
        if len(told_by_text) >= CACHED_TEXTS:
            told_by_text.clear()
        told_by_text[text] = told
    return told


@lru_cache(maxsize=16)
def table_of(metrics: tuple[Metric, ...]) -> MetricTable:
    """The same one for the same metrics, so that it remembers from batch to batch."""
    return MetricTable(metrics)


class Changes(NamedTuple):
    """What of a returning user differs from before: field -> {"o": old value, "n": new value}."""

    fields: dict[str, dict[str, Any]]

    def note(self, field: str, old: Any, new: Any) -> None:
        self.fields[field] = {"n": new} if old is MISSING else {"o": old, "n": new}


def keep_metrics(profile: Profile, metrics: MetricValues, before: Mapping[str, Any]) -> None:
    for metric, value, _ in metrics.values:
        if before.get(metric.field) != value:
            profile.set(metric.field, value)
            if metric.field == "av":
                profile.fields.update(metrics.version_parts)


def count_metrics(
    values: tuple[Told, ...],
    before: Mapping[str, Any],
    begun: NewSession,
    user: UserKey,
    effects: Effects,
    changes: Changes,
) -> None:
    application_id, time = user.application_id, user.time
    is_first, entered = begun.is_first, begun.levels & ~HOUR
    for metric, value, counted in values:
        levels = entered
        if not is_first:
            stored = before.get(metric.field, MISSING)
            if stored != value:
                changes.note(metric.field, stored, value)
                if metric.counts_changes:
                    levels = DAY_AND_ABOVE
        if metric.collection:
            effects.metrics.append((application_id, time, metric.collection, metric.set, counted, is_first, levels))


def record_changes(changes: Changes, profile: Profile, request: IngestRequest, effects: Effects) -> None:
    """One document for a session in which something changed."""
    if changes.fields:
        effects.inserts.append(
            (
                documents.metric_changes_collection(request.app_id),
                {
                    "uid": profile.fields.get("uid"),
                    "ts": request.time_s,
                    "cd": datetime.fromtimestamp(request.record.received_ms / 1000, UTC),
                    **changes.fields,
                },
            )
        )
