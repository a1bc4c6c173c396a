"""The form in the menu of a table: a member's columns are kept, and the address names them for whom it is sent to."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from apps.accounts import table_columns
from apps.plugin_api.menu import everybody
from apps.shell.addresses import Address
from apps.shell.gate import for_members
from apps.shell.tables import columns_parameter

TABLE = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCREEN = re.compile(r"[A-Za-z0-9_:-]{1,100}")
LONGEST_CHOICE = 2000  # characters
MOST_TABLES = 200  # of one screen: tables of dashboards are made by people


@require_POST
@for_members(everybody)
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Members, for themselves. `next` is the address of the screen, `table` the id of the table there, `columns` keys
    with commas between them; without any the table shows its own again."""
    address, table, columns = (request.POST.get(name, "") for name in ("next", "table", "columns"))
    screen = _screen_of(address)
    if not screen or not TABLE.fullmatch(table) or len(columns) > LONGEST_CHOICE:
        return HttpResponseBadRequest(gettext("There is no such table."))
    member: Any = request.user
    kept = table_columns.read(member, screen)
    if columns and table not in kept and len(kept) >= MOST_TABLES:
        return HttpResponseBadRequest(gettext("Columns of too many tables are chosen on this screen."))
    table_columns.write(member, screen, table, [key for key in columns.split(",") if key])
    parts = urlsplit(address)
    state = Address(dict(parse_qsl(parts.query, keep_blank_values=True)))
    link = state.link({columns_parameter(table): columns})
    return HttpResponseRedirect(parts.path + (link if link != "?" else ""))


def _screen_of(address: str) -> str:
    """Its name; "" where the address is none of ours."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
    return name if SCREEN.fullmatch(name) else ""
