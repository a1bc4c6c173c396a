"""What a permission object allows. Pure: reads and makes the object that members carry in `permission`.

{"_": {"a": [applications administered], "u": [[applications that share one set of rights], ...]},
 "c": {<application>: {"all": bool, "allowed": {<feature>: bool}}}, "r": ..., "u": ..., "d": ...}
"""

import copy
from typing import Any

LETTERS = ("c", "r", "u", "d")  # create, read, update, delete

Permission = dict[str, Any]


def empty() -> Permission:
    return {"c": {}, "r": {}, "u": {}, "d": {}, "_": {"a": [], "u": [[]]}}


def administered(permission: Any) -> list[str]:
    """The applications under `_.a`."""
    return _strings(_mapping(_mapping(permission).get("_")).get("a"))


def listed(permission: Any) -> list[str]:
    """The applications of all groups under `_.u`."""
    groups = _mapping(_mapping(permission).get("_")).get("u")
    return [application_id for group in _list(groups) for application_id in _strings(group)]


def is_admin(permission: Any, application_id: str) -> bool:
    """Listed in `_.a`, or all rights under all four letters."""
    if application_id in administered(permission):
        return True
    return all(right(permission, letter, application_id).get("all") is True for letter in LETTERS)


def allows(permission: Any, letter: str, application_id: str, feature: str) -> bool:
    if application_id in administered(permission):
        return True
    found = right(permission, letter, application_id)
    return bool(found.get("all")) or bool(_mapping(found.get("allowed")).get(feature))


def right(permission: Any, letter: str, application_id: str) -> dict[str, Any]:
    return _mapping(_mapping(_mapping(permission).get(letter)).get(application_id))


def readable(permission: Any) -> list[str]:
    """The applications of which something may be read without being their administrator."""
    named = [name for name in _mapping(_mapping(permission).get("r")) if name != "global"]
    return [name for name in named if not is_admin(permission, name) and _has_any(right(permission, "r", name))]


def is_limited(permission: Any) -> bool:
    """Of some application only single features may be read."""
    return any(not right(permission, "r", name).get("all") for name in readable(permission))


def with_applications(permission: Any, administers: set[str], reads: set[str]) -> Permission:
    """The permission changed so that it administers and reads exactly these applications.

    Finer rights on an application that stays among `reads` are kept; one that is new there may read everything.
    """
    changed = copy.deepcopy(permission) if isinstance(permission, dict) else empty()
    for letter in LETTERS:
        changed[letter] = _mapping(changed.get(letter))
    kept = set(readable(changed)) & (reads - administers)
    fresh = sorted(reads - administers - kept)
    for letter in LETTERS:
        rights = {name: value for name, value in changed[letter].items() if name in kept or name == "global"}
        changed[letter] = rights | {name: _all_rights() for name in sorted(administers)}
    changed["r"] |= {name: _all_rights() for name in fresh}
    groups = [
        [name for name in _strings(group) if name in kept] for group in _list(_mapping(changed.get("_")).get("u"))
    ]
    groups = [group for group in groups if group] + ([fresh] if fresh else [])
    changed["_"] = {**_mapping(changed.get("_")), "a": sorted(administers), "u": groups or [[]]}
    return changed


def _has_any(found: dict[str, Any]) -> bool:
    return bool(found.get("all")) or any(_mapping(found.get("allowed")).values())


def _all_rights() -> dict[str, Any]:
    return {"all": True, "allowed": {}}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [item for item in _list(value) if isinstance(item, str)]
