"""The card of hours on dashboards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import PunchCard
from apps.shell.visits import Visit
from apps.shell.zones import zone_of
from plugins.times_of_day.documents import SESSIONS
from plugins.times_of_day.queries import Punches, counted_events, punches
from plugins.times_of_day.screens import SPANS, months_of_span

JOINT = "***"  # between an application and a key of its events
EVENT = "event"


def data(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Punches]:
    """By application, Sunday first. `period` of the widget: current, previous, last_3; all time without."""
    found = {}
    for application in applications:
        own = [text.partition(JOINT) for text in widget.get("events") or []]
        events = [key for owner, _joint, key in own if owner == application.id]
        is_event = widget.get("data_type") == EVENT and events
        today = datetime.fromtimestamp(clock.now_ms() / 1000, zone_of(application.timezone)).date()
        months = months_of_span(str(widget.get("period") or ""), today)
        found[application.id] = punches(application.id, events[0] if is_event else SESSIONS, months)
    return found


def part(widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit) -> PunchCard:
    from_sunday = data(widget, applications[:1])[applications[0].id]
    return PunchCard(id="", values=[*from_sunday[1:], from_sunday[0]], measure=_("Count"))


def choices(applications: list[ApplicationInfo]) -> dict[str, Text]:
    """One event; without one the card is that of sessions."""
    return {
        f"{application.id}{JOINT}{key}": f"{application.name}: {key}" if len(applications) > 1 else key
        for application in applications
        for key in counted_events(application.id)
        if key != SESSIONS
    }


def implied(chosen: Mapping[str, Any]) -> dict[str, str]:
    return {"data_type": EVENT if chosen.get("events") else "session"}


def check(widget: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    if widget.get("data_type") == EVENT and len(widget.get("events") or []) > 1:
        raise ValueError(_("A card of hours is that of one event."))


KIND = DashboardWidget(
    gettext_lazy("Times of day"),
    data,
    part=part,
    feature="times_of_day",
    check=check,
    events=choices,
    spans=SPANS,
    implied=implied,
    size=(12, 4),
)
