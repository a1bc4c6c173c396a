"""Widgets of a dashboard: what may be stored of them, and their figures."""

import logging
from collections.abc import Mapping
from typing import Any

import nh3
import orjson
from bson import ObjectId

from apps.accounts import access
from apps.accounts.models import Member
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import arguments
from apps.plugin_api.widgets import DASHBOARD_WIDGETS, DashboardWidget
from plugins.dashboards import layout, storage
from plugins.dashboards.documents import (
    APPS,
    BREAKDOWNS,
    COLORS,
    EVENTS,
    HTML,
    LABELS,
    METRICS,
    OWNER,
    PERIOD,
    POSITION,
    SIZE,
    TITLE,
    TYPE,
    WIDGET_IDS,
    Board,
    Widget,
    event_of,
    kind_name,
)

logger = logging.getLogger(__name__)

MOST_WIDGETS = 60  # on a dashboard
MOST_APPS = 20
MOST_NAMES = 30  # metrics, breakdowns, events
MOST_BYTES = 60_000  # of a widget as JSON
DEFAULT_PERIOD = "30days"
LISTS = {APPS: MOST_APPS, METRICS: MOST_NAMES, BREAKDOWNS: MOST_NAMES, EVENTS: MOST_NAMES}
#: A note may link, and say things on several lines.
TAGS = {"a", "br", "p", "div"}


class Invalid(ValueError):
    """With a sentence for people."""


class NoSuchWidget(LookupError):
    """The dashboard has no widget of that id."""


# Writing -------------------------------------------------------------------------------------------------------------
def add(board: Board, fields: Mapping[str, Any], member: Member) -> Widget:
    """Raises Invalid."""
    if TYPE not in fields or not isinstance(fields.get(APPS), list):
        raise Invalid("Invalid parameter: widget")
    if len(storage.widget_ids(board)) >= MOST_WIDGETS:
        raise Invalid(f"A dashboard holds {MOST_WIDGETS} widgets at most")
    widget = checked(fields, member)
    if POSITION not in widget or SIZE not in widget:
        kind = DASHBOARD_WIDGETS.get(kind_name(widget))
        size = widget.get(SIZE) or layout.first_size(widget, kind.size if kind else None)
        widget |= layout.at_the_end(of_board(board), size)
    (widget["_id"],) = storage.add_widgets(board["_id"], [widget])
    return widget


def change(board: Board, widget_id: str, fields: Mapping[str, Any], member: Member) -> Widget:
    """The widget as it was. Raises Invalid and NoSuchWidget."""
    widget = of_board_by_id(board, widget_id)
    if not storage.change_widget(widget["_id"], checked(fields, member, before=widget)):
        raise NoSuchWidget
    return widget


def remove(board: Board, widget_id: str) -> Widget:
    """The widget as it was. Raises NoSuchWidget."""
    widget = of_board_by_id(board, widget_id)
    storage.remove_widget(board["_id"], widget["_id"])
    return widget


def checked(fields: Mapping[str, Any], member: Member, *, before: Mapping[str, Any] | None = None) -> Widget:
    """What of `fields` may be stored; `before` is the widget that they change. Applications that the member may not
    read go, but for those that are there already, as long as the widget stays of its kind. Raises Invalid."""
    widget = {name: value for name, value in fields.items() if name != "_id"}
    if not arguments.is_storable(widget) or len(orjson.dumps(widget)) > MOST_BYTES:
        raise Invalid("Invalid parameter: widget")
    for name, most in LISTS.items():
        if name in widget and not _is_list_of_texts(widget[name], most):
            raise Invalid("Invalid parameter: widget")
    for name in (TYPE, "data_type", "visualization", TITLE):
        if name in widget and not (widget[name] is None or isinstance(widget[name], str)):
            raise Invalid("Invalid parameter: widget")
    if not _are_looks(widget):
        raise Invalid("Invalid parameter: widget")
    try:
        layout.check(widget)
    except ValueError as error:
        raise Invalid("Invalid parameter: widget") from error
    for name in (HTML, "content"):
        if name in widget:
            widget[name] = clean_html(str(widget[name] or ""))
    whole = {**(before or {}), **widget}
    kind = DASHBOARD_WIDGETS.get(kind_name(whole))
    if APPS in whole and (APPS in widget or before is None or kind_name(before) != kind_name(whole)):
        kept = before.get(APPS) or [] if before and kind_name(before) == kind_name(whole) else []
        feature = kind.feature if kind else "core"
        widget[APPS] = [one for one in dict.fromkeys(whole[APPS]) if one in kept or _may_read(member, one, feature)]
    if kind is not None and kind.check is not None:
        try:
            kind.check(whole)
        except ValueError as error:
            raise Invalid(str(error)) from error
    return widget


