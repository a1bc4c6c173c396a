"""The first screen of an application: who came, with what, from where, and what they did."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import home_settings
from apps.analytics import audience, event_figures, values
from apps.analytics.metrics import METRICS
from apps.core.texts import Text
from apps.dashboard.screens.events import address_of, without_zeros
from apps.notes import marks
from apps.plugin_api.widgets import HOME_WIDGETS, HomeWidget
from apps.shell import world
from apps.shell.figures import duration
from apps.shell.parts import Block, Breakdown, Empty, Figures, Part, Problem, Switch, WorldMap
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, chart_of, tiles_of
from apps.shell.visits import Visit

logger = logging.getLogger(__name__)

WIDTHS = {1: "third", 2: "two-thirds", 3: "full"}  # of three columns
TOP_EVENTS = 8
#: Title and screen of metrics; a plugin's is there while the plugin is on.
TECHNOLOGY = {
    "os": (gettext_lazy("Platforms"), "technology"),
    "browser": (gettext_lazy("Browsers"), "browser"),
    "devices": (gettext_lazy("Devices"), "technology_devices"),
    "app_versions": (gettext_lazy("App versions"), "technology_versions"),
    "resolutions": (gettext_lazy("Resolutions"), "technology_resolutions"),
    "carriers": (gettext_lazy("Carriers"), "technology_carriers"),
    "device_type": (gettext_lazy("Device types"), "technology_devices"),
}
SHOWN_OF_TYPE = {
    "web": ("os", "browser", "resolutions", "app_versions", "device_type"),  # and what was searched for beside them
    "mobile": ("os", "devices", "app_versions", "resolutions", "carriers", "device_type"),
}
SHOWN_OF_OTHERS = ("os", "app_versions", "resolutions")


OF_COUNTRIES = {"t": gettext_lazy("Sessions"), "u": gettext_lazy("Users"), "n": gettext_lazy("New users")}


@dataclass(frozen=True, slots=True)
class HomePart:
    """A part of the home page that members may switch off and move."""

    title: Text
    build: Callable[[Visit], list[Part]]
    order: int
    feature: str = "core"


def build(visit: Visit) -> list[Part]:
    chosen = home_settings.read(visit.member, visit.application.id)
    parts: list[Part] = []
    for name, part in ordered(home_parts(visit), chosen):
        if is_enabled(name, chosen):
            parts += part.build(visit)
    if parts:
        return parts
    return [
        Empty(id="none", icon="customize", title=_("Nothing is chosen"), text=_("“Customize” brings the parts back."))
    ]


def home_parts(visit: Visit) -> dict[str, HomePart]:
    """Those that the member may see, with the names that stored settings know."""
    parts = {
        "sessions-dashboard-widget": HomePart(gettext_lazy("Audience"), audience_parts, 0),
        "technology-dashboard-widget": HomePart(gettext_lazy("Technology"), technology_parts, 60),
        "countries-dashboard-widget": HomePart(gettext_lazy("Countries"), country_parts, 80),
        "events-dashboard-widget": HomePart(gettext_lazy("Top events"), event_parts, 85, "events"),
    }
    for name, widget in HOME_WIDGETS.items():
        if not widget.application_types or visit.application.type in widget.application_types:
            parts[name] = HomePart(widget.title, partial(widget_parts, name, widget), widget.position, widget.feature)
    return {name: part for name, part in parts.items() if visit.may("r", part.feature)}


def ordered(parts: dict[str, HomePart], chosen: home_settings.Settings) -> list[tuple[str, HomePart]]:
    """As the member put them; what he has not seen yet stands where it belongs by itself."""

    def place(item: tuple[str, HomePart]) -> float:
        wanted = (chosen.get(item[0]) or {}).get("order") if isinstance(chosen.get(item[0]), dict) else None
        return float(wanted) if isinstance(wanted, int | float) and not isinstance(wanted, bool) else item[1].order

    return sorted(parts.items(), key=place)


def is_enabled(name: str, chosen: home_settings.Settings) -> bool:
    settings = chosen.get(name)
    return not isinstance(settings, dict) or settings.get("enabled") is not False


def customize(visit: Visit) -> HttpResponse:
    """The form of the drawer: `part` names all parts in their order, `shown` those that are switched on."""
    known = home_parts(visit)
    names = [name for name in dict.fromkeys(visit.request.POST.getlist("part")) if name in known]
    shown = set(visit.request.POST.getlist("shown"))
    kept = home_settings.read(visit.member, visit.application.id)  # also of plugins that are off at the moment
    settings = {name: {"enabled": name in shown, "order": place} for place, name in enumerate(names)}
    home_settings.write(visit.member, visit.application.id, {**kept, **settings})
    messages.success(visit.request, _("Your home page is saved."))
    return redirect(visit.request.get_full_path())


def widget_parts(name: str, widget: HomeWidget, visit: Visit) -> list[Part]:
    """A plugin's. What it raises takes only itself away."""
    try:
        figures = widget.figures(visit.application, visit.choice.key)
    except Exception:
        logger.exception("the home widget %s failed", name)
        text = _("This part could not be read. The log of the server says why.")
        return [Problem(id=f"widget-{name}", title=str(widget.title), text=text, width=WIDTHS[widget.width])]
    shown = {"widget": widget, "figures": figures, "application": visit.application, "period": visit.choice.key}
    return [
        Block(
            id=f"widget-{name}",
            title=str(widget.title),
            file="dashboard/home_widget.html",
            values=shown,
            width=WIDTHS[widget.width],
            api=visit.api(widget.call[0], **widget.call[1]) if widget.call else "",
        )
    ]


