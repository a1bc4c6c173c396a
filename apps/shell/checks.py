"""What only a look at all entries together can find, said before the server starts."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch

from apps.plugin_api.menu import ACCOUNT_SECTION, MENU, SECTIONS
from apps.shell.navigation import address_of

ANY_APPLICATION = "0" * 24


@register
def check_menu(**_: Any) -> list[CheckMessage]:
    """An entry that leads nowhere is left out of the sidebar at run time; here it is an error."""
    problems: list[CheckMessage] = []
    for name, entry in MENU.items():
        try:
            address_of(entry, ANY_APPLICATION)
        except NoReverseMatch as error:
            problems.append(Error(f"The menu entry {name!r} leads nowhere: {error}", id="shell.E001"))
        if entry.section not in (*SECTIONS, ACCOUNT_SECTION):
            problems.append(Error(f"The menu entry {name!r} is in no section: {entry.section!r}", id="shell.E002"))
        if entry.parent and MENU.get(entry.parent) is None:
            problems.append(
                Error(f"The menu entry {name!r} is below {entry.parent!r}, which is off or missing", id="shell.E003")
            )
    return problems
