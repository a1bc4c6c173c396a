"""A page of the dashboard in a few lines: who may see it, what it is made of. docs/plugins.md shows how.

The whole page and its content alone (for htmx) come from the same function. Screens of an application are alive:
live.js reads their address again whenever the application's figures change.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import redis
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from apps.analytics import audience, grouping
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.core.texts import Text
from apps.live import versions
from apps.plugin_api.menu import MENU, everybody
from apps.shell import navigation, periods, saving
from apps.shell.addresses import Address
from apps.shell.gate import View, for_application, for_members
from apps.shell.named_periods import NAMED_PERIODS, NamedPeriods
from apps.shell.parts import Part
from apps.shell.snippets import snippets
from apps.shell.visits import Visit

logger = logging.getLogger(__name__)

LAST_PERIOD = "period"  # in the session

Build = Callable[[Visit], Iterable[Part]]
Post = Callable[[Visit], HttpResponse | None]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """`route` with `<str:application_id>` makes it a screen of an application; others are about the whole server."""

    name: str  # of the address, and of the entry in the menu where `entry` says no other
    route: str
    title: Text
    build: Build
    entry: str = ""
    hint: Text = ""  # a sentence below the title
    feature: str = "core"  # that the member must be allowed to read on the application
    letter: str = "r"  # or to change: "c", "u", "d"
    allowed: Callable[[Any], bool] = everybody  # for screens about the whole server
    has_period: bool = True
    has_steps: bool = False  # its charts and tables over time are in the steps of `visit.question`: weeks, months, too
    shows_without_data: bool = False  # also before the first request of the application
    post: Post | None = (
        None  # what a form on the screen does; answers with a redirect, or None to show the screen again
    )
    actions: str = ""  # template of buttons at the right of the title
    action_values: Callable[[Visit], Mapping[str, Any]] | None = None  # for that template, once there is data
    title_of: Callable[[Visit], str] | None = None  # where the title is that of what is looked at
    rereads_seconds: int = 0  # of a live screen: also without news it is read again so often
    files: tuple[str, ...] = ()  # of its own, among the static ones: "views/heatmap.js", "views/heatmap.css"

    @property
    def is_of_application(self) -> bool:
        return "application_id" in self.route

    def urls(self) -> URLPattern:
        return path(self.route, self.view(), name=self.name)

    def view(self) -> View:
        gate = for_application(self.feature, self.letter) if self.is_of_application else for_members(self.allowed)
        view = vary_on_headers("HX-Request")(never_cache(gate(self._show)))
        methods = ["GET", "HEAD", *(["POST"] if self.post else [])]
        return require_http_methods(methods)(view)

    def _show(self, request: HttpRequest, application: ApplicationInfo | None = None, **path: Any) -> HttpResponse:
        request.menu_entry = self.entry or self.name  # type: ignore[attr-defined]  # the sidebar marks it
        if navigation.is_hidden(MENU.get(self.entry or self.name), request.user, application):
            return redirect("home")
        visit = visit_of(request, application, has_period=self.has_period, has_steps=self.has_steps, path=path)
        if request.method == "POST" and self.post is not None:
            answer = self.post(visit)
            if answer is not None:
                return answer
        version = current_version(application)  # before the figures: see apps/live/versions.py
        is_waiting = application is not None and not self.shows_without_data and not has_had_data(application)
        parts = [] if is_waiting else list(self.build(visit))
        title = self.title_of(visit) if self.title_of else self.title
        if saving.is_asked_for(request):
            return saving.answer(visit, parts, title, has_period=self.has_period, is_fragment=is_part(request))
        values = self.action_values(visit) if self.action_values and not is_waiting else {}
        context = {
            **values,
            "screen": self,
            "title": title,
            "visit": visit,
            "version": version,
            "parts": parts,
            "is_waiting": is_waiting,
            "shows_period": self.has_period and not is_waiting,
            "tabs": navigation.tabs(self.entry or self.name, request.user, application),
            "picker": period_picker(visit, has_steps=self.has_steps) if self.has_period else {},
            "snippets": snippets(application.key, visit.origin) if application and is_waiting else [],
        }
        return render(request, "shell/screen_body.html" if is_part(request) else "shell/screen.html", context)


def visit_of(
    request: HttpRequest,
    application: ApplicationInfo | None,
    *,
    has_period: bool,
    has_steps: bool = False,
    path: dict[str, Any],
) -> Visit:
    now_ms = clock.now_ms()
    zone = application.timezone if application else "UTC"
    remembered = request.session.get(LAST_PERIOD, "")
    today = periods.day_of(now_ms, zone)
    choice = periods.choose(request.GET, zone=zone, remembered=remembered, today=today)
    if not has_steps:
        choice = replace(choice, step="")
    if has_period and choice.remembered and remembered != choice.remembered:
        request.session[LAST_PERIOD] = choice.remembered
    match = request.resolver_match
    return Visit(request, Address(request.GET), choice, now_ms, application, path, match.view_name if match else "")


def is_part(request: HttpRequest) -> bool:
    """htmx asks for the content alone, but for the whole page when it has lost it from its history."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def current_version(application: ApplicationInfo | None) -> int:
    """Without Redis the figures are shown all the same; the line tells the newer number when it heals."""
    if application is None:
        return versions.NO_BATCH_YET
    try:
        return versions.current(application.id)
    except redis.RedisError:
        logger.warning("could not read the version of an application", exc_info=True)
        return versions.NO_BATCH_YET


