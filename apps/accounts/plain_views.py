"""Addresses that programs ask: signs of life, the state of a session, the API key for a password."""

import base64

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from pymongo.errors import PyMongoError

from apps.accounts import authentication, second_factor, sessions
from apps.accounts.models import Member
from apps.accounts.views import REFUSALS, note
from apps.core import mongo
from apps.plugin_api import configuration

CHALLENGE = {"WWW-Authenticate": "Basic realm=Authorization Required"}


@never_cache
@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    """Anybody: whether the database answers."""
    try:
        mongo.database().command("ping")
    except PyMongoError:
        return plain("DB Error", 404)
    return plain("Success")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Anybody."""
    return plain(str(configuration.read("security")["robotstxt"]))


@never_cache
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Anybody, of their own session. With `check_session` the question does not count as activity."""
    if not request.user.is_authenticated:
        return plain("login")
    if sessions.is_over(request):
        logout(request)
        return plain("logout")
    if "check_session" not in request.GET:
        sessions.note_activity(request)
    return plain("success")


@never_cache
@require_safe
def api_key(request: HttpRequest) -> HttpResponse:
    """Whoever knows a member's password, and the code of the second factor (`auth_code`) where there is one."""
    name, password = basic_credentials(request.headers.get("Authorization", ""))
    if not name:
        return plain("-1", 401, CHALLENGE)
    try:
        member = verify_both(name, password, request.GET.get("auth_code", ""))
    except authentication.Refused:
        note(request, "api-key_failed", {"username": name})
        return plain("-1", 401, CHALLENGE)
    note(request, "api-key_success", {}, member)
    return plain(member.api_key)


@never_cache
@sensitive_post_parameters("password", "auth_code")
@require_POST
def mobile_login(request: HttpRequest) -> HttpResponse:
    """Whoever knows a member's password, and the code of the second factor where there is one."""
    name = request.POST.get("username", "").strip()
    try:
        member = verify_both(name, request.POST.get("password", ""), request.POST.get("auth_code", ""))
    except authentication.Refused as refusal:
        note(request, "mobile_login_failed", {"username": name})
        return redirect(f"/login?message={REFUSALS.get(type(refusal), 'login.result')}")
    note(request, "mobile_login_success", {}, member)
    return render(request, "accounts/mobile_key.html", {"api_key": member.api_key})


def verify_both(name: str, password: str, code: str) -> Member:
    """Raises authentication.Refused. Who has yet to set up a second factor that is asked of everybody is refused."""
    member = authentication.verify(name, password)
    if second_factor.must_set_up(member):
        raise authentication.WrongCredentials
    try:
        if second_factor.is_enabled(member) and not second_factor.accept(member, code):
            raise authentication.WrongCredentials
    except second_factor.Banned as error:
        raise authentication.Banned from error
    return member


def basic_credentials(header: str) -> tuple[str, str]:
    """Two empty texts when there are none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, no UTF-8
        return "", ""
    return name.strip(), password


def plain(text: str, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
