"""The pages in front of the dashboard: log in, log out, make the first account."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts import authentication, bootstrap, members
from apps.accounts.forms import SetupForm

MESSAGES = {
    "login.result": "Wrong user name or password.",
    "login.blocked": "Too many failed attempts. Wait a few minutes and try again.",
    "login.locked": "This account is locked. An administrator can unlock it.",
    "login.token-expired": "The page was open for too long. Please try again.",
}
REFUSALS = {authentication.Banned: "login.blocked", authentication.Locked: "login.locked"}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Anybody."""
    target = safe_target(request)
    if request.method == "POST":
        try:
            member = authentication.verify(request.POST.get("username", "").strip(), request.POST.get("password", ""))
        except authentication.Refused as refusal:
            return to_login(REFUSALS.get(type(refusal), "login.result"), target)
        open_session(request, member)
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    has_members = bootstrap.has_members()
    if not has_members and settings.FIRST_ADMIN == bootstrap.FIRST_ADMIN_ON_THE_WEB:
        return redirect("setup")
    problem = MESSAGES.get(request.GET.get("message", ""))
    return render(request, "accounts/login.html", {"problem": problem, "next": target, "has_members": has_members})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """Anybody. A mere link does not end a session."""
    if request.method == "POST":
        close_session(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Anybody, while there are no members and FIRST_ADMIN=web says that whoever comes first is meant."""
    if settings.FIRST_ADMIN != bootstrap.FIRST_ADMIN_ON_THE_WEB or bootstrap.has_members():
        return redirect("login")
    form = SetupForm(request.POST or None)
    if form.is_valid():
        try:
            member = bootstrap.create_first_admin(**form.cleaned_data)
        except bootstrap.AlreadySetUp:
            return redirect("login")
        except members.InvalidMember as error:
            for field, sentences in error.errors.items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            open_session(request, member)
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/setup.html", {"form": form}, status=422 if form.is_bound else 200)


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
