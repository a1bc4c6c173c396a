"""What every page shows around its content: the sidebar, the tabs, the applications to switch to."""

import logging
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from apps.accounts import access
from apps.applications.info import ApplicationInfo
from apps.plugin_api import features
from apps.plugin_api.demo_data import DEMO_DATA
from apps.plugin_api.menu import ACCOUNT_SECTION, MENU, SECTIONS, MenuEntry

logger = logging.getLogger(__name__)

SERVER_SECTION = "manage"
WITHOUT_APPLICATION = (SERVER_SECTION, ACCOUNT_SECTION)
TITLES = {
    "home": "",
    "understand": _("Understand"),
    "explore": _("Explore"),
    "reach": _("Reach"),
    "improve": _("Improve"),
    "application": _("Application"),
    "manage": _("Manage"),
}
#: Second key after "g"; help lists them.
GO_KEYS = {
    "home": "h",
    "live": "n",
    "users": "u",
    "sessions": "s",
    "loyalty": "l",
    "technology": "t",
    "geo": "g",
    "events": "e",
    "people": "p",
    "views": "v",
    "crashes": "c",
    "applications": "a",
}


@dataclass(frozen=True, slots=True)
class Link:
    name: str  # of the menu entry
    title: str
    address: str
    icon: str
    is_current: bool = False
    go_key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    links: list[Link]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is read unless the template shows it."""
    application = getattr(request, "application", None)
    return {
        "application": application,
        "applications": SimpleLazyObject(lambda: applications_of(request.user)),
        "menu": SimpleLazyObject(lambda: sections(request.user, application, current=current_entry(request))),
        "account_links": SimpleLazyObject(lambda: account_links(request.user)),
        "is_global_admin": bool(getattr(request.user, "global_admin", False)),
        "offers_demo": SimpleLazyObject(lambda: offers_demo(request.user)),
    }


def offers_demo(member: Any) -> bool:
    """An application full of made-up data, where there is nothing to see yet."""
    return bool(getattr(member, "global_admin", False)) and bool(DEMO_DATA.entries())


def current_entry(request: HttpRequest) -> str:
    return str(getattr(request, "menu_entry", ""))


def applications_of(member: Any) -> list[ApplicationInfo]:
    """In the member's own order, the others behind by name."""
    if not getattr(member, "is_authenticated", False):
        return []
    some = tuple(features.names())  # who may see anything of it, sees the application
    return access.readable_applications(member, some)


def sections(member: Any, application: ApplicationInfo | None, *, current: str = "") -> list[Section]:
    """The sidebar, without tabs and without empty groups."""
    open_entry = MENU.get(current)
    marked = {current, open_entry.parent if open_entry else ""}
    found = []
    for section in SECTIONS:
        links = [
            link_to(name, entry, application, is_current=name in marked)
            for name, entry in _ordered(section)
            if not entry.parent and is_shown(entry, member, application)
        ]
        shown = [link for link in links if link is not None]
        if shown:
            found.append(Section(section, str(TITLES[section]), shown))
    return found


def account_links(member: Any) -> list[Link]:
    """Below the member's name."""
    entries = [(name, entry) for name, entry in _ordered(ACCOUNT_SECTION) if is_shown(entry, member, None)]
    links = [link_to(name, entry, None) for name, entry in entries]
    return [link for link in links if link is not None]


def first_screen(member: Any, application: ApplicationInfo) -> str:
    """The address of the first screen that the member may see; "" when there is none."""
    shown = [section for section in sections(member, application) if section.name != SERVER_SECTION]
    return shown[0].links[0].address if shown else ""


def tabs(name: str, member: Any, application: ApplicationInfo | None) -> list[Link]:
    """The entry that stands in the sidebar and those below it; none when it stands alone."""
    entry = MENU.get(name)
    if entry is None:
        return []
    top = entry.parent or name
    family = [(other, found) for other, found in _ordered(entry.section) if top in (other, found.parent)]
    family.sort(key=lambda item: item[0] != top)
    shown = [
        link_to(other, found, application, is_current=other == name, as_tab=True)
        for other, found in family
        if is_shown(found, member, application)
    ]
    links = [link for link in shown if link is not None]
    return links if len(links) > 1 else []


def is_shown(entry: MenuEntry, member: Any, application: ApplicationInfo | None) -> bool:
    if not entry.shown_to(member) or is_hidden(entry, member, application):
        return False
    if entry.section in WITHOUT_APPLICATION:
        return True
    if application is None or (entry.application_types and application.type not in entry.application_types):
        return False
    return access.can_read(member, application.id, entry.feature)


def is_hidden(entry: MenuEntry | None, member: Any, application: ApplicationInfo | None) -> bool:
    """Whether the member's account takes the screen away, or the one that it is a tab of."""
    application_id = application.id if application else ""
    family = (entry, MENU.get(entry.parent)) if entry else ()
    return any(access.is_hidden(member, application_id, each.original) for each in family if each)


def link_to(
    name: str, entry: MenuEntry, application: ApplicationInfo | None, *, is_current: bool = False, as_tab: bool = False
) -> Link | None:
    """None, and a line in the log, for an entry that leads nowhere: a plugin's slip must not take every page down."""
    try:
        address = address_of(entry, application.id if application else "")
    except NoReverseMatch:
        logger.exception("the menu entry %s leads nowhere", name)
        return None
    title = entry.tab_title if as_tab and entry.tab_title else entry.title
    return Link(name, str(title), address, entry.icon, is_current, GO_KEYS.get(name, ""))


def address_of(entry: MenuEntry, application_id: str) -> str:
    """Raises NoReverseMatch."""
    return reverse(entry.url_name, args=() if entry.section in WITHOUT_APPLICATION else (application_id,))


def _ordered(section: str) -> list[tuple[str, MenuEntry]]:
    return sorted(
        ((name, entry) for name, entry in MENU.items() if entry.section == section), key=lambda item: item[1].position
    )
