"""The list of groups, with actions for those that are ticked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import client_queries
from apps.shell.forms import post_of
from apps.shell.parts import Block, Part, Problem
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.visits import Visit
from plugins.crashes import documents, queries
from plugins.crashes.endpoints import FEATURE
from plugins.crashes.queries import Search
from plugins.crashes.screens import actions, badges

FILTERS = {
    "": gettext_lazy("All"),
    "crash-new": gettext_lazy("New"),
    "crash-reoccurred": gettext_lazy("Reoccurred"),
    "crash-unresolved": gettext_lazy("Unresolved"),
    "crash-resolving": gettext_lazy("Resolving"),
    "crash-resolved": gettext_lazy("Resolved"),
    "crash-fatal": gettext_lazy("Fatal"),
    "crash-nonfatal": gettext_lazy("Nonfatal"),
    "crash-hidden": gettext_lazy("Hidden"),
}
BULK = "crash-actions"


def build(visit: Visit) -> list[Part]:
    chosen = visit.address.get("filter")
    chosen = chosen if chosen in FILTERS else ""
    parts: list[Part] = []
    try:
        query = client_queries.read(visit.address.get("query"), fields=documents.ASKED_FIELDS)
    except client_queries.InvalidQuery as error:
        query = {}
        parts.append(Problem(id="query", title=_("The condition cannot be used"), text=str(error)))

    def fetch(asked: TableQuery) -> tuple[list[dict[str, Any]], int]:
        wanted = Search(
            text=asked.search,
            query=query,
            filter=chosen,
            sort=asked.sort or "lastTs",
            is_descending=asked.descending,
            start=asked.offset,
            length=asked.size,
            fields=documents.ROW_FIELDS,
        )
        rows, matching, _total = queries.groups(visit.application.id, wanted)
        return [_row(visit, group) for group in rows], matching

    link = visit.address.link
    may_change, may_delete = visit.may("u", FEATURE), visit.may("d", FEATURE)
    values = {
        "filters": [
            {
                "title": title,
                "link": link({"filter": name or None, "page": None}),
                "is_on": name == chosen,
            }
            for name, title in FILTERS.items()
        ],
        "query": visit.address.get("query") if query else "",
        "without_query": visit.address.link({"query": None}),
        "form": BULK,
        "may_change": may_change,
        "may_delete": may_delete,
    }
    columns = [
        Column("name", _("Crash"), "name"),
        Column("state", _("State"), "text", is_sortable=False),
        Column("os", _("Platform"), "text"),
        Column("reports", _("Occurrences")),
        Column("lastTs", _("Last one"), "moment"),
        Column("users", _("Affected users")),
        Column("latest_version", _("Highest version"), "text"),
    ]
    return [
        *parts,
        Block(id="choice", file="crashes/choice.html", values=values),
        Table(
            id="table",
            title=_("Crash groups"),
            columns=columns,
            fetch=fetch,
            sort="-lastTs",
            selects=BULK if may_change or may_delete else "",
            search_title=_("Find a crash"),
            nothing=_("No such crashes."),
            api=visit.api("/o", method="crashes", filter=chosen or None, period=None),
        ),
    ]


def _row(visit: Visit, group: dict[str, Any]) -> dict[str, Any]:
    address = reverse("crash", args=[visit.application.id, str(group["_id"])])
    shown = {name: group.get(name) for name in ("name", "os", "reports", "lastTs", "users", "latest_version")}
    return {**shown, "_key": str(group["_id"]), "_href": address, "state": " · ".join(badges.words(group))}


CRASHES = Screen(
    name="crashes",
    route="applications/<str:application_id>/crashes",
    title=gettext_lazy("Crashes"),
    hint=gettext_lazy("What went wrong, put together by what is alike."),
    feature=FEATURE,
    build=build,
    post=post_of(actions.OF_LIST),
    has_period=False,
)
