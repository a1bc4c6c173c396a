"""Dashboards: made, shared, copied, read and deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from apps.accounts.models import Member
from apps.accounts.viewers import Viewer
from apps.core import clock, mail
from apps.plugin_api import configuration, public_address
from plugins.dashboards import storage
from plugins.dashboards.documents import (
    EDITORS,
    EVERYBODY,
    NOBODY,
    OLD_EDITORS,
    OLD_VIEWERS,
    OWNER,
    REFRESH_SECONDS,
    SELECTED,
    SHARE,
    SHARED_WITH,
    SHARES,
    VIEWERS,
    WIDGET_IDS,
    Board,
    Widget,
)
from plugins.dashboards.sharing import is_owner, may_edit, may_manage, may_see, visible_to

NAMESPACE = "dashboards"
LEAST_REFRESH_MINUTES = 5
PLAIN = ("name", OWNER, SHARE, "theme", "created_at", REFRESH_SECONDS)
UNCHANGED = (0, 0)


class Unknown(LookupError):
    """There is no such dashboard."""


class NotAllowed(PermissionError):
    """`kind` says to API clients what is denied."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


ACCESS, EDIT, SHARING = "dashboard_access_denied", "edit_access_denied", "sharing_denied"


class PublicDisabled(ValueError):
    """Nobody may share a dashboard with everybody."""


def sharing_allowed(member: Member) -> bool:
    return bool(member.global_admin or configuration.read(NAMESPACE)["sharing_status"])


def public_allowed() -> bool:
    return bool(configuration.read(NAMESPACE)["allow_public_dashboards"])


# Reading -------------------------------------------------------------------------------------------------------------
def visible(member: Member) -> list[Board]:
    return storage.matching(visible_to(Viewer.of(member), public_allowed=public_allowed()))


def seen(board_id: str, member: Member) -> tuple[Board, Viewer]:
    """One that does not exist answers as one that is somebody else's. Raises NotAllowed."""
    board, viewer = storage.find(board_id), Viewer.of(member)
    if board is None or not may_see(board, viewer, public_allowed=public_allowed()):
        raise NotAllowed(ACCESS)
    return board, viewer


def editable(board_id: str, member: Member) -> Board:
    """Raises Unknown and NotAllowed."""
    board, viewer = _existing(board_id), Viewer.of(member)
    if not may_edit(board, viewer):
        raise NotAllowed(EDIT if may_see(board, viewer, public_allowed=public_allowed()) else ACCESS)
    return board


def shown(board: Board, viewer: Viewer, owners: Mapping[str, Any]) -> dict[str, Any]:
    """Without widgets, and without those with whom it is shared."""
    owner = owners.get(str(board.get(OWNER)))
    return {
        "_id": str(board["_id"]),
        **{name: board[name] for name in PLAIN if name in board},
        **({"is_owner": True} if is_owner(board, viewer) else {}),
        "is_editable": may_edit(board, viewer),
        **({"owner": owner} if owner else {}),
    }


def owners_of(boards: Iterable[Board]) -> dict[str, dict[str, Any]]:
    return {one["_id"]: one for one in storage.people({"_id": {"$in": _ids(board.get(OWNER) for board in boards)}})}


def shares(board: Board) -> dict[str, Any]:
    """With whom it is shared, for its owner and global administrators: the lists, and the members they name."""
    lists = {name: board.get(name) or [] for name in SHARES}
    return {
        **lists,
        "shared_with_view_info": _named(lists[VIEWERS[0]], board.get(OLD_VIEWERS)),
        "shared_with_edit_info": _named(lists[EDITORS[0]], board.get(OLD_EDITORS)),
    }


def _named(emails: Any, ids: Any) -> list[dict[str, Any]]:
    wanted = [{"email": {"$in": emails}}] if emails else []
    known = _ids(ids or [])
    wanted += [{"_id": {"$in": known}}] if known else []
    return storage.people({"$or": wanted}) if wanted else []


