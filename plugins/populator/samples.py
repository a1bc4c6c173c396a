"""Objects that belong to good demo data: a rating widget, a dashboard, notes. Those of plugins are made through their
endpoints, with the rights of who asked; a plugin that is off, or a right that is missing, leaves its part out.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.accounts import access
from apps.accounts.actions import Call, offered_at
from apps.accounts.models import Member
from apps.applications.info import ApplicationInfo
from apps.core.api_view import Refusal
from apps.notes import notes
from plugins.populator.generation.traffic import Plan, milestones

logger = logging.getLogger(__name__)

DASHBOARDS, NOTES = "dashboards", "notes"
WIDGET_NAME = "Demo"
#: Kind, what it is broken down by, how it is shown, its figures.
WIDGETS_OF_DASHBOARD = (
    ("session", "", "time-series", ["t", "u", "n"]),
    ("user-analytics", "", "number", ["u", "n", "r"]),
    ("technology", "platforms", "bar-chart", ["t"]),
    ("geo", "countries", "table", ["u", "t"]),
)


def rating_widget(application: ApplicationInfo, member: Member) -> str:
    """Its id; "" where ratings cannot have one."""
    try:
        return _rating_widget(application, member)
    except Refusal as refusal:
        logger.warning("Demo data goes without a rating widget: %s", refusal.message)
        return ""


def make(features: Iterable[str], plan: Plan, application: ApplicationInfo, member: Member) -> None:
    """What is there beside the traffic."""
    if NOTES in features and access.has_right(member, "c", application.id, "core"):
        for text, at_ms in milestones(plan):
            note = {
                "note": text,
                "ts": at_ms,
                "noteType": notes.PUBLIC,
                "color": 1,
                "emails": [],
                "category": "session",
            }
            notes.save(note, application.id, member)
    if DASHBOARDS in features:
        try:
            _make_dashboard(application, member)
        except Refusal as refusal:
            logger.warning("Demo data goes without a dashboard: %s", refusal.message)


def _rating_widget(application: ApplicationInfo, member: Member) -> str:
    """One of the application that is there is as good."""
    if access.has_right(member, "r", application.id, "star_rating"):
        there = _called("/o/feedback/widgets", member, {"app_id": application.id})
        if there:
            return str(there[0]["_id"])
    if not access.has_right(member, "c", application.id, "star_rating"):
        return ""
    fields = {
        "app_id": application.id,
        "status": "true",
        "internalName": WIDGET_NAME,
        "popup_header_text": f"How do you like {application.name}?",
        "comment_enable": "true",
        "contact_enable": "true",
        "rating_symbol": "stars",
    }
    created = _called("/i/feedback/widgets/create", member, fields)
    return str(created["result"]).rpartition(" ")[2] if created else ""


def _make_dashboard(application: ApplicationInfo, member: Member) -> None:
    board = _called("/i/dashboards/create", member, {"name": application.name, "share_with": "none"})
    if not isinstance(board, str):
        return
    for data_type, breakdown, visualization, metrics in WIDGETS_OF_DASHBOARD:
        fields = {
            "widget_type": "analytics",
            "data_type": data_type,
            "apps": [application.id],
            "app_count": "single",
            "visualization": visualization,
            "metrics": metrics,
            **({"breakdowns": [breakdown]} if breakdown else {}),
        }
        _called("/i/dashboards/add-widget", member, {"dashboard_id": board, "widget": json.dumps(fields)})


def _called(address: str, member: Member, parameters: Mapping[str, Any]) -> Any:
    """What the endpoint answers; None when it is not there. Raises Refusal."""
    found = offered_at(address)
    if found is None:
        return None
    answer = found[0].answer(Call(parameters, HttpRequest(), found[1], member=member))
    return json.loads(answer.content) if isinstance(answer, HttpResponse) else None
