"""Databases, collections and documents, within the rights of the member."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import client_pipelines, client_selections
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.core.client_queries import InvalidQuery
from apps.exports import collections
from apps.exports.collections import Source
from apps.shell import figures
from apps.shell.application_choice import application_choice
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.gate import last_application
from apps.shell.parts import Block, Documents, Part, Problem, Switch
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.dbviewer import browsing, listing, reports

PAGE = 20
MOST_ROWS = 1_000  # of an aggregation
MOST_COLUMNS = 30
LONGEST_PIPELINE = 6_000  # characters: it stands in the address
DOCUMENTS, AGGREGATE, INDEXES = "documents", "aggregate", "indexes"
LOOKS = {
    DOCUMENTS: gettext_lazy("Documents"),
    AGGREGATE: gettext_lazy("Aggregate"),
    INDEXES: gettext_lazy("Indexes"),
}
EXAMPLE = """[
  {"$match": {}},
  {"$group": {"_id": null, "documents": {"$sum": 1}}}
]"""
FILES = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON"}
ASKED = ("filter", "projection", "sort")


def may_open(member: Any) -> bool:
    return bool(listing.applications_of(member)) or bool(getattr(member, "global_admin", False))


def build_list(visit: Visit) -> list[Part]:
    mine = listing.applications_of(visit.member)
    asked = visit.address.get("application")
    chosen = asked if any(one.id == asked for one in mine) else ""
    return [
        application_choice(visit, {one.id: one.name for one in mine}, chosen),
        *(
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
                api=f"/o/db?app_id={chosen}" if chosen else "/o/db",
            )
            for database in listing.databases(visit.member, chosen)
        ),
    ]


def build_collection(visit: Visit) -> list[Part]:
    database, collection = str(visit.path["database"]), str(visit.path["collection"])
    source = _source(visit, database, collection)
    switch = Switch(id="looks", title=collection, parameter="look", options=LOOKS)
    build = {AGGREGATE: _aggregation, INDEXES: _indexes}.get(switch.chosen(visit), _documents)
    return [switch, *build(visit, source)]


def _documents(visit: Visit, source: Source) -> list[Part]:
    asked = {name: visit.address.get(name) for name in ASKED}
    number = visit.address.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 8 else 1
    form = Block(id="filter", file="dbviewer/filter.html", values={**asked, "collection": source.collection})
    try:
        found = browsing.page(source, {**asked, "limit": PAGE, "skip": (page - 1) * PAGE})
    except InvalidQuery as error:
        return [form, _problem(error)]
    return [
        form,
        Documents(
            id="documents",
            title=source.collection,
            hint=_("%(number)s documents") % {"number": found.total},
            items=[_item(document) for document in found.documents],
            nothing=_("There are none."),
            previous_link=visit.address.link({"page": page - 1}) if page > 1 else "",
            next_link=visit.address.link({"page": page + 1}) if page * PAGE < found.total else "",
            api=_api(source),
            files=_files(source, asked),
        ),
    ]


def _files(source: Source, asked: Mapping[str, str]) -> list[dict[str, str]]:
    """Of all that is found, not of this page alone."""
    address = reverse("dbviewer_file", args=[source.database, source.collection])
    kept = {name: text for name, text in asked.items() if text}
    return [{"title": title, "link": f"{address}?{urlencode({**kept, 'type': kind})}"} for kind, title in FILES.items()]


def _indexes(visit: Visit, source: Source) -> list[Part]:
    rows = [
        {"name": index.get("name"), "key": json.dumps(index.get("key"))} for index in browsing.indexes(source).documents
    ]
    columns = [Column("name", _("Index"), "name"), Column("key", _("Fields"), "text")]
    api = f"{_api(source)}&action=get_indexes"
    return [Table(id="indexes", title=_("Indexes"), columns=columns, rows=rows, api=api)]


def _aggregation(visit: Visit, source: Source) -> list[Part]:
    text = visit.address.get("pipeline")[:LONGEST_PIPELINE]
    form = Block(
        id="aggregation",
        title=_("Aggregation"),
        hint=_("A list of stages as JSON. What writes, runs code or reads other collections is left out."),
        file="dbviewer/aggregation.html",
        values={"pipeline": text or EXAMPLE, "is_asked": bool(text)},
    )
    if not text:
        return [form]
    try:
        pipeline, removed = client_pipelines.read(text)
        rows = browsing.aggregate(source, pipeline, MOST_ROWS)
    except InvalidQuery as error:
        return [form, _problem(error)]
    parts: list[Part] = [form]
    if removed:
        names = ", ".join(sorted(removed))
        parts.append(
            Problem(
                id="removed", title=_("Left out"), text=_("Stages that are not allowed: %(names)s") % {"names": names}
            )
        )
    return [*parts, _result(rows, f"{_api(source)}&{urlencode({'aggregation': text})}")]


def _result(rows: list[dict[str, Any]], api: str) -> Part:
    """A column for each field at the top, in the order in which they appear."""
    names = list(dict.fromkeys(name for row in rows for name in row))[:MOST_COLUMNS]
    columns = [
        Column(f"c{index}", name, "text" if index else "name", is_sortable=False) for index, name in enumerate(names)
    ]
    return Table(
        id="table",
        title=_("Result"),
        columns=columns or [Column("c0", "_id", "name", is_sortable=False)],
        # Never under the names of the fields: a table knows some of its own, such as that of a link.
        rows=[{f"c{index}": _cell(row.get(name)) for index, name in enumerate(names)} for row in rows],
        nothing=_("No document."),
        size=25,
        api=api,
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def keep(visit: Visit) -> Done:
    """The aggregation as a long task, for who asked for it alone: others may not look into the collection."""
    source = _source(visit, str(visit.path["database"]), str(visit.path["collection"]))
    text = visit.request.POST.get("pipeline", "")[:LONGEST_PIPELINE]
    application = last_application(visit.request)
    if application is None:
        raise Refusal(400, _("Open an application first: tasks belong to one."))
    try:
        client_pipelines.read(text)
    except InvalidQuery as error:
        raise Refusal(400, str(error)) from error
    task = reports.start_kept(
        source,
        client_selections.json_of(text),
        member=visit.member,
        application_id=application.id,
        name=visit.request.POST.get("name", "").strip(),
        address=accountable_address(visit.request),
    )
    return Done(_("The aggregation runs."), reverse("task", args=[application.id, task]))


def _problem(error: InvalidQuery) -> Problem:
    return Problem(id="problem", title=_("The question cannot be asked"), text=str(error))


def _api(source: Source) -> str:
    return f"/o/db?{urlencode({'dbs': source.database, 'collection': source.collection})}"


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
    title_of=lambda visit: str(visit.path["collection"]),
    allowed=may_open,
    build=build_collection,
    post=post_of({"keep": FormAction(lambda visit: may_open(visit.member), keep)}),
    has_period=False,
)
