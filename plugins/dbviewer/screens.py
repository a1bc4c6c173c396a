"""Databases, collections and documents, within the rights of the member."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.client_queries import InvalidQuery
from apps.exports import collections
from apps.exports.collections import Source
from apps.shell import figures
from apps.shell.parts import Block, Documents, Part, Problem
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.dbviewer import browsing, listing

PAGE = 20
ASKED = ("filter", "projection", "sort")


def may_open(member: Any) -> bool:
    return bool(listing.applications_of(member)) or bool(getattr(member, "global_admin", False))


def build_list(visit: Visit) -> list[Part]:
    return [
        Table(
            id=database["name"] if database["name"] != "countly" else "table",
            title=database["name"],
            columns=[Column("name", _("Collection"), "name")],
            rows=[
                {"name": title, "_code": real if real != title else "", "_href": _address(database["name"], real)}
                for title, real in database["collections"].items()
            ],
            sort="name",
            size=25,
            nothing=_("Nothing that you may look into."),
            api="/o/db",
        )
        for database in listing.databases(visit.member)
    ]


def build_collection(visit: Visit) -> list[Part]:
    database, collection = str(visit.path["database"]), str(visit.path["collection"])
    source = _source(visit, database, collection)
    asked = {name: visit.address.get(name) for name in ASKED}
    number = visit.address.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 8 else 1
    form = Block(id="filter", file="dbviewer/filter.html", values={**asked, "collection": collection})
    try:
        found = browsing.page(source, {**asked, "limit": PAGE, "skip": (page - 1) * PAGE})
    except InvalidQuery as error:
        return [form, Problem(id="problem", title=_("The question cannot be asked"), text=str(error))]
    api = f"/o/db?dbs={database}&collection={collection}"
    return [
        form,
        Documents(
            id="documents",
            title=collection,
            hint=_("%(number)s documents") % {"number": found.total},
            items=[_item(document) for document in found.documents],
            nothing=_("There are none."),
            previous_link=visit.address.link({"page": page - 1}) if page > 1 else "",
            next_link=visit.address.link({"page": page + 1}) if page * PAGE < found.total else "",
            api=api,
        ),
        Table(
            id="indexes",
            title=_("Indexes"),
            columns=[Column("name", _("Index"), "name"), Column("key", _("Fields"), "text")],
            rows=[
                {"name": index.get("name"), "key": json.dumps(index.get("key"))}
                for index in browsing.indexes(source).documents
            ],
            api=f"{api}&action=get_indexes",
        ),
    ]


def _source(visit: Visit, database: str, collection: str) -> Source:
    if database not in collections.database_names() or not collections.is_name(collection):
        raise Http404("No such collection")
    source = listing.source(visit.member, database, collection)
    if source is None:
        raise PermissionDenied
    return source


def _item(document: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return {"title": str(document.get("_id", "")), "note": figures.exact(len(text)), "text": text}


def _address(database: str, collection: str) -> str:
    return reverse("dbviewer_collection", args=[database, collection])


DATABASES = Screen(
    name="dbviewer",
    route="database",
    title=gettext_lazy("Database"),
    hint=gettext_lazy("Only to look at: nothing can be changed here."),
    allowed=may_open,
    build=build_list,
    has_period=False,
)
COLLECTION = Screen(
    name="dbviewer_collection",
    entry="dbviewer",
    route="database/<str:database>/<str:collection>",
    title=gettext_lazy("Collection"),
    allowed=may_open,
    build=build_collection,
    has_period=False,
)
