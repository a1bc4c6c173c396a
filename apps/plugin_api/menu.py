"""Entries of the sidebar. The shell shows those whose plugin is on and whose feature the member may read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry

#: Groups of the sidebar in their order. All but the last concern one application; that concerns the whole server.
SECTIONS = ("home", "understand", "explore", "reach", "improve", "application", "manage")


#: Not in the sidebar but below the name of the member; as "manage", without an application.
ACCOUNT_SECTION = "account"


def everybody(member: Any) -> bool:
    return True


def global_admins(member: Any) -> bool:
    return bool(getattr(member, "global_admin", False))


@dataclass(frozen=True, slots=True)
class MenuEntry:
    title: Text
    url_name: str  # of a view; it takes `application_id` unless the section is "manage"
    section: str  # one of SECTIONS
    icon: str  # a symbol of static/tally/icons/icons.svg
    position: int = 50  # within the section, smaller ones first
    parent: str = ""  # name of the entry under which this one is a tab
    feature: str = "core"  # that the member must be allowed to read on the application
    application_types: frozenset[str] = frozenset()  # empty: all types
    shown_to: Callable[[Any], bool] = everybody  # of the members, beside the feature
    original: str = ""  # address in Countly's dashboard, by which a member's `restrict` may hide the screen
    tab_title: Text = ""  # as a tab, where that is another word than in the sidebar: "Overview" of "Sessions"


MENU: Registry[MenuEntry] = Registry("menu entry")
