"""Sessions of the dashboard: when they begin, and when they end because nobody is there."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts import preferences, tokens
from apps.accounts.models import Member
from apps.core import clock, mongo

LAST_ACTIVE = "last_active"  # unix seconds
NOTED_EVERY_SECONDS = 30
DAY_SECONDS, YEAR_SECONDS = 86_400, 365 * 86_400
INACTIVE = "logout.inactivity"
QUESTION = "/session"  # asks how the session is, and is no activity by itself
API_PATHS = ("/i/", "/o/", settings.STATIC_URL)


def begin(request: HttpRequest, member: Member) -> None:
    """Under a new key: one that somebody else knows from before is worth nothing."""
    login(request, member)
    request.session[LAST_ACTIVE] = clock.now_s()
    limit = timeout_seconds(member)
    # The stored session outlives the limit by a day, so that who comes late is told why they have to log in.
    request.session.set_expiry(limit + DAY_SECONDS if limit else YEAR_SECONDS)


def end_all(member: Member) -> None:
    """Wherever the member is logged in. `keep` afterwards spares the session of the request."""
    mongo.collection("members").update_one({"_id": member.pk}, {"$inc": {"session_generation": 1}})
    member.refresh_from_db(fields=["session_generation"])
    tokens.end_logins(str(member.pk))


def keep(request: HttpRequest, member: Member) -> None:
    """The session in which the member has just ended all, or changed the password; under a new key."""
    update_session_auth_hash(request, member)


def timeout_seconds(member: Member) -> int:
    """0: never."""
    minutes = preferences.read("frontend", member)["session_timeout"]
    return max(int(minutes * 60), 0)


def is_over(request: HttpRequest) -> bool:
    """Whether nobody did anything for too long. Of somebody who is logged in."""
    last = request.session.get(LAST_ACTIVE)
    limit = timeout_seconds(request.user)  # type: ignore[arg-type]  # a member
    return bool(limit) and isinstance(last, int) and clock.now_s() - last > limit


def note_activity(request: HttpRequest) -> None:
    if clock.now_s() - (request.session.get(LAST_ACTIVE) or 0) >= NOTED_EVERY_SECONDS:
        request.session[LAST_ACTIVE] = clock.now_s()


def end_the_inactive(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Opening a page and sending a form count as activity, a page that refreshes itself does not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith((QUESTION, *API_PATHS)):
            return get_response(request)
        if not request.user.is_authenticated:
            return get_response(request)
        if is_over(request):
            logout(request)
            return get_response(request) if request.path == settings.LOGIN_URL else _to_login(request)
        if is_activity(request):
            note_activity(request)
        return get_response(request)

    return middleware


def is_activity(request: HttpRequest) -> bool:
    is_part = request.headers.get("HX-Request") == "true"
    return request.method == "POST" or (request.method == "GET" and not is_part)


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect(f"{settings.LOGIN_URL}?message={INACTIVE}")
