"""The form of a member: what it shows, and what it says when it is sent. Rights are a list of applications to
administer, and groups of applications that share a grid of features and letters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.accounts import members, passwords, permission_groups, permissions
from apps.accounts.models import Member
from apps.accounts.permission_groups import Group
from apps.accounts.permissions import LETTERS
from apps.accounts.validation import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH
from apps.applications.info import ApplicationInfo
from apps.plugin_api import features

MAX_GROUPS = 50
TEXTS = ("full_name", "username", "email")


def shown(member: Member | None, applications: Sequence[ApplicationInfo], *, sent: QueryDict | None) -> dict[str, Any]:
    """Values of the template. What was sent and not stored is shown again."""
    if sent is not None:
        texts = {name: sent.get(name, "") for name in TEXTS}
        is_global = "global_admin" in sent
        administered, groups = sent.getlist("admin_of"), read_groups(sent)
    else:
        texts = {name: getattr(member, name, "") for name in TEXTS}
        is_global = bool(member and member.global_admin)
        permission = rights_of(member)
        administered, groups = permissions.administered(permission), permission_groups.groups_of(permission)
    return {
        "member": member,
        "texts": texts,
        "is_global": is_global,
        "admin_choices": choices(applications, administered),
        "groups": [grid(number, group, applications) for number, group in enumerate([*groups, Group(())])],
        "letters": letter_titles(),
    }


def rights_of(member: Member | None) -> Any:
    """Older accounts have their rights in two lists."""
    if member is None or member.permission is not None:
        return member.permission if member else None
    permission = permissions.empty()
    permissions.add_lists(permission, member.admin_of, member.user_of)
    return permission


def choices(applications: Iterable[ApplicationInfo], chosen: Iterable[str]) -> list[dict[str, Any]]:
    kept = set(chosen)
    return [{"id": found.id, "name": found.name, "is_chosen": found.id in kept} for found in applications]


def grid(number: int, group: Group, applications: Sequence[ApplicationInfo]) -> dict[str, Any]:
    return {
        "number": number,
        "is_new": not group.applications,
        "choices": choices(applications, group.applications),
        "everything": [
            {"letter": letter, "title": title, "is_set": letter in group.everything}
            for letter, title in zip(LETTERS, letter_titles(), strict=True)
        ],
        "features": [
            {
                "name": name,
                "title": features.title_of(name),
                "rights": [
                    {"letter": letter, "title": title, "is_set": name in group.allowed.get(letter, frozenset())}
                    for letter, title in zip(LETTERS, letter_titles(), strict=True)
                ],
            }
            for name in features.names()
        ],
    }


def letter_titles() -> list[str]:
    return [_("Create"), _("Read"), _("Update"), _("Delete")]


def read(sent: QueryDict, member: Member | None, *, by: Member) -> dict[str, Any]:
    """The fields as members.add_member and members.change_member take them. Nobody demotes themselves."""
    fields: dict[str, Any] = {name: sent.get(name, "").strip() for name in TEXTS}
    if sent.get("password"):
        fields["password"] = sent["password"]
    if member is None or member.pk != by.pk:
        fields["global_admin"] = "global_admin" in sent
    fields["permission"] = permission_groups.permission_of(sent.getlist("admin_of"), read_groups(sent))
    if member is not None and "password" in fields:
        fields["send_notification"] = "send_notification" in sent
    return fields


def read_groups(sent: QueryDict) -> list[Group]:
    """Groups without applications are no groups."""
    found = []
    for number in range(MAX_GROUPS):
        names = tuple(sent.getlist(f"group-{number}-applications"))
        if names:
            everything = frozenset(letter for letter in LETTERS if f"group-{number}-{letter}-all" in sent)
            allowed = {letter: frozenset(sent.getlist(f"group-{number}-{letter}")) for letter in LETTERS}
            found.append(Group(names, everything, allowed))
    return found


def problems(fields: Mapping[str, Any], member: Member | None) -> list[str]:
    """Sentences; none when it can be stored."""
    found = []
    for name, title in (("full_name", _("A name is needed.")), ("username", _("A user name is needed."))):
        if not 0 < len(fields[name]) <= MAX_NAME_LENGTH or "\0" in fields[name]:
            found.append(title)
    if len(fields["email"]) > MAX_EMAIL_LENGTH or members.email_errors(fields["email"]):
        found.append(_("A valid e-mail is needed."))
    for name in ("username", "email"):
        value = fields[name].lower() if name == "email" else fields[name]
        if (
            value != getattr(member, name, None)
            and "\0" not in value
            and members.is_taken(name, value, by_other_than=member)
        ):
            found.append(_("Somebody else has this user name or e-mail."))
    if member is None and "password" not in fields:
        found.append(_("A password is needed."))
    elif "password" in fields:
        found += passwords.policy_errors(fields["password"])
    return list(dict.fromkeys(found))
