"""The form for a widget: what its kind lets people choose, and what they chose."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access
from apps.accounts.models import Member
from apps.plugin_api.widgets import DASHBOARD_WIDGETS, DashboardWidget
from apps.shell import periods
from apps.shell.parts import PALETTE_SIZE
from apps.shell.visits import Visit
from plugins.dashboards import looks
from plugins.dashboards.documents import (
    APPS,
    BREAKDOWNS,
    COLORS,
    DATA_TYPE,
    EVENTS,
    HTML,
    LABELS,
    METRICS,
    PERIOD,
    SPAN,
    TITLE,
    TYPE,
    VISUALIZATION,
    Widget,
    kind_name,
)
from plugins.dashboards.kinds.measured import TABLE
from plugins.dashboards.looks import LONGEST_LABEL
from plugins.dashboards.widgets import MOST_APPS, MOST_NAMES

NAMED_LINES = 6  # whose names and colors the form asks for
COLORLESS = (TABLE,)
#: Of the palette, in its order.
COLOR_NAMES = (
    gettext_lazy("Blue"),
    gettext_lazy("Teal"),
    gettext_lazy("Orange"),
    gettext_lazy("Purple"),
    gettext_lazy("Sky"),
    gettext_lazy("Olive"),
    gettext_lazy("Red"),
    gettext_lazy("Gray"),
)
MOST_EVENTS = 300  # to choose from
NEW = "new"
LINK = re.compile(r"(<a\b[^>]*>.*?</a>)", re.S | re.I)
ADDRESS = re.compile(
    r"\[(?P<words>[^\]\n]{1,500})\]\((?P<of_words>(?:https?://|mailto:)[^\s()<>\"']{1,2000})\)"
    r"|(?P<alone>https?://[^\s<>\"']{1,2000})"
)


class Incomplete(ValueError):
    """Something must be chosen that was not."""


def kinds(visit: Visit) -> list[dict[str, str]]:
    """To choose from; those whose feature the member may read on no application are left out."""
    return [
        {"name": name, "title": str(kind.title), "link": visit.address.link({"widget": NEW, "kind": name})}
        for name, kind in DASHBOARD_WIDGETS.items()
        if not kind.needs_applications or access.readable_applications(visit.member, kind.feature)
    ]


def form_of(name: str, kind: DashboardWidget, widget: Widget | None, visit: Visit) -> dict[str, Any]:
    """What dashboards/widget_form.html shows."""
    stored: Mapping[str, Any] = widget or {APPS: [visit.application.id]}
    applications = access.readable_applications(visit.member, kind.feature) if kind.needs_applications else []
    events = dict(list(kind.events(applications[:MOST_APPS]).items())[:MOST_EVENTS]) if kind.events else {}
    breakdowns = kind.breakdowns() if kind.breakdowns else {}
    shape = stored.get(VISUALIZATION) or next(iter(kind.visualizations), "")
    return {
        "kind": name,
        "kind_title": kind.title,
        "widget_id": str(widget["_id"]) if widget else "",
        "title_value": stored.get(TITLE) or "",
        "apps": _options({one.id: one.name for one in applications}, stored.get(APPS)),
        "visualizations": _options(kind.visualizations, [shape]),
        "metrics": _options(kind.metrics, stored.get(METRICS) or list(kind.metrics)),
        "breakdowns": _options(breakdowns, stored.get(BREAKDOWNS) or list(breakdowns)[:1]),
        "events": _options(events, stored.get(EVENTS)),
        "asks_for_events": kind.events is not None,
        "periods": _periods(kind, stored),
        "has_period": kind.needs_applications,
        "looks": _looks(stored) if kind.visualizations else [],
        "is_colorless": shape in COLORLESS,
        "is_note": not kind.needs_applications,
        "html": stored.get(HTML) or "",
    }


def fields_of(sent: Any, member: Member, before: Widget | None) -> dict[str, Any]:
    """Of the form. Applications and events that the member cannot see stay as they are. Raises LookupError, and
    Incomplete with a sentence for people."""
    name = kind_name(before) if before else str(sent.get("kind", ""))
    kind = DASHBOARD_WIDGETS.get(name)
    if kind is None:
        raise LookupError(name)
    fields: dict[str, Any] = {TITLE: sent.get("title", "").strip()[:200]}
    if before is None:
        fields |= {TYPE: kind.widget_type or name, "feature": kind.feature}
        fields |= {DATA_TYPE: name} if kind.widget_type else {}
    if not kind.needs_applications:
        return {**fields, APPS: [], HTML: linked(sent.get("html", ""))}
    readable = {one.id for one in access.readable_applications(member, kind.feature)}
    hidden = [one for one in (before or {}).get(APPS) or [] if one not in readable]
    apps = [*(one for one in sent.getlist("apps") if one in readable), *hidden][:MOST_APPS]
    fields |= {
        APPS: apps,
        "app_count": "multiple" if len(apps) > 1 else "single",
        VISUALIZATION: _known(sent.get("visualization"), kind.visualizations),
        METRICS: [one for one in sent.getlist("metrics") if one in kind.metrics],
        **(
            {SPAN: _known(sent.get("period"), kind.spans)}
            if kind.spans
            else {PERIOD: _known(sent.get("period"), periods.STANDARD)}
        ),
    }
    if "label" in sent:
        # What stands beyond the lines of the form stays.
        kept = {name: _listed((before or {}).get(name))[NAMED_LINES:] for name in (LABELS, COLORS)}
        fields[LABELS] = [
            *(text.strip()[:LONGEST_LABEL] for text in sent.getlist("label")[:NAMED_LINES]),
            *kept[LABELS],
        ]
        fields[COLORS] = [*(_color(text) for text in sent.getlist("color")[:NAMED_LINES]), *kept[COLORS]]
    if kind.breakdowns:
        fields[BREAKDOWNS] = sent.getlist("breakdowns")[:1]
    if kind.events:
        fields[EVENTS] = sent.getlist("events")[:MOST_NAMES]
        if kind.is_event_needed and not fields[EVENTS]:
            raise Incomplete(_("Choose at least one event."))
    return {**fields, **kind.implied(fields)} if kind.implied else fields


def _periods(kind: DashboardWidget, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    if kind.spans:
        return _options(kind.spans, [stored.get(SPAN) or next(iter(kind.spans))])
    return _options({"": _("As the dashboard"), **periods.STANDARD}, [stored.get(PERIOD) or ""])


def linked(text: str) -> str:
    """Addresses, and words in brackets before one in parentheses, become links; those that are links already stay so.
    What is stored is cleaned afterwards, as the words of API clients are."""
    parts = LINK.split(text)
    return "".join(part if LINK.fullmatch(part) else ADDRESS.sub(_link, part) for part in parts)


def _link(found: "re.Match[str]") -> str:
    words, address = found["words"], found["of_words"] or found["alone"]
    bare = address.rstrip(".,;:!?") if words is None else address
    return f'<a href="{bare}">{words or bare}</a>{address[len(bare) :]}'


def _looks(stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name and color of each of the first lines, bars, figures or columns, as they are now."""
    labels, colors = looks.labels_of(stored), looks.colors_of(stored)
    names = {"": _("As usual"), **{str(one + 1): title for one, title in enumerate(COLOR_NAMES)}}
    return [
        {
            "number": index + 1,
            "label": labels.get(index, ""),
            "colors": _options(names, [colors[index] + 1 if index in colors else ""]),
        }
        for index in range(NAMED_LINES)
    ]


def _color(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:3]) <= PALETTE_SIZE else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _options(titles: Mapping[str, Any], chosen: Iterable[Any] | None) -> list[dict[str, Any]]:
    marked = set(map(str, chosen or []))
    return [{"value": value, "title": title, "is_chosen": value in marked} for value, title in titles.items()]


def _known(value: Any, known: Mapping[str, Any]) -> str:
    return value if isinstance(value, str) and value in known else ""
