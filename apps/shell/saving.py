"""Parts of a screen as files. The address says which: `export` the kind, `table` the part, and where a member asked
for something else than what is shown, `file` the name and `fields` the columns, once each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core import file_names
from apps.core.texts import Text
from apps.plugin_api import configuration
from apps.shell import part_files, table_files, tables
from apps.shell.parts import Part
from apps.shell.tables import Column
from apps.shell.visits import Visit

ENDINGS = tuple(ending for ending, _ in part_files.FILES)
ASKS = "save"  # in the address: the part whose form is wanted
PARAMETERS = (ASKS, "export", "table", "file", "fields")


def is_asked_for(request: HttpRequest) -> bool:
    """Whether an address wants a file, or the form for one, instead of the screen."""
    return ASKS in request.GET or request.GET.get("export") in ENDINGS


def answer(visit: Visit, parts: Iterable[Part], title: Text, *, has_period: bool, is_fragment: bool) -> HttpResponse:
    """The file, or the form that asks for its name, columns and kind. Raises Http404 for what is no part of figures."""
    is_form = ASKS in visit.address
    wanted = visit.address.get(ASKS if is_form else "table") or "table"
    limit = 0 if is_form else int(configuration.read("api", visit.current)["export_limit"])
    found = next((part for part in all_parts(parts) if part.id == wanted), None)
    sheet = part_files.sheet(found, visit, limit) if found else None
    if found is None or sheet is None:
        raise Http404("No such table")
    columns, rows = sheet
    name = _name(found, visit, title, has_period)
    if is_form:
        return _form(visit, found, title, name, columns, is_fragment)
    kept = _kept(visit, found, columns)
    return table_files.answer(
        visit.address.get("export"), visit.address.get("file") or name, kept, tables.plain_rows(kept, rows)
    )


def all_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """With those that stand inside others."""
    for part in parts:
        yield part
        yield from all_parts(part.inner)


def _name(part: Part, visit: Visit, title: Text, has_period: bool) -> str:
    of_whom = f" - {visit.current.name}" if visit.current else ""
    when = f" ({visit.dates})" if has_period and visit.current else ""
    section = f" - {part.title}" if part.title and part.title != title else ""
    return file_names.safe(f"{title}{of_whom}{section}{when}".replace("–", "-"), "table")


def _kept(visit: Visit, part: Part, columns: Sequence[Column]) -> list[Column]:
    """Those that were ticked, else those that are shown."""
    ticked = visit.request.GET.getlist("fields")
    return [column for column in columns if column.key in ticked] or part_files.shown(part, visit, columns)


def _form(
    visit: Visit, part: Part, title: Text, name: str, columns: Sequence[Column], is_fragment: bool
) -> HttpResponse:
    shown = {column.key for column in part_files.shown(part, visit, columns)}
    values: dict[str, Any] = {
        "part": part,
        "title": title,
        "visit": visit,
        "name": name,
        "longest": file_names.LONGEST,
        "kinds": part_files.FILES,
        "first": columns[0],
        "fields": [
            {"key": column.key, "title": column.title, "is_chosen": column.key in shown} for column in columns[1:]
        ],
        "is_fragment": is_fragment,
        "kept": visit.address.without(*PARAMETERS),
        "back": visit.address.link(dict.fromkeys(PARAMETERS)),
    }
    return render(visit.request, "shell/save_form.html" if is_fragment else "shell/save.html", values)
