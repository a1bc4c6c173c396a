"""Groups of events, which are read as one."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from apps.events import event_list, storage
from apps.events.storage import Fields

CHANGEABLE = ("name", "source_events", "description", "display_map", "status", "order")


def create(application_id: str, fields: Mapping[str, Any]) -> str:
    """It comes last. The new group's id."""
    orders = [group.get("order") for group in storage.groups(application_id)]
    group_id = event_list.GROUP_PREFIX + secrets.token_hex(16)
    storage.insert_group(
        {
            "_id": group_id,
            "app_id": application_id,
            "name": fields["name"],
            "source_events": fields["source_events"],
            "description": fields.get("description", ""),
            "display_map": fields["display_map"],
            "status": fields["status"],
            "order": max((order for order in orders if isinstance(order, int)), default=-1) + 1,
        }
    )
    return group_id


def change(application_id: str, group_id: str, fields: Fields) -> bool:
    """False when the application has no such group."""
    is_there = storage.change_groups(application_id, {group_id: fields}) > 0
    if is_there and fields.get("status") is False:
        event_list.hide_in_overview(application_id, {group_id})
    return is_there


def put_in_order(application_id: str, group_ids: Iterable[str]) -> None:
    storage.change_groups(application_id, {group_id: {"order": place} for place, group_id in enumerate(group_ids)})


def set_status(application_id: str, group_ids: list[str], is_on: bool) -> None:
    """Those that are switched off leave the overview."""
    storage.change_groups(application_id, {group_id: {"status": is_on} for group_id in group_ids})
    if not is_on:
        event_list.hide_in_overview(application_id, set(group_ids))


def delete(application_id: str, group_ids: list[str]) -> int:
    removed = storage.remove_groups(application_id, group_ids)
    event_list.hide_in_overview(application_id, set(group_ids))
    return removed
