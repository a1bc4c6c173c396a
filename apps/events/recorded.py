"""What people did to events, for the log."""

from typing import Any

from apps.events.storage import Fields
from apps.plugin_api import audit


def changed(action: str, before: Fields, after: Fields, member: Any, application_id: str, address: str) -> None:
    data = {"before": before, "update": after}
    audit.record(action, data, member=member, application_id=application_id, address=address)


def deleted(events: list[str], member: Any, application_id: str, address: str) -> None:
    audit.record("event_deleted", {"events": events}, member=member, application_id=application_id, address=address)