# Writing -------------------------------------------------------------------------------------------------------------
def create(fields: Mapping[str, Any], member: Member, *, copied_id: str = "") -> Board:
    """`fields`: name, share_with, theme, the lists of shares, and `refresh_minutes` (None for never). Raises NotAllowed
    and PublicDisabled."""
    widgets: list[Widget] = []
    _check_sharing(fields, member)
    if copied_id:
        copied, _ = seen(copied_id, member)
        stored = storage.widgets_of([copied])
        widgets = [dict(stored[one]) for one in storage.widget_ids(copied) if one in stored]
        for widget in widgets:
            del widget["_id"]
    board = {
        "name": fields["name"],
        OWNER: str(member.pk),
        **_sharing(fields),
        "theme": fields.get("theme") or 1,
        "created_at": clock.now_ms(),
        WIDGET_IDS: [],
    }
    if fields.get("refresh_minutes"):
        board[REFRESH_SECONDS] = fields["refresh_minutes"] * 60
    board["_id"] = storage.insert(board)
    storage.add_widgets(board["_id"], widgets)
    return board


def change(board_id: str, fields: Mapping[str, Any], member: Member) -> tuple[Board, tuple[int, int]]:
    """The dashboard as it was, and how many were found and changed: none for whom it is not. Raises Unknown,
    NotAllowed and PublicDisabled."""
    board = _existing(board_id)
    if not may_manage(board, Viewer.of(member)):
        return board, UNCHANGED
    _check_sharing(fields, member)
    content = {"name": fields["name"], **_sharing(fields)}
    if fields.get("theme"):
        content["theme"] = fields["theme"]
    gone = dict.fromkeys((OLD_EDITORS, OLD_VIEWERS), "")
    if fields.get("refresh_minutes"):
        content[REFRESH_SECONDS] = fields["refresh_minutes"] * 60
    else:
        gone[REFRESH_SECONDS] = ""
    return board, storage.change(board["_id"], {"$set": content, "$unset": gone})


def delete(board_id: str, member: Member) -> tuple[Board, int]:
    """Raises Unknown and NotAllowed."""
    board, viewer = _existing(board_id), Viewer.of(member)
    if not may_manage(board, viewer):
        raise NotAllowed(ACCESS)
    return board, storage.remove(board)


def invite(board: Board, emails: Iterable[str], member: Member) -> None:
    """Mails to those of the addresses that members have: nobody else could open the dashboard."""
    wanted = sorted(set(emails) - {member.email})
    known = storage.people({"email": {"$in": wanted}}) if wanted else []
    link = public_address.link(f"/dashboards/{board['_id']}")
    for one in known:
        context = {"name": one.get("full_name", ""), "by": member.full_name, "title": board["name"], "link": link}
        mail.send_soon(one["email"], "dashboards/mail", context)


def refresh_minutes(wanted: Any, minutes: Any) -> int | None:
    """None for never."""
    if wanted not in (True, "true"):
        return None
    try:
        number = int(float(minutes))
    except (TypeError, ValueError, OverflowError):
        number = LEAST_REFRESH_MINUTES
    return min(max(number, LEAST_REFRESH_MINUTES), 24 * 60)


def _existing(board_id: str) -> Board:
    board = storage.find(board_id)
    if board is None:
        raise Unknown
    return board


def _check_sharing(fields: Mapping[str, Any], member: Member) -> None:
    if fields[SHARE] != NOBODY and not sharing_allowed(member):
        raise NotAllowed(SHARING)
    if fields[SHARE] == EVERYBODY and not public_allowed():
        raise PublicDisabled


def _sharing(fields: Mapping[str, Any]) -> dict[str, Any]:
    share_with = fields[SHARE] if fields[SHARE] in SHARED_WITH else NOBODY
    lists = {name: list(fields.get(name) or []) if share_with == SELECTED else [] for name in SHARES}
    return {SHARE: share_with, **lists}


def _ids(texts: Iterable[Any]) -> list[ObjectId]:
    return [ObjectId(one) for one in {str(text) for text in texts} if ObjectId.is_valid(one)]
