"""The token of forms under the names that the protocol gives it, beside Django's own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

FIELD = "_csrf"
HEADER = "X-CSRF-Token"


class FormTokens(CsrfViewMiddleware):
    """`_csrf` in the form or the query, or the header `x-csrf-token`. The check is Django's."""

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> HttpResponseForbidden | None:
        if getattr(callback, "csrf_exempt", False):
            return None  # of the API: it reads the body by itself
        if request.method == "POST" and settings.CSRF_HEADER_NAME not in request.META:
            sent = request.headers.get(HEADER) or request.GET.get(FIELD) or request.POST.get(FIELD)
            if sent:
                request.META[settings.CSRF_HEADER_NAME] = sent
        return super().process_view(request, callback, args, kwargs)
