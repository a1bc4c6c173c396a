"""Moments in the reader's words: in the zone of the application that is shown, elsewhere in UTC, which is said."""

from datetime import datetime

from django.utils import timezone

from apps.core import locales

UTC = "UTC"


def at(seconds: float) -> datetime:
    """`seconds`: unix time. See `gate` for the zone."""
    return datetime.fromtimestamp(seconds, timezone.get_current_timezone())


def text(seconds: float, *, with_seconds: bool = False) -> str:
    """ "12 Mar 2025, 09:05", "12 Mar 2025, 09:05 UTC" """
    found = at(seconds)
    said = f"{locales.day_text(found)}, {locales.clock_text(found.time(), with_seconds=with_seconds)}"
    return f"{said} {UTC}" if timezone.get_current_timezone_name() == UTC else said


def exact(seconds: float) -> str:
    """To the second, with the zone: "12 Mar 2025, 09:05:07 Europe/Berlin"."""
    found, zone = at(seconds), timezone.get_current_timezone_name()
    return f"{locales.day_text(found)}, {locales.clock_text(found.time(), with_seconds=True)} {zone}"
