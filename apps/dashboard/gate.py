"""Who may open a screen. Every view of an application is wrapped by `for_application`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts import access
from apps.applications import lookup

LAST_APPLICATION = "application_id"  # in the session

View = Callable[..., HttpResponse]


def for_application(view: View) -> View:
    """The view gets the ApplicationInfo in place of its id. Somebody else's application does not exist: 404."""

    @wraps(view)
    def gated(request: HttpRequest, application_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_login(request)
        application = lookup.by_id(application_id)
        if application is None or not access.can_read(request.user, application_id):
            raise Http404("No such application")
        request.application = application  # type: ignore[attr-defined]  # the shell marks it as the current one
        if request.session.get(LAST_APPLICATION) != application.id:
            request.session[LAST_APPLICATION] = application.id
        return view(request, application, *args, **kwargs)

    return gated


def for_global_admin(view: View) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_login(request)
        if not getattr(request.user, "global_admin", False):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return gated


def _to_login(request: HttpRequest) -> HttpResponse:
    """A part of a page cannot become a login form: the browser is told to load the whole page again."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())
