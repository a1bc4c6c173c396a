"""Periods that people gave a name: who sees them, who may change them, in which order they stand."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import people
from apps.accounts.models import Member
from apps.accounts.viewers import Viewer
from apps.core import clock
from apps.presets import storage
from apps.presets.storage import Preset

LATEST_MS = 10**14  # of a moment in a range
NOBODY, EVERYBODY, SELECTED = "none", "all-users", "selected-users"
SHARED_WITH = (NOBODY, EVERYBODY, SELECTED)
#: Lists of those with whom a preset is shared: e-mail addresses, and ids of groups.
EDITORS = ("shared_email_edit", "shared_user_groups_edit")
VIEWERS = ("shared_email_view", "shared_user_groups_view")
SHARES = (*EDITORS, *VIEWERS)
#: What a change may name. Everything else of a preset is kept by this module.
CONTENT = ("name", "range", "share_with", "exclude_current_day", *SHARES)


class Unknown(Exception):
    """There is no such preset, or none that the member may see."""


class NotAllowed(Exception):
    pass


def visible(member: Member) -> list[dict[str, Any]]:
    """All that the member may use, in their order."""
    viewer = Viewer.of(member)
    found = storage.matching(_visible_to(viewer))
    names = people.names_of({str(preset.get("owner_id")) for preset in found})
    return [{**_shown(preset, viewer), "owner_name": names.get(str(preset.get("owner_id")), "")} for preset in found]


def usable(member: Member) -> list[Preset]:
    """As `visible`, as they are stored."""
    return storage.matching(_visible_to(Viewer.of(member)))


def one(preset_id: str, member: Member) -> dict[str, Any]:
    """Raises Unknown."""
    viewer = Viewer.of(member)
    return _shown(_find(preset_id, viewer), viewer)


def create(fields: Mapping[str, Any], member: Member) -> Preset:
    """It comes before all others."""
    now_ms = clock.now_ms()
    return storage.insert_first(
        {
            "name": fields["name"],
            "range": fields["range"],
            "share_with": fields["share_with"],
            "exclude_current_day": fields.get("exclude_current_day", False),
            **_shares(fields["share_with"], fields),
            "owner_id": str(member.pk),
            "fav": [str(member.pk)] if fields.get("fav") else [],
            "created_at": now_ms,
            "edited_at": now_ms,
        }
    )


def change(preset_id: str, fields: Mapping[str, Any], member: Member) -> None:
    """`fav` is the member's own mark, which everybody may set who sees the preset. Raises Unknown and NotAllowed."""
    viewer = Viewer.of(member)
    preset = _find(preset_id, viewer)
    content = {name: fields[name] for name in CONTENT if name in fields}
    if (content or "sort_order" in fields) and not may_edit(preset, viewer):
        raise NotAllowed
    if content:
        share_with = content.get("share_with", preset.get("share_with"))
        if share_with != SELECTED:
            content.update(_shares(share_with, content))
        storage.change(preset["_id"], {"$set": {**content, "edited_at": clock.now_ms()}})
    if "fav" in fields:
        operator = "$addToSet" if fields["fav"] else "$pull"
        storage.change(preset["_id"], {operator: {"fav": viewer.id}})
    if "sort_order" in fields:
        _move(preset, fields["sort_order"])


def delete(preset_id: str, member: Member) -> int:
    """How many were removed. Only the owner and global administrators may. Raises Unknown and NotAllowed."""
    viewer = Viewer.of(member)
    preset = _find(preset_id, viewer)
    if not (viewer.is_global_admin or preset.get("owner_id") == viewer.id):
        raise NotAllowed
    return storage.remove(preset["_id"])


def forget_member(*, member_id: str, **_told: Any) -> None:
    """What others use stays; global administrators may change it."""
    storage.remove_of_owner(member_id, NOBODY)
    storage.forget_mark(member_id)


def may_edit(preset: Mapping[str, Any], viewer: Viewer) -> bool:
    if viewer.is_global_admin or preset.get("owner_id") == viewer.id:
        return True
    return preset.get("share_with") == SELECTED and _names(preset, viewer, EDITORS)


def may_see(preset: Mapping[str, Any], viewer: Viewer) -> bool:
    if may_edit(preset, viewer) or preset.get("share_with") == EVERYBODY:
        return True
    return preset.get("share_with") == SELECTED and _names(preset, viewer, VIEWERS)


def _names(preset: Mapping[str, Any], viewer: Viewer, lists: tuple[str, str]) -> bool:
    emails, groups = (preset.get(name) or [] for name in lists)
    return viewer.email in emails or any(group in groups for group in viewer.groups)


def _visible_to(viewer: Viewer) -> dict[str, Any]:
    """As `may_see`, without what global administrators could see of others: that would only be in their way."""
    named: list[dict[str, Any]] = [{name: viewer.email} for name in ("shared_email_edit", "shared_email_view")]
    if viewer.groups:
        groups = list(viewer.groups)
        named += [{name: {"$in": groups}} for name in ("shared_user_groups_edit", "shared_user_groups_view")]
    return {
        "$or": [{"owner_id": viewer.id}, {"share_with": EVERYBODY}, {"share_with": SELECTED, "$or": named}],
    }


def _shown(preset: Preset, viewer: Viewer) -> dict[str, Any]:
    """Who else sees a preset is shown to those only who may change it."""
    shares = {name: preset.get(name) or [] for name in SHARES}
    return {
        # Presets of Countly's databases may hold credentials of their creator: nothing but the known fields is shown.
        "_id": str(preset["_id"]),
        **{name: preset.get(name) for name in ("name", "range", "share_with", "exclude_current_day", "owner_id")},
        **{name: preset.get(name) for name in ("created_at", "edited_at", "sort_order")},
        **(shares if may_edit(preset, viewer) else dict.fromkeys(SHARES, False)),
        "fav": viewer.id in (preset.get("fav") or []),
        "is_owner": preset.get("owner_id") == viewer.id,
    }


def _shares(share_with: Any, fields: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: fields.get(name, []) if share_with == SELECTED else [] for name in SHARES}


def _find(preset_id: str, viewer: Viewer) -> Preset:
    preset = storage.find(preset_id)
    if preset is None or not may_see(preset, viewer):
        raise Unknown
    return preset


def _move(preset: Preset, place: int) -> None:
    others = [other["_id"] for other in storage.matching({}) if other["_id"] != preset["_id"]]
    storage.put_in_order([*others[:place], preset["_id"], *others[place:]])
