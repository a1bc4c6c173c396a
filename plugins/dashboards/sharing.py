"""Who may see a dashboard, and who may change it. Pure, but for `Viewer.of`."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.viewers import Viewer
from plugins.dashboards.documents import (
    EDITORS,
    EVERYBODY,
    OLD_EDITORS,
    OLD_VIEWERS,
    OWNER,
    SHARE,
    VIEWERS,
)

Board = Mapping[str, Any]


def is_owner(board: Board, viewer: Viewer) -> bool:
    return bool(board.get(OWNER) == viewer.id)


def may_manage(board: Board, viewer: Viewer) -> bool:
    """Share, rename, delete: its owner, and global administrators."""
    return viewer.is_global_admin or is_owner(board, viewer)


def may_edit(board: Board, viewer: Viewer) -> bool:
    """Its widgets."""
    return may_manage(board, viewer) or _names(board, viewer, EDITORS, OLD_EDITORS)


def may_see(board: Board, viewer: Viewer, *, public_allowed: bool) -> bool:
    if may_edit(board, viewer) or _names(board, viewer, VIEWERS, OLD_VIEWERS):
        return True
    return public_allowed and board.get(SHARE) == EVERYBODY


def visible_to(viewer: Viewer, *, public_allowed: bool) -> dict[str, Any]:
    """`may_see` as a filter."""
    if viewer.is_global_admin:
        return {}
    lists = [{names[0]: viewer.email} for names in (EDITORS, VIEWERS) if viewer.email]
    groups = [{names[1]: group} for names in (EDITORS, VIEWERS) for group in viewer.groups]
    old = [{name: viewer.id} for name in (OLD_EDITORS, OLD_VIEWERS)]
    public = [{SHARE: EVERYBODY}] if public_allowed else []
    return {"$or": [{OWNER: viewer.id}, *lists, *groups, *old, *public]}


def _names(board: Board, viewer: Viewer, lists: tuple[str, str], old: str) -> bool:
    emails, groups, ids = (_texts(board.get(name)) for name in (*lists, old))
    return (bool(viewer.email) and viewer.email in emails) or viewer.id in ids or not groups.isdisjoint(viewer.groups)


def _texts(value: Any) -> set[str]:
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()
