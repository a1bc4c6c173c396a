"""Members and their rights, for global administrators."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import (
    access,
    administration,
    failed_logins,
    members,
    passwords,
    permissions,
    second_factor,
)
from apps.accounts.models import Member
from apps.accounts.views import note
from apps.applications import lookup
from apps.core.client_address import accountable_address
from apps.dashboard import member_forms
from apps.plugin_api.menu import MENU, global_admins
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit

ROLES = {
    "global": gettext_lazy("Global administrator"),
    "admin": gettext_lazy("Administrator"),
    "user": gettext_lazy("User"),
    "none": gettext_lazy("No access"),
}
AUDIT_LOG = "systemlogs"  # a plugin's screen, there while it is on
PROBLEMS = "member_problems"  # on the request: why what was sent was not stored


def role_of(member: Member) -> str:
    if member.global_admin:
        return "global"
    if permissions.administered(member.permission) or (member.permission is None and member.admin_of):
        return "admin"
    return "user" if access.readable_applications(member) else "none"


def build_list(visit: Visit) -> list[Part]:
    everybody = list(Member.objects.all())
    banned = banned_among(everybody)
    wanted, search = visit.address.get("role"), visit.address.get("search").strip().casefold()
    rows = [described(member, banned) for member in everybody]
    shown = [row for row in rows if (not wanted or row["role"] == wanted) and search in row["text"]]
    values = {
        "rows": sorted(shown, key=lambda row: str(row["name"]).casefold()),
        "roles": [{"key": key, "title": title, "is_current": key == wanted} for key, title in ROLES.items()],
        "search": visit.address.get("search"),
    }
    return [Block(id="members", file="dashboard/members/list.html", values=values)]


def banned_among(members: Iterable[Member]) -> set[str]:
    return failed_logins.banned_among(name for member in members for name in (member.username, member.email))


def described(member: Member, banned: set[str]) -> dict[str, Any]:
    role = role_of(member)
    return {
        "id": str(member.pk),
        "name": member.full_name or member.username or member.email,
        "username": member.username,
        "email": member.email,
        "picture": member.member_image,
        "role": role,
        "role_title": ROLES[role],
        "created": member.created_at,
        "last_login": member.last_login,
        "is_locked": member.locked,
        "is_banned": not banned.isdisjoint({member.username, member.email}),
        "text": f"{member.full_name} {member.username} {member.email}".casefold(),
    }


def build_one(visit: Visit) -> list[Part]:
    member = found(visit)
    form = member_forms.shown(member, lookup.all_applications(), sent=sent_of(visit))
    values = {
        **form,
        "problems": getattr(visit.request, PROBLEMS, []),
        "policy": passwords.policy_text(),
        "is_own": member is not None and member.pk == visit.member.pk,
    }
    parts: list[Part] = [Block(id="member", file="dashboard/members/form.html", values=values)]
    if member is not None:
        state = {
            "about": described(member, banned_among([member])),
            "has_second_factor": second_factor.is_enabled(member),
            "is_own": values["is_own"],
            "log": f"{reverse(AUDIT_LOG)}?{urlencode({'q': member.email})}" if MENU.get(AUDIT_LOG) else "",
        }
        parts.append(Block(id="member-actions", file="dashboard/members/actions.html", values=state))
    return parts


def save(visit: Visit) -> Done | None:
    """None shows the form again, with what is wrong."""
    member = found(visit)
    fields = member_forms.read(visit.request.POST, member, by=visit.member)
    problems = member_forms.problems(fields, member)
    who: dict[str, Any] = {"by": visit.member, "address": accountable_address(visit.request)}
    if not problems:
        try:
            if member is None:
                member = administration.create(fields, **who)
                text = _("Made. An invitation is on its way.")
            else:
                administration.change(member, fields, **who)
                text = _("Saved.")
        except members.LastGlobalAdmin:
            problems = [_("This is the last global administrator. Make somebody else one first.")]
        except (members.AlreadyExists, members.InvalidMember):
            problems = [_("Somebody else has this user name or e-mail.")]
        else:
            return Done(text, reverse("member", args=[str(member.pk)]))
    setattr(visit.request, PROBLEMS, problems)
    return None


def set_locked(visit: Visit, member: Member, *, locked: bool) -> str:
    if member.pk == visit.member.pk:
        return _("Nobody locks themselves out.")
    address = accountable_address(visit.request)
    administration.change(member, {"locked": locked}, by=visit.member, address=address)
    return _("Locked.") if locked else _("Unlocked.")


def lift_ban(visit: Visit, member: Member) -> str:
    address = accountable_address(visit.request)
    administration.forget_failed_logins(member.username, member.email, by=visit.member, address=address)
    return _("Failed log-ins are forgotten.")


def disable_second_factor(visit: Visit, member: Member) -> str:
    second_factor.disable(member)
    data = {"_id": str(member.pk), "username": member.username}
    note(visit.request, "two_factor_auth_disabled", data, visit.member)
    return _("Two-factor authentication is off for this member.")


def delete(visit: Visit, member: Member) -> str:
    if member.pk == visit.member.pk:
        return _("Delete your own account on the page of your account.")
    administration.delete(member, by=visit.member, address=accountable_address(visit.request))
    return _("Deleted.")


def found(visit: Visit) -> Member | None:
    """None on the page of a new member."""
    member_id = visit.path.get("member_id")
    if member_id is None:
        return None
    member = access.member_by_id(member_id)
    if member is None:
        raise Http404("No such member")
    return member


def sent_of(visit: Visit) -> Any:
    return visit.request.POST if visit.request.method == "POST" else None


def administers(visit: Visit) -> bool:
    """Who may open the screen may do so."""
    return global_admins(visit.member)


def with_member(act: Callable[[Visit, Member], str], *, leads_to_list: bool = False) -> FormAction:
    """Of a member who is there; `act` answers what people read."""

    def run(visit: Visit) -> Done:
        member = found(visit)
        if member is None:
            raise Http404("No such member")
        return Done(act(visit, member), reverse("members") if leads_to_list else "")

    return FormAction(administers, run)


ACTIONS = {
    "save": FormAction(administers, save),
    "lock": with_member(partial(set_locked, locked=True)),
    "unlock": with_member(partial(set_locked, locked=False)),
    "lift_ban": with_member(lift_ban),
    "disable_second_factor": with_member(disable_second_factor),
    "delete": with_member(delete, leads_to_list=True),
}

MEMBERS = Screen(
    name="members",
    route="manage/members",
    title=gettext_lazy("Members"),
    allowed=global_admins,
    build=build_list,
    has_period=False,
    actions="dashboard/members/list_actions.html",
)
NEW_MEMBER = Screen(
    name="new_member",
    route="manage/members/new",
    entry="members",
    title=gettext_lazy("New member"),
    allowed=global_admins,
    build=build_one,
    post=post_of(ACTIONS),
    has_period=False,
)
MEMBER = Screen(
    name="member",
    route="manage/members/<str:member_id>",
    entry="members",
    title=gettext_lazy("Member"),
    allowed=global_admins,
    build=build_one,
    post=post_of(ACTIONS),
    has_period=False,
)
