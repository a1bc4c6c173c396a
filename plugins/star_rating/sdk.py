"""`/o/sdk?method=feedback`: the widgets that an SDK may show; `/i/feedback/input`: what its form sends."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts.actions import OpenCall
from apps.applications.info import ApplicationInfo
from apps.core import json_text
from apps.core.api_view import Refusal
from apps.plugin_api import intake
from apps.plugin_api.sdk_methods import FetchingUser
from plugins.star_rating import targeting, widgets
from plugins.star_rating.documents import EVENT
from plugins.star_rating.widget_fields import is_true

#: All that a form has to say. Anything else would pass by the checksum of the application.
ALLOWED = frozenset(
    {"app_key", "device_id", "events", "timestamp", "hour", "dow", "tz", "metrics", "sdk_name", "sdk_version", "av",
     "app_version", "platform", "rr", "t", "checksum", "checksum256"}
)  # fmt: skip


def show(application: ApplicationInfo, parameters: Mapping[str, Any], user: FetchingUser) -> dict[str, Any]:
    offered = [widget for widget in widgets.for_sdks(application.id) if _is_for(widget, application.id, user.profile)]
    return {"result": [_shown(widget) for widget in offered]}


def take_rating(call: OpenCall) -> HttpResponse:
    """A page cannot sign, so nothing but one rating comes in this way."""
    sent = call.parameters.get("events")
    if not ALLOWED.issuperset(call.parameters):
        raise Refusal(400, "invalid_event_request")
    try:
        events = json_text.parse(sent) if isinstance(sent, str) else None
    except ValueError:
        events = None
    if (
        not isinstance(events, list)
        or len(events) != 1
        or not isinstance(events[0], dict)
        or events[0].get("key") != EVENT
    ):
        raise Refusal(400, "invalid_event_request")
    return intake.take(call.request)


def _is_for(widget: Mapping[str, Any], application_id: str, profile: Mapping[str, Any]) -> bool:
    """A widget of a cohort is for those who are in it; another one for those of whom its targeting is true."""
    cohort = widget.get("cohortID")
    if not cohort:
        return targeting.is_for(widget.get("targeting"), application_id, profile)
    memberships = profile.get("chr")
    membership = memberships.get(cohort) if isinstance(memberships, Mapping) else None
    return isinstance(membership, Mapping) and membership.get("in") == "true"


def _shown(widget: Mapping[str, Any]) -> dict[str, Any]:
    appearance = {
        "position": widget.get("trigger_position"),
        "bg_color": widget.get("trigger_bg_color"),
        "text_color": widget.get("trigger_font_color"),
        "text": widget.get("trigger_button_text"),
        "size": widget.get("trigger_size"),
    }
    if is_true(widget.get("hide_sticker")):
        appearance["hideS"] = True
    version = widget.get("wv")
    return {
        "_id": str(widget["_id"]),
        "type": widget.get("type"),
        "name": widget.get("popup_header_text"),
        "showPolicy": widget.get("showPolicy"),
        "appearance": appearance,
        "tg": widget.get("target_pages") or [],
        "wv": None if version is None else str(version),
    }
