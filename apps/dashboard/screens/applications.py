"""The applications that a member administers."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts import access, people
from apps.applications import lookup, places
from apps.applications.info import ApplicationInfo
from apps.core import locales
from apps.dashboard.screens.application import administers_something
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit


def build(visit: Visit) -> list[Part]:
    search, kind = visit.address.get("search").strip(), visit.address.get("type")
    types = places.types()
    found = administered(visit.member)
    shown = [one for one in found if (not kind or one.type == kind) and _fits(one, search.casefold())]
    values = {
        "rows": [
            {"application": one, "type": types.get(one.type, one.type)}
            for one in sorted(shown, key=lambda one: locales.sort_key(one.name))
        ],
        "types": [
            {"key": key, "title": title, "is_current": key == kind}
            for key, title in types.items()
            if any(one.type == key for one in found)
        ],
        "search": search,
        "is_any": bool(found),
    }
    return [Block(id="applications-list", file="dashboard/applications.html", values=values)]


def administered(member: Any) -> list[ApplicationInfo]:
    if member.global_admin:
        return access.readable_applications(member)
    return list(lookup.fresh_by_ids(people.applications_of(member)[0]).values())


def _fits(application: ApplicationInfo, search: str) -> bool:
    """By name, key or id: people come with any of them."""
    return search in application.name.casefold() or search in (application.key.casefold(), application.id)


APPLICATIONS = Screen(
    name="applications",
    route="manage/applications",
    title=gettext_lazy("Applications"),
    allowed=administers_something,
    build=build,
    has_period=False,
    actions="dashboard/applications_actions.html",
)
