"""The pages for a new password: asked for, by a link from a mail, or because it is due."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import failed_logins, own_account, password_resets, passwords, second_factor, sessions
from apps.accounts.models import Member
from apps.accounts.pages import for_member
from apps.accounts.validation import MAX_EMAIL_LENGTH
from apps.accounts.views import MESSAGES, note
from apps.core.client_address import accountable_address

CODE_NEEDED = "reset.code"


def sentence_of(key: str) -> str:
    """What a key in an address says; unknown ones say nothing."""
    sentences: dict[str, Any] = {
        **own_account.SENTENCES,
        CODE_NEEDED: _("The code of your authenticator is not right."),
        "login.blocked": MESSAGES["login.blocked"],
    }
    return str(sentences.get(key, ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Anybody. The answer does not tell whether there is such an account."""
    if request.method == "POST":
        address = accountable_address(request)
        if not failed_logins.count_attempt(address, failed_logins.FORGOT):
            return redirect("/forgot?message=login.blocked")
        email = request.POST.get("email", "")
        if "@" in email and len(email) <= MAX_EMAIL_LENGTH:
            note(request, "password_request", {"email": email})
            password_resets.send_soon(email)
        return redirect("/forgot?message=forgot.result")
    key = request.GET.get("message", "")
    context = {"is_sent": key == "forgot.result", "problem": sentence_of(key)}
    return render(request, "accounts/forgot.html", context)


@never_cache
@require_safe
def reset_form(request: HttpRequest, prid: str) -> HttpResponse:
    """Whoever has the link."""
    member = password_resets.find(prid)
    if member is None:
        return to_forgot(request)
    context = {
        "prid": prid,
        "needs_code": second_factor.is_enabled(member),
        "policy": passwords.policy_text(),
        "problem": sentence_of(request.GET.get("message", "")),
    }
    return render(request, "accounts/reset.html", context)


@never_cache
@sensitive_post_parameters("password", "again", "prid", "auth_code")
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Whoever has the link. It is spent only by a password that can be taken."""
    prid, password = request.POST.get("prid", ""), request.POST.get("password", "")
    member = password_resets.find(prid)
    if member is None:
        return to_forgot(request)
    problem = _problem(request, member, password)
    if problem:
        return redirect(f"/reset/{prid}?{urlencode({'message': problem})}")
    redeemed = password_resets.redeem(prid)
    if redeemed is None or redeemed.pk != member.pk:
        return to_forgot(request)
    own_account.choose_password(redeemed, password)
    for name in {redeemed.username, redeemed.email}:
        failed_logins.forget(name)
    note(request, "password_reset", {}, redeemed)
    return redirect("/login?message=reset.done")


@never_cache
@require_POST
@sensitive_post_parameters("old_pwd", "new_pwd", "again")
@for_member
def change(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own. The other sessions end, this one goes on."""
    old, new = request.POST.get("old_pwd", ""), request.POST.get("new_pwd", "")
    try:
        if new != request.POST.get("again", ""):
            raise own_account.NotChanged("user-settings.passwords-differ")
        own_account.change_password(member, old, new)
    except own_account.NotChanged as problem:
        return _form(request, problem=sentence_of(str(problem)), status=422)
    sessions.keep(request, member)
    note(request, "account_settings_updated", {"new_pwd": True}, member)
    messages.success(request, _("Your password was changed. Other sessions were ended."))
    return redirect("dashboard")


def forced(request: HttpRequest) -> HttpResponse:
    """In place of the dashboard."""
    return _form(request)


def to_forgot(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This link does not work any more. Ask for a new one."))
    return redirect("/forgot")


def _form(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"problem": problem, "policy": passwords.policy_text()}
    return never_cache(render)(request, "accounts/new_password.html", context, status=status)


def _problem(request: HttpRequest, member: Member, password: str) -> str:
    """A key; empty when the password can be taken. The code comes last: asking uses it up."""
    try:
        own_account.check_new_password(member, password)
    except own_account.NotChanged as reason:
        return str(reason)
    if password != request.POST.get("again", ""):
        return "user-settings.passwords-differ"
    code = request.POST.get("auth_code", "")
    try:
        is_allowed = not second_factor.is_enabled(member) or second_factor.accept(member, code)
    except second_factor.Banned:
        return "login.blocked"
    return "" if is_allowed else CODE_NEEDED
