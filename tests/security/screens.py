"""Who may open each page, by hand: `reader FEATURE` (or `creator`, `updater`) of the application in the address,
with `object` where it is about something that is not there;
`some` who may read anything of it; `admin` its administrators; `administrators` those of any application; `members`
all who are logged in; `global_admin`; `data` who may see some application's data or everything; `open` anybody; `post`
forms and uploads only, which decide by themselves. Plugins have theirs in `tests/security.py` of their package. And the
pages that are really served."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from apps.openapi.addresses import API
from apps.shell.screens import Screen
from tests.security import offered

TABLE = """
/ open
/account members
/account/password post
/account/tokens members
/api-key open
/appimages/<path:name> open
/applications/<str:application_id> some
/applications/<str:application_id>/connect reader core
/applications/<str:application_id>/events reader events
/applications/<str:application_id>/events/all reader events
/applications/<str:application_id>/events/manage reader events
/applications/<str:application_id>/geo reader core
/applications/<str:application_id>/geo/cities reader core
/applications/<str:application_id>/live reader core
/applications/<str:application_id>/loyalty reader core
/applications/<str:application_id>/manage admin
/applications/<str:application_id>/notes reader core
/applications/<str:application_id>/overview reader core
/applications/<str:application_id>/sessions reader core
/applications/<str:application_id>/sessions/durations reader core
/applications/<str:application_id>/sessions/frequency reader core
/applications/<str:application_id>/tasks reader core
/applications/<str:application_id>/tasks/<str:task_id> reader core
/applications/<str:application_id>/tasks/<str:task_id>/file reader core object
/applications/<str:application_id>/technology reader core
/applications/<str:application_id>/technology/carriers reader core
/applications/<str:application_id>/technology/devices reader core
/applications/<str:application_id>/technology/resolutions reader core
/applications/<str:application_id>/technology/versions reader core
/applications/<str:application_id>/users reader core
/applications/<str:application_id>/users/profiles reader core
/applications/<str:application_id>/users/profiles/<str:uid> reader core
/applications/<str:application_id>/users/profiles/<str:uid>/export reader core object
/applications/new global_admin
/apps/icon post
/dashboard members
/dashboard/settings post
/demo post
/forgot open
/health global_admin
/jobs global_admin
/language post
/login open
/login/token/<str:token> open
/logout open
/manage/applications administrators
/manage/features global_admin
/manage/members global_admin
/manage/members/<str:member_id> global_admin
/manage/members/new global_admin
/manage/settings global_admin
/member/icon post
/memberimages/<path:name> open
/mobile/login post
/palette members
/ping open
/presets members
/reset post
/reset/<str:prid> open
/robots.txt open
/session open
/setup open
/user/settings post
/user/settings/active-app post
/user/settings/column-order post
/user/settings/lang post
/user/settings/table-columns post
/users/check/email post
/users/check/username post
"""


@dataclass(frozen=True, slots=True)
class Page:
    route: str
    view: Any
    screen: Screen | None

    @property
    def parts(self) -> list[str]:
        """Names of what varies in the address."""
        return re.findall(r"<\w+:(\w+)>", self.route)

    def path(self, **values: str) -> str:
        """With values in place of `<str:name>`."""
        path = self.route
        for name, value in values.items():
            path = path.replace(f"<str:{name}>", value).replace(f"<path:{name}>", value)
        assert "<" not in path, f"no value for a part of {path}"
        return path


def rows() -> dict[str, tuple[str, ...]]:
    table = offered.tables("PAGES", TABLE).split("\n")
    return {route: tuple(rule) for route, *rule in (line.split() for line in table if line)}


def served() -> list[Page]:
    """But the API and Django's admin."""
    return [
        Page(route, pattern.callback, _screen(pattern))
        for route, pattern in _walk(get_resolver().url_patterns, "/")
        if not route.startswith(("/admin/", "/<plugin_endpoint:", "/^")) and not API.match(route)
    ]


def of_admin() -> list[str]:
    return [route for route, _ in _walk(get_resolver().url_patterns, "/") if route.startswith("/admin/")]


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def _screen(pattern: URLPattern) -> Screen | None:
    found = getattr(inspect.unwrap(pattern.callback), "__self__", None)
    return found if isinstance(found, Screen) else None
