"""What administrators do with members, with all that follows: mails and the log. For the API, screens and admin."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import failed_logins, members, password_resets, shown_members
from apps.accounts.models import Member
from apps.plugin_api import audit


def create(fields: Mapping[str, Any], *, by: Member, address: str) -> Member:
    """With an invitation. Raises as members.add_member."""
    member = members.add_member(fields)
    note_created(member, by=by, address=address)
    return member


def note_created(member: Member, *, by: Member, address: str) -> None:
    """For a member that was just stored."""
    password_resets.send_invitation(member)
    audit.record("user_created", shown_members.own(member.pk), member=by, address=address)


def change(member: Member, fields: Mapping[str, Any], *, by: Member, address: str) -> None:
    """With a notice of a new password where `send_notification` asks for it. Raises as members.change_member."""
    before = shown_members.own(member.pk)
    members.change_member(member, fields, by=by)
    if fields.get("password") and fields.get("send_notification"):
        password_resets.send_notice(member)
    note_changed(member, before, fields, by=by, address=address)


def note_changed(
    member: Member, before: Mapping[str, Any], update: Mapping[str, Any], *, by: Member, address: str
) -> None:
    data = {"before": before, "update": update, "_id": str(member.pk)}
    audit.record("user_updated", data, member=by, address=address)


def delete(member: Member, *, by: Member, address: str) -> None:
    action = "user_account_deleted" if member.pk == by.pk else "user_deleted"
    deleted = shown_members.own(member.pk)
    members.delete_member(member)
    audit.record(action, deleted, member=by, address=address)


def reset_api_key(member: Member, *, by: Member, address: str) -> None:
    members.reset_api_key(member)
    note_changed(member, {}, {"api_key": member.api_key}, by=by, address=address)  # the log keeps that it changed


def forget_failed_logins(*names: str, by: Member, address: str) -> None:
    """Of a user name, and of the e-mail address of the same person, whether somebody has them or not."""
    for name in names:
        for kind in (failed_logins.LOGIN, failed_logins.CODE):
            failed_logins.forget(name, kind)
    audit.record("failed_logins_reset", {"username": names[0]}, member=by, address=address)
