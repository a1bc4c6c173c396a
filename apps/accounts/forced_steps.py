"""What a member has to do before anything else: choose a password of their own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts import password_age, password_views

ALWAYS_OPEN = ("/i/", "/o/", "/logout", "/login", "/session", "/ping", "/robots.txt", "/memberimages/", "/appimages/")
OWN_PASSWORD = ("/user/settings", "/account/password")


def require_new_password(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. The form stands in place of the dashboard, and every other page leads there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_asked(request):
            return get_response(request)
        if request.path == settings.LOGIN_REDIRECT_URL and request.method in ("GET", "HEAD"):
            return password_views.forced(request)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": settings.LOGIN_REDIRECT_URL})
        return redirect(settings.LOGIN_REDIRECT_URL)

    return middleware


def _is_asked(request: HttpRequest) -> bool:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    if request.path.startswith((*ALWAYS_OPEN, *OWN_PASSWORD, settings.STATIC_URL)):
        return False
    return request.user.is_authenticated and password_age.must_change(request.user)  # type: ignore[arg-type]  # a member
