"""Django urls of plugins: screens and public pages. While the plugin is off they lead nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RegexPattern

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
        """Raises Resolver404."""
        shown = URLResolver(RegexPattern(r""), [pattern for pages in PAGES.entries() for pattern in pages.patterns])
        return shown.resolve(path)
