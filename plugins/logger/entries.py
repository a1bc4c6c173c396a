"""What is kept of a request: as it came, of which types it is, and what is wrong with it. Pure."""

import json
from collections.abc import Mapping, Set
from typing import Any

from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import is_truthy
from apps.core import json_text
from apps.core.texts import gettext_noop
from plugins.logger.documents import Entry

MAX_TEXT = 20_000  # characters of all parameters, and of one of them
SESSION = ("begin_session", "session_duration", "end_session")
#: Shown with the text of their JSON. Broken JSON is a problem.
OBJECTS = ("metrics", "consent", "events", "user_details", "crash")
CRASH_NEEDS = ("_error", "_app_version", "_os")
TOKENS = ("token_session", "android_token", "ios_token", "huawei_token", "test_mode", "token_provider")
#: Who counts what is sent under these names.
PLUGINS = {"crash": "crashes", "consent": "compliance-hub", "token_session": "push"}
# Stored in English, for those who read the log by the API; the screen translates them.
BROKEN = gettext_noop("Could not parse {name}")
INCOMPLETE_CRASH = gettext_noop("Crash missing {name} property")
NOT_ENABLED = gettext_noop("Plugin that processes this information is not enabled: {name}")
PROBLEMS = (BROKEN, INCOMPLETE_CRASH, NOT_ENABLED)


def entry_of(
    request: IngestRequest,
    user: Mapping[str, Any],
    *,
    missing_plugins: Set[str] = frozenset(),
    cancelled: str = "",
    answer: str = "",
) -> Entry:
    """`user`: fields of the profile before the request. `cancelled`: the reason for which it was not counted. `answer`:
    what the sender read, as JSON, where that was another than that of every request that is kept."""
    sent = request.parameters
    problems = problems_of(sent, missing_plugins)
    device = {"id": request.record.device_id, "d": user.get("d"), "p": user.get("p"), "pv": user.get("pv")}
    entry: Entry = {
        "ts": request.time_ms,
        "reqts": request.record.received_ms,
        "d": {name: value for name, value in device.items() if value is not None},
        "l": {name: user[name] for name in ("cc", "cty") if user.get(name) is not None},
        "v": _version(sent, user),
        "t": types_of(sent, request.record.device_id),
        "q": _text(sent),
        "s": {"version": _short(sent.get("sdk_version")), "name": _short(sent.get("sdk_name"))},
        "h": headers_of(request),
        "m": "POST" if request.record.body else "GET",
        "b": request.record.is_bulk_item,
        "c": cancelled or False,
        "res": answer or {},
        "p": problems or False,
    }
    if uid := user.get("uid"):
        entry["uid"] = uid
    return entry


def types_of(sent: Mapping[str, Any], device_id: str) -> dict[str, Any]:
    types: dict[str, Any] = {}
    if is_truthy(sent.get("old_device_id")):
        types["change_id"] = {"old_device_id": _short(sent["old_device_id"]), "device_id": device_id}
    if tokens := {name: _short(sent[name]) for name in TOKENS if name in sent}:
        types["token"] = tokens
    if session := {name: _short(sent[name]) for name in SESSION if is_truthy(sent.get(name))}:
        types["session"] = session
    return types | {name: _text(sent[name]) for name in OBJECTS if is_truthy(sent.get(name))}


def problems_of(sent: Mapping[str, Any], missing_plugins: Set[str] = frozenset()) -> list[str]:
    problems = [BROKEN.format(name=name) for name in OBJECTS if is_truthy(sent.get(name)) and _is_broken(sent[name])]
    crash = _parsed(sent.get("crash"))
    if isinstance(crash, dict):
        problems += [INCOMPLETE_CRASH.format(name=name) for name in CRASH_NEEDS if not crash.get(name)]
    needed = {plugin for name, plugin in PLUGINS.items() if is_truthy(sent.get(name))}
    return problems + [NOT_ENABLED.format(name=plugin) for plugin in sorted(needed & missing_plugins)]


def problem_parts(problem: str) -> tuple[str, str] | None:
    """The sentence that a stored problem was made of, and the name in it; None when it is none of these."""
    for sentence in PROBLEMS:
        before, _, after = sentence.partition("{name}")
        if problem.startswith(before) and problem.endswith(after) and len(problem) > len(before) + len(after):
            return sentence, problem[len(before) : len(problem) - len(after)]
    return None


def headers_of(request: IngestRequest) -> dict[str, str]:
    """Those that the road in keeps; tokens and cookies are none of them."""
    record = request.record
    headers = {"user-agent": record.user_agent, "content-type": record.content_type, **record.client_hints}
    return {name: value for name, value in headers.items() if value}


def _version(sent: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    metrics = _parsed(sent.get("metrics"))
    version = metrics.get("_app_version") if isinstance(metrics, dict) else None
    return str(version or user.get("av") or "")[:256]


def _is_broken(value: Any) -> bool:
    return isinstance(value, str) and _parsed(value) is None


def _parsed(value: Any) -> Any:
    """None for what is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json_text.parse(value)
    except ValueError:
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)[:MAX_TEXT]


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    return _text(value)[:256]
