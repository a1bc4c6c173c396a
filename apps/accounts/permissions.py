"""What a permission object allows. Pure: reads and makes the object that members carry in `permission`.

{"_": {"a": [applications administered], "u": [[applications that share one set of rights], ...]},
 "c": {<application>: {"all": bool, "allowed": {<feature>: bool}}}, "r": ..., "u": ..., "d": ...}
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

LETTERS = ("c", "r", "u", "d")  # create, read, update, delete

Permission = dict[str, Any]


def empty() -> Permission:
    return {"c": {}, "r": {}, "u": {}, "d": {}, "_": {"a": [], "u": [[]]}}


def cleaned(value: Any) -> Permission:
    """Of a client's object what a permission may hold: applications, features, truth values. Nothing is filled in."""
    found = _mapping(value)
    permission: Permission = {
        letter: {
            name: {"all": bool(right.get("all")), "allowed": _features(right.get("allowed"))}
            for name, right in _mapping(found[letter]).items()
            if isinstance(right, dict) and (name == "global" or _is_id(name))
        }
        for letter in LETTERS
        if letter in found
    }
    if "_" in found:
        lists = _mapping(found["_"])
        permission["_"] = {"a": _ids(lists.get("a")), "u": [_ids(group) for group in _list(lists.get("u"))]}
    return permission


def add_lists(permission: Permission, admin_of: Any, user_of: Any) -> None:
    """The older way to give rights: everything on the applications of the one list, to read those of the other."""
    administers, reads = _ids(admin_of), _ids(user_of)
    if administers:
        permission.setdefault("_", {})["a"] = administers
        for letter in LETTERS:
            permission.setdefault(letter, {}).update({name: _all_rights() for name in administers})
    if reads:
        permission.setdefault("_", {})["u"] = [reads]
        permission.setdefault("r", {}).update({name: _all_rights() for name in reads})


def add_needed(permission: Permission, dependencies: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> None:
    """Who is given a feature gets the rights on other features without which it is of no use, reading always."""
    given = [
        (application_id, needs)
        for letter in LETTERS
        for application_id, found in permission.get(letter, {}).items()
        for feature, is_allowed in found["allowed"].items()
        if is_allowed
        for needs in [dependencies.get(feature, {}).get(letter, {})]
    ]
    for application_id, needs in given:
        for other, letters in needs.items():
            for letter in {*letters, "r"}:
                rights = permission.setdefault(letter, {})
                rights.setdefault(application_id, {"all": False, "allowed": {}})["allowed"][other] = True


def only_applications(permission: Any, applications: set[str]) -> Permission:
    """Nothing is left that names another one."""
    letters = [name for letter in LETTERS for name in _mapping(_mapping(permission).get(letter))]
    changed = _mapping(permission)
    for name in {*letters, *administered(permission), *listed(permission)} - applications - {"global"}:
        changed = without_application(changed, name)
    return changed


def filled_in(permission: Permission) -> Permission:
    lists = {"a": [], "u": [], **permission.get("_", {})}
    return {"_": lists, **{letter: permission.get(letter, {}) for letter in LETTERS}}


def without_application(permission: Any, application_id: str) -> Permission:
    """Nothing is left that names the application. Groups that become empty go."""
    changed = copy.deepcopy(_mapping(permission))
    for letter in LETTERS:
        _mapping(changed.get(letter)).pop(application_id, None)
    lists = _mapping(changed.get("_"))
    if "a" in lists:
        lists["a"] = [name for name in strings(lists["a"]) if name != application_id]
    if "u" in lists:
        groups = [[name for name in strings(group) if name != application_id] for group in _list(lists["u"])]
        lists["u"] = [group for group in groups if group] or [[]]
    return changed


def administered(permission: Any) -> list[str]:
    """The applications under `_.a`."""
    return strings(_mapping(_mapping(permission).get("_")).get("a"))


def listed(permission: Any) -> list[str]:
    """The applications of all groups under `_.u`."""
    groups = _mapping(_mapping(permission).get("_")).get("u")
    return [application_id for group in _list(groups) for application_id in strings(group)]


def groups(permission: Any) -> list[list[str]]:
    """The groups under `_.u`, without empty ones."""
    found = _mapping(_mapping(permission).get("_")).get("u")
    return [names for group in _list(found) if (names := strings(group))]


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
    own = administered(permission)
    return [name for name in named if name not in own and _has_any(right(permission, "r", name))]


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
    groups = [[name for name in strings(group) if name in kept] for group in _list(_mapping(changed.get("_")).get("u"))]
    groups = [group for group in groups if group] + ([fresh] if fresh else [])
    changed["_"] = {**_mapping(changed.get("_")), "a": sorted(administers), "u": groups or [[]]}
    return changed


def _is_id(name: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{24}", name))


def _ids(value: Any) -> list[str]:
    return [name for name in strings(value) if _is_id(name)]


def _features(value: Any) -> dict[str, bool]:
    return {name: bool(given) for name, given in _mapping(value).items() if re.fullmatch(r"[\w-]{1,100}", name)}


def _has_any(found: dict[str, Any]) -> bool:
    return bool(found.get("all")) or any(_mapping(found.get("allowed")).values())


def _all_rights() -> dict[str, Any]:
    return {"all": True, "allowed": {}}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    return [item for item in _list(value) if isinstance(item, str)]
