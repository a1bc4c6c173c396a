"""Django urls of plugins: screens and public pages. While the plugin is off they lead nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import Resolver404, URLPattern, URLResolver
from django.urls.resolvers import RegexPattern

from apps.plugin_api import states
from apps.plugin_api.registry import Registry

Patterns = Sequence[URLPattern | URLResolver]


@dataclass(frozen=True, slots=True)
class Pages:
    """`patterns` as in a urls.py: start addresses of screens with "applications/<str:application_id>/<plugin>"."""

    patterns: Patterns


PAGES: Registry[Pages] = Registry("group of pages")


class PluginPages(URLResolver):
    """All of them. Read anew at each request, as plugins go off and on; names of urls can always be reversed."""

    def __init__(self) -> None:
        super().__init__(RegexPattern(r""), [])

    @property
    def url_patterns(self) -> list[URLPattern | URLResolver]:
        return [pattern for pages in PAGES.all_entries() for pattern in pages.patterns]

    def resolve(self, path: Any) -> Any:
        """Raises Resolver404. Called in the event loop, where no store may be asked whether a plugin is on: the view is
        the one to find that out."""
        for name, pages in zip(PAGES.names(), PAGES.all_entries(), strict=True):
            try:
                match = URLResolver(RegexPattern(r""), list(pages.patterns)).resolve(path)
            except Resolver404:
                continue
            match.func = _while_on(PAGES.plugin_of(name), match.func)
            return match
        raise Resolver404({"path": path})


def _while_on(plugin: str, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not states.is_on(plugin):
            raise Http404
        return view(request, *args, **kwargs)

    return checked
