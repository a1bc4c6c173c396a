"""The pages in front of the dashboard: log in and log out."""

from typing import Any
from urllib.parse import quote, unquote, urlencode

from django.conf import settings
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import access, authentication, bootstrap, own_account, second_factor, second_step, sessions, tokens
from apps.accounts.models import Member
from apps.core.client_address import accountable_address
from apps.plugin_api import audit

MESSAGES = {
    "login.result": _("Wrong user name or password."),
    "login.blocked": _("Too many failed attempts. Wait a few minutes and try again."),
    "login.locked": _("This account is locked. An administrator can unlock it."),
    "login.token-expired": _("The page was open for too long. Please try again."),
    "logout.inactivity": _("You were logged out because nothing happened for a while."),
    "reset.done": _("Your password was changed. Log in with the new one."),
}
TYPED_NAME, TYPED_SECONDS = "login_name", 120
LONGEST_NAME = 254  # characters, as the field takes them
REFUSALS = {authentication.Banned: "login.blocked", authentication.Locked: "login.locked"}


@never_cache
@sensitive_post_parameters("password", "auth_code")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Anybody."""
    target = safe_target(request)
    if request.method == "POST":
        if "username" not in request.POST and "auth_code" in request.POST:
            return take_second_step(request, second_step.waiting(request), target)
        return take_first_step(request, target)
    if request.user.is_authenticated and "landing" not in request.GET:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    has_members = bootstrap.has_members()
    if not has_members and settings.FIRST_ADMIN == bootstrap.FIRST_ADMIN_ON_THE_WEB:
        return redirect("setup")
    problem = MESSAGES.get(request.GET.get("message", ""))
    typed = unquote(request.COOKIES.get(TYPED_NAME, ""))[:LONGEST_NAME]
    context = {"problem": problem, "next": target, "has_members": has_members, "username": typed}
    response = render(request, "accounts/login.html", context)
    if typed:
        response.delete_cookie(TYPED_NAME, path=settings.LOGIN_URL)
    return response


def take_first_step(request: HttpRequest, target: str) -> HttpResponse:
    name = request.POST.get("username", "").strip()
    try:
        member = authentication.verify(name, request.POST.get("password", ""))
    except authentication.Refused as refusal:
        note(request, "login_failed", {"username": name})
        return with_name(to_login(REFUSALS.get(type(refusal), "login.result"), target), name)
    if not second_step.is_needed(member):
        return let_in(request, member, target)
    found = second_step.begin(request, member)
    if request.POST.get("auth_code") and not found.secret:
        return take_second_step(request, found, target)
    return ask_for_code(request, found, target)


def with_name(response: HttpResponse, name: str) -> HttpResponse:
    """What was typed stands in the form again; not in the address, which would keep it."""
    if typed := quote(name[:LONGEST_NAME]):
        response.set_cookie(
            TYPED_NAME,
            typed,
            max_age=TYPED_SECONDS,
            path=settings.LOGIN_URL,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def take_second_step(request: HttpRequest, found: second_step.Waiting | None, target: str) -> HttpResponse:
    if found is None:
        return to_login("login.token-expired", target)
    try:
        is_right = second_step.accept(found, request.POST.get("auth_code", ""))
    except second_factor.Banned:
        return to_login("login.blocked", target)
    if not is_right:
        note(request, "login_failed", {"username": found.member.username})
        return ask_for_code(request, found, target, problem=_("This code is not right. Codes change every 30 seconds."))
    if not found.secret:
        return let_in(request, found.member, target)
    note(request, "two_factor_auth_enabled", {}, found.member)
    let_in(request, found.member, target)
    codes = second_factor.new_recovery_codes(found.member)
    context = {"codes": codes, "next": target or settings.LOGIN_REDIRECT_URL}
    return render(request, "accounts/recovery_codes.html", context)


def ask_for_code(request: HttpRequest, found: second_step.Waiting, target: str, problem: Any = "") -> HttpResponse:
    qr_code = second_factor.qr_code(found.member, found.secret) if found.secret else ""
    context = {"problem": problem, "next": target, "secret": found.secret, "qr_code": qr_code}
    return render(request, "accounts/second_factor.html", context)


def let_in(request: HttpRequest, member: Member, target: str, action: str = "login_success") -> HttpResponse:
    sessions.begin(request, member)
    if request.POST.get("lang"):
        own_account.set_language(member, request.POST["lang"])
    note(request, action, {}, member)
    return redirect(target or settings.LOGIN_REDIRECT_URL)


@never_cache
@require_safe
def login_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has a token that was made for this."""
    use = tokens.use(token, request.path, {}, purposes=(tokens.LOG_IN, tokens.LOGGED_IN))
    # A session has all rights of its member, so a token of some applications opens none.
    member = access.member_by_id(use.owner) if use and not use.applications else None
    if member is None or member.locked:
        note(request, "token_login_failed", {})
        return to_login("login.result", "")
    shown = "?ssr=true" if request.GET.get("ssr") else ""
    return let_in(request, member, settings.LOGIN_REDIRECT_URL + shown, "token_login_successfull")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """Anybody. A mere link does not end a session."""
    message = request.GET.get("message", "")
    if request.method == "POST" and request.user.is_authenticated:
        note(request, "logout", {}, request.user)
        close_session(request)
    return to_login(message, "") if message else redirect(settings.LOGOUT_REDIRECT_URL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A login page that was open for too long is no dead end."""
    if request.path == "/login":
        return to_login("login.token-expired", safe_target(request))
    return HttpResponseForbidden("Forbidden Token", content_type="text/plain")


def to_login(message: str, target: str) -> HttpResponse:
    query: dict[str, Any] = {"message": message, "next": target} if target else {"message": message}
    return redirect(f"{settings.LOGIN_URL}?{urlencode(query)}")


def safe_target(request: HttpRequest) -> str:
    """Where `next` leads, if that is on this server; otherwise empty."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_safe else ""


def note(request: HttpRequest, action: str, data: dict[str, Any], member: Any = None) -> None:
    """In the log of what people did."""
    audit.record(action, data, member=member, address=accountable_address(request))
