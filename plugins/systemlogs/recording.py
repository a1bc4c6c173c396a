"""From what was told of an action to an entry: of values before and after, only those that differ are kept."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Member
from apps.core.arguments import MAX_DEPTH
from apps.plugin_api import configuration
from plugins.systemlogs import records

MAX_TEXT = 10_000  # characters of one value
Details = dict[str, Any]


def record(*, action: str, data: Mapping[str, Any], member: Any, application_id: str, address: str) -> None:
    """Receiver of `action_recorded`."""
    details = details_of(data)
    if details is None:
        return
    keeps_address = not configuration.read("systemlogs")["preventIPTracking"]
    is_member = isinstance(member, Member)
    records.add(
        action,
        details,
        who=(member.email or member.username) if is_member else str(data.get("username") or data.get("email") or ""),
        member_id=str(member.pk) if is_member else "",
        address=(address or None) if keeps_address else None,
        application_id=application_id or str(data.get("app_id") or ""),
    )


def details_of(data: Mapping[str, Any]) -> Details | None:
    """None when nothing changed. Pure."""
    before, update = data.get("before"), data.get("update")
    if not isinstance(before, Mapping) or not isinstance(update, Mapping):
        return stored(data)
    changed = [name for name, value in update.items() if before.get(name) != value]
    if not changed:
        return None
    others = {name: value for name, value in data.items() if name != "before"}
    return {
        **stored(others),
        "before": stored({name: before[name] for name in changed if name in before}),
        "after": stored({name: update[name] for name in changed}),
    }


def stored(data: Mapping[str, Any]) -> Details:
    """As MongoDB can hold it, whatever it is."""
    return {_field(str(name)): _stored(value) for name, value in data.items()}


def _stored(value: Any, depth: int = 1) -> Any:
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(value, Mapping):
        return {_field(str(name)): _stored(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_stored(item, depth + 1) for item in value]
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    return str(value)[:MAX_TEXT]


def _field(name: str) -> str:
    return name.lstrip("$").replace(".", ":").replace("\0", "") or "-"
