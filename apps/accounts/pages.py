"""Who may open a page of accounts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import Member

View = Callable[..., HttpResponse]


def for_member(view: View) -> View:
    """The view gets the member who is logged in."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Member):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, *args, **kwargs)

    return gated


def for_member_or_401(view: View) -> View:
    """As `for_member`, for what scripts call: they cannot log in."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Member):
            return HttpResponse("Unauthorized", status=401, content_type="text/plain")
        return view(request, request.user, *args, **kwargs)

    return gated
