"""Presets as the period picker offers them: each as what the address says then."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.presets import presets
from apps.shell import periods
from apps.shell.named_periods import NamedPeriod
from apps.shell.zones import zone_of


def offered(member: Any, zone: str) -> list[NamedPeriod]:
    """The member's favorites first. Presets of periods that no address can say are left out."""
    found = []
    for preset in presets.usable(member):
        query = query_of(preset.get("range"), zone, is_without_today=preset.get("exclude_current_day") is True)
        if query is not None:
            is_favorite = str(member.pk) in (preset.get("fav") or [])
            found.append(NamedPeriod(str(preset.get("name")), query, is_favorite))
    return sorted(found, key=lambda period: not period.is_favorite)


def query_of(value: Any, zone: str, *, is_without_today: bool = False) -> dict[str, str] | None:
    """None for what is no period of the picker."""
    if isinstance(value, Mapping):
        since = _day(value.get("since"), zone)
        return {"since": since} if since else query_of(value.get("value"), zone, is_without_today=is_without_today)
    if isinstance(value, list) and len(value) == 2:
        first, last = (_day(moment, "UTC") for moment in value)  # ranges are cut into days of UTC
        return {"from": first, "to": last} if first and last else None
    if not isinstance(value, str) or not periods.is_known(value):
        return None
    return {"period": value, **({"without": periods.TODAY} if is_without_today else {})}


def _day(moment_ms: Any, zone: str) -> str:
    """ "2025-03-12"; "" for what is no moment."""
    if isinstance(moment_ms, bool) or not isinstance(moment_ms, int | float) or not 0 <= moment_ms < presets.LATEST_MS:
        return ""
    moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    return moment.astimezone(zone_of(zone)).date().isoformat()
