"""The card of hours on dashboards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import PunchCard
from apps.shell.visits import Visit
from apps.shell.zones import zone_of
from plugins.times_of_day.documents import SESSIONS
from plugins.times_of_day.queries import Punches, punches
from plugins.times_of_day.screens import months_of_span


def data(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Punches]:
    """By application, Sunday first. `period` of the widget: current, previous, last_3; all time without."""
    found = {}
    for application in applications:
        own = [text.partition("***") for text in widget.get("events") or []]
        events = [key for owner, _joint, key in own if owner == application.id]
        is_event = widget.get("data_type") == "event" and events
        today = datetime.fromtimestamp(clock.now_ms() / 1000, zone_of(application.timezone)).date()
        months = months_of_span(str(widget.get("period") or ""), today)
        found[application.id] = punches(application.id, events[0] if is_event else SESSIONS, months)
    return found


def part(widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit) -> PunchCard:
    from_sunday = data(widget, applications[:1])[applications[0].id]
    return PunchCard(id="", values=[*from_sunday[1:], from_sunday[0]], measure=_("Count"))


KIND = DashboardWidget(gettext_lazy("Times of day"), data, part=part, feature="times_of_day", size=(12, 4))
