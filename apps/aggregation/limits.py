"""The settings that steer counting: namespaces `api` and `users`, per application."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from apps.aggregation.values import integer_of, is_truthy

NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    session_duration_seconds: int = 86_400
    session_cooldown_seconds: int = 15
    country_data: bool = True
    city_data: bool = True
    event_keys: int = 500
    event_segments: int = 100
    event_segment_values: int = 1000  # per segment and shard document, like the next
    metric_values: int = 1000  # 0: no limit
    metric_changes: bool = True
    prevent_duplicate_requests: bool = True
    trim_values: bool = False
    custom_properties: int = 20  # of a user; 0: no limit, as for the next
    custom_items: int = 50  # of a custom property that is a list

    @classmethod
    def from_settings(cls, api: Mapping[str, Any], users: Mapping[str, Any] = NO_SETTINGS) -> "Limits":
        """From the namespaces of these names; a missing or unreadable value counts as the default."""
        settings = {**users, **api}

        def number(name: str, default: int) -> int:
            value = integer_of(settings.get(name))
            return default if value is None else int(min(max(value, 0), 2**31))

        def flag(name: str, default: bool) -> bool:
            return is_truthy(settings[name]) if name in settings else default

        default = cls()
        return cls(
            session_duration_seconds=number("session_duration_limit", default.session_duration_seconds),
            session_cooldown_seconds=number("session_cooldown", default.session_cooldown_seconds),
            country_data=flag("country_data", default.country_data),
            city_data=flag("city_data", default.city_data),
            event_keys=number("event_limit", default.event_keys),
            event_segments=number("event_segmentation_limit", default.event_segments),
            event_segment_values=number("event_segmentation_value_limit", default.event_segment_values),
            metric_values=number("metric_limit", default.metric_values),
            metric_changes=flag("metric_changes", default.metric_changes),
            prevent_duplicate_requests=flag("prevent_duplicate_requests", default.prevent_duplicate_requests),
            trim_values=flag("trim_trailing_ending_spaces", default.trim_values),
            custom_properties=number("custom_prop_limit", default.custom_properties),
            custom_items=number("custom_set_limit", default.custom_items),
        )
