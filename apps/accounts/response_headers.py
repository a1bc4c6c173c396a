"""Headers of pages that administrators choose: `security.dashboard_additional_headers`, a `Name:value` on each line."""

import re
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse

from apps.core.answers import HEADERS
from apps.plugin_api import configuration

NAME = re.compile(r"[A-Za-z0-9-]+")
VALUE = re.compile(r"[\x20-\x7e]*")
OF_THE_API = next(iter(HEADERS))  # an answer with it has headers of its own


def add_chosen_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. A page that is made to be framed elsewhere (`xframe_options_exempt`) stays so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if OF_THE_API in response.headers:
            return response
        for name, value in chosen(str(configuration.read("security")["dashboard_additional_headers"])):
            is_exempt = name.lower() == "x-frame-options" and getattr(response, "xframe_options_exempt", False)
            if not is_exempt:
                response.headers.setdefault(name, value)
        return response

    return middleware


def chosen(text: str) -> Iterator[tuple[str, str]]:
    """Lines that are no header are left out."""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if NAME.fullmatch(name.strip()) and VALUE.fullmatch(value.strip()):
            yield name.strip(), value.strip()
