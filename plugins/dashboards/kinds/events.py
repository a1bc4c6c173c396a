"""Custom events of one or several applications."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.analytics import event_figures, queries
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import Empty, Part
from apps.shell.visits import Visit
from plugins.dashboards.documents import EVENT_JOINT, EVENTS, event_of
from plugins.dashboards.kinds import measured
from plugins.dashboards.kinds.measured import Measured, Titles
from plugins.dashboards.kinds.sessions import SHAPES

COUNTERS: Titles = {"c": (_("Count"), "count"), "s": (_("Sum"), "decimal"), "dur": (_("Duration"), "duration")}
LINES = 12


def data(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Any]:
    """By application and event, and the names of both beside."""
    metrics = measured.chosen(widget, COUNTERS)
    found: dict[str, Any] = {}
    naming: dict[str, dict[str, str]] = {}
    for application, key, one in _measured(widget, applications):
        found.setdefault(application.id, {})[key] = measured.data_of(widget, one, metrics)
        naming.setdefault(application.id, {})[key] = one.name
    return {**found, "naming": naming}


def part(widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit) -> Part:
    found = [one for _application, _key, one in _measured(widget, applications, visit)]
    if not found:
        return Empty(id="", icon="events", text=str(_("The widget names no event.")))
    metrics = measured.chosen(widget, COUNTERS)
    if len(found) > 1 and not widget.get("metrics"):
        metrics = metrics[:1]
    return measured.part_of(widget, found, metrics, COUNTERS, visit)


def _measured(
    widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit | None = None
) -> Iterator[tuple[ApplicationInfo, str, Measured]]:
    by_id = {one.id: one for one in applications}
    names: dict[str, dict[str, str]] = {}
    for text in (widget.get(EVENTS) or [])[:LINES]:
        application_id, key = event_of(text)
        application = by_id.get(application_id)
        if application is None or not key:
            continue
        if application_id not in names:
            names[application_id] = _names(application_id)
        name = names[application_id].get(key, key)
        if len(by_id) > 1:
            name = f"{application.name}: {name}"
        question = measured.question_of(widget, application, visit)
        tree = event_figures.read(question, key)
        found = event_figures.lines(tree, question)
        yield application, key, Measured(text, name, question, found, event_figures.summary(tree, question))


def _names(application_id: str) -> dict[str, str]:
    """As people named them; groups by their id."""
    mapped = queries.events_document(application_id).get("map") or {}
    own = {key: str(entry["name"]) for key, entry in mapped.items() if isinstance(entry, dict) and entry.get("name")}
    return {**own, **event_figures.group_names(application_id)}


def choices(applications: list[ApplicationInfo]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for application in applications:
        names = _names(application.id)
        keys = [*queries.event_keys(application.id), *event_figures.group_names(application.id)]
        for key in keys:
            name = names.get(key, key)
            found[f"{application.id}{EVENT_JOINT}{key}"] = (
                f"{application.name}: {name}" if len(applications) > 1 else name
            )
    return found


def check(widget: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    if not all(all(event_of(text)) for text in widget.get(EVENTS) or []):
        raise ValueError("Invalid parameter: events")


KIND = DashboardWidget(
    _("Events"),
    data,
    part=part,
    feature="events",
    check=check,
    visualizations=SHAPES,
    metrics={name: title for name, (title, _kind) in COUNTERS.items()},
    events=choices,
    is_event_needed=True,
)
