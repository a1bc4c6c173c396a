"""What people do to dashboards, through the API or on the screens: done, told to the audit log, and by mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Member
from apps.plugin_api import audit
from plugins.dashboards import boards, widgets
from plugins.dashboards.documents import EDITORS, SELECTED, SHARE, SHARES, VIEWERS, WIDGET_IDS, Board, Widget

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    member: Member
    address: str = ""  # of the client


def create(fields: Fields, by: Actor, *, copied_id: str = "", invites: bool = False) -> Board:
    """Raises what `boards.create` raises."""
    board = boards.create(fields, by.member, copied_id=copied_id)
    _record(by, "dashboard_added", _told(board))
    if invites:
        _invite(board, fields, {}, by)
    return board


def update(board_id: str, fields: Fields, by: Actor, *, invites: bool = False) -> tuple[int, int]:
    """How many were found and changed. Raises what `boards.change` raises."""
    board, counts = boards.change(board_id, fields, by.member)
    if counts[0]:
        told = _told(board)
        after = {name: fields[name] for name in ("name", SHARE, *SHARES)}
        _record(by, "dashboard_edited", {"before": told, "update": {**told, **after}})
        if invites:
            _invite({**board, "name": fields["name"]}, fields, board, by)
    return counts


def delete(board_id: str, by: Actor) -> int:
    """Raises what `boards.delete` raises."""
    board, count = boards.delete(board_id, by.member)
    _record(by, "dashboard_deleted", _told(board))
    return count


def add_widget(board_id: str, fields: Fields, by: Actor) -> Widget:
    """Raises what `boards.editable` and `widgets.add` raise."""
    board = boards.editable(board_id, by.member)
    widget = widgets.add(board, fields, by.member)
    _record(by, "widget_added", {"dashboard": _told(board), "widget": widgets.shown(widget)})
    return widget


def change_widget(board_id: str, widget_id: str, fields: Fields, by: Actor) -> None:
    """Raises what `boards.editable` and `widgets.change` raise."""
    board = boards.editable(board_id, by.member)
    before = widgets.shown(widgets.change(board, widget_id, fields, by.member))
    _record(by, "widget_edited", {"before": before, "update": {**before, **fields}})


def remove_widget(board_id: str, widget_id: str, by: Actor) -> None:
    """Raises what `boards.editable` and `widgets.remove` raise."""
    board = boards.editable(board_id, by.member)
    widget = widgets.remove(board, widget_id)
    _record(by, "widget_deleted", {"dashboard": _told(board), "widget": widgets.shown(widget)})


def _invite(board: Board, fields: Fields, before: Mapping[str, Any], by: Actor) -> None:
    """Those who were not named before."""
    if fields[SHARE] != SELECTED:
        return
    lists = (EDITORS[0], VIEWERS[0])
    known = {one for name in lists for one in before.get(name) or []}
    boards.invite(board, {one for name in lists for one in fields[name]} - known, by.member)


def _told(board: Board) -> dict[str, Any]:
    return {name: value for name, value in {**board, "_id": str(board["_id"])}.items() if name != WIDGET_IDS}


def _record(by: Actor, action: str, data: dict[str, Any]) -> None:
    audit.record(action, data, member=by.member, address=by.address)
