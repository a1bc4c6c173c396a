"""In which language a page speaks: the member's own, else what the browser asks for."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

_API = re.compile(r"/(i|o|api)(/|$)")


class PageLanguage(LocaleMiddleware):
    """Django's, with the `lang` of members. Answers to SDKs and API clients are English, as the protocol has them, and
    keep its headers."""

    def process_request(self, request: HttpRequest) -> None:
        if _API.match(request.path_info):
            translation.activate(settings.LANGUAGE_CODE)
            return
        super().process_request(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:  # else nobody is logged in, and no session need be read
            chosen = getattr(request.user, "lang", None)
            if chosen in dict(settings.LANGUAGES):
                translation.activate(chosen)
                request.LANGUAGE_CODE = chosen

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
