"""Widgets as parts of the screen."""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Member
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.plugin_api.widgets import DashboardWidget
from apps.shell import periods
from apps.shell.parts import Block, Documents, Part, Problem
from apps.shell.visits import Visit
from plugins.dashboards import layout, looks, widgets
from plugins.dashboards.documents import PERIOD, SPAN, TITLE, Widget, kind_name

logger = logging.getLogger(__name__)

NAMED_APPLICATIONS = 3
FRAMED, NOTE = "dashboards/framed.html", "dashboards/note.html"


def cell_of(widget: Widget, owner: Member | None, visit: Visit, *, is_arranged: bool) -> Block:
    """The widget in its place; with the buttons that move and change it."""
    inner = part_of(widget, owner, visit)
    widget_id = str(widget["_id"])
    width, height = layout.size_of(widget)
    return Block(
        id=f"cell-{widget_id}",
        title=inner.title,
        width=f"w{width} h{height}",
        file="dashboards/cell.html",
        inner=[inner],
        values={
            "widget_id": widget_id,
            "is_arranged": is_arranged,
            "edit_link": visit.address.link({"widget": widget_id}),
        },
    )


def part_of(widget: Widget, owner: Member | None, visit: Visit) -> Part:
    """What the widget shows, with its title."""
    kind, asked, applications = widgets.prepared(widget, visit.choice.key, owner)
    inner = _inner(kind, asked, applications, visit)
    inner.id = f"widget-{widget['_id']}"
    inner.title = str(widget.get(TITLE) or "") or (str(kind.title) if kind else _("Widget"))
    inner.hint = inner.hint or _hint(widget, applications, kind)
    return inner


def _inner(
    kind: DashboardWidget | None, asked: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit
) -> Part:
    if kind is None:
        return Problem(id="", text=_("Nothing shows widgets of this kind: its plugin is off, or not installed."))
    if kind.needs_applications and not applications:
        return Problem(id="", text=_("The owner of the dashboard may not see what this widget is about."))
    try:
        if kind.part is not None:
            part: Part = kind.part(asked, applications, visit)
            return looks.put_on(part, asked)
        data = kind.data(asked, applications)
    except Exception:  # a plugin's; the other widgets are shown all the same
        logger.exception("a widget of the kind %r could not be shown", kind_name(dict(asked)))
        return Problem(id="", text=_("The figures of this widget could not be read."))
    if kind.template:
        values = {"data": data, "widget": asked, "applications": applications}
        return Block(id="", file=FRAMED, values={**values, "file": kind.template})
    text = json.dumps(data, indent=2, default=str, ensure_ascii=False)
    return Documents(id="", items=[{"title": str(kind.title), "text": text}])


def _hint(widget: Widget, applications: list[ApplicationInfo], kind: DashboardWidget | None) -> str:
    names = [one.name for one in applications[:NAMED_APPLICATIONS]]
    if len(applications) > NAMED_APPLICATIONS:
        names.append("…")
    period = _period(widget, kind.spans if kind else {})
    return " · ".join([*([", ".join(names)] if names else []), *([period] if period else [])])


def _period(widget: Widget, spans: Mapping[str, Text]) -> str:
    """What is stored, also where no period can be made of it: then the widget itself says that it shows nothing. ""
    where it is that of the dashboard."""
    if spans:
        return str(spans.get(str(widget.get(SPAN)), next(iter(spans.values()))))
    period = widget.get(PERIOD)
    if not period:
        return ""
    if isinstance(period, list) and len(period) == 2 and all(isinstance(one, int) for one in period):
        with suppress(ValueError, OverflowError, OSError):  # no day of any calendar
            return periods.dates_text(period[0], period[1], "UTC")
    return str(periods.STANDARD.get(str(period), period))
