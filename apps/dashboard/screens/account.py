"""One's own account: who one is, how one logs in, how pages look."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import administration, members, own_account, passwords, pictures, second_factor, sessions
from apps.accounts.own_settings_views import described
from apps.accounts.password_views import sentence_of
from apps.accounts.views import note
from apps.core import mongo
from apps.core.client_address import accountable_address
from apps.plugin_api import configuration
from apps.shell.navigation import applications_of
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from apps.switchboard import settings as server_settings

SECRET_TO_SET_UP = "second_factor_secret"  # noqa: S105  a name in the session; its value is encrypted
SHOWN = "second_factor_shown"  # on the request: what is shown once

Answer = HttpResponse | None


def build(visit: Visit) -> list[Part]:
    shown = getattr(visit.request, SHOWN, {})
    parts: list[Part] = [
        Block(
            id="profile", file="dashboard/account/profile.html", values={"languages": settings.LANGUAGES}, width="half"
        ),
        Block(id="picture", file="dashboard/account/picture.html", width="half"),
        Block(
            id="password",
            file="dashboard/account/password.html",
            values={"policy": passwords.policy_text()},
            width="half",
        ),
        Block(id="key", file="dashboard/account/api_key.html", width="half"),
    ]
    if second_factor.is_on():
        state = {
            "is_enabled": second_factor.is_enabled(visit.member),
            "is_required": second_factor.is_asked_of_everybody(),
            "codes_left": second_factor.recovery_codes_left(visit.member),
            **shown,
        }
        parts.append(Block(id="second-factor", file="dashboard/account/second_factor.html", values=state, width="half"))
    rows = own_settings(visit)
    if rows:
        values = {"rows": rows}
        parts.append(Block(id="own-settings", file="dashboard/account/settings.html", values=values, width="half"))
    applications = applications_of(visit.member)
    if len(applications) > 1:
        listed = {"applications": applications}
        parts.append(Block(id="order", file="dashboard/account/applications.html", values=listed, width="half"))
    parts.append(Block(id="deletion", file="dashboard/account/deletion.html", width="half"))
    return parts


def own_settings(visit: Visit) -> list[dict[str, Any]]:
    """Those that the server lets members have for themselves."""
    namespaces = server_settings.visible()
    return [
        {
            "field": f"{namespace}.{key}",
            "title": about.title if (about := namespaces[namespace].described.get(key)) else key,
            "group": namespaces[namespace].title or namespace,
            "value": value,
            "is_flag": isinstance(value, bool),
        }
        for namespace, values in server_settings.of_member(visit.member).items()
        for key, value in values.items()
    ]


def post(visit: Visit) -> Answer:
    act = ACTIONS.get(visit.request.POST.get("action", ""))
    if act is None:
        return redirect("account")
    try:
        return act(visit)
    except own_account.NotChanged as reason:
        messages.error(visit.request, sentence_of(str(reason)))
        return redirect("account")


def change_profile(visit: Visit) -> Answer:
    names = ("full_name", "username", "email", "lang")
    sent = {name: visit.request.POST[name] for name in names if name in visit.request.POST}
    if sent.get("email", visit.member.email).strip().lower() != visit.member.email:  # there go links for new passwords
        own_account.require_password(visit.member, visit.request.POST.get("present", ""))
    changed = own_account.change(visit.member, sent)
    note(visit.request, "account_settings_updated", described(changed), visit.member)
    return done(visit, _("Saved."))


def change_picture(visit: Visit) -> Answer:
    upload = visit.request.FILES.get("member_image")
    owner = str(visit.member.pk)
    if visit.request.POST.get("remove"):
        pictures.remove(pictures.Bucket.MEMBERS, owner)
        changed = {"$unset": {"member_image": ""}}
    else:
        if upload is None or (upload.size or 0) > pictures.MAX_BYTES:
            return problem(visit, _("Choose a PNG, GIF or JPEG of at most 5 MB."))
        try:
            path = pictures.store(pictures.Bucket.MEMBERS, owner, upload.read())
        except pictures.NotAPicture:
            return problem(visit, _("Choose a PNG, GIF or JPEG of at most 5 MB."))
        changed = {"$set": {"member_image": path}}
    mongo.collection("members").update_one({"_id": visit.member.pk}, changed)
    note(visit.request, "account_settings_updated", {"member_image": True}, visit.member)
    return done(visit, _("Saved."))


def change_password(visit: Visit) -> Answer:
    sent = visit.request.POST
    if sent.get("new_pwd", "") != sent.get("again", ""):
        raise own_account.NotChanged("user-settings.passwords-differ")
    own_account.change_password(visit.member, sent.get("old_pwd", ""), sent.get("new_pwd", ""))
    sessions.keep(visit.request, visit.member)
    note(visit.request, "account_settings_updated", {"new_pwd": True}, visit.member)
    return done(visit, _("Your password was changed. Other sessions were ended."))


def end_other_sessions(visit: Visit) -> Answer:
    sessions.end_all(visit.member)
    sessions.keep(visit.request, visit.member)
    note(visit.request, "sessions_ended", {}, visit.member)
    return done(visit, _("You are logged out everywhere else."))


def change_own_settings(visit: Visit) -> Answer:
    changed: dict[str, dict[str, Any]] = {}
    for row in own_settings(visit):
        namespace, _dot, key = row["field"].partition(".")
        sent = visit.request.POST.get(row["field"])
        value = sent is not None if row["is_flag"] else sent
        if value is not None:
            changed.setdefault(namespace, {})[key] = value
    typed = {namespace: configuration.typed(namespace, values) for namespace, values in changed.items()}
    server_settings.change_of_member(typed, visit.member)
    note(visit.request, "account_settings_updated", {"settings": typed}, visit.member)
    return done(visit, _("Saved."))


def order_applications(visit: Visit) -> Answer:
    readable = {found.id for found in applications_of(visit.member)}
    sent = [found for found in dict.fromkeys(visit.request.POST.getlist("application")) if found in readable]
    if sent:
        own_account.set_application_order(visit.member, sent)
    return done(visit, _("Saved."))


def reset_key(visit: Visit) -> Answer:
    members.reset_api_key(visit.member)
    note(visit.request, "account_settings_updated", {"api_key": True}, visit.member)
    return done(visit, _("The API key is a new one."))


def start_second_factor(visit: Visit) -> Answer:
    """Shows the screen again, with the code to scan."""
    if second_factor.is_on() and not second_factor.is_enabled(visit.member):
        secret = second_factor.new_secret()
        visit.request.session[SECRET_TO_SET_UP] = second_factor.encrypt(secret)
        show(visit, secret=secret, qr_code=second_factor.qr_code(visit.member, secret))
    return None


def enable_second_factor(visit: Visit) -> Answer:
    stored = visit.request.session.get(SECRET_TO_SET_UP)
    secret = second_factor.decrypt(stored) if stored else None
    if not second_factor.is_on() or second_factor.is_enabled(visit.member) or secret is None:
        return redirect("account")
    if not second_factor.enable(visit.member, secret, visit.request.POST.get("auth_code", "")):
        wrong = _("This code is not right. Codes change every 30 seconds.")
        show(visit, secret=secret, qr_code=second_factor.qr_code(visit.member, secret), wrong=wrong)
        return None
    del visit.request.session[SECRET_TO_SET_UP]
    sessions.keep(visit.request, visit.member)
    note(visit.request, "two_factor_auth_enabled", {}, visit.member)
    show(visit, codes=second_factor.new_recovery_codes(visit.member))
    return None


def disable_second_factor(visit: Visit) -> Answer:
    """Asks for the password: a page that was left open must not be enough."""
    if second_factor.is_asked_of_everybody():
        return problem(visit, _("It is asked of everybody here and cannot be switched off."))
    own_account.require_password(visit.member, visit.request.POST.get("old_pwd", ""))
    second_factor.disable(visit.member)
    sessions.keep(visit.request, visit.member)
    note(visit.request, "two_factor_auth_disabled", {}, visit.member)
    return done(visit, _("Two-factor authentication is off."))


def renew_recovery_codes(visit: Visit) -> Answer:
    own_account.require_password(visit.member, visit.request.POST.get("old_pwd", ""))
    if second_factor.is_enabled(visit.member):
        show(visit, codes=second_factor.new_recovery_codes(visit.member))
    return None


def delete(visit: Visit) -> Answer:
    own_account.require_password(visit.member, visit.request.POST.get("old_pwd", ""))
    if members.is_last_global_admin(visit.member):
        return problem(visit, _("You are the last global administrator. Make somebody else one first."))
    administration.delete(visit.member, by=visit.member, address=accountable_address(visit.request))
    logout(visit.request)
    return redirect("login")


def show(visit: Visit, **values: object) -> None:
    """On this answer only: secrets and codes are never on a page that the browser asks for again."""
    setattr(visit.request, SHOWN, values)


def done(visit: Visit, text: str) -> HttpResponse:
    messages.success(visit.request, text)
    return redirect("account")


def problem(visit: Visit, text: str) -> HttpResponse:
    messages.error(visit.request, text)
    return redirect("account")


ACTIONS: dict[str, Callable[[Visit], Answer]] = {
    "profile": change_profile,
    "picture": change_picture,
    "password": change_password,
    "end_other_sessions": end_other_sessions,
    "settings": change_own_settings,
    "order_applications": order_applications,
    "reset_key": reset_key,
    "start_second_factor": start_second_factor,
    "enable_second_factor": enable_second_factor,
    "disable_second_factor": disable_second_factor,
    "renew_recovery_codes": renew_recovery_codes,
    "delete": delete,
}

ACCOUNT = Screen(
    name="account",
    route="account",
    title=gettext_lazy("Account settings"),
    build=build,
    post=post,
    has_period=False,
)