def has_had_data(application: ApplicationInfo) -> bool:
    """In any period, made-up data too. Read anew where the answer is no: the one at hand may be from just before the
    first request."""
    if application.last_data:
        return True
    fresh = lookup.fresh_by_ids([application.id]).get(application.id)
    return bool(fresh and (fresh.last_data or audience.has_users(application.id)))


def period_picker(visit: Visit, *, has_steps: bool) -> dict[str, Any]:
    """What shell/period_picker.html shows."""
    forget = dict.fromkeys((*periods.RANGE_PARAMETERS, "page"))
    choice = visit.choice
    count, unit = periods.numbered_parts(choice.key)
    return {
        "standard": [
            {
                "key": key,
                "title": title,
                "link": visit.address.link({**forget, "period": key}),
                "is_current": key == choice.key,
            }
            for key, title in periods.STANDARD.items()
        ],
        "named": [_named_periods(visit, forget, one) for one in NAMED_PERIODS.entries()],
        "comparisons": [
            {
                "title": title,
                "link": visit.address.link({"compare": None if key == periods.DEFAULT_COMPARISON else key}),
                "is_current": key == choice.compare,
            }
            for key, title in periods.COMPARISONS.items()
        ],
        "comparison_title": gettext("Compare with"),
        "kept": visit.address.without(*periods.RANGE_PARAMETERS, "page"),
        "steps": _steps(visit) if has_steps and visit.current else [],
        "count": count or "14",
        "units": [{"key": key, "title": title, "is_current": key == unit} for key, title in periods.UNITS.items()],
        "first": choice.first,
        "last": choice.last,
    }


def _steps(visit: Visit) -> list[dict[str, Any]]:
    """None for a period that is always shown in steps of its own."""
    offered = grouping.offered(visit.question.period)
    return [
        {
            "title": title,
            "link": visit.address.link({"by": key or None, "page": None}),
            "is_current": key == visit.question.step,
        }
        for key, title in periods.STEPS.items()
        if offered and (not key or key in offered)
    ]


def _named_periods(visit: Visit, forget: Mapping[str, None], named: NamedPeriods) -> dict[str, Any]:
    return {
        "title": named.title,
        "periods": [
            {
                "title": period.title,
                "link": visit.address.link({**forget, **period.query}),
                "is_current": periods.choose(period.query, zone=visit.zone, today=visit.today).key == visit.choice.key,
                "is_favorite": period.is_favorite,
            }
            for period in named.offered(visit.member, visit.zone)
        ],
        "manage_title": named.manage_title,
        "manage_link": f"{reverse(named.screen)}?{visit.choice.query}",
    }
