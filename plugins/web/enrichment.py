"""Fills in what a web SDK leaves to the server: browser, system and device of a session, a crash and some events."""

from collections.abc import Mapping
from typing import Any

from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import is_truthy, text_of
from apps.applications.info import ApplicationInfo
from apps.core import json_text
from plugins.web.user_agents import Told, read

PARAMETERS = frozenset({"begin_session", "crash", "events"})
#: Events that name the platform they happened on, and under which segment.
SEGMENTS_OF_EVENTS = {
    "[CLY]_view": "segment",
    "[CLY]_action": "segment",
    "[CLY]_star_rating": "platform",
    "[CLY]_nps": "platform",
    "[CLY]_survey": "platform",
}
_EVENTS = frozenset(SEGMENTS_OF_EVENTS)


def add_browser(request: IngestRequest, application: ApplicationInfo) -> Mapping[str, Any] | None:
    parameters = request.parameters
    begins, crashed = is_truthy(parameters.get("begin_session")), bool(parameters.get("crash"))
    told_events = request.event_keys(_EVENTS) if parameters.get("events") else None
    if not (begins or crashed or told_events):
        return None
    if not (crashed or told_events) and _tells_nothing(request, application):
        return None
    metrics = _object(parameters.get("metrics"))
    told = read(_user_agent(request, metrics), request.record.client_hints)
    added: dict[str, Any] = {}
    if begins:
        filled = _filled(metrics or {}, _of_session(told, application))
        if filled is not None:
            added["metrics"] = filled
    if crashed and (crash := _object(parameters["crash"])) is not None:
        filled = _filled(crash, _of_crash(told))
        if filled is not None:
            added["crash"] = filled
    if told_events:
        system = text_of((metrics or {}).get("_os")) if is_truthy((metrics or {}).get("_os")) else told.system
        if system:
            added["events"] = [_with_platform(event, system) for event in request.events()]
    return added


def _tells_nothing(request: IngestRequest, application: ApplicationInfo) -> bool:
    """Looked at before anything is read: most sessions of devices say nothing of a browser."""
    record = request.record
    if application.type == "web" or record.user_agent or record.client_hints:
        return False
    return "_ua" not in str(request.parameters.get("metrics"))


def _of_session(told: Told, application: ApplicationInfo) -> dict[str, str]:
    version = f"[{told.browser.lower()}]_{told.browser_version}" if told.browser and told.browser_version else ""
    kind = told.device_type or ("desktop" if application.type == "web" else "")
    return {
        "_browser": told.browser,
        "_browser_version": version,
        "_os": told.system,
        "_os_version": told.system_version,
        "_device": told.device,
        "_device_type": kind,
    }


def _of_crash(told: Told) -> dict[str, str]:
    version = f"{told.system} {told.system_version}" if told.system and told.system_version else ""
    return {"_os": told.system, "_os_version": version, "_browser": told.browser, "_device": told.device}


def _filled(sent: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any] | None:
    """What was sent wins. None when nothing is missing that was found."""
    missing = {name: value for name, value in found.items() if value and not is_truthy(sent.get(name))}
    return {**sent, **missing} if missing else None


def _with_platform(event: dict[str, Any], system: str) -> dict[str, Any]:
    key = event.get("key")
    segment = SEGMENTS_OF_EVENTS.get(key) if isinstance(key, str) else None
    segmentation = event.get("segmentation")
    if segment is None or not isinstance(segmentation, dict):
        return event
    if is_truthy(segmentation.get("segment")) or is_truthy(segmentation.get("platform")):
        return event
    return {**event, "segmentation": {**segmentation, segment: system}}


def _user_agent(request: IngestRequest, metrics: Mapping[str, Any] | None) -> str:
    told = metrics.get("_ua") if metrics else None
    return told if isinstance(told, str) and told else request.record.user_agent


def _object(sent: Any) -> dict[str, Any] | None:
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return None
    return sent if isinstance(sent, dict) else None
