"""Words on a dashboard; they may hold links."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from apps.applications.info import ApplicationInfo
from apps.plugin_api.widgets import DashboardWidget
from apps.shell.parts import Block, Part
from apps.shell.visits import Visit
from plugins.dashboards.documents import HTML
from plugins.dashboards.widgets import clean_html


def data(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> str:
    return clean_html(str(widget.get(HTML) or ""))


def part(widget: Mapping[str, Any], applications: list[ApplicationInfo], visit: Visit) -> Part:
    # Cleaned again: what another server stored may hold anything.
    text = mark_safe(data(widget, applications))  # noqa: S308
    return Block(id="", file="dashboards/note.html", values={"text": text})


KIND = DashboardWidget(_("Note"), data, part=part, needs_applications=False, size=(6, 2))
