"""`/o/feedback/*` and `/o?method=star`."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts.actions import Call, OpenCall
from apps.analytics import periods
from apps.analytics.reading import ReadError, Reading, as_text
from apps.applications import lookup
from apps.core import clock, json_text
from apps.core.answers import output
from apps.core.api_view import Refusal, application_named
from apps.exports.rows import jsonable
from plugins.star_rating import documents, feedback, figures, widgets
from plugins.star_rating.endpoints import shown
from plugins.star_rating.feedback import Search
from plugins.star_rating.widget_fields import is_true

COLUMNS = ("rating", "comment", "email", "ts")
#: Parameter -> field.
EXACT = {
    "widget_id": "widget_id",
    "version": "app_version",
    "platform": "platform",
    "device_id": "device_id",
    "uid": "uid",
}
MOST_WIDGETS = 100


def ratings(call: Call) -> HttpResponse:
    application_id = application_named(call.parameters)
    rows, total = feedback.find(application_id, _search(call.parameters, application_id))
    answer: dict[str, Any] = {"iTotalRecords": total, "iTotalDisplayRecords": total, "aaData": jsonable(rows)}
    if echo := as_text(call.parameters.get("sEcho")):
        answer["sEcho"] = echo
    return output(answer)


def list_widgets(call: Call) -> HttpResponse:
    is_active = as_text(call.parameters.get("is_active"))
    found = widgets.of_application(application_named(call.parameters), is_active=is_active)
    return output([shown(widget) for widget in found])


def widget(call: OpenCall) -> HttpResponse:
    asked = as_text(call.parameters.get("widget_id"))
    if not asked:
        raise Refusal(400, 'Missing parameter "widget_id"')
    key = documents.widget_key(asked)
    is_display = is_true(call.parameters.get("nfd"))
    found = None if key is None else widgets.note_shown(key) if is_display else widgets.by_id(key)
    if found is None:
        raise Refusal(404, "Widget not found.")
    return output(shown(found))


def several_widgets(call: OpenCall) -> HttpResponse:
    asked = call.parameters.get("widgets")
    try:
        ids = json_text.parse(asked) if isinstance(asked, str) else asked
    except ValueError:
        ids = None
    if not isinstance(ids, list):
        raise Refusal(400, "You should provide widget ids array.")
    keys = [key for one in ids[:MOST_WIDGETS] if (key := documents.widget_key(one)) is not None]
    return output([shown(found) for found in widgets.by_ids(keys)])


def star(reading: Reading) -> dict[str, list[str]]:
    """The platforms and versions from which ratings came."""
    period = reading.text("period")
    if not period:
        raise ReadError(400, "Missing request parameter: period")
    if not periods.is_period(period):
        raise ReadError(400, "Bad request parameter: period")
    return figures.versions_by_platform(reading.application.id, reading.period())


def _search(parameters: Mapping[str, Any], application_id: str) -> Search:
    since_s, until_s = _span(parameters.get("period"), application_id)
    rating = as_text(parameters.get("rating"))
    return Search(
        since_s=since_s,
        until_s=until_s,
        rating=int(rating) if rating in map(str, documents.RATINGS) else None,
        exact={field: text for name, field in EXACT.items() if (text := as_text(parameters.get(name)))},
        text=as_text(parameters.get("sSearch")).strip(),
        sort=_sort(parameters),
        is_descending=parameters.get("sSortDir_0") != "asc",
        start=_number(parameters.get("iDisplayStart")),
        length=_number(parameters.get("iDisplayLength")) or feedback.MOST_ROWS,
    )


def _span(period: Any, application_id: str) -> tuple[int | None, int | None]:
    application = lookup.by_id(application_id)
    if not period or application is None:
        return None, None
    found = periods.resolve(periods.parse(period), zone=application.timezone, now_ms=clock.now_ms())
    return found.start_ms // 1000, found.end_ms // 1000


def _sort(parameters: Mapping[str, Any]) -> str:
    column = as_text(parameters.get("iSortCol_0"))
    if not column:
        return ""
    if column not in map(str, range(len(COLUMNS))):
        raise Refusal(400, "Invalid column index for sorting")
    return COLUMNS[int(column)]


def _number(sent: Any) -> int:
    text = as_text(sent)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