def audience_parts(visit: Visit) -> list[Part]:
    question = visit.question
    tree = audience.read(question)
    found = audience.summary(tree, question)
    titles = {
        "t": (_("Sessions"), "count"),
        "u": (_("Users"), "count"),
        "n": (_("New users"), "count"),
        "d": (_("Time spent"), "duration"),
    }
    lines = audience.stepped(tree, question, tuple(titles))
    chart = chart_of(question, visit.choice.zone, lines, titles, marks.of_visit(visit))
    per_session = _("%(time)s per session") % {"time": duration(found["time"]["total"])}
    tiles = tiles_of(found, titles, chart, {"d": per_session})
    return [
        Figures(
            id="audience",
            title=_("Audience"),
            tiles=tiles,
            chart=chart,
            bucket_title=bucket_title(question),
            api=visit.api("/o/analytics/sessions"),
        )
    ]


def technology_parts(visit: Visit) -> list[Part]:
    parts: list[Part] = []
    for metric in SHOWN_OF_TYPE.get(visit.application.type, SHOWN_OF_OTHERS):
        if metric not in METRICS:
            continue
        title, name = TECHNOLOGY[metric]
        parts.append(
            Breakdown(
                id=metric,
                title=str(title),
                rows=values.top_by_sessions(visit.question, metric),
                measure=_("Sessions"),
                width="third",
                more=reverse(name, args=[visit.application.id]) + visit.period_query,
                api=visit.api("/o/analytics/metric", metric=metric),
            )
        )
    return parts


def country_parts(visit: Visit) -> list[Part]:
    tree = values.read(visit.question, "countries")
    figure = Switch(id="countries-figure", title=_("Countries by"), parameter="countries", options=OF_COUNTRIES)
    counter = figure.chosen(visit)
    found = world.in_language(values.countries(tree, visit.question, counts_users=counter == "u"))
    measure = str(OF_COUNTRIES[counter])
    more = reverse("geo", args=[visit.application.id]) + visit.period_query
    return [
        figure,
        WorldMap(
            id="map",
            title=_("Countries"),
            rows=[{"code": row["code"], "name": row["name"], "value": row[counter]} for row in found],
            measure=measure,
            width="two-thirds",
            api=visit.api("/o/analytics/metric", metric="countries"),
        ),
        Breakdown(
            id="countries",
            title=_("Top countries"),
            rows=values.top(found, counter, 8),
            measure=measure,
            width="third",
            more=more,
            api=visit.api("/o/analytics/metric", metric="countries"),
        ),
    ]


def event_parts(visit: Visit) -> list[Part]:
    rows = event_figures.totals(visit.question)[:TOP_EVENTS]
    return [
        Table(
            id="events",
            title=_("Top events"),
            columns=event_columns(rows),
            rows=[{**without_zeros(row), "_href": address_of(visit, row["key"])} for row in rows],
            is_searchable=False,
            nothing=_("No custom events in this period"),
            api=visit.api("/o/analytics/events"),
        )
    ]


def event_columns(rows: list[dict[str, Any]]) -> list[Column]:
    """Sum and duration only where there is something in them."""
    columns = [Column("key", _("Event"), "name"), Column("c", _("Count"))]
    if any(row["s"] for row in rows):
        columns.append(Column("s", _("Sum"), "decimal"))
    if any(row["dur"] for row in rows):
        columns.append(Column("dur", _("Duration"), "duration"))
    return columns


def drawer_rows(visit: Visit) -> list[dict[str, object]]:
    chosen = home_settings.read(visit.member, visit.application.id)
    return [
        {"name": name, "title": part.title, "is_shown": is_enabled(name, chosen)}
        for name, part in ordered(home_parts(visit), chosen)
    ]


HOME = Screen(
    name="overview",
    entry="home",
    route="applications/<str:application_id>/overview",
    title=gettext_lazy("Home"),
    build=build,
    post=customize,
    actions="dashboard/home_actions.html",
    action_values=lambda visit: {"home_parts": drawer_rows(visit)},
    has_steps=True,
)