def clean_html(text: str) -> str:
    return nh3.clean(text, tags=TAGS, attributes={"a": {"href", "target"}}, url_schemes={"http", "https", "mailto"})


def _may_read(member: Member, application_id: str, feature: str) -> bool:
    return lookup.by_id(application_id) is not None and access.can_read(member, application_id, feature)


def _are_looks(widget: Mapping[str, Any]) -> bool:
    """Colors are numbers, or null for the usual one; labels are texts."""
    colors, labels = widget.get(COLORS), widget.get(LABELS)
    are_colors = isinstance(colors, list) and all(one is None or _is_number(one) for one in colors)
    are_labels = isinstance(labels, list) and all(one is None or isinstance(one, str) for one in labels)
    return (colors is None or (are_colors and len(colors) <= MOST_NAMES)) and (
        labels is None or (are_labels and len(labels) <= MOST_NAMES)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000


def _is_list_of_texts(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(isinstance(one, str) for one in value)


# Reading -------------------------------------------------------------------------------------------------------------
def of_board(board: Board) -> list[Widget]:
    found = storage.widgets_of([board])
    return [found[one] for one in storage.widget_ids(board) if one in found]


def of_board_by_id(board: Board, widget_id: str) -> Widget:
    """Raises NoSuchWidget."""
    wanted = ObjectId(widget_id) if ObjectId.is_valid(widget_id) else None
    if wanted is None or wanted not in storage.widget_ids(board):
        raise NoSuchWidget
    found = storage.widgets_of([{WIDGET_IDS: [wanted]}]).get(wanted)
    if found is None:
        raise NoSuchWidget
    return found


def shown(widget: Widget) -> dict[str, Any]:
    return {**widget, "_id": str(widget["_id"])}


def with_data(widget: Widget, period: Any, owner: Member | None) -> dict[str, Any]:
    """`dashData` beside what is stored: {"isValid": whether there is any, "data"}."""
    kind, asked, applications = prepared(widget, period, owner)
    data: dict[str, Any] = {"isValid": False, "data": {}}
    if kind is not None and (applications or not kind.needs_applications):
        try:
            data = {"isValid": True, "data": kind.data(asked, applications)}
        except Exception:  # a plugin's; the other widgets are shown all the same
            logger.exception("the data of a widget of the kind %r failed", kind_name(widget))
    return {**shown(widget), "dashData": data}


def prepared(
    widget: Widget, period: Any, owner: Member | None
) -> tuple[DashboardWidget | None, dict[str, Any], list[ApplicationInfo]]:
    """Its kind, the widget with the period that holds for it, and the applications that it may show: what a dashboard
    tells to those with whom it is shared is what its owner may see himself."""
    kind = DASHBOARD_WIDGETS.get(kind_name(widget))
    asked = {**widget, PERIOD: widget.get(PERIOD) or period or DEFAULT_PERIOD}
    if kind is None or owner is None or owner.locked:
        return kind, asked, []
    wanted = [one for one in widget.get(APPS) or [] if isinstance(one, str)]
    readable = [one for one in wanted if access.can_read(owner, one, kind.feature)]
    found = lookup.fresh_by_ids(readable[:MOST_APPS])
    asked[EVENTS] = [one for one in widget.get(EVENTS) or [] if isinstance(one, str) and event_of(one)[0] in found]
    return kind, asked, [found[one] for one in readable if one in found]


def owner_of(board: Board) -> Member | None:
    return access.member_by_id(str(board.get(OWNER) or ""))
