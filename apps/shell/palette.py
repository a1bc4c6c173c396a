"""Where the command palette can go: screens, applications, events, and what is registered. The server says what the
member may see."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts import access
from apps.analytics import queries
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.plugin_api.menu import MENU, SECTIONS, MenuEntry, everybody
from apps.plugin_api.places import PLACES, Place
from apps.shell.gate import for_members, may_see
from apps.shell.navigation import applications_of, is_shown, link_to

MOST_EVENTS = 500


@require_safe
@never_cache
@for_members(everybody)
def palette(request: HttpRequest) -> HttpResponse:
    """Members. What it lists is only what each of them may open."""
    found = lookup.by_id(request.GET.get("application", ""))
    application = found if found and may_see(request.user, found.id) else None
    groups = [
        ("screen", gettext("Screens"), screens(request.user, application), False),
        ("application", gettext("Applications"), applications(request.user), False),
        ("event", gettext("Events"), events(request.user, application), True),
    ]
    groups += [
        (name, str(more.title), list(more.find(request.user, application)), more.is_searched)
        for name, more in PLACES.items()
    ]
    return render(request, "shell/palette.html", {"groups": [group for group in groups if group[2]]})


def screens(member: Any, application: ApplicationInfo | None) -> list[Place]:
    """In the order of the sidebar, tabs behind their parents."""
    places = []
    for name, entry in sorted(MENU.items(), key=lambda item: _place_of(item[1])):
        link = link_to(name, entry, application) if is_shown(entry, member, application) else None
        if link is not None:
            above = MENU.get(entry.parent) if entry.parent else None
            places.append(Place(link.title, link.address, link.icon, str(above.title) if above else ""))
    return places


def _place_of(entry: MenuEntry) -> tuple[int, int, bool]:
    above = MENU.get(entry.parent) or entry if entry.parent else entry
    known = SECTIONS.index(entry.section) if entry.section in SECTIONS else len(SECTIONS)
    return known, above.position, bool(entry.parent)


def applications(member: Any) -> list[Place]:
    return [
        Place(application.name, reverse("open_application", args=[application.id]), "applications")
        for application in applications_of(member)
    ]


def events(member: Any, application: ApplicationInfo | None) -> list[Place]:
    if application is None or not access.can_read(member, application.id, "events"):
        return []
    return [
        Place(key, reverse("event", args=[application.id]) + "?" + urlencode({"event": key}), "events")
        for key in queries.event_keys(application.id)[:MOST_EVENTS]
    ]
