"""Who may open a screen. Every view of a page is wrapped by one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from apps.accounts import access, own_account
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.plugin_api import features
from apps.plugin_api.menu import global_admins
from apps.shell.zones import zone_of

LAST_APPLICATION = "application_id"  # in the session

View = Callable[..., HttpResponseBase]


def for_application(feature: str = "core", letter: str = "r") -> Callable[[View], View]:
    """Members with that right on the feature. The view gets the ApplicationInfo in place of its id. An application of
    which one may see nothing does not exist: 404; a feature that is not granted is refused: 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, application_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            application = lookup.by_id(application_id)
            if application is None or not may_see(request.user, application_id):
                raise Http404("No such application")
            if not access.has_right(request.user, letter, application_id, feature):
                raise PermissionDenied
            request.application = application  # type: ignore[attr-defined]  # the shell marks it as the current one
            if request.session.get(LAST_APPLICATION) != application.id:
                request.session[LAST_APPLICATION] = application.id
                own_account.set_active_application(request.user, application.id)  # other browsers begin with it
            with timezone.override(zone_of(application.timezone)):  # in which days and moments of it are told
                return view(request, application, *args, **kwargs)

        return gated

    return decorate


def for_members(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    """Members of whom `allowed` is true: see plugin_api.menu for `everybody` and `global_admins`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            if not allowed(request.user):
                raise PermissionDenied
            request.application = last_application(request)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return gated

    return decorate


for_global_admin = for_members(global_admins)


def may_see(member: Any, application_id: str) -> bool:
    """Something of the application."""
    return access.can_read(member, application_id, tuple(features.names()))


def last_application(request: HttpRequest) -> ApplicationInfo | None:
    """The one this browser looked at last: pages about the whole server keep it in their sidebar."""
    application_id = str(request.session.get(LAST_APPLICATION) or "")
    application = lookup.by_id(application_id) if application_id else None
    return application if application and may_see(request.user, application_id) else None


def to_login(request: HttpRequest) -> HttpResponse:
    """A part of a page cannot become a login form: the browser is told to load the whole page again."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())
