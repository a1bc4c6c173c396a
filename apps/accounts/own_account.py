"""What members change of their own account: the only code that does."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts import members, passwords
from apps.accounts.failed_logins import count_attempt, forget
from apps.accounts.models import Member
from apps.accounts.validation import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH
from apps.core import mongo


class NotChanged(ValueError):
    """Nothing was stored. The message is the key by which front ends of the protocol know the reason."""


SENTENCES = {
    "user-settings.api-key-length": _("An API key has 32 characters."),
    "user-settings.api-key-restrict": _("An API key has letters and digits, both of them and nothing else."),
    "user-settings.api-key-exists": _("Choose another API key."),
    "management-users.username-required": _("A user name is needed."),
    "username-exists": _("Somebody else has this user name."),
    "user-settings.email-invalid": _("A valid e-mail is needed, which nobody else has."),
    "user-settings.name-required": _("A name of at most 200 characters is needed."),
    "user-settings.old-password-not-match": _("The present password is not right."),
    "user-settings.password-not-old": _("Choose a password that you have not had before."),
    "user-settings.passwords-differ": _("The two passwords differ."),
    "management-users.password.length": _("The password is too short, or longer than 1000 characters."),
    "management-users.password.common": _("Many people use this password. Choose another one."),
    "management-users.password.has-char": _("The password needs an upper-case letter."),
    "management-users.password.has-number": _("The password needs a digit."),
    "management-users.password.has-special": _("The password needs a symbol."),
}


def change(member: Member, sent: Mapping[str, str]) -> dict[str, list[str]]:
    """The given fields among `username`, `full_name`, `email`, `api_key` and `lang`; answers with what was before and
    what is now of those that changed. Raises NotChanged."""
    checked = {name: check(member, sent[name]) for name, check in _CHECKS.items() if name in sent}
    before = {name: getattr(member, name) for name in checked}
    for name, value in checked.items():
        setattr(member, name, value)
    try:
        members.store(member)
    except members.InvalidMember as error:
        reason = "user-settings.email-invalid" if "email" in checked else "user-settings.api-key-exists"
        raise NotChanged(reason) from error
    changed = {name: [before[name], value] for name, value in checked.items() if value != before[name]}
    if "email" in changed:
        members.end_old_ways_in(member, has_new_password=False)
    return changed


def change_password(member: Member, old: str, new: str) -> None:
    """Sessions and logins elsewhere end. Raises NotChanged."""
    require_password(member, old)
    choose_password(member, new)


def choose_password(member: Member, new: str) -> None:
    """As who may: the old password, or a link from a mail, was shown. Raises NotChanged."""
    check_new_password(member, new)
    members.set_password(member, new, chose_password=True)
    members.store(member)
    members.end_old_ways_in(member, has_new_password=True)


def check_new_password(member: Member, new: str) -> None:
    """Raises NotChanged."""
    key = passwords.policy_key(new)
    if key:
        raise NotChanged(key)
    if passwords.is_used(new, member.password, member.password_history):
        raise NotChanged("user-settings.password-not-old")


def require_password(member: Member, password: str) -> None:
    """Counted as a log in: a stolen session or API key must not be a way to guess it. Raises NotChanged."""
    name = member.username or member.email
    if not count_attempt(name) or not passwords.verify(password, member.password).is_right:
        raise NotChanged("user-settings.old-password-not-match")
    forget(name)


def set_language(member: Member, language: str) -> bool:
    if not is_language(language):
        return False
    if member.lang != language:
        member.lang = language
        members.store(member)
    return True


def is_language(language: str) -> bool:
    return language in dict(settings.LANGUAGES) or bool(re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", language))


def active_application(member: Any) -> str:
    """The id of the one looked at last, on whichever browser; "" before the first."""
    found = mongo.collection("members").find_one({"_id": member.pk}, {"active_app_id": 1}) or {}
    application_id = found.get("active_app_id")
    return application_id if isinstance(application_id, str) else ""


def set_active_application(member: Any, application_id: str) -> None:
    _set(member, {"active_app_id": application_id})


def set_application_order(member: Member, application_ids: list[str]) -> None:
    _set(member, {"appSortList": application_ids})


def set_column_order(member: Member, table: str, parts: Mapping[str, Any]) -> None:
    """`parts`: storable values under `tableSortMap` and `reorderSortMap`."""
    _set(member, {f"columnOrder.{table}.{name}": value for name, value in parts.items()})


def _set(member: Any, fields: Mapping[str, Any]) -> None:
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": dict(fields)})


def _username(member: Member, sent: str) -> str:
    name = sent.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH or "\0" in name:
        raise NotChanged("management-users.username-required")
    if name != member.username and members.is_taken("username", name, by_other_than=member):
        raise NotChanged("username-exists")
    return name


def _full_name(member: Member, sent: str) -> str:
    name = sent.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH or "\0" in name:
        raise NotChanged("user-settings.name-required")
    return name


def _email(member: Member, sent: str) -> str:
    email = sent.strip().lower()
    is_usable = len(email) <= MAX_EMAIL_LENGTH and not members.email_errors(email)
    if not is_usable or (email != member.email and members.is_taken("email", email, by_other_than=member)):
        raise NotChanged("user-settings.email-invalid")
    return email


def _api_key(member: Member, sent: str) -> str:
    if len(sent) != members.API_KEY_LENGTH:
        raise NotChanged("user-settings.api-key-length")
    if not re.fullmatch(r"[0-9a-zA-Z]+", sent) or not re.search("[0-9]", sent) or not re.search("[a-zA-Z]", sent):
        raise NotChanged("user-settings.api-key-restrict")
    return sent


def _language(member: Member, sent: str) -> str | None:
    return sent if is_language(sent) else member.lang


_CHECKS = {"username": _username, "full_name": _full_name, "email": _email, "api_key": _api_key, "lang": _language}
