"""The collections `dashboards` and `widgets`: the names of their fields stand here only."""

from collections.abc import Iterable, Mapping
from typing import Any

DASHBOARDS = "dashboards"
WIDGETS = "widgets"

Board = dict[str, Any]  # a document of `dashboards`
Widget = dict[str, Any]  # a document of `widgets`

# Of a dashboard ------------------------------------------------------------------------------------------------------
OWNER = "owner_id"
SHARE = "share_with"
WIDGET_IDS = "widgets"
REFRESH_SECONDS = "refreshRate"
EDITORS = ("shared_email_edit", "shared_user_groups_edit")
VIEWERS = ("shared_email_view", "shared_user_groups_view")
SHARES = (*EDITORS, *VIEWERS)
#: Ids of members, in databases of old servers.
OLD_EDITORS, OLD_VIEWERS = "shared_with_edit", "shared_with_view"

NOBODY, EVERYBODY, SELECTED = "none", "all-users", "selected-users"
SHARED_WITH = (NOBODY, EVERYBODY, SELECTED)

# Of a widget ---------------------------------------------------------------------------------------------------------
TYPE, DATA_TYPE = "widget_type", "data_type"
APPS, EVENTS = "apps", "events"
VISUALIZATION, METRICS, BREAKDOWNS = "visualization", "metrics", "breakdowns"
PERIOD = "custom_period"
SPAN = "period"  # of kinds that have spans of their own
TITLE = "title"
POSITION, SIZE = "position", "size"
COLORS, LABELS = "bar_color", "labels"  # of the lines, in their order; colors are numbers of the palette, from 1
HTML = "contenthtml"

ANALYTICS = "analytics"
NOTE = "note"
EVENT_JOINT = "***"
#: How old servers called some kinds.
OLD_TYPES = {"time-series": "session", "bar-chart": "technology", "number": "session", "table": "technology"}


def kind_name(widget: Mapping[str, Any]) -> str:
    """Under which DASHBOARD_WIDGETS has the kind of the widget."""
    kind = str(widget.get(TYPE) or "")
    data_type = str(widget.get(DATA_TYPE) or "")
    if kind == ANALYTICS:
        return data_type
    return (data_type or OLD_TYPES[kind]) if kind in OLD_TYPES else kind


def event_of(text: str) -> tuple[str, str]:
    """ "<application id>***<key>" -> both."""
    application_id, _, key = text.partition(EVENT_JOINT)
    return application_id, key


def applications_of(widgets: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(one for widget in widgets for one in widget.get(APPS) or [] if isinstance(one, str)))
