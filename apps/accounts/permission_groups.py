"""A permission object as people see it: applications that a member administers, and groups of applications that share
one set of rights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.accounts import permissions
from apps.accounts.permissions import LETTERS, Permission


@dataclass(frozen=True, slots=True)
class Group:
    applications: tuple[str, ...]
    everything: frozenset[str] = frozenset()  # letters under which every feature is allowed
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)  # letter -> features


def groups_of(permission: object) -> list[Group]:
    """The listed groups as far as their applications have the same rights; others stand for themselves."""
    administered = set(permissions.administered(permission))
    listed = [list(dict.fromkeys(group)) for group in permissions.groups(permission)]
    unlisted = set(permissions.readable(permission)) - {name for group in listed for name in group}
    found: list[Group] = []
    for names in [*listed, *([name] for name in sorted(unlisted))]:
        by_rights: dict[tuple[object, ...], list[str]] = {}
        for name in names:
            if name not in administered:
                by_rights.setdefault(_rights(permission, name), []).append(name)
        found += [_group(permission, same) for same in by_rights.values()]
    return found


def permission_of(administered: Sequence[str], groups: Sequence[Group]) -> Permission:
    """Of an application in several groups the last one counts; administrators have all rights."""
    permission = permissions.empty()
    permission["_"] = {"a": list(administered), "u": [list(group.applications) for group in groups] or [[]]}
    for letter in LETTERS:
        for group in groups:
            allowed = dict.fromkeys(sorted(group.allowed.get(letter, ())), True)
            for name in group.applications:
                permission[letter][name] = {"all": letter in group.everything, "allowed": dict(allowed)}
        permission[letter].update({name: {"all": True, "allowed": {}} for name in administered})
    return permission


def _group(permission: object, names: Sequence[str]) -> Group:
    rights = {letter: permissions.right(permission, letter, names[0]) for letter in LETTERS}
    everything = frozenset(letter for letter, found in rights.items() if found.get("all"))
    return Group(tuple(names), everything, {letter: _features(found) for letter, found in rights.items()})


def _rights(permission: object, name: str) -> tuple[object, ...]:
    found = (permissions.right(permission, letter, name) for letter in LETTERS)
    return tuple((bool(right.get("all")), _features(right)) for right in found)


def _features(right: Mapping[str, object]) -> frozenset[str]:
    allowed = right.get("allowed")
    return frozenset(name for name, given in allowed.items() if given) if isinstance(allowed, dict) else frozenset()
